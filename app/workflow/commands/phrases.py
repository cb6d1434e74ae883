"""Keeping quick opinions, for oneself or for the colleagues of a unit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import new_id, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.workflow.habits import Phrase
from app.workflow.phrases import LONGEST, MOST, shared_with


def add_phrase(actor: Actor, text: str, unit_id: str = "", *, at: datetime) -> Phrase:
    """Keep a phrase; one that is there already is not kept twice.

    Raises Invalid, Forbidden (a unit in which they decide nothing), Conflict (too many).
    """
    said = _said(text)
    if unit_id and unit_id not in shared_with(actor):
        raise Forbidden("只能给自己办理事项的单位设置常用语")
    whose = Phrase.unit_id == unit_id if unit_id else Phrase.person_id == actor.id
    with transaction() as work:
        known = work.scalars(select(Phrase).where(whose, Phrase.text == said)).first()
        if known is not None:
            return known
        if (work.scalar(select(func.count(Phrase.id)).where(whose)) or 0) >= MOST:
            raise Conflict(f"常用语已有 {MOST} 条，请先删除一些")
        owner = None if unit_id else actor.id
        phrase = Phrase(id=new_id(), person_id=owner, unit_id=unit_id or None, text=said, at=at)
        work.add(phrase)
    return phrase


def change_phrase(actor: Actor, phrase_id: str, text: str, *, at: datetime) -> Phrase:
    """Put a phrase otherwise."""
    said = _said(text)
    with transaction() as work:
        phrase = _theirs(work, actor, phrase_id)
        phrase.text, phrase.at = said, at
    return phrase


def drop_phrase(actor: Actor, phrase_id: str, *, at: datetime) -> None:
    """Throw a phrase away; one of a unit by any of those who decide there."""
    with transaction() as work:
        work.delete(_theirs(work, actor, phrase_id))


def _theirs(work: Session, actor: Actor, phrase_id: str) -> Phrase:
    phrase = work.get(Phrase, phrase_id, with_for_update=True)
    if phrase is None or not (phrase.person_id == actor.id or phrase.unit_id in shared_with(actor)):
        raise NotFound("没有这条常用语，可能已经删除")
    return phrase


def _said(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Invalid("请写常用语", {"text": "请写常用语"})
    if len(said) > LONGEST:
        fault = f"最多 {LONGEST} 字，请写得短一些"
        raise Invalid(fault, {"text": fault})
    return said
