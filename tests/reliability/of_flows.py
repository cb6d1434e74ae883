"""Stages about flows: two running cases go on in a newer version, in the background, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.workflow import jobs
from tests.identity import people
from tests.reliability.house import NOON, House
from tests.reliability.posts import Post, send

if TYPE_CHECKING:
    from tests.reliability.drills import Drills


def begin_move(house: House, drills: Drills) -> Post:
    """The keeper of the district asks for it, with what a preview showed."""
    return Post("begin_move", "jinhezhu", "begin_move:act", _published(house, drills))


def move(house: House, drills: Drills) -> Post:
    """It was asked for: the background moves case after case."""
    drills.play(Post("begin_move", "jinhezhu", "begin_move:before", _published(house, drills)))
    return Post("background", "", "", "soon")


def move_back(house: House, drills: Drills) -> Post:
    """It was asked for: the background puts case after case back."""
    drills.play(Post("undo_move", "jinhezhu", "", _moved(house, drills)))
    return Post("background", "", "", "soon")


def _published(house: House, drills: Drills) -> str:
    """Two cases wait, and the district publishes a flow of its own."""
    for name in ("stage", "other"):
        drills.play(Post("file", "", f"file:{name}"))
    district = people.unit("西陵区", "district").id
    return _played(house, drills, Post("publish", "jinhezhu", "publish:before", district, "第二版"))


def _moved(house: House, drills: Drills) -> str:
    asked = Post("begin_move", "jinhezhu", "begin_move:before", _published(house, drills))
    made = _played(house, drills, asked)
    while jobs.run_due(NOON):
        pass
    return made


def _played(house: House, drills: Drills, post: Post) -> str:
    """Let it happen, and ask once more by the same key what came of it."""
    drills.play(post)
    return send(house, post, NOON)


STAGES = {"begin_move": begin_move, "move": move, "move_back": move_back}
