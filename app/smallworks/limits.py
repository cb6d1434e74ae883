"""Permit limits (限额): what a district has set, from which day, and who may set it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.clock import local
from app.db import session, transaction
from app.errors import Forbidden, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.identity.reach import governments_within
from app.smallworks.models import PermitLimit

EDIT = "limits:edit"
MODES = {"or": "投资额、面积有一项在限额内即可", "and": "投资额、面积都须在限额内"}
_MOST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit in force for one place on one day."""

    investment_wan: Decimal
    area_sqm: Decimal
    mode: str
    inclusive: bool


NATIONAL = Limit(Decimal(30), Decimal(300), "or", inclusive=True)
"""Where nothing is set: 住建部令第18号, article 2."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The limits form as it was typed."""

    investment_wan: str
    area_sqm: str
    mode: str
    inclusive: bool
    effective_from: str


Units = tuple[str | None, ...]
"""Whose limits count for a place, from near to far."""


def in_force(work: Session, units: Units, day: date) -> Limit:
    """The newest limit of the nearest unit that has one."""
    return all_in_force(work, [units], day)[units]


def all_in_force(work: Session, wanted: Iterable[Units], day: date) -> dict[Units, Limit]:
    """The same for several places at once, in one statement."""
    asked = set(wanted)
    rows = work.scalars(
        select(PermitLimit)
        .where(PermitLimit.unit_id.in_({unit for units in asked for unit in units if unit}))
        .where(PermitLimit.effective_from <= day)
        .order_by(PermitLimit.effective_from)
    )
    newest: dict[str | None, Limit] = {
        row.unit_id: Limit(row.investment_wan, row.area_sqm, row.mode, row.inclusive)
        for row in rows
    }
    nearest = {units: [newest[unit] for unit in units if unit in newest] for units in asked}
    return {units: next(iter(found), NATIONAL) for units, found in nearest.items()}


def set_limit(actor: Actor, unit_id: str, typed: Typed, *, at: datetime) -> PermitLimit:
    """Set a limit from a day on, today at the earliest: what was in force stays on record.

    Raises Invalid for the figures, Forbidden for another district, Conflict for a day that has one.
    """
    with transaction() as work:
        unit = work.get(Unit, unit_id)
        if unit is None or unit.kind == "department" or unit.level not in ("city", "district"):
            raise NotFound("没有这个区县")
        if not holds_permission(actor, EDIT, unit):
            raise Forbidden(f"您不能设置{unit.name}的限额标准，请联系该单位系统后台管理员")
        row = _read(typed, local(at).date())
        row.unit_id, row.set_by_id, row.set_at = unit.id, actor.id, at
        work.add(row)
        detail = (
            f"{row.investment_wan}/{row.area_sqm} {row.mode} {row.inclusive} {row.effective_from}"
        )
        deed = audit.Deed("limit_set", actor.id, f"unit:{unit.id}", detail, actor.address)
        audit.record(work, deed, at=at)
    return row


def editable_units(actor: Actor) -> Sequence[Unit]:
    """The city and districts whose limits this person may set, in the order of their codes."""
    return governments_within(session(), actor, EDIT)


def history(units: Iterable[Unit]) -> dict[str, list[PermitLimit]]:
    """Everything that was ever set for these units, newest first, by unit."""
    found: dict[str, list[PermitLimit]] = {unit.id: [] for unit in units}
    rows = session().scalars(
        select(PermitLimit)
        .where(PermitLimit.unit_id.in_(found))
        .options(joinedload(PermitLimit.set_by))
        .order_by(PermitLimit.effective_from.desc())
    )
    for row in rows:
        found[row.unit_id].append(row)
    return found


def _read(typed: Typed, today: date) -> PermitLimit:
    faults: dict[str, str] = {}
    investment = _figure(typed.investment_wan, "investment_wan", faults)
    area = _figure(typed.area_sqm, "area_sqm", faults)
    if typed.mode not in MODES:
        faults["mode"] = "请选择限额口径"
    day = _day(typed.effective_from, today, faults)
    if faults:
        raise Invalid("限额标准填写有误，请改正后再保存", faults)
    return PermitLimit(
        investment_wan=investment, area_sqm=area, mode=typed.mode,
        inclusive=typed.inclusive, effective_from=day,
    )  # fmt: skip


def _figure(text: str, name: str, faults: dict[str, str]) -> Decimal:
    try:
        figure = Decimal(text.strip())
    except InvalidOperation:
        figure = Decimal("NaN")
    if not figure.is_finite() or not 0 < figure <= _MOST or figure != round(figure, 2):
        faults[name] = "请填写大于 0 的数字，最多两位小数"
    return figure


def _day(text: str, today: date, faults: dict[str, str]) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        faults["effective_from"] = "请填写生效日期"
        return today
    if day < today:
        faults["effective_from"] = "生效日期不能早于今天，以前的标准须保留"
    return day
