"""Accounts at a real browser: from the rule over a slip of paper to somebody's first page."""

from __future__ import annotations

import pyotp
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.db import session, transaction
from app.identity.account_models import SecondFactor
from app.identity.commands.accounts import NewStaff, open_account
from app.identity.models import Unit
from tests.browser.hands import Hands
from tests.browser.test_pages import faults
from tests.identity.people import SECRET
from tests.smallworks.town import Town, staff

pytestmark = pytest.mark.one_store
CHIEF = "ningyuanshan"
FRESH = "another rain, another gorge"


def take_in(town: Town, name: str, reading: str) -> tuple[str, str]:
    """Somebody for 铁路坝社区, whom nobody opened yet: their id, and that of the unit."""
    unit = session().scalars(select(Unit).where(Unit.name == "铁路坝社区")).one()
    given = NewStaff(name, unit.id, "13900004321", reading, position="inspector")
    with transaction() as work:
        made = open_account(work, given, staff(CHIEF, town.at), at=clock.now())
    return made.person_id, unit.id


def by_notice(hands: Hands) -> None:
    """宁远山 sets the rule of the notice."""
    hands.sign_in(CHIEF).open("/settings/accounts")
    hands.fill({"initial": "notice", "reason": "通知第三条"}).press("保存").find(".flash")


def open_batch(hands: Hands, unit_id: str) -> str:
    """Open a batch; the code on its only slip."""
    hands.open("/accounts").fill({"name": "铁路坝首批", "unit": unit_id})
    hands.press("开放并显示发放表").wait_for("账号发放表")
    return hands.find("#slips td:last-child b").text


def test_from_the_rule_to_a_first_page_on_a_phone_without_script(
    by_phone: Hands, town: Town
) -> None:
    by_notice(by_phone)
    person, unit = take_in(town, "覃小雨", "tanxiaoyu")
    code = open_batch(by_phone, unit)
    by_phone.leave().open("/staff/sign-in").press("第一次登录")
    by_phone.fill({"account": "tanxiaoyu", "password": "tanxiaoyu2020", "code": code})
    by_phone.press("登录").wait_for("修改密码")
    by_phone.fill({"current": "tanxiaoyu2020", "password": FRESH, "again": FRESH}).press("保存")
    by_phone.wait("/inbox")
    by_phone.leave().sign_in(CHIEF).open(f"/people/{person}")
    assert "已启用" in by_phone.text


def test_the_pages_of_accounts_keep_nobody_out(by_desk: Hands, town: Town) -> None:
    wrong = {}
    by_notice(by_desk)
    wrong["rule"] = faults(by_desk)
    by_desk.fill({"reason": "改"}).press("保存").find("#reason-fault")
    wrong["rule refused"] = faults(by_desk)
    person, unit = take_in(town, "覃小雨", "tanxiaoyu")
    wrong["closed"] = faults(by_desk.open("/accounts"))
    open_batch(by_desk, unit)
    wrong["sheet"] = faults(by_desk)
    wrong["open"] = faults(by_desk.open("/accounts"))
    wrong["account"] = faults(by_desk.open(f"/people/{person}"))
    by_desk.press("重发首次登录码").find("#one-time")
    wrong["slip"] = faults(by_desk)
    by_desk.fill({"typed": "Tán"}).press("保存读音").find("#reading-fault")
    wrong["reading"] = faults(by_desk)
    by_desk.open("/people").press("交接").wait_for("系统后台管理员交接")
    wrong["hand over"] = faults(by_desk)
    assert not any(wrong.values()), {page: found for page, found in wrong.items() if found}


def test_a_second_factor_from_the_first_code_to_the_next_sign_in(
    by_desk: Hands, work: Session
) -> None:
    wrong = {}
    by_desk.sign_in(CHIEF).open("/sign-ins").press("去开启").wait_for("两步验证")
    wrong["off"] = faults(by_desk)
    by_desk.press("开始设置").find("#key")
    generator = pyotp.TOTP(by_desk.find("#key").text)
    wrong["key"] = faults(by_desk)
    by_desk.fill({"code": generator.at(clock.now())}).press("开启").wait("/sign-ins")
    wrong["on"] = faults(by_desk.open("/second-factor"))
    by_desk.leave().open("/staff/sign-in").fill({"account": CHIEF, "password": SECRET})
    by_desk.press("登录").wait_for("两步验证")
    wrong["asked"] = faults(by_desk)
    by_desk.fill({"code": "000000"}).press("登录").find("#code-fault")
    wrong["refused"] = faults(by_desk)
    work.execute(update(SecondFactor).values(last_step=0))  # nobody waits half a minute here
    work.commit()
    by_desk.fill({"code": generator.at(clock.now())}).press("登录").wait("/settings")
    assert by_desk.open("/people").heading == "人员账号"
    assert not any(wrong.values()), {page: found for page, found in wrong.items() if found}
