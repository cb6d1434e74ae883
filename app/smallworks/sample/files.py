"""Files of the sample: pictures and scans drawn on the spot, each saying what it stands for."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from app.smallworks.papers.layout import FONTS
from app.workflow.attachments import Upload
from app.workflow.forms import Field

_PAPER = (595, 842)
_SKIES = ((196, 214, 228), (222, 214, 198), (205, 220, 205), (214, 208, 224))


def upload(field: Field, title: str) -> Upload:
    """A file that such a field takes: a picture of the place, or a scanned paper."""
    wants_picture = field.ui.get("ui:options", {}).get("accept") == "image"
    content = photo(title) if wants_picture else scan(field.title)
    name = f"{field.title}.{'jpg' if wants_picture else 'pdf'}"
    return Upload(field.key, name, io.BytesIO(content))


def photo(title: str) -> bytes:
    """A street with houses, drawn; no two works have the same one."""
    seed = sum(map(ord, title))
    picture = Image.new("RGB", (960, 720), _SKIES[seed % len(_SKIES)])
    draw = ImageDraw.Draw(picture)
    for place in range(6):
        height = 180 + (seed * (place + 3)) % 260
        left, shade = place * 160, 120 + (seed + place * 37) % 90
        draw.rectangle((left, 560 - height, left + 150, 560), fill=(shade, shade - 10, shade - 25))
        for row in range(height // 60):
            for column in range(3):
                x, y = left + 18 + column * 44, 580 - height + row * 60
                draw.rectangle((x, y, x + 26, y + 34), fill=(232, 236, 240))
    draw.rectangle((0, 560, 960, 720), fill=(132, 130, 126))
    draw.text((30, 620), f"示例照片 {title}", font=_font(30), fill="white")
    return _saved(picture, "JPEG")


@lru_cache(maxsize=64)
def scan(title: str) -> bytes:
    """One page with the name of the paper and lines instead of its text."""
    page = Image.new("RGB", _PAPER, "white")
    draw = ImageDraw.Draw(page)
    draw.text((60, 70), title[:18], font=_font(28), fill=(40, 40, 40))
    draw.text((60, 120), "示例材料，不是真实证件", font=_font(18), fill=(150, 60, 50))
    for line in range(12):
        draw.line((60, 190 + line * 42, 535 - (line % 3) * 60, 190 + line * 42), fill=(205,) * 3)
    draw.ellipse((400, 680, 500, 780), outline=(190, 60, 50), width=4)
    return _saved(page, "PDF")


def _saved(picture: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, quality=80)
    return out.getvalue()


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / "NotoSansSC-Regular.otf"), size)
