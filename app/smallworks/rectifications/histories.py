"""One hazard from the day on which it was found: orders, answers, verdicts, reopenings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.models import Person
from app.smallworks.models import Paper
from app.smallworks.patrols.models import Hazard
from app.smallworks.rectifications.models import (
    HazardAnswer,
    HazardReopening,
    OrderedHazard,
    Rectification,
)
from app.smallworks.rectifications.queries import (
    AFTER,
    CHECKED,
    Photos,
    answers_of,
    before_photos,
    papers_of,
    photos_of,
)
from app.smallworks.rectifications.words import PASS
from app.workflow.models import Attachment, Case
from app.workflow.reach import readable_case


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happened to a hazard, for its history."""

    at: datetime
    what: str  # found, ordered, answered, judged, reopened
    who: str = ""
    text: str = ""
    verdict: str = ""
    round: int = 0
    deadline: datetime | None = None
    case: Case | None = None
    paper: Paper | None = None
    photos: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True)
class History:
    """A hazard from the day on which it was found."""

    hazard: Hazard
    case: Case  # where it is handled now: the rectification, or the patrol
    turns: tuple[Turn, ...]


def history(work: Session, actor: Actor, hazard_id: str) -> History:
    """A hazard of a case that this person may read, and all that came of it. Raises NotFound."""
    hazard = work.get(Hazard, hazard_id)
    if hazard is None or hazard.patrol.concluded_at is None or hazard.state == "void":
        raise NotFound("没有这条隐患")
    found_in = readable_case(work, actor, hazard.patrol.case_id)
    photos = before_photos(work, [hazard]).get(hazard.id, [])
    turns = [Turn(hazard.found_at, "found", _name(work, hazard.found_by_id), hazard.text,
                  case=found_in, photos=photos)]  # fmt: skip
    for row in _orders(work, hazard):
        turns += _of_order(work, row, hazard)
    now = work.get(Case, hazard.rectification_id) if hazard.rectification_id else None
    turns.sort(key=lambda one: one.at)
    return History(hazard, now or found_in, tuple(turns))


def _name(work: Session, person_id: str | None) -> str:
    person = work.get(Person, person_id) if person_id else None
    return person.name if person else ""


def _orders(work: Session, hazard: Hazard) -> Sequence[Rectification]:
    mine = select(Rectification).join(
        OrderedHazard, OrderedHazard.rectification_id == Rectification.id
    )
    mine = mine.where(OrderedHazard.hazard_id == hazard.id).order_by(Rectification.id)
    return work.scalars(mine.options(joinedload(Rectification.case))).all()


def _of_order(work: Session, row: Rectification, hazard: Hazard) -> list[Turn]:
    """What one order came to, for one hazard."""
    photos = photos_of(work, row.case_id, (AFTER, CHECKED))
    turns: list[Turn] = []
    mine = (HazardAnswer.rectification_id == row.id) & (HazardAnswer.hazard_id == hazard.id)
    for one in answers_of(work, mine).get(hazard.id, []):
        turns += _of_round(one, row, photos)
    again = select(HazardReopening).where(
        HazardReopening.rectification_id == row.id, HazardReopening.hazard_id == hazard.id
    )
    for reopening in work.scalars(again.options(joinedload(HazardReopening.by))):
        turns.append(
            Turn(reopening.at, "reopened", reopening.by.name, reopening.reason, case=row.case)
        )
    return [*_notices(work, row, turns), *turns]


def _notices(work: Session, row: Rectification, turns: list[Turn]) -> list[Turn]:
    """The papers that name this hazard: the first, and those issued while it stood open."""
    notices = []
    for paper in papers_of(work, row):
        first = paper.id == row.notice_paper_id
        if first or _stood_open(turns, paper.issued_at):
            due = row.first_deadline if first else row.deadline
            notices.append(
                Turn(paper.issued_at, "ordered", text=paper.number, deadline=due, case=row.case,
                     paper=paper)
            )  # fmt: skip
    return notices


def _stood_open(turns: list[Turn], at: datetime) -> bool:
    """Whether a hazard was not closed at a moment: it never passed, or was reopened since."""
    before = sorted((one for one in turns if one.at <= at), key=lambda one: one.at)
    told = [one for one in before if one.what == "reopened" or one.verdict]
    return not told or told[-1].verdict != PASS


def _of_round(one: HazardAnswer, row: Rectification, photos: Photos) -> list[Turn]:
    turns = []
    if one.text or photos.get(f"{AFTER}:{one.id}"):
        turns.append(
            Turn(one.at, "answered", one.by.name, one.text, round=one.round, case=row.case,
                 photos=photos.get(f"{AFTER}:{one.id}", ()))
        )  # fmt: skip
    if one.verdict and one.checked_at:
        turns.append(
            Turn(one.checked_at, "judged", one.checked_by.name if one.checked_by else "",
                 one.verdict_reason, one.verdict, one.round, case=row.case,
                 photos=photos.get(f"{CHECKED}:{one.id}", ()))
        )  # fmt: skip
    return turns
