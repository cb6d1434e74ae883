"""Files as honest people send them, and as others do."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import ExifTags, Image

HTML = b"<!doctype html><script>alert(1)</script>"
PHP = b"<?php system($_GET['c']); ?>"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    """An honest picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


def told_picture() -> bytes:
    """A photo whose camera noted where and when, and that lies on its side."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "SECRET-CAMERA"
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = "2026:11:20 09:30:00"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
    place[ExifTags.GPS.GPSLatitude] = (30.0, 41.0, 30.0)
    place[ExifTags.GPS.GPSLongitude] = (111.0, 17.0, 24.0)
    return picture(exif=exif, comment=PHP)


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it is 30,000 pixels square."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 30_001 * 20)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def pdf(tail: bytes = b"") -> bytes:
    """The smallest thing that every reader calls a PDF."""
    body = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    )
    return body + tail


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    """An honest Word file, or one with something added."""
    return zipped(
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", **more}
    )


def lying_zip() -> bytes:
    """A DOCX whose directory says that a member of 40 MB has 100 bytes."""
    whole = docx(**{"word/media/image1.bin": b"\0" * 40_000_000})
    size = struct.pack("<I", 40_000_000)
    return whole.replace(size, struct.pack("<I", 100))


def crowded_zip() -> bytes:
    """A DOCX whose directory names a hundred thousand nameless members: seconds of reading."""
    whole = zipped({"word/document.xml": b"x"}, zipfile.ZIP_STORED)
    start = whole.rfind(b"PK\x01\x02")
    entry = bytearray(whole[start : start + 46])
    entry[28:30] = b"\0\0"
    entries = bytes(entry) * 100_000
    tail = struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(entries), start, 0
    )  # fmt: skip
    return whole[:start] + entries + tail


REFUSED: dict[str, bytes] = {
    "empty": b"",
    "text": b"hello",
    "html": HTML,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html called jpg": b"\xff\xd8\xff" + HTML,
    "png head and noise": b"\x89PNG\r\n\x1a\n" + bytes(range(64)),
    "truncated jpeg": picture(size=(600, 400))[:300],
    "header only": picture()[:4],
    "gif": b"GIF89a" + bytes(40) + b"<script>",
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "exe": b"MZ" + bytes(200),
    "bomb": bomb(),
    "webp head and noise": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30),
    "mp4": b"\0\0\0\x18ftypmp42" + bytes(40),
    "pdf without end": b"%PDF-1.7\n1 0 obj",
    "pdf and html": pdf(HTML),
    "pdf and zip": pdf(zipped({"a": b"b"})),
    "pdf with script head": b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF",
    "plain zip": zipped({"a.txt": b"hello"}),
    "jar": zipped({"META-INF/MANIFEST.MF": b"x", "A.class": b"x"}),
    "macro": docx(**{"word/vbaProject.bin": b"x"}),
    "nested archive": docx(**{"word/embeddings/a.zip": b"x"}),
    "too many members": docx(**{f"word/x{n}.xml": b"" for n in range(2_001)}),
    "ratio bomb": docx(**{"word/big.xml": b"\0" * 30_000_000}),
    "lying directory": lying_zip(),
    "crowded directory": crowded_zip(),
    "packed another way": zipped({"word/document.xml": b"x" * 100}, zipfile.ZIP_LZMA),
    "broken zip": b"PK\x03\x04" + bytes(40),
    "too large": b"%PDF-1.7" + bytes(20 * 1024 * 1024),
}
"""Everything that must not come in, by what it is."""
