"""Guessing at the first password of the notice: one account, many accounts, many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db
from app.errors import Forbidden
from app.identity import audit, commands, windows
from app.identity.account_models import AccountBatch, AccountChange
from app.identity.actor import Actor
from app.identity.commands import Credentials
from app.identity.commands.batches import open_batch
from app.identity.models import AuditEntry
from app.identity.sessions import Visit
from tests.identity.offices import opened, slip
from tests.identity.people import unit
from tests.identity.test_windows import HOUR, MINUTE, enter, person, refused


def test_three_mistakes_close_the_account_even_to_the_right_ones(
    work: Session, chief: Actor, noon: datetime
) -> None:
    code = slip(opened(chief, "曾庆云", at=noon), "zengqingyun").code
    refused(code, "zengqingyun2021", at=noon)
    refused("aaaa-bbbb", at=noon)
    assert enter(code, at=noon)  # and starts afresh
    for _ in range(3):
        refused("aaaa-bbbb", at=noon + MINUTE)
    refused(code, at=noon + HOUR)
    row = person(work)
    assert (row.status, row.batch_id) == ("closed", None)
    verbs = set(work.scalars(select(AccountChange.verb)))
    assert verbs == {"given", "activated", "shut"}
    assert work.scalars(select(AuditEntry).where(AuditEntry.verb == "account_shut")).one()


def test_a_closed_account_is_opened_by_the_next_batch(
    work: Session, chief: Actor, noon: datetime
) -> None:
    opened(chief, "曾庆云", at=noon)
    for _ in range(3):
        refused("", at=noon)
    sheet = open_batch(chief, unit("东苑街道").id, "补开", at=noon + HOUR)
    assert enter(slip(sheet, "zengqingyun").code, at=noon + HOUR)


def test_more_than_ten_failures_in_ten_minutes_shut_every_window_and_tell(
    work: Session, chief: Actor, noon: datetime
) -> None:
    names = ["赵一青", "钱一青", "孙一青", "李一青", "周一青", "吴一青"]
    sheet = opened(chief, *names, at=noon)
    told: list[int] = []
    windows.alarms.append(lambda _work, batches, _at: told.append(len(batches)))
    try:
        for n in range(11):
            account = sheet.slips[n // 2].account
            there = Visit(f"10.1.9.{n}")
            with pytest.raises(Forbidden):
                commands.sign_in(
                    Credentials(account, "guess", "staff"),
                    there,
                    at=noon + n * timedelta(seconds=50),
                )
            work.rollback()
            batch = work.scalars(select(AccountBatch)).one()
            assert (batch.closed_why == "alarm") == (n == 10)
    finally:
        windows.alarms.pop()
    assert told == [1]
    for one in sheet.slips:
        refused(one.code, f"{one.account}2020", one.account, at=noon + 11 * MINUTE)
    deed = work.scalars(select(AuditEntry).where(AuditEntry.verb == "batches_shut")).one()
    assert deed.detail == "alarm 1"


def test_failures_at_once_shut_the_windows_once(
    app: Flask, work: Session, chief: Actor, noon: datetime
) -> None:
    sheet = opened(chief, "赵一青", "钱一青", "孙一青", "李一青", at=noon)
    together = Barrier(12)

    def guess(n: int) -> None:
        with app.app_context():
            together.wait(timeout=20)
            try:
                given = Credentials(sheet.slips[n % 4].account, "guess", "staff")
                with pytest.raises(Forbidden):
                    commands.sign_in(given, Visit(f"10.1.9.{n}"), at=noon)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(guess, range(12)))
    work.rollback()
    assert work.scalars(select(AccountBatch.closed_why)).all() == ["alarm"]
    assert work.scalars(select(AuditEntry).where(AuditEntry.verb == "batches_shut")).one()
    assert audit.verify().sound


def test_ten_failures_spread_over_more_time_are_no_alarm(
    work: Session, chief: Actor, noon: datetime
) -> None:
    names = ["赵一青", "钱一青", "孙一青", "李一青", "周一青", "吴一青"]
    sheet = opened(chief, *names, at=noon)
    for n in range(12):
        refused("", "guess", sheet.slips[n // 2].account, at=noon + n * MINUTE)
    assert work.scalars(select(AccountBatch)).one().closed_at is None


def test_a_spray_of_a_thousand_accounts_gets_nowhere(
    work: Session, chief: Actor, noon: datetime
) -> None:
    """One guess for each account that there is, from many addresses: the guess is right."""
    sheet = opened(chief, *(f"{sign}庆云" for sign in "赵钱孙李周吴郑王冯陈褚卫蒋沈"), at=noon)
    for n, one in enumerate(sheet.slips):
        given = Credentials(one.account, f"{one.account}2020", "staff")
        with pytest.raises(Forbidden):
            commands.sign_in(given, Visit(f"10.1.9.{n}"), at=noon)
    assert work.scalars(select(AccountBatch.closed_why)).all() == ["alarm"]
