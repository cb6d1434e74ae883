"""Editing the checklist (检查表): an edit is a new row; visits keep what they were asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id, session, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.identity.reach import governments_within
from app.identity.trades import CATEGORIES
from app.smallworks.patrols import checklist, words
from app.smallworks.patrols.models import ChecklistItem
from app.smallworks.words import KINDS, RISKS

EDIT = "checklist:edit"
_LONGEST = {"text": 200, "rule": 300, "measure": 300}
_NARROW: Mapping[str, Mapping[str, str]] = {
    "kinds": KINDS, "categories": CATEGORIES, "risks": RISKS, "flags": words.FLAGS,
}  # fmt: skip
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Typed:
    """An item as it was typed."""

    group: str
    text: str
    rule: str
    measure: str
    grade: str
    narrow: Mapping[str, Sequence[str]] = field(default_factory=dict)


def set_item(
    actor: Actor, unit_id: str, typed: Typed, replaces: str = "", *, at: datetime
) -> ChecklistItem:
    """Add an item for a government's place, or put a new version in the place of an older one.

    Raises Invalid for what was typed, Forbidden for another's list, Conflict for a stale version.
    """
    with transaction() as work:
        unit = _unit(work, actor, unit_id)
        row = _read(typed)
        old = _current(work, unit, replaces) if replaces else None
        row.id, row.unit_id, row.set_by_id, row.set_at = new_id(), unit.id, actor.id, at
        row.valid_from = at
        row.code = old.code if old else f"own_{row.id[-12:]}"
        row.position = old.position if old and old.group == row.group else _last(work, unit, row)
        if old is not None:
            old.valid_to, row.replaces_id = at, old.id
        work.add(row)
        detail = f"{row.code} {row.grade}"
        deed = audit.Deed("checklist_set", actor.id, f"unit:{unit.id}", detail, actor.address)
        audit.record(work, deed, at=at)
    return row


def drop_item(actor: Actor, item_id: str, *, at: datetime) -> None:
    """Ask an item no more from now on; the row stays. Again, nothing more happens."""
    with transaction() as work:
        item = work.get(ChecklistItem, item_id, with_for_update=True)
        if item is None:
            raise NotFound("没有这个检查项")
        _unit(work, actor, item.unit_id)
        if item.valid_to is not None:
            return
        item.valid_to = at
        deed = audit.Deed(
            "checklist_dropped", actor.id, f"unit:{item.unit_id}", item.code, actor.address
        )
        audit.record(work, deed, at=at)


def editable_units(actor: Actor) -> Sequence[Unit]:
    """The governments whose list this person keeps."""
    return governments_within(session(), actor, EDIT)


def _unit(work: Session, actor: Actor, unit_id: str) -> Unit:
    unit = work.get(Unit, unit_id)
    if unit is None or unit.kind == "department" or unit.level not in ("city", "district"):
        raise NotFound("没有这个区县")
    if not holds_permission(actor, EDIT, unit):
        raise Forbidden(f"您不能修改{unit.name}的检查表，请联系该单位系统后台管理员")
    return unit


def _current(work: Session, unit: Unit, item_id: str) -> ChecklistItem:
    item = work.get(ChecklistItem, item_id, with_for_update=True)
    if item is None or item.unit_id != unit.id:
        raise NotFound("没有这个检查项")
    if item.valid_to is not None:
        raise Conflict("该检查项刚被他人修改，请刷新后再改")
    return item


def _last(work: Session, unit: Unit, row: ChecklistItem) -> int:
    mine = (ChecklistItem.unit_id == unit.id) & (ChecklistItem.group == row.group)
    places = work.scalars(select(ChecklistItem.position).where(mine)).all()
    return max(places, default=0) + checklist.STEP


def _read(typed: Typed) -> ChecklistItem:
    faults: dict[str, str] = {}
    said = {name: _SPACES.sub(" ", getattr(typed, name)).strip() for name in _LONGEST}
    for name, most in _LONGEST.items():
        if len(said[name]) > most:
            faults[name] = f"最多 {most} 字，请精简"
    if len(said["text"]) < 2:
        faults["text"] = "写明检查什么"
    if len(said["measure"]) < 2:
        faults["measure"] = "写明不合格时怎么办"
    if typed.group not in words.GROUPS:
        faults["group"] = "请选择分组"
    if typed.grade not in words.GRADES:
        faults["grade"] = "请选一般隐患或者重大隐患"
    narrow = {name: _chosen(typed, name, known, faults) for name, known in _NARROW.items()}
    if faults:
        raise Invalid("检查项填写有误，请改正后再保存", faults)
    return ChecklistItem(group=typed.group, grade=typed.grade, **said, **narrow)


def _chosen(typed: Typed, name: str, known: Mapping[str, str], faults: dict[str, str]) -> list[str]:
    chosen = list(dict.fromkeys(typed.narrow.get(name, ())))
    if any(one not in known for one in chosen):
        faults[name] = "选项已经变化，请刷新后再选"
    return chosen
