"""Who sits at a desk: the drawing names it, the permission table decides."""

from __future__ import annotations

import pytest

from app.identity.actor import Hold
from app.workflow.desks import sits_at


def post(level: str, position: str) -> Hold:
    return Hold(
        grant_id="g", unit_id="u", unit_name="某单位", unit_level=level, unit_kind="government",
        industry=None, role="", position=position, area_unit_id="u", categories=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("level", "position", "desk", "sits"),
    [
        ("community", "head", "head inspector", True),
        ("community", "inspector", "head inspector", True),
        ("community", "leader", "leader", False),  # 分管领导 of a community decides nothing
        ("township", "leader", "leader", True),
        ("township", "head", "inspector", False),
    ],
)
def test_a_desk_gives_no_right_that_the_table_does_not(
    level: str, position: str, desk: str, sits: bool
) -> None:
    assert sits_at(post(level, position), desk) is sits
