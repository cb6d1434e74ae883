"""Claims and changes of divisions in the browser: warned, set, previewed, confirmed."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.identity import queries
from app.identity.commands import Post
from app.identity.models import Division, Person, Unit
from tests.identity import people
from tests.web.noscript import NoScript
from tests.web.visitors import SECRET, first

EMPTY = "宜昌高新区还没有划定管辖范围"
HERE, NEXT, STREET = "420502002023", "420502002002", "420502002"


@pytest.fixture
def chief(app: Flask, work: Session) -> NoScript:
    """宁远山, who keeps the city and the platform, without script."""
    first(clock.now())
    door = NoScript(app).open("/staff/sign-in")
    return door.press("登录", account="ningyuanshan", password=SECRET)


def test_the_empty_zone_is_filled_from_the_warning_and_the_twin_is_refused(
    chief: NoScript, work: Session
) -> None:
    page = chief.open("/settings")
    assert EMPTY in page.text
    page = page.follow("去划定").press("查找", find="东苑街道")
    zone, other = (work.scalars(select(Unit.id).where(Unit.name == name)).one()
                   for name in ("宜昌高新区", "点军区"))  # fmt: skip
    street = work.scalars(select(Division.code).where(Division.name == "东苑街道")).one()
    page.press("划定", unit=zone, place=street, reason="")
    assert page.status == 422
    page.press("划定", unit=zone, place=street, reason="市政府批复")
    assert EMPTY not in page.text
    assert "宜昌高新区 管辖 东苑街道" in words(page)
    page.press("查找", find="东苑街道").press("划定", unit=other, place=street, reason="另批")
    assert page.status == 409
    assert "“东苑街道”已由“宜昌高新区”单独管辖" in page.text
    today = str(clock.local(clock.now()).date())
    page.open("/places").press("结束管辖", last_day=today, reason="撤销")
    assert f"至 {today}" in words(page)


def test_a_merger_is_previewed_confirmed_and_told(chief: NoScript, work: Session) -> None:
    page = chief.open("/places/changes").press("查找", find=STREET)
    day = str(clock.local(clock.now()).date())
    chosen = {"kind": "merge", "source": [HERE, NEXT], "effective_on": day}
    page.press("预览", **chosen)
    assert "请填写变更后的名称" in page.text
    page.press("预览", **chosen, name1="四方堰社区居民委员会", code1=NEXT)
    assert "解放路社区 → 四方堰社区居民委员会" in words(page)
    page.press("确认变更", reason="民政局批复")
    assert (page.status, "请勾选已经核对" in page.text) == (422, True)
    page.press("确认变更", reason="民政局批复", sure="1")
    assert "已生效" in words(page)
    assert "合并：解放路社区、四方堰社区居民委员会 → 四方堰社区居民委员会" in words(page)
    work.expire_all()
    assert work.get_one(Division, HERE).successor_code == NEXT


def test_a_township_is_split_by_choosing_for_each_community(chief: NoScript, work: Session) -> None:
    me = queries.actor_for(work.scalars(select(Person.id)).one(), clock.now())
    street = work.scalars(select(Unit).where(Unit.division_code == STREET)).one()
    head = people.add(me, "石磊峰", "shileifeng", Post(street.id, "", "head"), clock.now())
    post = f"allot-{head.holds[0].grant_id}"
    page = chief.open("/places/changes").press("查找", find=STREET)
    split = {"kind": "split", "source": [STREET], "effective_on": "2099-01-01"}
    names = {"name1": "学院街道", "name2": "解放街道", "code2": "420502902"}
    page.press("预览", **split, **names)
    assert "解放路社区 → 解放街道" not in words(page)
    page.press("按划归重新预览", **{f"allot-{HERE}": "420502902", post: "420502902"})
    chosen = page.page.select_one(f"#{post} [selected]")
    assert chosen is not None
    assert (chosen["value"], "转移职务 1 项" in words(page)) == ("420502902", True)
    assert "解放路社区 → 解放街道" in words(page)
    page.press("确认安排", reason="民政局批复", sure="1")
    assert "待生效" in words(page)
    page.press("取消")
    assert "已取消" in words(page)


def words(page: NoScript) -> str:
    """The page as it is read."""
    return " ".join(BeautifulSoup(page.text, "html5lib").get_text(" ").split())
