"""Ladders (督办规则): whom lateness is told to, rung by rung; a unit's own, or the next above's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import IsWorkday
from app.errors import Invalid
from app.workflow.backstage import LadderRung
from app.workflow.deadlines import RED, YELLOW, rung_at

HANDLER, HEAD, LEADER, DISTRICT = "handler", "head", "leader", "district"
WHOM = (HANDLER, HEAD, LEADER, DISTRICT)
LEVELS = ("city", "district", "township")
"""Governments that may have a ladder of their own; a community follows its township."""
MOST, LATEST = 8, 60


@dataclass(frozen=True, slots=True)
class Rung:
    """So many working days past the due time, these are told; -1 is yellow, 0 is red."""

    after: int
    whom: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one unit, the earliest first, and whose they are; none: as shipped."""

    rungs: tuple[Rung, ...]
    unit_id: str | None = None

    def reached(
        self, due: datetime, told: int | None, at: datetime, is_workday: IsWorkday
    ) -> Rung | None:
        """The highest rung reached by `at` that lies above what was told; those below are past."""
        above = (rung for rung in reversed(self.rungs) if told is None or rung.after > told)
        return next((one for one in above if rung_at(due, one.after, is_workday) <= at), None)

    def next_at(self, due: datetime, at: datetime, is_workday: IsWorkday) -> datetime | None:
        """When the next rung is reached; none after the last."""
        moments = (rung_at(due, rung.after, is_workday) for rung in self.rungs)
        return next((moment for moment in moments if moment > at), None)


SHIPPED = Ladder((
    Rung(YELLOW, (HANDLER,)), Rung(RED, (HANDLER, HEAD)), Rung(1, (LEADER,)), Rung(3, (DISTRICT,)),
))  # fmt: skip


def of(work: Session, units: Sequence[str | None]) -> Ladder:
    """The ladder for units given from the nearest upwards: the first that has its own."""
    asked = [unit for unit in units if unit]
    rows = work.scalars(select(LadderRung).where(LadderRung.unit_id.in_(asked))).all()
    own = {row.unit_id for row in rows}
    nearest = next((unit for unit in asked if unit in own), None)
    if nearest is None:
        return SHIPPED
    return Ladder(_read(row for row in rows if row.unit_id == nearest), nearest)


def _read(rows: Iterable[LadderRung]) -> tuple[Rung, ...]:
    found = (Rung(row.after, tuple(row.whom.split())) for row in rows)
    return tuple(sorted(found, key=lambda rung: rung.after))


def refuse(rungs: Sequence[Rung]) -> None:
    """Raises Invalid for a ladder that would leave lateness to nobody, or says one thing twice."""
    if len(rungs) > MOST:
        raise Invalid(f"最多设 {MOST} 级，请删减")
    for rung in rungs:
        if not YELLOW <= rung.after <= LATEST:
            raise Invalid(f"超期天数请填 1 至 {LATEST} 之间的整数")
        if not rung.whom:
            raise Invalid("有一级没有选告知谁，请选择，或清空这一级的天数")
        if not set(rung.whom) <= set(WHOM):
            raise Invalid("告知对象不认识，请刷新后重新选择")
    if len({rung.after for rung in rungs}) < len(rungs):
        raise Invalid("有两级的超期天数相同，请合并")
    if not any(rung.after >= RED for rung in rungs):
        raise Invalid("超期以后至少保留一级，否则超期没有人知道")
