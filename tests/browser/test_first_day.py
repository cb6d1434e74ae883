"""A new inspector's first day: from the line of the account sheet to the first decided filing."""

from __future__ import annotations

import time

import pytest
from selenium.webdriver.remote.webelement import WebElement
from sqlalchemy import select

from app import clock
from app.db import session, transaction
from app.identity.commands.accounts import NewStaff, OpenedAccount, open_account
from app.identity.models import Unit
from tests.browser.hands import Hands
from tests.smallworks.town import Town, staff

pytestmark = pytest.mark.one_store
FRESH = "another rain, another gorge"
WORK = "江畔花园 3 栋 602 室装修"


class Thumb(Hands):
    """Counts each touch: of a field to type into, of a button, of a link."""

    taps = 0

    def _click(self, one: WebElement) -> None:
        self.taps += 1
        super()._click(one)

    def fill(self, typed: dict[str, str]) -> Hands:
        self.taps += len(typed)
        return super().fill(typed)


def taken_in(town: Town) -> OpenedAccount:
    """The line of the sheet that the administrator hands over."""
    unit = session().scalars(select(Unit).where(Unit.name == "铁路坝社区")).one()
    given = NewStaff("覃小雨", unit.id, "13900004321", "tanxiaoyu", position="inspector")
    with transaction() as work:
        return open_account(work, given, staff("ningyuanshan", town.at), at=clock.now())


def test_a_first_filing_is_decided_ten_taps_after_the_sheet(by_phone: Hands, town: Town) -> None:
    case = town.file(name=WORK)
    line = taken_in(town)
    thumb, begun = Thumb(by_phone.driver, by_phone.address), time.monotonic()
    thumb.open("/staff/sign-in")
    thumb.fill({"account": line.account, "password": line.initial}).press("登录")
    thumb.wait_for("修改密码")
    thumb.fill({"current": line.initial, "password": FRESH, "again": FRESH}).press("保存")
    thumb.wait("/inbox").press("待签收")
    thumb.wait("claimable").press(WORK)
    thumb.wait("/tasks/").press("通过")
    thumb.wait("/inbox")
    print(f"{thumb.taps} taps, {time.monotonic() - begun:.1f} s")  # noqa: T201 - for the note
    assert thumb.taps == 10
    session().rollback()
    session().refresh(case)
    assert [task.element for task in case.tasks if task.status == "open"] == ["township_review"]
