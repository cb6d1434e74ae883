"""Drafts of processes (流程草稿): who may have one, who has changed it, what is wrong with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.workflow.studio.models import FlowDraft

PUBLISH = "flow:publish"
OWN = ("city", "district")
"""The levels whose units have flows of their own."""
UNSAVED = "您的修改还在这一页，没有存进草稿"
GONE = "这份草稿已经发布或放弃，请回到流程页重新开始"


def keeping_unit(work: Session, actor: Actor | None, unit_id: str) -> Unit:
    """A government or zone whose flows this person, or the command line, keeps.

    Raises NotFound, Forbidden.
    """
    unit = work.get(Unit, unit_id)
    if unit is None or not unit.active or unit.kind == "department":
        raise NotFound("没有这个单位，流程只能发布给政府或功能区")
    if actor is not None and not holds_permission(actor, PUBLISH, unit):
        raise Forbidden("只能为本单位及下级单位发布流程")
    return unit


def refuse_level(unit: Unit) -> None:
    """Raises Invalid for a unit that has no flows of its own."""
    if unit.level not in OWN:
        raise Invalid("乡镇（街道）、社区（村）没有自己的流程，请选区县或功能区")


def of_unit(work: Session, actor: Actor, key: str, unit_id: str) -> FlowDraft:
    """The draft of a process of a unit, with its files. Raises NotFound, Forbidden."""
    keeping_unit(work, actor, unit_id)
    wanted = select(FlowDraft).where(FlowDraft.key == key, FlowDraft.unit_id == unit_id)
    found = work.scalars(wanted.options(undefer(FlowDraft.files))).one_or_none()
    if found is None:
        raise NotFound(GONE)
    return found


def taken(work: Session, actor: Actor, draft_id: str) -> FlowDraft:
    """The draft with its files, nobody else's to change until this commits."""
    wanted = select(FlowDraft).where(FlowDraft.id == draft_id).with_for_update()
    found = work.scalars(wanted.options(undefer(FlowDraft.files))).one_or_none()
    if found is None:
        raise NotFound(GONE)
    keeping_unit(work, actor, found.unit_id)
    return found


def expect(draft: FlowDraft, revision: int, actor_id: str, lost: str = UNSAVED) -> None:
    """Refuse what was made on another revision than the one that is kept. Raises Conflict.

    `lost` says what became of it.
    """
    if draft.revision == revision:
        return
    raise Conflict(
        f"{saver(draft, actor_id)}保存过这份草稿，{lost}", draft.saved_by.name, draft.saved_at
    )


def saver(draft: FlowDraft, actor_id: str) -> str:
    """Who saved it last, as this person is told."""
    return "您在另一个窗口" if draft.saved_by_id == actor_id else draft.saved_by.name


def spend(work: Session, actor: Actor, draft_id: str, revision: int) -> None:
    """It has become a version: drop it, within the transaction that publishes it."""
    draft = taken(work, actor, draft_id)
    expect(draft, revision, actor.id)
    work.execute(delete(FlowDraft).where(FlowDraft.id == draft_id))


def open_drafts(work: Session, actor: Actor, key: str) -> list[FlowDraft]:
    """The drafts of a process that this person may go on with."""
    wanted = select(FlowDraft).where(FlowDraft.key == key).order_by(FlowDraft.saved_at.desc())
    return [one for one in work.scalars(wanted) if holds_permission(actor, PUBLISH, one.unit)]


def beside(draft: FlowDraft, actor: Actor, at: datetime) -> str:
    """Who else has had it open in the last two minutes, by name; or nobody."""
    recent = (at - draft.open_at).total_seconds() < 120
    return draft.open_by.name if recent and draft.open_by_id != actor.id else ""
