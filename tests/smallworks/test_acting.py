"""Of several posts the official chooses one, on each page of the domain that does something."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import session
from app.identity.commands import Post
from app.identity.commands.granting import NewGrant, give_post
from app.smallworks.patrols.models import Patrol
from app.smallworks.stops.models import StopOrder
from app.workflow.models import Case, Event
from tests.smallworks.patrols import visits
from tests.smallworks.rectifications import orders
from tests.smallworks.stops import site
from tests.smallworks.town import Town, staff
from tests.web.visitors import Browser

HEAD, INSPECTS = "铁路坝社区 负责人", "铁路坝社区 巡查人员"
WHO = "shecundong"
"""佘存栋, who heads 铁路坝社区, and inspects there as well."""


@pytest.fixture
def now(town: Town) -> Town:
    """The hour of the clock, by which the pages go."""
    return Town(clock.now())


@pytest.fixture
def grant(now: Town) -> str:
    me = staff(WHO, now.at)
    given = NewGrant(Post(me.holds[0].unit_id, "", "inspector"), me.day)
    return give_post(staff("jinhezhu", now.at), me.id, given, "兼任", at=now.at).id


@pytest.fixture
def browser(app: Flask, grant: str) -> Browser:
    made = Browser(app)
    made.sign_in(WHO)
    return made


def offered(browser: Browser, path: str) -> list[str]:
    page = BeautifulSoup(browser.get(path).text, "html.parser")
    return [one.get_text(strip=True) for one in page.select("label:has(input[name=acting])")]


def done_as(case_id: str, verb: str) -> str:
    session().rollback()
    mine = select(Event).where(Event.case_id == case_id, Event.verb == verb)
    return session().scalars(mine.order_by(Event.seq.desc())).first().position


def test_a_visit_is_begun_and_concluded_as_chosen(now: Town, browser: Browser, grant: str) -> None:
    work = visits.filed(now, planned_start="2039-01-01", planned_end="2039-02-01")
    page = f"/patrols/begin?case={work.case_id}"
    assert offered(browser, page) == [HEAD, INSPECTS]
    wanted = {"work_id": work.id, "client_id": "a", "acting": grant}
    assert browser.post("/patrols/begin", wanted, page=page).status_code == 303
    patrol = session().scalars(select(Patrol).where(Patrol.work_id == work.id)).one()
    assert done_as(patrol.case_id, "filed") == "inspector"
    visits.answer_all(now, patrol)
    visits.snap(now, patrol, "site")
    end = f"/patrols/{patrol.id}/end"
    assert offered(browser, f"{end}?outcome=normal") == [INSPECTS, HEAD]
    session().refresh(patrol)
    sent = {"outcome": "normal", "revision": str(patrol.revision), "acting": grant}
    assert browser.post(end, sent, page=f"{end}?outcome=normal").status_code == 303
    assert done_as(patrol.case_id, "decided") == "inspector"


def test_a_visit_that_waits_is_taken_as_chosen(now: Town, browser: Browser, grant: str) -> None:
    case_id = _waiting(now).case_id
    patrol = session().scalars(select(Patrol).where(Patrol.case_id == case_id)).one()
    assert offered(browser, f"/patrols/{patrol.id}") == [HEAD, INSPECTS]
    browser.post(f"/patrols/{patrol.id}/start", {"acting": grant}, page=f"/patrols/{patrol.id}")
    assert done_as(case_id, "started") == "inspector"
    visits.save(now, patrol, remark="再看一次")
    assert done_as(case_id, "saved") == "inspector"


def _waiting(now: Town) -> Patrol:
    """A planned visit to a work, which nobody has begun."""
    work = visits.filed(now, planned_start="2039-01-01", planned_end="2039-02-01")
    visits.work_off(visits.morning_of("2039-01-01") + timedelta(days=1))
    return visits.patrol_of(work)


def test_a_stop_is_ordered_and_its_breach_reported_as_chosen(
    now: Town, browser: Browser, grant: str
) -> None:
    work = visits.filed(now, planned_start="2039-01-01", planned_end="2039-02-01")
    page = f"/works/{work.id}/stop/confirm?scope=all&own=没有系安全带"
    assert offered(browser, page) == [HEAD, INSPECTS]
    me = staff(WHO, now.at).under(grant)
    typed = site.Typed("all", own=site.SEEN, photos=[site.picture()])
    order = site.commands.order_stop(me, work.id, typed, "", at=now.at)
    assert done_as(order.case_id, "filed") == "inspector"
    assert offered(browser, f"/stops/{order.id}") == [HEAD, INSPECTS]
    sent = {"fact": "两人仍在屋面作业", "acting": grant}
    browser.post(f"/stops/{order.id}/breaches", sent, page=f"/stops/{order.id}")
    assert done_as(order.case_id, "breached") == "inspector"
    assert session().get_one(StopOrder, order.id).unit_id == me.holds[0].unit_id


def test_a_re_inspection_is_judged_and_concluded_as_chosen(
    now: Town, browser: Browser, grant: str
) -> None:
    _work, case = orders.ordered(now, inspector=False)
    orders.report(now, case)
    page = f"/rectifications/{case.id}"
    assert offered(browser, page)[:2] == [HEAD, INSPECTS]
    for hazard in orders.hazards_of(case):
        sent = {"verdict": "pass", "acting": grant}
        browser.post(f"{page}/hazards/{hazard.id}/verdict", sent, page=page)
    assert done_as(case.id, "verified") == "inspector"
    sent = {"outcome": "conclude", "checkers": "佘存栋", "acting": grant}
    browser.post(f"{page}/conclude", sent, page=page)
    assert done_as(case.id, "decided") == "inspector"
    assert session().get_one(Case, case.id).result == "done"


def test_a_task_is_claimed_as_chosen(now: Town, browser: Browser, grant: str) -> None:
    case = now.file()
    task = site.open_tasks(case)[0]
    page = BeautifulSoup(browser.get(f"/tasks/{task.id}").text, "html.parser")
    button = page.select_one(f"button[form=decision][formaction='/tasks/{task.id}/claim']")
    assert button is not None
    sent = {"acting": grant, "outcome": "", "opinion": ""}
    browser.post(f"/tasks/{task.id}/claim", sent, page=f"/tasks/{task.id}")
    assert done_as(case.id, "claimed") == "inspector"
