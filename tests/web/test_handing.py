"""The pages of handing a task on, as officials use them without script."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.identity.commands import Post
from app.workflow.models import Case
from tests.identity import people
from tests.smallworks import town as places
from tests.stores import Store
from tests.web.test_pages import Screen, first_task, staff

HEAD, INSPECTOR = "shecundong", "luyuanqiu"


def inspector(at: datetime) -> None:
    """铁路坝社区 gets an inspector."""
    post = Post(people.unit("铁路坝社区").id, "", "inspector")
    people.add(places.staff("jinhezhu", at), "陆远秋", INSPECTOR, post, at)


@pytest.fixture
def case(database: Store, app: Flask) -> Case:
    """One filing that waits at its community, where two can handle it."""
    places.begin_town(database, app, "handing_town", inspector)
    day = clock.local(clock.now()).date()
    with app.app_context():
        return places.Town(clock.now()).file(
            planned_start=(day + timedelta(days=9)).isoformat(),
            planned_end=(day + timedelta(days=30)).isoformat(),
        )


def hand(screen: Screen, page: str, **sent: str) -> TestResponse:
    """Fill in the form of a verb and send it to where it stands."""
    token = screen.page(page).select_one("input[name=csrf_token]")
    assert token is not None
    return screen.client.post(page, data={**sent, "csrf_token": str(token["value"])})


def chosen(page: BeautifulSoup, name: str) -> str:
    """The id behind somebody's name."""
    label = next(one for one in page.select("label.opt") if name in one.get_text())
    found = label.select_one("input[name=to]")
    assert found is not None
    return str(found["value"])


def links(screen: Screen, path: str) -> list[str]:
    return [str(one["href"]) for one in screen.page(path).select(".more-acts a")]


def test_the_next_one_is_taken_and_opened(app: Flask, case: Case) -> None:
    head = staff(app, HEAD)
    task = first_task(head)
    assert head.send("/inbox", "/inbox/next").location == task
    again = head.send("/inbox", "/inbox/next")
    assert again.location == "/inbox?box=claimable"
    assert "没有可以取的任务" in head.page("/inbox?box=claimable").get_text()


def test_a_task_is_transferred(app: Flask, case: Case) -> None:
    head, other = staff(app, HEAD), staff(app, INSPECTOR)
    task = first_task(head)
    page = f"{task}/transfer"
    assert page in links(head, task)
    nobody = head.send(page, page)
    assert (nobody.status_code, "请选择接手的人员" in nobody.text) == (422, True)
    to = chosen(head.page(page), "陆远秋")
    assert hand(head, page, to=to, reason="今日外出").location == "/inbox"
    assert first_task(other, "todo") == task
    record = other.page(f"/cases/{case.id}").get_text()
    assert "转办：陆远秋" in record
    assert "今日外出" in record


def test_an_opinion_is_asked_given_and_read(app: Flask, case: Case) -> None:
    head, other = staff(app, HEAD), staff(app, INSPECTOR)
    task = first_task(head)
    page = f"{task}/delegate"
    to = chosen(head.page(page), "陆远秋")
    assert hand(head, page, to=to, reason="请核对现场").status_code == 303
    assert f"{task}/fetch-back" in links(head, task)
    back = f"{task}/give-back"
    assert links(other, task)[:1] == [back]
    empty = other.send(back, back)
    assert (empty.status_code, "请写明意见" in empty.text) == (422, True)
    assert other.send(back, back, reason="现场一致").location == "/inbox"
    assert first_task(head, "todo") == task
    assert "现场一致" in head.page(f"/cases/{case.id}").get_text()


def test_what_was_given_out_is_fetched_back(app: Flask, case: Case) -> None:
    head = staff(app, HEAD)
    task = first_task(head)
    page, back = f"{task}/delegate", f"{task}/fetch-back"
    to = chosen(head.page(page), "陆远秋")
    assert hand(head, page, to=to, reason="请核对现场").status_code == 303
    assert head.send(back, back).location == task
    assert head.send(task, task, outcome="approve").status_code == 303


def test_a_head_acts_for_an_inspector(app: Flask, case: Case) -> None:
    head, other = staff(app, HEAD), staff(app, INSPECTOR)
    task = first_task(head)
    assert other.send(task, f"{task}/claim").location == task
    page = f"{task}/act-for"
    assert page not in links(other, task)
    assert page in links(head, task)
    to = chosen(head.page(page), "陆远秋")
    assert hand(head, page, to=to, reason="请假").location == task
    assert head.send(task, task, outcome="approve").status_code == 303
    assert "佘存栋（代陆远秋）" in head.page(f"/cases/{case.id}").get_text()
