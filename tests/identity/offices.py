"""Accounts made from names, the rule of the notice, and a batch opened for them."""

from __future__ import annotations

from datetime import datetime

from app.db import transaction
from app.identity.actor import Actor
from app.identity.commands.accounts import NewStaff, OpenedAccount, open_account
from app.identity.commands.batches import Sheet, Slip, open_batch, set_rule
from app.identity.rules import Rule
from tests.identity.people import unit


def by_notice(chief: Actor, at: datetime) -> None:
    """From now on the rule of the notice."""
    set_rule(chief, Rule("notice"), "通知第三条", at=at)


def make(chief: Actor, name: str, place: str = "东苑街道", *, at: datetime) -> OpenedAccount:
    """An account for somebody who inspects there."""
    given = NewStaff(name, unit(place).id, position="inspector")
    with transaction() as work:
        return open_account(work, given, chief, at=at)


def opened(chief: Actor, *names: str, at: datetime) -> Sheet:
    """The rule of the notice, these people in 东苑街道, and a batch for them."""
    by_notice(chief, at)
    for name in names:
        make(chief, name, at=at)
    return open_batch(chief, unit("东苑街道").id, "首批账号", at=at)


def slip(sheet: Sheet, account: str) -> Slip:
    """The slip of one of them."""
    return next(one for one in sheet.slips if one.account == account)
