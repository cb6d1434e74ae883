"""Judging one uploaded file: what it is, a clean name, and the bytes that are fit to be kept."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import Invalid
from app.workflow import documents, photos
from app.workflow.forms import Field

LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 120
_BAD = re.compile(
    r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069<>:"|?*\ud800-\udfff]'
)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was sent, and the form field that it answers."""

    field: str
    filename: str
    stream: BinaryIO
    mark: photos.Watermark | None = None  # what is painted into it, if it is a photo


@dataclass(frozen=True, slots=True)
class Kept:
    """A file after judging: what is stored, and what is said of it."""

    name: str
    mime: str
    content: bytes
    original: str
    photo: photos.Photo | None

    @property
    def kind(self) -> str:
        """image or document, as a form's `accept` has it."""
        return "image" if self.photo else "document"


def judge(upload: Upload) -> Kept:
    """What this file is, by its content alone. Raises Invalid in words for the person."""
    content = upload.stream.read(LARGEST + 1)
    if not content:
        raise Invalid("文件是空的，请重新选择")
    if len(content) > LARGEST:
        raise Invalid("文件超过 20 MB，请压缩或拆分后上传")
    original = hashlib.sha256(content).hexdigest()
    if photos.looks_like_one(content):
        photo = photos.repaint(content, upload.mark)
        name = clean_name(upload.filename, "jpg")
        return Kept(name, "image/jpeg", photo.content, original, photo)
    kind = documents.kind_of(content)
    if kind is None:
        raise Invalid("只能上传照片（JPG、PNG、WebP）或 PDF、Word（docx）、Excel（xlsx）、OFD 文件")
    return Kept(clean_name(upload.filename, kind), documents.MIMES[kind], content, original, None)


def suits(field: Field, kept: Kept) -> None:
    """Whether the field takes such a file. Raises Invalid."""
    wanted = field.ui.get("ui:options", {}).get("accept", "any")
    if wanted == "image" and kept.kind != "image":
        raise Invalid(f"{field.title}请上传照片")
    if wanted == "document" and kept.kind != "document":
        raise Invalid(f"{field.title}请上传文件，不要上传照片")


def clean_name(sent: str, extension: str) -> str:
    """The name without folders, control signs and direction marks, ending as what it is."""
    last = re.split(r"[/\\]", sent)[-1]
    bare = " ".join(_BAD.sub("", last).split()).strip(". ")
    stem = bare.rpartition(".")[0] or bare
    return f"{stem[: LONGEST_NAME - len(extension) - 1].strip('. ') or '附件'}.{extension}"
