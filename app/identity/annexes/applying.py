"""Carrying a judged annex out, within the transaction of the command that was told to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.clock import local
from app.identity import changes, leaving, posts, telephones
from app.identity.actor import Actor
from app.identity.annexes.models import Alias
from app.identity.annexes.verdicts import CHANGED, NEW, Judged, Judgement, Question
from app.identity.commands.accounts import NewStaff, OpenedAccount, open_accounts
from app.identity.models import Grant, Person
from app.identity.posts import Post

_BY_ANNEX = "按附件导入"


def carry_out(
    work: Session, actor: Actor, judged: Judgement, *, at: datetime
) -> list[tuple[Judged, OpenedAccount]]:
    """Open accounts, give and change posts, remember spellings; returns the accounts opened."""
    fresh = [one for one in judged.lines if one.verdict == NEW]
    first: dict[tuple[str, str], Judged] = {}
    for one in fresh:
        if not one.person_id:
            first.setdefault(one.who, one)
    opened = open_accounts(work, [_staff(one) for one in first.values()], actor, _BY_ANNEX, at=at)
    ids = {who: account.person_id for who, account in zip(first, opened, strict=True)}
    for one in fresh:
        if first.get(one.who) is not one:
            _give(work, actor, one, one.person_id or ids[one.who], at)
    for one in judged.lines:
        if one.verdict == CHANGED:
            _change(work, actor, one, at)
    _remember(work, actor, judged.questions, at)
    return list(zip(first.values(), opened, strict=True))


def _give(work: Session, actor: Actor, one: Judged, person_id: str, at: datetime) -> None:
    work.get(Person, person_id, with_for_update=True)  # of two who give the same post, one waits
    _put_phone(work, actor, one, at)
    post = Post(one.unit_id, one.role, one.position)
    if not posts.held_already(work, person_id, post, local(at).date()):
        grant = posts.give(work, person_id, post, at)
        posts.tell(work, actor, grant, changes.GIVEN, _BY_ANNEX, at=at)


def _staff(one: Judged) -> NewStaff:
    return NewStaff(one.line.name, one.unit_id, one.line.phone, one.reading, one.role, one.position)


def _change(work: Session, actor: Actor, one: Judged, at: datetime) -> None:
    """Another role in the same post: what was held until yesterday stays on record."""
    _put_phone(work, actor, one, at)
    if one.grant_id:
        before = work.get_one(Grant, one.grant_id)
        until, before.valid_to = before.valid_to, local(at).date() - timedelta(days=1)
        posts.tell(work, actor, before, changes.ENDED, _BY_ANNEX, at=at)
        grant = posts.give(work, one.person_id, Post(one.unit_id, one.role, one.position), at)
        grant.valid_to = until
        posts.tell(work, actor, grant, changes.GIVEN, _BY_ANNEX, at=at)
        leaving.follow(work, actor, one.person_id, at=at)


def _put_phone(work: Session, actor: Actor, one: Judged, at: datetime) -> None:
    """The number of the line; somebody with several posts stands in several lines."""
    person = work.get_one(Person, one.person_id) if one.sets_phone else None
    if person is not None and vault.unseal(person.phone) != one.line.phone:
        telephones.put(work, actor, person, one.line.phone, _BY_ANNEX, at=at)


def _remember(work: Session, actor: Actor, questions: Sequence[Question], at: datetime) -> None:
    """Keep what was explained: the next workbook is not asked about the same spelling."""
    for one in questions:
        if not one.chosen or not one.spelling:
            continue
        text = one.spelling[:80]
        same = (Alias.text == text) & (Alias.kind == one.kind)
        known = work.scalars(
            select(Alias).where(same, Alias.within_unit_id == one.within_id)
        ).first()
        row = known or Alias(text=text, kind=one.kind, within_unit_id=one.within_id)
        row.unit_id, row.set_by_id, row.set_at = one.chosen, actor.id, at
        work.add(row)
