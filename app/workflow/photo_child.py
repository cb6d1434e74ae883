"""A child process that opens one picture: bytes in, a clean JPEG out. Imports nothing of ours.

What a decoder may be talked into by hostile bytes stays in here, within limits of memory and time.
Answer: one line of JSON, then the JPEG. Exit 3: not a picture that we take.

An argument, `{"font", "lines", "at", "latest"}` as JSON, is a watermark: lines that are painted
into the picture; `{time}` in them becomes the camera's own moment or, where it noted none, `at`;
never a later one than `latest`.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from datetime import datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image, ImageDraw, ImageFont, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
QUALITY = 85
MEMORY = 1024 * 1024 * 1024
SECONDS = 10
REFUSED = 3
MARK_SHARE = 38
"""The picture's longer side holds so many letters of a watermark."""
CHINA = timezone(timedelta(hours=8))
Image.preinit()  # the decoders, which are wanted as soon as there is a picture


def main() -> int:
    """Read, clean, write."""
    _limit()
    try:
        mark = json.loads(sys.argv[1]) if len(sys.argv) > 1 else None
        told, jpeg = clean(sys.stdin.buffer.read(), mark)
    except Exception:  # whatever a decoder throws at hostile bytes means the same: not taken
        return REFUSED
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + jpeg)
    return 0


def clean(content: bytes, mark: dict[str, Any] | None) -> tuple[dict[str, Any], bytes]:
    """Time and place out of the picture's own notes, and the picture without any of them."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        told = _told(picture)
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        canvas = Image.new("RGB", upright.size, "white")  # saving the same image keeps its comments
        layer = upright.convert("RGBA")
        canvas.paste(layer, mask=layer)
    if mark:
        canvas = _marked(canvas, mark, told)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY, optimize=True)
    return told, out.getvalue()


def _marked(canvas: Image.Image, mark: dict[str, Any], told: dict[str, Any]) -> Image.Image:
    """The picture with the lines along its lower edge, on a dark band that lets it through."""
    said = (told.get("taken_at") or mark["at"], mark["latest"])
    moment = min(datetime.fromisoformat(one) for one in said if one).astimezone(CHINA)
    text = [line.replace("{time}", f"{moment:%Y-%m-%d %H:%M}") for line in mark["lines"]]
    size = max(max(canvas.size) // MARK_SHARE, 12)
    font = ImageFont.truetype(mark["font"], size)
    margin = size // 2
    lines = [part for line in text for part in _wrapped(line, font, canvas.width - 2 * margin)]
    height = len(lines) * int(size * 1.4) + margin
    band = Image.new("RGBA", (canvas.width, height), (0, 0, 0, 140))
    draw = ImageDraw.Draw(band)
    for place, line in enumerate(lines):
        draw.text((margin, margin // 2 + place * int(size * 1.4)), line, "white", font)
    marked = canvas.convert("RGBA")
    marked.alpha_composite(band, (0, max(canvas.height - height, 0)))
    return marked.convert("RGB")


def _wrapped(line: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The line broken where it would leave the picture; at most four pieces of it."""
    found = [""]
    for letter in line:
        if font.getlength(found[-1] + letter) > width and found[-1]:
            found.append("")
        found[-1] += letter
    return found[:4]


def _told(picture: Image.Image) -> dict[str, Any]:
    try:
        exif = picture.getexif()
        detail = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # broken notes are no reason to refuse the picture
        return {}
    told = {"taken_at": _taken(detail), **_where(place)}
    return {key: value for key, value in told.items() if value}


def _taken(detail: dict[int, Any]) -> str:
    """When the camera says that it was; without an offset, it says so in Chinese time."""
    noted = str(detail.get(ExifTags.Base.DateTimeOriginal, ""))[:19]
    offset = str(detail.get(ExifTags.Base.OffsetTimeOriginal, "")).strip() or "+08:00"
    try:
        return datetime.strptime(f"{noted}{offset}", "%Y:%m:%d %H:%M:%S%z").isoformat()
    except ValueError:
        return ""


def _where(place: dict[int, Any]) -> dict[str, str]:
    try:
        lat = _degrees(place[ExifTags.GPS.GPSLatitude], place[ExifTags.GPS.GPSLatitudeRef] == "S")
        lng = _degrees(place[ExifTags.GPS.GPSLongitude], place[ExifTags.GPS.GPSLongitudeRef] == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return {}
    return {"lat": f"{lat:.6f}", "lng": f"{lng:.6f}"} if abs(lat) <= 90 and abs(lng) <= 180 else {}


def _degrees(parts: Any, negative: bool) -> float:
    degrees = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    if degrees != degrees:
        raise ValueError("not a number")
    return -degrees if negative else degrees


def _limit() -> None:
    try:
        import resource
    except ImportError:  # no such limits on Windows; the parent still ends us by the clock
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
