"""Reading one rectification, hazard by hazard, and what this person may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.identity.actor import Actor
from app.smallworks.models import Paper
from app.smallworks.papers import Service
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.rectifications import steps
from app.smallworks.rectifications.models import HazardAnswer, OrderedHazard, Rectification
from app.workflow import acting, attachments
from app.workflow.attachments import Opened
from app.workflow.models import Attachment, Case, Task
from app.workflow.reach import is_party, readable_case

Photos = Mapping[str, Sequence[Attachment]]
BEFORE, AFTER, CHECKED = "hazard", "answer", "check"


@dataclass(frozen=True, slots=True)
class Item:
    """One hazard of a rectification: its answers by round, the last one of this round first."""

    hazard: Hazard
    ordered: OrderedHazard
    answer: HazardAnswer | None  # of the round that runs
    earlier: tuple[HazardAnswer, ...]
    before: Sequence[Attachment]
    photos: Photos = field(default_factory=dict)  # by answer:<id>, check:<id>

    @property
    def after(self) -> Sequence[Attachment]:
        """The photos of this round's answer."""
        return self.photos.get(f"{AFTER}:{self.answer.id}", ()) if self.answer else ()

    @property
    def ready(self) -> bool:
        """Whether it is answered in words and with a photo."""
        return bool(self.answer and self.answer.text and self.after)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A rectification as its page shows it, and what this person may do on it."""

    case: Case
    row: Rectification
    items: tuple[Item, ...]
    report: Task | None  # waits for the addressee
    reinspection: Task | None  # waits for inspectors
    answers: bool  # this person may answer
    checks: bool  # this person may re-inspect
    papers: Sequence[Paper]
    unread: Paper | None  # by this person, to whom it was sent
    handed_in: bool  # by this person, and waits to be re-inspected

    @property
    def open(self) -> list[Item]:
        """What is still to be done."""
        return [one for one in self.items if one.hazard.state != "closed"]

    @property
    def dues(self) -> list[datetime]:
        """By when something has to be put right, the nearest first."""
        waiting = [one.hazard.deadline for one in self.open if one.hazard.state == "open"]
        dues = sorted({due for due in waiting if due})
        return dues or ([self.row.deadline] if self.row.deadline else [])

    @property
    def done(self) -> int:
        """How many of the open ones are answered, or judged."""
        if self.checks:
            return sum(bool(one.answer and one.answer.verdict) for one in self.open)
        return sum(one.ready for one in self.open)


def sheet(work: Session, actor: Actor, case_id: str) -> Sheet:
    """The rectification of a case that this person may read. Raises NotFound."""
    case = readable_case(work, actor, case_id)
    row = steps.of_case(work, case.id)
    if row is None:
        raise NotFound("没有这次整改")
    report = steps.waiting(work, case, steps.REPORT)
    check = steps.waiting(work, case, steps.REINSPECTION)
    theirs = report is not None and report.person_id == actor.id
    own = case.applicant_id == actor.id and case.ended_at is None and check is None
    return Sheet(
        case, row, _items(work, row), report, check, theirs or own,
        check is not None and _checks(work, actor, check),
        papers_of(work, row), unread(work, case) if own else None,
        check is not None and actor.id in (case.applicant_id, row.reported_by_id),
    )  # fmt: skip


def _checks(work: Session, actor: Actor, task: Task) -> bool:
    """Whether this person may re-inspect: of the desk, and neither party nor reporter."""
    seated = bool(acting.posts(work, actor, task)) and not is_party(actor, task.case)
    return seated and not steps.recuses(work, task, actor.id, actor.day)


def unread(work: Session, case: Case) -> Paper | None:
    """A paper that went out by wire and that its receiver has not said to have."""
    sent = select(Paper).join(Service, Service.paper_id == Paper.id)
    sent = sent.where(Paper.case_id == case.id, Paper.void_at.is_(None))
    sent = sent.where(Service.receipt.is_(None), Service.way.in_(("link", "sms")))
    return work.scalars(sent.order_by(Paper.issued_at.desc()).limit(1)).first()


def papers_of(work: Session, row: Rectification) -> Sequence[Paper]:
    ids = (row.notice_paper_id, row.second_notice_paper_id)
    return work.scalars(select(Paper).where(Paper.id.in_(ids)).order_by(Paper.issued_at)).all()


def _items(work: Session, row: Rectification) -> tuple[Item, ...]:
    mine = [
        (one, hazard)
        for one, hazard in steps.ordered(work, row)
        if hazard.rectification_id == row.case_id or one.closed_at or row.closed_at
    ]
    answers = answers_of(work, HazardAnswer.rectification_id == row.id)
    photos = photos_of(work, row.case_id, (AFTER, CHECKED))
    before = before_photos(work, [hazard for _one, hazard in mine])
    return tuple(
        _item(row, place, answers.get(place[1].id, []), before.get(place[1].id, ()), photos)
        for place in mine
    )


def _item(
    row: Rectification,
    place: tuple[OrderedHazard, Hazard],
    answers: list[HazardAnswer],
    before: Sequence[Attachment],
    photos: Photos,
) -> Item:
    """What was said of it last stands first: in this round, or in the one that closed it."""
    one, hazard = place
    said = [each for each in answers if each.round == row.round or one.closed_at is not None][-1:]
    earlier = tuple(each for each in answers if each not in said)
    return Item(hazard, one, said[0] if said else None, earlier, before, photos)


def answers_of(work: Session, mine: ColumnElement[bool]) -> dict[str, list[HazardAnswer]]:
    found = select(HazardAnswer).where(mine).order_by(HazardAnswer.at, HazardAnswer.id)
    found = found.options(joinedload(HazardAnswer.by), joinedload(HazardAnswer.checked_by))
    answers: dict[str, list[HazardAnswer]] = {}
    for one in work.scalars(found):
        answers.setdefault(one.hazard_id, []).append(one)
    return answers


def photos_of(work: Session, case_id: str, kinds: Sequence[str]) -> dict[str, list[Attachment]]:
    found = select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)
    photos: dict[str, list[Attachment]] = {}
    for one in work.scalars(found):
        if one.field.partition(":")[0] in kinds:
            photos.setdefault(one.field, []).append(one)
    return photos


def before_photos(work: Session, hazards: Sequence[Hazard]) -> dict[str, list[Attachment]]:
    """What each hazard looked like when it was found."""
    fields = {f"{BEFORE}:{one.id}": one.id for one in hazards}
    found = select(Attachment).where(
        Attachment.case_id.in_(select(Patrol.case_id).where(
            Patrol.id.in_({one.patrol_id for one in hazards})
        )),
        Attachment.field.in_(fields),
    )  # fmt: skip
    photos: dict[str, list[Attachment]] = {}
    for one in work.scalars(found.order_by(Attachment.id)):
        photos.setdefault(fields[one.field], []).append(one)
    return photos


def photo(work: Session, actor: Actor, case_id: str, photo_id: str) -> Opened:
    """A photo of a rectification that this person may read: also what the patrol took of it."""
    case = readable_case(work, actor, case_id)
    row, one = steps.of_case(work, case.id), work.get(Attachment, photo_id)
    if row is None or one is None:
        raise NotFound("没有这张照片")
    kind, _, owner = one.field.partition(":")
    of_ours = one.case_id == case.id and kind in (AFTER, CHECKED)
    hazards = {hazard.id for _one, hazard in steps.ordered(work, row)}
    if not of_ours and not (kind == BEFORE and owner in hazards):
        raise NotFound("没有这张照片")
    return attachments.opened(one)
