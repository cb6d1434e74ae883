"""A child process that opens one picture: bytes in, a clean JPEG out. Imports nothing of ours.

What a decoder may be talked into by hostile bytes stays in here, within limits of memory and time.
Answer: one line of JSON, then the JPEG. Exit 3: not a picture that we take.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
QUALITY = 85
MEMORY = 1024 * 1024 * 1024
SECONDS = 10
REFUSED = 3


def main() -> int:
    """Read, clean, write."""
    _limit()
    try:
        told, jpeg = clean(sys.stdin.buffer.read())
    except Exception:  # whatever a decoder throws at hostile bytes means the same: not taken
        return REFUSED
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + jpeg)
    return 0


def clean(content: bytes) -> tuple[dict[str, Any], bytes]:
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
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY, optimize=True)
    return told, out.getvalue()


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
