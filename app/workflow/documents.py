"""Whether a document is what it says it is: PDF, DOCX, XLSX, OFD. Kept as it came, never shown."""

from __future__ import annotations

import io
import zipfile

from app.errors import Invalid

MOST_MEMBERS = 2_000
MOST_BYTES = 200 * 1024 * 1024
MOST_RATIO = 100
_CHUNK = 1024 * 1024
_ENTRY = b"PK\x01\x02"
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How office programs pack; other ways let a file of a hundred bytes ask for gigabytes."""
_SMALL = 64 * 1024
"""Below this, a high ratio is nothing but repetition."""

MIMES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
}
_MARKERS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}
_NESTED = (".zip", ".7z", ".rar", ".gz", ".jar", ".xz", ".bz2", ".tar")
_MACROS = ("vbaproject.bin", "vbadata.xml")
_WEB = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml", b"<?php")


def kind_of(content: bytes) -> str | None:
    """pdf, docx, xlsx or ofd by what is inside, else None. Raises Invalid for a hostile one."""
    if content.startswith((b"%PDF-1.", b"%PDF-2.")):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    return None


def _pdf(content: bytes) -> str | None:
    """A whole PDF: its end mark is there, and nothing of another format hangs on behind."""
    end = content.rfind(b"%%EOF")
    tail = content[end + 5 :].strip(b"\r\n \t\x00") if end >= 0 else b"?"
    if end < 0 or tail:
        raise Invalid("这份 PDF 不完整或夹带了其他内容，请重新导出后上传")
    head = content[:1024].lower()
    if any(mark in head for mark in _WEB[:4]):
        raise Invalid("这份 PDF 夹带了网页内容，请重新导出后上传")
    return "pdf"


def _zipped(content: bytes) -> str | None:
    if content.count(_ENTRY) > MOST_MEMBERS:  # before half a million of them are read
        raise Invalid("文件展开后太大，请拆分或另存为 PDF 后上传")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _judge_list(members, len(content))
            kind = _marked({member.filename for member in members})
            if kind:
                _judge_content(archive, members, len(content))
            return kind
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as broken:
        raise Invalid("文件已损坏或加了密码，请重新导出后上传") from broken


def _marked(names: set[str]) -> str | None:
    return next((kind for kind, marker in _MARKERS.items() if marker in names), None)


def _judge_list(members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        raise Invalid("文件展开后太大，请拆分或另存为 PDF 后上传")
    total = sum(member.file_size for member in members)
    if total > _SMALL and total > size * MOST_RATIO:
        raise Invalid("文件压缩得异常，请另存为 PDF 后上传")
    if any(member.compress_type not in _PACKED for member in members):
        raise Invalid("文件压缩得异常，请另存为 PDF 后上传")
    for member in members:
        name = member.filename.lower()
        if name.endswith(_NESTED):
            raise Invalid("文件里还有压缩包，请取出后分别上传")
        if name.rsplit("/", 1)[-1] in _MACROS:
            raise Invalid("文件带有宏，请另存为不带宏的格式或 PDF 后上传")


def _judge_content(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], size: int) -> None:
    """What a list of members says of their sizes may be a lie, so count while unpacking."""
    left = min(MOST_BYTES, max(size * MOST_RATIO, _SMALL))
    for member in members:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Invalid("文件展开后太大，请拆分或另存为 PDF 后上传")
