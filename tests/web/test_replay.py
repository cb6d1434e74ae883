"""The pages of a replay: begun, running, stopped, done; each class leads to its cases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.clock import local, long_day
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.workflow import jobs
from tests.web.noscript import NoScript
from tests.web.visitors import SECRET, Browser, first, place, post


def keeper(app: Flask) -> NoScript:
    """苗青禾, who keeps the flows of 西陵区 and has begun a draft."""
    chief = queries.actor_for(first(clock.now()), clock.now())
    given = NewPerson("苗青禾", "miaoqinghe", (post("西陵区", "unit_admin"),), password=SECRET)
    commands.create_person(chief, given, at=clock.now())
    made = Browser(app)
    made.sign_in("miaoqinghe")
    made.post("/flows/filing/draft", {"unit": place("西陵区")}, page="/flows/filing")
    browser = NoScript(app)
    browser.client = made.client
    return browser


def test_it_says_how_far_it_is_and_can_be_stopped(app: Flask, work: Session) -> None:
    who = keeper(app)
    at = f"/flows/filing/draft/{place('西陵区')}/replay"
    assert "正在重放" in who.open(at).press("开始重放").text
    assert who.client.get(at).headers["Refresh"] == "3"
    assert "已停止" in who.press("停止").text
    who.press("重新重放")
    while jobs.run_due(clock.now()):
        pass
    assert "这段时间没有可以重放的办件" in who.open(at).text
    assert "Refresh" not in who.client.get(at).headers
    assert who.open(f"{at}/same").status == 200
    assert who.open(f"{at}/nothing").status == 404
    who.open(at).press("重新重放", since="去年")
    assert who.status == 422
    assert who.summary() == {"#since": "请填写日期，如 2026-09-01"}
    today = local(clock.now()).date()
    before = str(today - timedelta(days=3))
    who.open(at).press("重新重放", since=str(today), until=before)
    assert who.summary() == {"#since": "开始日期不能晚于结束日期"}
    while jobs.run_due(clock.now()):
        pass
    who.open(at).press("重新重放", since=before, until=str(today))
    assert f"{long_day(today - timedelta(days=3))}至{long_day(today)}申报的" in who.text


@pytest.mark.parametrize(("since", "until", "said"), [
    ("0001-01-01", "2026-01-01", "开始日期不能早于 2000 年"),
    ("1999-12-31", "9999-12-31", "开始日期不能早于 2000 年"),
    ("9999-12-31", "9999-12-31", "开始日期不能晚于今天"),
    ("10000-01-01", "9999-12-31", "请填写日期，如 2026-09-01"),
])  # fmt: skip
def test_a_day_that_no_case_can_have_is_refused_at_its_box(
    app: Flask, work: Session, since: str, until: str, said: str
) -> None:
    who = keeper(app).open(f"/flows/filing/draft/{place('西陵区')}/replay")
    who.press("开始重放", since=since, until=until)
    assert (who.status, who.summary()) == (422, {"#since": said})


def test_the_oldest_and_the_last_day_are_taken(app: Flask, work: Session) -> None:
    who = keeper(app).open(f"/flows/filing/draft/{place('西陵区')}/replay")
    who.press("开始重放", since="2000-01-01", until="9999-12-31")
    assert (who.status, "正在重放" in who.text) == (200, True)
