"""From plain values to a PDF: the layouts in `papers/`, which see our folder and no network."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst
from PIL import Image

LAYOUTS = Path(__file__).resolve().parents[3] / "papers"
FONTS = Path(pylopdf_fonts_zh_cn.__path__[0])
WIDEST = 640
"""Pixels of a photo's longer side: enough for six centimetres of paper."""


@dataclass(frozen=True, slots=True)
class Page:
    """One paper to lay out: its texts and lists of texts, and the path behind its QR code."""

    layout: str
    values: Mapping[str, Any]
    check: str
    at: datetime
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # by the id that values name


@dataclass(slots=True)
class Press:
    """What an installation decides: where QR codes point, and fonts that go before ours."""

    public_url: str = ""
    font_folders: list[Path] = field(default_factory=list)


press = Press()


def set_up(public_url: str, fonts: Path | None) -> None:
    """Called once, at start-up."""
    press.public_url = public_url.rstrip("/")
    press.font_folders = [fonts] if fonts else []


def compile_pdf(page: Page) -> bytes:
    """The PDF. What is said gets in as data, never as markup; equal input, equal bytes."""
    link = press.public_url + page.check if page.check else ""
    pictures = {f"picture-{name}": _framed(content) for name, content in page.pictures.items()}
    inputs = {
        "data": json.dumps({**page.values, "link": link}, ensure_ascii=False),
        "qr": _qr(link) if link else "",
        **pictures,
    }
    compiler = typst.Compiler(
        str(LAYOUTS / f"{page.layout}.typ"),
        root=str(LAYOUTS),
        font_paths=[str(folder) for folder in (*press.font_folders, FONTS)],
        ignore_system_fonts=True,
        sys_inputs=inputs,
    )
    pdf = compiler.compile(format="pdf", timestamp=int(page.at.timestamp()))
    if not isinstance(pdf, bytes):
        raise TypeError(f"layout {page.layout} made no single PDF")
    return pdf


def _qr(text: str) -> str:
    made = io.BytesIO()
    segno.make(text, error="m").save(made, kind="svg", border=0, xmldecl=False)
    return made.getvalue().decode()


def _framed(photo: bytes) -> str:
    """A photo, made small, inside an SVG: the compiler takes text alone, and reads no file."""
    made = io.BytesIO()
    with Image.open(io.BytesIO(photo)) as picture:
        small = picture.convert("RGB")
        small.thumbnail((WIDEST, WIDEST))
        small.save(made, "JPEG", quality=72)
    width, height = small.size
    source = base64.b64encode(made.getvalue()).decode()
    size = f'width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}" {size}>'
        f'<image {size} xlink:href="data:image/jpeg;base64,{source}"/></svg>'
    )
