"""Batches: opening accounts that were never used for 72 hours, with a slip of paper for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.db import new_id, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit, codes, passwords, reach, rules, waiting, windows
from app.identity.account_models import AccountBatch, AccountRule
from app.identity.actor import Actor
from app.identity.changes import reason as reasoned
from app.identity.commands.passwords import hand_out
from app.identity.models import Person, Unit
from app.identity.permissions import holds_permission
from app.identity.waiting import PERMISSION
from app.unseen import without

RULE = "accounts:rule"
_OUT_OF_REACH = "您只能开放本单位及下级机构的账号"


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is handed: a random password, or that of the notice and a code beside it."""

    person_id: str
    name: str
    account: str
    password: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The slips of a batch, known at the moment of opening and never again."""

    batch: AccountBatch
    slips: tuple[Slip, ...]


def open_batch(actor: Actor, unit_id: str, name: str, *, at: datetime) -> Sheet:
    """Open every dormant account of a unit and below for 72 hours. Conflict if there is none."""
    named = " ".join(without(name).split())
    if not 2 <= len(named) <= 60:
        raise Invalid(passwords.CORRECT, {"name": "请填写批次名称（2至60个字）"})
    with transaction() as work:
        unit = _reached(work, actor, unit_id)
        people = waiting.to_open(work, actor, unit.id, at=at)
        if not people:
            raise Conflict(f"“{unit.name}”及下级没有等待开放的账号")
        batch = AccountBatch(id=new_id(), unit_id=unit.id, name=named, opened_by_id=actor.id)
        batch.opens_at, batch.closes_at, batch.closed_why = at, at + windows.LASTS, ""
        work.add(batch)
        by_notice = rules.current(work).by_notice
        slips = tuple(_slip(work, person, batch, by_notice, at) for person in people)
        detail = f"{batch.id} {len(slips)}"
        deed = audit.Deed("batch_opened", actor.id, f"unit:{unit.id}", detail, actor.address)
        audit.record(work, deed, at=at)
    return Sheet(batch, slips)


def _slip(
    work: Session, person: Person, batch: AccountBatch, by_notice: bool, at: datetime
) -> Slip:
    """By the notice a code; to whom it does not apply, or no more, a random password."""
    account = person.account or ""
    if by_notice and not person.password_hash:
        code = passwords.printed_code()
        codes.issue(work, windows.PURPOSE, person.id, code, ends_at=batch.closes_at, at=at)
        person.batch_id, person.status = batch.id, "closed"
        return Slip(person.id, person.name, account, windows.initial(person), code)
    fresh = passwords.one_time_password()
    hand_out(work, person, fresh, at=at)
    person.batch_id = batch.id
    return Slip(person.id, person.name, account, fresh)


def renew_code(actor: Actor, person_id: str, *, at: datetime) -> Slip:
    """A new code for one person in an open window, whose slip was lost; the old one is void."""
    code = passwords.printed_code()
    with transaction() as work:
        person = reach.kept(work, actor, person_id, PERMISSION, _OUT_OF_REACH)
        batch = windows.open_for(work, person, at=at)
        if batch is None:
            raise Conflict("该账号不在开放时间内，请先开放批次")
        codes.issue(work, windows.PURPOSE, person.id, code, ends_at=batch.closes_at, at=at)
        deed = audit.Deed("code_renewed", actor.id, f"person:{person.id}", address=actor.address)
        audit.record(work, deed, at=at)
    return Slip(person.id, person.name, person.account or "", windows.initial(person), code)


def close_batch(actor: Actor, batch_id: str, *, at: datetime) -> None:
    """End a batch before its time; who has set a password of their own is not touched."""
    with transaction() as work:
        batch = work.get(AccountBatch, batch_id, with_for_update=True)
        if batch is None:
            raise NotFound("没有找到该批次")
        unit = _reached(work, actor, batch.unit_id)
        if not windows.is_open(batch, at):
            raise Conflict("该批次已经关闭")
        batch.closed_at, batch.closed_why = at, windows.BY_HAND
        deed = audit.Deed("batch_closed", actor.id, f"unit:{unit.id}", batch.id, actor.address)
        audit.record(work, deed, at=at)


def set_rule(actor: Actor, rule: rules.Rule, reason: str, *, at: datetime) -> None:
    """Set how first passwords are made. Away from the notice, every open window shuts at once."""
    why = reasoned(reason)
    if rule.initial not in (rules.RANDOM, rules.NOTICE):
        raise Invalid(passwords.CORRECT, {"initial": "请选择初始密码的规则"})
    if not holds_permission(actor, RULE):
        raise Forbidden("账号规则由平台管理员和市级系统后台管理员设置")
    with transaction() as work:
        row = AccountRule(initial=rule.initial, three_classes=rule.three_classes, reason=why)
        row.set_by_id, row.set_at = actor.id, at
        work.add(row)
        if not rule.by_notice:
            windows.shut_all(work, windows.BY_RULE, at=at)
        detail = f"{rule.initial} {rule.three_classes}"
        audit.record(work, audit.Deed("rule_set", actor.id, "", detail, actor.address), at=at)


def _reached(work: Session, actor: Actor, unit_id: str) -> Unit:
    unit = work.get(Unit, unit_id)
    if unit is None:
        raise NotFound("没有找到该机构")
    if not holds_permission(actor, PERMISSION, unit):
        raise Forbidden(_OUT_OF_REACH)
    return unit
