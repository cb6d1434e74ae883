"""Keeping views of the inbox under names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db import new_id, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.workflow.habits import SavedView
from app.workflow.phrases import shared_with
from app.workflow.queries.boxes import BOXES

MOST = 20
SHARED = 10
"""With one unit: each costs every colleague's inbox."""
LONGEST = 12


@dataclass(frozen=True, slots=True)
class Named:
    """A view as it is kept: its name, with which unit it is shared, whether the inbox opens so."""

    name: str
    unit_id: str = ""
    first: bool = False
    box: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)


def save_view(actor: Actor, named: Named, *, at: datetime) -> SavedView:
    """Keep a box with its filters. Raises Invalid, Forbidden (not their unit), Conflict (many)."""
    name = _name(named.name)
    if named.box not in BOXES:
        raise Invalid("没有这个栏目，请从收件箱保存视图")
    with transaction() as work:
        count = select(func.count(SavedView.id)).where(SavedView.person_id == actor.id)
        if (work.scalar(count) or 0) >= MOST:
            raise Conflict(f"视图已有 {MOST} 个，请先删除一些")
        view = SavedView(id=new_id(), person_id=actor.id, box=named.box, at=at)
        view.asked = {key: value[:100] for key, value in named.asked.items() if value}
        _keep(work, actor, view, named, name)
        work.add(view)
    return view


def change_view(actor: Actor, view_id: str, named: Named, *, at: datetime) -> SavedView:
    """Give a view of one's own another name, share it or not, open with it or not."""
    name = _name(named.name)
    with transaction() as work:
        view = _mine(work, actor, view_id)
        _keep(work, actor, view, named, name)
        view.at = at
    return view


def drop_view(actor: Actor, view_id: str, *, at: datetime) -> None:
    """Throw a view away; one that a unit shares by any of those who decide there."""
    with transaction() as work:
        view = work.get(SavedView, view_id, with_for_update=True)
        if view is None or (view.person_id != actor.id and view.unit_id not in shared_with(actor)):
            raise NotFound("没有这个视图，可能已经删除")
        work.delete(view)


def _keep(work: Session, actor: Actor, view: SavedView, named: Named, name: str) -> None:
    if named.unit_id and named.unit_id not in shared_with(actor):
        raise Forbidden("只能共享给自己办理事项的单位")
    if named.unit_id and named.unit_id != view.unit_id:
        count = select(func.count(SavedView.id)).where(SavedView.unit_id == named.unit_id)
        if (work.scalar(count) or 0) >= SHARED:
            raise Conflict(f"本单位共享的视图已有 {SHARED} 个，请先在“管理视图”里删除一些")
    if named.first:
        others = update(SavedView).where(SavedView.person_id == actor.id)
        work.execute(others.values(first=False))
    view.name, view.unit_id, view.first = name, named.unit_id or None, named.first


def _mine(work: Session, actor: Actor, view_id: str) -> SavedView:
    view = work.get(SavedView, view_id, with_for_update=True)
    if view is None or view.person_id != actor.id:
        raise NotFound("没有这个视图，或者是同事共享的")
    return view


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid("请写视图名称", {"name": "请写视图名称"})
    if len(name) > LONGEST:
        fault = f"最多 {LONGEST} 字"
        raise Invalid(fault, {"name": fault})
    return name
