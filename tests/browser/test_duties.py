"""三员分立 and the audit record at a real browser: checked, turned on, proposed, confirmed."""

from __future__ import annotations

import pytest

from tests.browser.hands import Hands
from tests.browser.test_pages import faults
from tests.identity.duties import THREE, WHY, called
from tests.smallworks.town import Town, staff

pytestmark = pytest.mark.one_store
PAGE = "/settings/duties"


def test_three_are_named_and_two_turn_it_off(by_desk: Hands, town: Town) -> None:
    three = called(staff("ningyuanshan", town.at), town.at)
    found = {}
    by_desk.sign_in("ningyuanshan")
    by_desk.open(PAGE).sees("未实行")
    found["off"] = faults(by_desk)
    by_desk.fill({duty: one.id for duty, one in three.items()}).press("核对")
    by_desk.wait(f"{PAGE}/check").sees("庄晓梦：审计管理员")
    found["check"] = faults(by_desk)
    by_desk.fill({"reason": WHY}).press("开启三员分立").wait("/sign-ins")
    by_desk.leave().sign_in(THREE["system"][1])
    by_desk.open(PAGE).sees("已实行")
    found["on"] = faults(by_desk)
    by_desk.fill({"platform": three["security"].id})
    by_desk.all("form[action$='/check'] button")[1].click()
    by_desk.wait(f"{PAGE}/check").fill({"reason": WHY}).press("提出").wait(PAGE)
    by_desk.sees("提出的人不能自己确认")
    by_desk.leave().sign_in(THREE["audit"][1])
    by_desk.open(PAGE).sees("邵云帆于")
    found["waiting"] = faults(by_desk)
    by_desk.open("/audit").sees("提出三员变更")
    found["audit"] = faults(by_desk)
    assert not any(found.values()), found
