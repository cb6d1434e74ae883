"""What is painted into a photo: seen on the picture, beside a clean original's hash."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from app.errors import Invalid
from app.workflow import photos
from app.workflow.photos import Watermark

AT = datetime(2026, 11, 23, 1, 2, tzinfo=UTC)


def picture(size: tuple[int, int] = (800, 600), taken: str = "") -> bytes:
    made, exif = io.BytesIO(), Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    Image.new("RGB", size, "white").save(made, "JPEG", exif=exif)
    return made.getvalue()


def painted(content: bytes, *lines: str) -> Image.Image:
    made = photos.repaint(content, Watermark(lines, AT)).content
    return Image.open(io.BytesIO(made)).convert("L")


def inked(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    return sum(image.crop(box).histogram()[:200])


def test_the_lower_edge_carries_the_words_and_the_rest_stays():
    plain = Image.open(io.BytesIO(photos.repaint(picture()).content)).convert("L")
    marked = painted(picture(), "{time} 铁路坝社区", "招牌更换 巡查：陆远秋 2026-000123")
    assert plain.size == marked.size
    assert inked(plain, (0, 500, 800, 600)) == 0
    assert inked(marked, (0, 540, 800, 600)) > 10_000
    assert inked(marked, (0, 0, 800, 400)) == 0


def test_the_time_is_the_cameras_own_where_it_noted_one():
    said = painted(picture(taken="2026:11:20 09:30:00"), "{time}")
    unsaid = painted(picture(), "{time}")
    same = painted(picture(taken="2026:11:23 09:02:00"), "{time}")
    assert said.tobytes() != unsaid.tobytes()
    assert same.tobytes() == unsaid.tobytes()


def test_no_cameras_clock_is_believed_beyond_the_latest_moment():
    ahead, mark = picture(taken="2038:11:20 09:30:00"), Watermark(("{time}",), AT, latest=AT)
    made = photos.repaint(ahead, mark)
    assert made.taken_at == AT
    assert made.content == photos.repaint(picture(), mark).content


def test_long_lines_are_broken_and_never_fill_the_picture():
    marked = painted(picture((400, 300)), "很长的一行字" * 60)
    assert inked(marked, (0, 0, 400, 100)) == 0


@pytest.mark.parametrize("size", [(1, 1), (30, 20), (20, 2000), (4000, 40)])
def test_odd_shapes_are_painted_too(size: tuple[int, int]):
    assert painted(picture(size), "{time} 铁路坝社区").size


def test_a_mark_does_not_make_a_picture_of_what_is_none():
    with pytest.raises(Invalid):
        photos.repaint(b"\xff\xd8\xff no picture", Watermark(("字",), AT))


def test_the_same_twice_is_the_same_bytes():
    made = [photos.repaint(picture(), Watermark(("同一张",), AT)).content for _ in range(2)]
    assert len({hashlib.sha256(one).hexdigest() for one in made}) == 1
