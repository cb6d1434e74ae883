"""Who may see a case, and do what beside deciding a task: the scope predicate on our rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, and_, any_, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.db import session
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.permissions import holding
from app.identity.scope import OWN, Cover, ScopeColumns, cover, in_scope, scope_clause
from app.identity.units import COLUMNS
from app.workflow import kinds
from app.workflow.models import Case
from app.workflow.talk_models import Copy, Opinion

CASE_COLUMNS = ScopeColumns(
    l1=Case.l1, l2=Case.l2, l3=Case.l3, l4=Case.l4, also_l2=Case.also_l2,
    category=Case.category, applicant_id=Case.applicant_id, filed_by_id=Case.filed_by_id,
)  # fmt: skip


def visible(actor: Actor, permission: str = OWN) -> ColumnElement[bool]:
    """The condition on cases that this person may see, in every list, count, export and search.

    The public also reads what became of a work of theirs: the cases about their own first one.
    Officials also read what was copied to them, or their opinion asked of, while they have a post.
    """
    reached = scope_clause(actor, permission, CASE_COLUMNS)
    if actor.staff and permission == OWN and actor.holds:
        return or_(_by_right(actor, permission, reached), _lent(actor.id))
    if actor.staff or permission != OWN:
        return _by_right(actor, permission, reached)
    first = aliased(Case)
    theirs = Case.subject_id.in_(select(first.id).where(first.applicant_id == actor.id))
    hidden = kinds.kept_from_owners()
    return or_(reached, and_(theirs, Case.process_key.not_in(hidden)) if hidden else theirs)


def _by_right(actor: Actor, permission: str, reached: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same, without the cases whose kind asks for a right that is not held there.

    And with those of every trade whose department coordinates them in its area.
    """
    asked = kinds.readers()
    if not asked:
        return reached
    held = (
        and_(Case.process_key == key, scope_clause(actor, right, CASE_COLUMNS))
        for key, right in asked.items()
    )
    by_trade = and_(reached, or_(Case.process_key.not_in(asked), *held))
    return or_(by_trade, *_coordinated(actor, permission))


def stretches(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Conditions of one column each that together hold all of `visible`, by whatever permission.

    None for the public, who have few cases.
    """
    if not actor.staff:
        return ()
    held = ((COLUMNS[hold.unit_level], hold.area_unit_id) for hold in actor.holds)
    areas = {(column, unit) for column, unit in held if unit}
    areas |= {("also_l2", unit) for column, unit in areas if column == "l2"}
    own = (Case.applicant_id == actor.id, Case.filed_by_id == actor.id, _lent(actor.id))
    return (*(getattr(Case, column) == unit for column, unit in sorted(areas)), *own)


def _lent(person_id: str) -> ColumnElement[bool]:
    """The cases that somebody sent this person. PostgreSQL finds them by their ids, beside the
    other conditions, only if it is handed an array.
    """
    rows = union_all(
        select(Copy.case_id).where(Copy.person_id == person_id),
        select(Opinion.case_id).where(Opinion.person_id == person_id),
    )
    if session().get_bind().dialect.name == "postgresql":
        return Case.id == any_(func.array(rows.scalar_subquery()))
    return Case.id.in_(rows)


def _coordinated(actor: Actor, permission: str) -> Iterator[ColumnElement[bool]]:
    for kind in kinds.coordinators():
        if permission not in (OWN, kind.reader):
            continue
        for hold in holding(actor, kind.reader):
            if hold.industry == kind.coordinator:
                area = getattr(Case, COLUMNS[hold.unit_level]) == hold.area_unit_id
                yield and_(Case.process_key == kind.key, area)


def readable_case(work: Session, actor: Actor, case_id: str) -> Case:
    """The case, if this person may see it; NotFound, as if it were not there, otherwise."""
    case = work.scalars(_readable(actor, case_id)).first()
    if case is None:
        raise NotFound
    return case


def reads(work: Session, actor: Actor, case: Case) -> bool:
    """Whether this person may see the case."""
    return work.scalar(_readable(actor, case.id).with_only_columns(Case.id)) is not None


def reading_right(case: Case) -> str:
    """The permission by which officials read a case of this kind."""
    return kinds.of(case.process_key).reader or OWN


def covers(actor: Actor, case: Case) -> tuple[Cover, ...]:
    """How each assignment of an official stands to reading one case: `visible` for one in hand."""
    right, coordinator = reading_right(case), kinds.of(case.process_key).coordinator
    found = ((hold, cover(hold, right, case)) for hold in actor.holds)
    return tuple(
        replace(one, trade=True) if coordinator and hold.industry == coordinator else one
        for hold, one in found
    )


def reads_as_own(actor: Actor, case: Case) -> bool:
    """Whether an official reads a case because it is theirs, where its kind asks for no right."""
    return own_case(actor, case) and reading_right(case) == OWN


def _readable(actor: Actor, case_id: str) -> Select[Case]:
    return select(Case).where(Case.id == case_id, visible(actor))


def borrowers(work: Session, case: Case) -> frozenset[str]:
    """Who was sent this case, by id: they read it while they have a post."""
    rows = union_all(
        select(Copy.person_id).where(Copy.case_id == case.id),
        select(Opinion.person_id).where(Opinion.case_id == case.id),
    )
    return frozenset(work.scalars(rows))


def own_case(actor: Actor, case: Case) -> bool:
    """Whether it is this person's: they applied, or filed it for somebody who cannot."""
    return actor.id in (case.applicant_id, case.filed_by_id)


def typed_it(actor: Actor, case: Case) -> bool:
    """Whether the start form is their own words, and its secrets theirs; none is of a message."""
    return own_case(actor, case) and case.parent_id is None


def is_party(actor: Actor, case: Case) -> bool:
    """Whether this person must leave the case to others (回避): they applied, or opened it.

    Or one of those whom it names as its parties has their telephone.
    """
    opened = case.filed_by_id == actor.id and not kinds.of(case.process_key).opener_handles
    return opened or case.applicant_id == actor.id or actor.id in case.parties


def may_withdraw(actor: Actor, case: Case) -> bool:
    """Whether this person may take back what they filed: nothing is settled yet, nor held."""
    open_ = case.result is None and case.state in ("in_review", "correcting")
    filed = kinds.of(case.process_key).starter == kinds.PUBLIC
    return own_case(actor, case) and open_ and filed and case.held_at is None


def may_name(actor: Actor, case: Case, person_id: str | None) -> bool:
    """Whether this reader hears that person's name: the public only who applied or filed.

    An official who opened a case of their own desk did not file it for anybody.
    """
    filed = case.filed_by_id if kinds.of(case.process_key).starter == kinds.PUBLIC else None
    return actor.staff or person_id in (actor.id, case.applicant_id, filed)


def may_retry(actor: Actor, case: Case) -> bool:
    """Whether this person keeps the flows of the place where the case is."""
    return in_scope(actor, "case:retry", case)
