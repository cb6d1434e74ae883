"""Photos that come with what people do on site: all of them are kept, or none."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import Invalid
from app.workflow import attachments
from app.workflow.attachments import Taken, Upload


def take_in(photos: Sequence[Upload], most: int) -> list[Taken]:
    """The photos judged and stored, before any transaction.

    Raises Invalid for more than `most`, and naming the first that is none.
    """
    if len(photos) > most:
        raise Invalid(f"照片最多 {most} 张", {"photos": f"照片最多 {most} 张"})
    taken = []
    for photo in photos:
        one = attachments.take_in(photo)
        if one.kept.kind != "image":
            raise Invalid(f"“{one.kept.name}”不是照片，请选择照片", {"photos": "请选择照片"})
        taken.append(one)
    return taken
