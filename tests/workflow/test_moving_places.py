"""Which running cases a version is for: those of its place, whatever they run by."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.workflow import commands
from app.workflow.commands.filing import Filing
from app.workflow.models import Case
from app.workflow.studio import moving
from tests.workflow import drawn
from tests.workflow.people import FAR, HERE, NOON, unit, who

DISTRICT = "420502"


def file(place: str) -> Case:
    return commands.file_values(who("ann"), Filing("demo", place, {"title": "一件"}), at=NOON)


def limited(limit: str, code: str = "4205") -> str:
    """A version with this limit, published; its id."""
    return drawn.publish("demo", drawn.two_levels("demo", limit), code).id


def test_a_draft_counts_the_cases_of_its_place_whatever_they_run_by(town: Session) -> None:
    limited("1wd")
    file(HERE)
    file(FAR)
    limited("2wd", DISTRICT)
    file(HERE)
    draft = commands.begin_flow_draft(who("jin"), unit(DISTRICT).id, "demo", at=NOON)
    assert moving.running(town, draft, NOON) == 2
    city = commands.begin_flow_draft(who("ning"), unit("4205").id, "demo", at=NOON)
    assert moving.running(town, city, NOON) == 1
