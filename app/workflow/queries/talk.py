"""What one was sent or asked, and what was said beside a case, with who read it when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from app.identity import queries
from app.identity.actor import Actor
from app.identity.models import Grant, Person
from app.identity.queries import Member, in_force
from app.workflow.models import Case, Task
from app.workflow.queries.pages import MOST_COUNTED, PAGE, Cursor, Page
from app.workflow.talk_models import Copy, Opinion

COPIED, ASKED = "copied", "asked"
MOST = 20


def _unread(person_id: str) -> Select[Copy]:
    return select(Copy).where(Copy.person_id == person_id, Copy.read_at.is_(None))


def _waiting(person_id: str) -> Select[Opinion]:
    mine = select(Opinion).join(Opinion.case).where(Opinion.person_id == person_id)
    return mine.where(Opinion.answered_at.is_(None), Case.ended_at.is_(None))


def counts(work: Session, actor: Actor) -> dict[str, int]:
    """How many copies are unread, and how many questions wait; counted up to MOST_COUNTED."""
    unread = _unread(actor.id).with_only_columns(Copy.id).limit(MOST_COUNTED).subquery()
    waiting = _waiting(actor.id).with_only_columns(Opinion.id).limit(MOST_COUNTED).subquery()
    both = {COPIED: unread, ASKED: waiting} if actor.holds else {}
    return {box: work.scalar(select(func.count()).select_from(of)) or 0 for box, of in both.items()}


def copies(work: Session, actor: Actor, after: str = "") -> Page[Copy]:
    """What was copied to this person, newest first."""
    query = select(Copy).where(Copy.person_id == actor.id)
    cursor = Cursor.read(after)
    if cursor:
        query = query.where(tuple_(Copy.at, Copy.id) < tuple_(cursor.moment, cursor.id))
    shown = query.options(joinedload(Copy.case), joinedload(Copy.by), joinedload(Copy.words))
    found = work.scalars(shown.order_by(Copy.at.desc(), Copy.id.desc()).limit(PAGE + 1)).all()
    rows = list(found[:PAGE]) if actor.holds else []
    more = len(found) > PAGE and bool(rows)
    return Page(rows, Cursor(rows[-1].at, rows[-1].id).write() if more else "")


def opinions(work: Session, actor: Actor, after: str = "") -> Page[Opinion]:
    """What this person is asked and has not answered, soonest due first."""
    query = _waiting(actor.id)
    cursor = Cursor.read(after)
    if cursor:
        query = query.where(tuple_(Opinion.due_at, Opinion.id) > tuple_(cursor.moment, cursor.id))
    shown = query.options(
        joinedload(Opinion.case), joinedload(Opinion.by), joinedload(Opinion.question)
    )
    found = work.scalars(shown.order_by(Opinion.due_at, Opinion.id).limit(PAGE + 1)).all()
    rows = list(found[:PAGE]) if actor.holds else []
    more = len(found) > PAGE and bool(rows)
    return Page(rows, Cursor(rows[-1].due_at, rows[-1].id).write() if more else "")


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said beside one case."""

    copies: Sequence[Copy]
    opinions: Sequence[Opinion]


def of_case(work: Session, case: Case) -> Talk:
    """Who has a copy and read it when, and who was asked what, in order."""
    sent = select(Copy).where(Copy.case_id == case.id)
    asked = select(Opinion).where(Opinion.case_id == case.id)
    return Talk(
        work.scalars(
            sent.options(joinedload(Copy.person), joinedload(Copy.by)).order_by(Copy.at, Copy.id)
        ).all(),
        work.scalars(
            asked.options(
                joinedload(Opinion.person), joinedload(Opinion.by),
                joinedload(Opinion.question), joinedload(Opinion.answer),
            ).order_by(Opinion.at, Opinion.id)
        ).all(),
    )  # fmt: skip


def near(work: Session, actor: Actor, case: Case) -> list[Member]:
    """Whom one is likely to mean: who handled the case, and one's own colleagues."""
    done = select(Task.done_by_id).where(Task.case_id == case.id, Task.unit_id.is_not(None))
    mine = select(Grant.person_id).where(
        Grant.unit_id.in_([hold.unit_id for hold in actor.holds]), in_force(actor.day)
    )
    return _able(work, actor, case, or_(Person.id.in_(done), Person.id.in_(mine)))


def found(work: Session, actor: Actor, case: Case, words: str) -> list[Member]:
    """Staff by part of a name or the beginning of an account."""
    alike = or_(
        Person.name.contains(words, autoescape=True),
        Person.account.startswith(words.lower(), autoescape=True),
    )
    return _able(work, actor, case, alike)


def chosen(work: Session, actor: Actor, case: Case, ids: Sequence[str]) -> list[Member]:
    """Those who are ticked already."""
    return _able(work, actor, case, Person.id.in_(ids[:MOST])) if ids else []


def _able(work: Session, actor: Actor, case: Case, which: ColumnElement[bool]) -> list[Member]:
    apart = {actor.id, case.applicant_id, case.filed_by_id, *case.parties} - {None}
    wanted = select(Person.id).where(
        Person.staff, Person.status == queries.ABLE, which, Person.id.not_in(apart)
    )
    some = work.scalars(wanted.order_by(Person.name, Person.id).limit(MOST)).all()
    known = queries.members(Person.id.in_(some), actor.day) if some else []
    return [one for one in known if one.actor.holds]
