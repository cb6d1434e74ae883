"""代理: set, worked and ended on its page and through the API."""

from __future__ import annotations

from datetime import timedelta

from bs4 import BeautifulSoup
from flask import Flask

from app import clock
from app.workflow.models import Case
from tests.web.test_api import Program
from tests.web.test_handing import HEAD, INSPECTOR, case
from tests.web.test_pages import Screen, first_task, staff

__all__ = ["case"]
PAGE = "/substitutes"


def days() -> tuple[str, str]:
    today = clock.local(clock.now()).date()
    return today.isoformat(), (today + timedelta(days=7)).isoformat()


def named(screen: Screen, name: str) -> str:
    """The id behind somebody's name in the list of whom one may ask."""
    options = screen.page(PAGE).select("select[name=substitute] option")
    return next(str(one["value"]) for one in options if name in one.get_text())


def words(page: BeautifulSoup) -> str:
    return " ".join(page.get_text().split())


def test_who_is_away_has_their_work_done(app: Flask, case: Case) -> None:
    head, other = staff(app, HEAD), staff(app, INSPECTOR)
    task = first_task(other)
    assert other.send(task, f"{task}/claim").location == task
    assert PAGE in [str(one["href"]) for one in other.page("/inbox").select(".boxes a")]
    first, last = days()
    faulty = other.send(PAGE, PAGE, first_day=first, last_day=last)
    assert (faulty.status_code, "请选择代理人" in faulty.text) == (422, True)
    sent = {"substitute": named(other, "佘存栋"), "first_day": first, "last_day": last}
    assert other.send(PAGE, PAGE, **sent).location == PAGE
    again = other.send(PAGE, PAGE, **sent)
    assert (again.status_code, "已经设了代理人" in again.text) == (409, True)
    assert "由您代理" in words(head.page("/inbox?box=standing"))
    assert first_task(head, "standing") == task
    assert "（代陆远秋）" in words(head.page(task))
    assert head.send(task, task, outcome="approve").status_code == 303
    assert "佘存栋（代陆远秋）" in head.page(f"/cases/{case.id}").get_text()
    end = head.page(PAGE).select_one("form[action$='/end']")
    assert end is not None
    assert head.send(PAGE, str(end["action"])).location == PAGE
    assert "代理待办" not in words(head.page("/inbox"))


def test_a_program_sets_and_ends_one(app: Flask, case: Case) -> None:
    other = staff(app, INSPECTOR)
    to, (first, last) = named(other, "佘存栋"), days()
    program = Program(app, INSPECTOR)
    sent = {"substitute": to, "first_day": first, "last_day": last, "flows": ["filing"]}
    made = program.post("/substitutes", "one", json=sent)
    assert (made.status_code, made.get_json()["substitute"]) == (201, "佘存栋")
    assert program.post("/substitutes", "one", json=sent).get_json()["id"] == made.get_json()["id"]
    (row,) = program.get("/substitutes").get_json()["items"]
    assert (row["flows"], row["ended"]) == (["filing"], False)
    wrong = program.post("/substitutes", json={**sent, "last_day": "昨天"})
    assert (wrong.status_code, list(wrong.get_json()["fields"])) == (422, ["last_day"])
    assert program.post(f"/substitutes/{row['id']}/end").get_json()["ended"] is True
    assert program.get("/substitutes").get_json()["items"] == []
