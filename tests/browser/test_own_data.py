"""我的信息 on a phone without script: who looked at one's numbers, and the end of an account."""

from __future__ import annotations

import pytest

from app.workflow.commands.unmasking import unmask
from tests.browser.hands import Hands
from tests.identity.people import SECRET
from tests.smallworks.town import OWNER_PHONE, Town, staff

pytestmark = pytest.mark.one_store


def test_who_looked_and_then_the_end_of_the_account(by_phone: Hands, town: Town) -> None:
    case = town.file()
    unmask(staff("shecundong", town.at), case.id, "verify", at=town.at)
    by_phone.sign_in(OWNER_PHONE, staff=False).open("/my-data")
    assert "铁路坝社区" in by_phone.text
    assert "核对身份" in by_phone.text
    assert "您还有没办完的事项" in by_phone.text
    town.decide(case, "shecundong", "reject", opinion="不符合")
    by_phone.open("/my-data")
    wide = by_phone.driver.execute_script("return document.documentElement.scrollWidth")
    assert wide <= 390
    by_phone.fill({"password": SECRET, "understood": "yes"}).press("注销账号")
    assert "账号已注销" in by_phone.find(".flash").text
    by_phone.open("/my-data").wait("/sign-in")
