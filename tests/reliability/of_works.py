"""Stages about a work that has several cases: one more is begun, all are held, all are let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reliability.house import NOON, House
from tests.reliability.posts import Post, send

if TYPE_CHECKING:
    from tests.reliability.drills import Drills


def _filed(house: House, drills: Drills, name: str) -> str:
    post = Post("file", "", f"file:{name}")
    drills.play(post)
    return send(house, post, NOON)


def about(house: House, drills: Drills) -> Post:
    """The owner begins another case about the work."""
    return Post("about", "", "about:act", _filed(house, drills, "stage"))


def hold(house: House, drills: Drills) -> Post:
    """Two cases of one work, and a third that holds them."""
    work = _filed(house, drills, "stage")
    drills.play(Post("about", "", "about:before", work))
    return Post("hold", "shecundong", "", work, _filed(house, drills, "stop"))


def lift(house: House, drills: Drills) -> Post:
    """They are let go again."""
    held = hold(house, drills)
    drills.play(held)
    return Post("lift", "shecundong", "", held.target, held.outcome)


STAGES = {"about": about, "hold": hold, "lift": lift}
