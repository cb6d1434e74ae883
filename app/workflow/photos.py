"""Pictures as they are kept: decoded in a child process, painted anew, time and place taken out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore

import pylopdf_fonts_zh_cn

from app.children import Child
from app.errors import Invalid

_child = Child(Path(__file__).with_name("photo_child.py"))
_FONT = Path(pylopdf_fonts_zh_cn.__path__[0]) / "NotoSansSC-Regular.otf"
_SECONDS = 20
_turns = BoundedSemaphore(2)
"""A decoder wants a core and up to a gigabyte; a burst of photos must queue."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A clean JPEG and what its camera noted."""

    content: bytes
    taken_at: datetime | None
    lng: str | None
    lat: str | None


@dataclass(frozen=True, slots=True)
class Watermark:
    """Lines painted into a picture; `{time}` in them is when it was taken, else `at`.

    A camera's clock is not believed beyond `latest`.
    """

    lines: tuple[str, ...]
    at: datetime
    latest: datetime | None = None

    def bounded(self, moment: datetime | None) -> datetime | None:
        """A camera's moment, as far as it is believed."""
        return min(moment, self.latest) if moment and self.latest else moment


def looks_like_one(content: bytes) -> bool:
    """Whether the first bytes are those of a JPEG, PNG or WebP. No proof: `repaint` is."""
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def repaint(content: bytes, mark: Watermark | None = None) -> Photo:
    """The picture on a fresh canvas. Raises Invalid for what is no picture, or too big a one."""
    said = [json.dumps(_said(mark))] if mark else []
    with _turns:
        try:
            code, out = _child.ask(content, *said, seconds=_SECONDS)
        except TimeoutError as slow:
            raise Invalid("这张照片处理不了，请换一张或用手机重新拍摄") from slow
    if code != 0:
        raise Invalid("这不是能识别的照片，请上传 JPG、PNG 或 WebP 照片")
    head, _, jpeg = out.partition(b"\n")
    told = json.loads(head)
    taken = datetime.fromisoformat(told["taken_at"]) if "taken_at" in told else None
    taken = mark.bounded(taken) if mark else taken
    return Photo(jpeg, taken, told.get("lng"), told.get("lat"))


def _said(mark: Watermark) -> dict[str, object]:
    """What the child is told of a watermark."""
    latest = mark.latest.isoformat() if mark.latest else ""
    return {
        "font": str(_FONT), "lines": mark.lines, "at": mark.at.isoformat(), "latest": latest,
    }  # fmt: skip
