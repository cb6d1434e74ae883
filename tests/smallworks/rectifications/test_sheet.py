"""The pages and papers of a rectification, as the contractor and other readers meet them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import session, transaction
from app.identity import sessions
from app.identity.actor import Actor
from app.identity.sessions import Visit
from app.smallworks.models import Paper
from app.smallworks.patrols.models import Hazard
from app.smallworks.rectifications.words import until
from app.workflow.models import Case
from tests.smallworks.rectifications.orders import (
    HEAD,
    INSPECTOR,
    conclude,
    foreman,
    hazards_of,
    ordered,
    report,
    row_of,
)
from tests.smallworks.town import Town, owner, staff

OTHERS = "由被责令整改的一方填写"


def page_of(app: Flask, case: Case, who: Actor, path: str = "/rectifications") -> str:
    """The page as this person gets it."""
    with transaction() as work:
        token = sessions.open_one(work, who.id, "web", Visit(), at=clock.now())
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    answer = client.get(f"{path}/{case.id}")
    assert answer.status_code == 200, answer.text
    return answer.text


def seen(app: Flask, case: Case, who: Actor) -> tuple[str, str]:
    """What the head of the page says to this person, and the whole of it."""
    page = BeautifulSoup(page_of(app, case, who), "html.parser").main
    assert page is not None
    head = page.select_one(".mark-a")
    assert head is not None
    return head.text, page.text


def test_the_record_says_what_each_reinspection_came_to(app: Flask, town: Town):
    now = replace(town, at=clock.now())
    _work, case = ordered(now)
    for failing in ((2,), ()):
        report(now, case)
        conclude(now, case, *failing)
    page = BeautifulSoup(page_of(app, case, staff(HEAD, now.at), "/cases"), "html.parser")
    said = [line.text for line in page.select(".log .line") if "提交复查结论" in line.text]
    assert len(said) == 2
    assert "提交复查结论：全部合格" in said[0]
    assert "提交复查结论：1 条不合格" in said[1]
    names = {str(one.contents[0]).strip() for one in page.select(".thumb > span")}
    assert names == {"整改后照片"}


def test_what_a_reinspection_issues_names_all_who_went(town: Town):
    _work, case = ordered(town)
    report(town, case)
    conclude(town, case, 2)
    session().rollback()
    issued = select(Paper).where(Paper.case_id == case.id)
    said = {
        paper.kind: [one["name"] for one in paper.facts["inspectors"]]
        for paper in session().scalars(issued)
    }
    assert said == {
        "rectification_notice": ["佘存栋", "陆远秋"],
        "reinspection": ["陆远秋", "佘存栋"],
        "second_notice": ["陆远秋", "佘存栋"],
    }


def due_in(case: Case, place: int, days: int) -> str:
    """The hazard at this place on the notice is due then, as pages say it."""
    hazard_id = hazards_of(case)[place - 1].id
    due = clock.now() + timedelta(days=days)
    with transaction() as work:
        work.get_one(Hazard, hazard_id).deadline = due
    return until(due)


def test_the_head_names_the_nearest_deadline_of_what_is_open(town: Town, app: Flask) -> None:
    now = replace(town, at=clock.now())
    _work, case = ordered(now)
    last = until(row_of(case).deadline)
    head, _page = seen(app, case, foreman(now.at))
    assert f"请在 {last} 前整改完" in head
    assert "各有期限" not in head
    nearest = due_in(case, 2, 1)
    head, page = seen(app, case, foreman(now.at))
    assert f"最近一条请在 {nearest} 前整改完" in head
    assert "每条隐患各有期限" in head
    assert last not in head
    assert last in page


def test_the_head_says_which_deadline_is_past(town: Town, app: Flask) -> None:
    now = replace(town, at=clock.now())
    _work, case = ordered(now)
    past = due_in(case, 1, -1)
    head, _page = seen(app, case, foreman(now.at))
    assert f"最近一条整改期限已过：{past}" in head
    assert "每条隐患各有期限" in head


def test_who_handed_it_in_is_told_to_wait_and_others_who_answers(town: Town, app: Flask) -> None:
    now = replace(town, at=clock.now())
    _work, case = ordered(now)
    assert OTHERS in seen(app, case, owner(now.at))[1]
    report(now, case)
    _head, page = seen(app, case, foreman(now.at))
    assert "已提交，等待复查" in page
    assert OTHERS not in page
    _head, page = seen(app, case, owner(now.at))
    assert "已提交，等待复查" not in page
    assert OTHERS in page


def test_who_found_it_is_not_asked_to_judge_it(town: Town, app: Flask) -> None:
    now = replace(town, at=clock.now())
    _work, case = ordered(now)
    report(now, case)
    judged = f'action="/rectifications/{case.id}/hazards/{hazards_of(case)[0].id}/verdict"'
    assert judged in page_of(app, case, staff(INSPECTOR, now.at))
    assert judged not in page_of(app, case, staff(HEAD, now.at))
