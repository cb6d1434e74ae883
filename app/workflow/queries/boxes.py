"""Boxes of the inbox: which tasks each holds, as ranges of an index that lie in order already.

Whoever sits at three desks looks at three ranges. Reading them merges their heads: nothing is
sorted, and how much lies behind the first page costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    asc,
    desc,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from app.identity.actor import Actor, Hold
from app.identity.permissions import holding
from app.identity.units import COLUMNS
from app.workflow import desks, substitutions
from app.workflow.backstage import Desk
from app.workflow.models import Case, Task
from app.workflow.queries.pages import MOST_COUNTED, Cursor
from app.workflow.reach import visible
from app.workflow.substitutions import Substitution

IN_HAND, CLAIMABLE, AREA, DONE, STANDING = "todo", "claimable", "area", "done", "standing"
BOXES = (IN_HAND, CLAIMABLE, STANDING, AREA, DONE)
WATCH = "case:supervise"
"""What opens the box of a whole area: everything that waits there, whoever has it."""

_OPEN = Task.status == literal("open", literal_execute=True)
"""Written out: an index of open tasks alone is not used for a parameter."""


@dataclass(frozen=True, slots=True)
class Range:
    """One run of tasks in the order of its index, and what else must hold of them."""

    where: ColumnElement[bool]
    case: ColumnElement[bool] | None = None


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a box is narrowed to: conditions on tasks, and on their cases."""

    tasks: Sequence[ColumnElement[bool]] = ()
    cases: Sequence[ColumnElement[bool]] = ()


NOTHING = Narrowing()


def ranges(work: Session, actor: Actor, box: str) -> list[Range]:
    """The ranges of one box; none where there is nothing to look at."""
    if box == DONE:
        return [Range(Task.done_by_id == actor.id)]
    if box == IN_HAND:
        own = Task.person_id == actor.id
        claimed = and_(Task.claimed_by_id == actor.id, Task.person_id.is_distinct_from(actor.id))
        return [Range(and_(_OPEN, mine)) for mine in (claimed, own)]
    if box == AREA:
        return _area(actor)
    if box == STANDING:
        return standing(work, actor, list(substitutions.left_to(work, actor)))
    seats = {(hold.unit_id, desk) for hold, named in desks.pools(work, actor) for desk in named}
    return [Range(_lying(*seat)) for seat in sorted(seats)]


def standing(work: Session, actor: Actor, left: Sequence[tuple[Substitution, Hold]]) -> list[Range]:
    """Of each whom somebody stands in for: what they have, and what lies at their desks."""
    if not left:
        return []
    own = {(hold.unit_id, desk) for hold, named in desks.pools(work, actor) for desk in named}
    known = list(work.scalars(select(Desk.words)))
    had: dict[tuple[str, str], list[frozenset[str]]] = {}
    lying: dict[tuple[str, str], list[frozenset[str]]] = {}
    for row, hold in left:
        flows = frozenset(row.flows)
        had.setdefault((row.person_id, hold.unit_id), []).append(flows)
        for desk in known:
            if desks.sits_at(hold, desk) and (hold.unit_id, desk) not in own:
                lying.setdefault((hold.unit_id, desk), []).append(flows)
    beyond = {one: substitutions.beyond(work, actor, one) for one in {h.unit_id for _, h in left}}
    return [
        *(
            Range(_had(who, unit), _lent(flows, beyond[unit]))
            for (who, unit), flows in sorted(had.items())
        ),
        *(
            Range(_lying(unit, desk), _lent(flows, beyond[unit]))
            for (unit, desk), flows in sorted(lying.items())
        ),
    ]


def _had(person_id: str, unit_id: str) -> ColumnElement[bool]:
    """What somebody has in hand of their own, not for an opinion nor in another's name."""
    own = and_(Task.for_id.is_(None), Task.delegated_by_id.is_(None))
    return and_(_OPEN, Task.claimed_by_id == person_id, Task.unit_id == unit_id, own)


def _lying(unit_id: str, desk: str) -> ColumnElement[bool]:
    return and_(_OPEN, Task.unit_id == unit_id, Task.desk == desk, Task.claimed_by_id.is_(None))


def _lent(
    named: Sequence[frozenset[str]], beyond: Sequence[tuple[str, str]]
) -> ColumnElement[bool] | None:
    """The flows that any of these substitutions names (all where one names none), without steps
    that ask a right which the substitute lacks.
    """
    asked = []
    if all(named):
        asked.append(Case.process_key.in_(sorted(frozenset().union(*named))))
    if beyond:
        asked.append(tuple_(Case.version_id, Task.element).not_in(beyond))
    return and_(*asked) if asked else None


def _area(actor: Actor) -> list[Range]:
    """One range for each area, without what lies in a wider one; of a department, its trades."""
    holds = holding(actor, WATCH)
    areas = {(COLUMNS[hold.unit_level], hold.area_unit_id) for hold in holds if hold.area_unit_id}
    whole = len(areas) == 1 and all(hold.categories is None for hold in holds)
    found: list[Range] = []
    wider: list[ColumnElement[bool]] = []
    for level, unit in sorted(areas, key=str):
        column = getattr(Task, level)
        found.append(
            Range(and_(_OPEN, column == unit, *wider), None if whole else visible(actor, WATCH))
        )
        wider.append(column.is_distinct_from(unit))
    return found


def page(
    found: Sequence[Range],
    narrowed: Narrowing,
    cursor: Cursor | None,
    most: int,
    *,
    by: Any = Task.due_at,
    backwards: bool = False,
) -> Select[Any]:
    """The ids of the tasks behind the cursor, or backwards before it, by due time or another."""
    behind: ColumnElement[bool] = true()
    if cursor:
        here, mark = tuple_(by, Task.id), tuple_(cursor.moment, cursor.id)
        behind = here < mark if backwards else here > mark
    towards = desc if backwards else asc
    # each arm in order by itself: PostgreSQL sees no other way to merge them
    arms = [
        _arm(one, narrowed, by).where(behind).order_by(towards(by), towards(Task.id))
        for one in found
    ]
    return _merged(arms).order_by(towards("moment"), towards("id")).limit(most)


def count(work: Session, found: Sequence[Range], narrowed: Narrowing = NOTHING) -> int:
    """How many lie in these ranges; counted up to MOST_COUNTED."""
    if not found:
        return 0
    arms = [_arm(one, narrowed, Task.due_at) for one in found]
    inner = _merged(arms).limit(MOST_COUNTED).subquery()
    return work.scalar(select(func.count()).select_from(inner)) or 0


def _merged(arms: Sequence[Select[Any]]) -> Select[Any]:
    if len(arms) == 1:
        return arms[0].order_by(None)
    return select(union_all(*(select(arm.subquery()) for arm in arms)).subquery())


def _arm(one: Range, narrowed: Narrowing, moment: Any) -> Select[Any]:
    arm = select(Task.id.label("id"), moment.label("moment")).where(one.where, *narrowed.tasks)
    of_cases = [*narrowed.cases, *([one.case] if one.case is not None else [])]
    return arm.join(Case, Case.id == Task.case_id).where(*of_cases) if of_cases else arm
