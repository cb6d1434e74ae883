"""Signing in through a provider at a real browser: off to its own page, back, and the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app import vault
from app.db import session, transaction
from app.identity.models import Person
from app.identity.oidc import providers
from tests.browser.hands import Hands
from tests.browser.test_pages import faults
from tests.smallworks.town import Town
from tests.web.oidc.city import Citizen, City
from tests.web.oidc.going import STAFF_PHONE, name_it
from tests.web.oidc.serving import opened

pytestmark = pytest.mark.one_store


@pytest.fixture
def city(town: Town) -> Iterator[City]:
    """The city's own sign-in, which shows a page and asks."""
    with opened() as made:
        made.asks = True
        name_it(made)
        yield made
    for door in ("staff", "public"):
        providers.use(door, None)


def test_a_citizen_thinks_twice_then_comes_in_on_a_phone_without_script(
    city: City, by_phone: Hands
) -> None:
    by_phone.open("/sign-in?next=/sign-ins").press("用市民e家登录").wait_for("市民e家登录")
    by_phone.press("取消").sees("您在市民e家取消了登录")
    by_phone.press("用市民e家登录").wait_for("市民e家登录")
    by_phone.press("同意登录").wait_for("登录记录").sees("外部登录")
    by_phone.press("解除关联").find(".confirm[open] button")
    by_phone.press_through("解除关联").wait_for("登录记录")
    assert "已解除关联" in by_phone.find(".flash").text
    assert "最近登录" not in by_phone.text


def test_an_official_comes_in_at_a_desk(city: City, by_desk: Hands) -> None:
    with transaction() as work:
        head = work.scalars(select(Person).where(Person.account == "muyulan")).one()
        head.phone, head.phone_index = vault.seal(STAFF_PHONE), vault.blind(STAFF_PHONE)
    session().rollback()
    city.citizen = Citizen("e-2002", "穆玉兰", f"+86{STAFF_PHONE}")
    wrong = {"door": faults(by_desk.open("/staff/sign-in?next=/inbox"))}
    by_desk.press("用市民e家登录").wait_for("市民e家登录")
    by_desk.press("取消").sees("取消了登录")
    wrong["refused"] = faults(by_desk)
    by_desk.press("用市民e家登录").wait_for("市民e家登录")
    by_desk.press_through("同意登录").wait("/inbox")
    assert "已关联市民e家" in by_desk.find(".flash").text
    wrong["account"] = faults(by_desk.open("/sign-ins").sees("外部登录"))
    assert not any(wrong.values()), {page: found for page, found in wrong.items() if found}
