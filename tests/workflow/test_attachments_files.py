"""What a file is, by its content alone; what is taken is clean, the rest is refused in words."""

from __future__ import annotations

import hashlib
import io
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from app.errors import Invalid
from app.workflow.intake import LONGEST_NAME, Kept, Upload, clean_name, judge
from tests.workflow import hostile_files as files


def kept(content: bytes, name: str = "现场.jpg") -> Kept:
    return judge(Upload("site_photos", name, io.BytesIO(content)))


@pytest.mark.parametrize("name", files.REFUSED)
def test_what_is_refused(name: str) -> None:
    began = time.monotonic()
    with pytest.raises(Invalid) as refused:
        kept(files.REFUSED[name])
    assert any("\u4e00" <= sign <= "\u9fff" for sign in refused.value.message)
    assert time.monotonic() - began < 15


def test_a_crowded_archive_costs_no_reading() -> None:
    began = time.process_time()
    with pytest.raises(Invalid):
        kept(files.REFUSED["crowded directory"])
    assert time.process_time() - began < 0.3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_painted_anew_as_jpeg(kind: str) -> None:
    sent = files.picture(kind)
    made = kept(sent, "照片.exe")
    with Image.open(io.BytesIO(made.content)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (60, 40))
    assert (made.mime, made.name) == ("image/jpeg", "照片.jpg")
    assert made.original == hashlib.sha256(sent).hexdigest()


def test_time_and_place_are_taken_out_of_the_picture_and_kept_apart() -> None:
    sent = files.told_picture()
    assert b"SECRET-CAMERA" in sent
    assert files.PHP in sent
    made = kept(sent)
    assert b"SECRET-CAMERA" not in made.content
    assert b"Exif" not in made.content
    assert b"<?php" not in made.content
    assert made.photo is not None
    china = ZoneInfo("Asia/Shanghai")
    assert made.photo.taken_at == datetime(2026, 11, 20, 9, 30, tzinfo=china)
    assert (made.photo.lat, made.photo.lng) == ("30.691667", "111.290000")
    with Image.open(io.BytesIO(made.content)) as shown:
        assert shown.size == (40, 60)  # it lay on its side


@pytest.mark.parametrize("tail", [files.HTML, files.PHP, files.zipped({"a.txt": b"x"})])
def test_what_hangs_on_behind_a_picture_is_left_behind(tail: bytes) -> None:
    assert tail not in kept(files.picture() + tail).content


def test_large_pictures_shrink_to_what_a_screen_can_use() -> None:
    with Image.open(io.BytesIO(kept(files.picture(size=(5000, 3000))).content)) as shown:
        assert shown.size == (2560, 1536)


def test_transparent_pictures_lie_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(kept(out.getvalue()).content)) as shown:
        assert shown.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.pdf(), "pdf"),
        (files.pdf(b"\r\n\n"), "pdf"),
        (files.docx(), "docx"),
        (files.zipped({"xl/workbook.xml": b"<workbook/>"}), "xlsx"),
        (files.zipped({"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": b"<a/>"}), "ofd"),
    ],
)
def test_documents_are_kept_as_they_came(content: bytes, kind: str) -> None:
    made = kept(content, "合同.html")
    assert made.content == content
    assert made.name == f"合同.{kind}"
    assert made.photo is None


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\甲\\合同.docx", "合同.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("\u202egpj.exe.pdf", "gpj.exe.pdf"),
        ("", "附件.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("....", "附件.pdf"),
        ('x"; filename="y.html', "x; filename=y.pdf"),
        ("\ud800图.pdf", "图.pdf"),
    ],
)
def test_names_lose_what_could_lead_astray(sent: str, name: str) -> None:
    assert clean_name(sent, "pdf") == name


def test_names_are_short() -> None:
    assert len(clean_name("长" * 500, "docx")) == LONGEST_NAME
