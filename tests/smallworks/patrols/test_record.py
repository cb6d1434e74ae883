"""What the case of a visit shows of it: the record in few lines, and one way to the sheet."""

from __future__ import annotations

from datetime import timedelta

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app.db import session
from app.identity.commands import Post
from app.smallworks.patrols.models import Patrol
from app.workflow import kinds
from app.workflow.models import Case, Event
from tests.identity import people
from tests.identity.people import unit
from tests.smallworks.patrols import visits
from tests.smallworks.town import Town, staff
from tests.web.visitors import Browser


def case_page(app: Flask, patrol: Patrol) -> BeautifulSoup:
    browser = Browser(app)
    browser.sign_in("muyulan")
    return BeautifulSoup(browser.get(f"/cases/{patrol.case_id}").text, "html.parser")


def record(page: BeautifulSoup) -> list[str]:
    """Each line of the record from the act on."""
    lines = [" ".join(line.text.split()) for line in page.select(".log .line")]
    return [line.partition("负责人 ")[2] for line in lines]


def later(town: Town, minutes: int) -> Town:
    return Town(town.at + timedelta(minutes=minutes))


def test_what_was_saved_again_and_again_is_one_line_of_the_record(app: Flask, town: Town):
    patrol = visits.begin(town, visits.filed(town))
    for minutes in (0, 20, 50):
        visits.save(later(town, minutes), patrol, remark=f"第 {minutes} 分钟")
    visits.snap(later(town, 60), patrol, "site")
    visits.save(later(town, 24 * 60), patrol, remark="第二天")
    assert record(case_page(app, patrol)) == [
        "填写巡查表 2026-11-24 12:00",
        "上传材料 2026-11-23 13:00",
        "填写巡查表 3 次 2026-11-23 12:00 至 12:50",
        "发起 2026-11-23 12:00",
    ]
    saved = select(Event).where(Event.case_id == patrol.case_id, Event.verb == "saved")
    assert len(session().scalars(saved).all()) == 4


def test_a_line_over_several_days_says_both_and_one_minute_is_said_once(app: Flask, town: Town):
    patrol = visits.begin(town, visits.filed(town))
    for minutes in (0, 24 * 60):
        visits.save(later(town, minutes), patrol, remark=f"第 {minutes} 分钟")
    assert record(case_page(app, patrol))[0] == (
        "填写巡查表 2 次 2026-11-23 12:00 至 2026-11-24 12:00"
    )
    for colour in ("#101010", "#202020"):
        visits.snap(later(town, 24 * 60), patrol, "site", colour)
    assert record(case_page(app, patrol))[0] == "上传材料 2 次 2026-11-24 12:00"


def test_only_the_paper_is_called_a_paper(app: Flask, town: Town):
    patrol = visits.begin(town, visits.filed(town))
    visits.answer_all(town, patrol)
    visits.conclude(town, patrol, "normal")
    page = case_page(app, patrol)
    links = [link.text for link in page.select(".papers a")]
    assert [link for link in links if "巡查" in link] == ["巡查记录表"]
    assert [link.text for link in page.select(f"a[href='/patrols/{patrol.id}']")] == [
        "查看巡查内容"
    ]


def test_the_public_gets_the_paper_itself_and_not_the_officials_page_of_it(town: Town):
    patrol = visits.begin(town, visits.filed(town))
    visits.answer_all(town, patrol)
    visits.conclude(town, patrol, "normal")
    (paper,) = town.papers(patrol.case)
    hook, case = kinds.of("patrol").extras, session().get_one(Case, patrol.case_id)
    assert f"/papers/{paper.id}" in [one.href for one in hook(session(), case, True)]
    assert [one.href for one in hook(session(), case, False)] == [
        f"/papers/{paper.id}.pdf", f"/cases/{case.id}/sign-off.pdf",
    ]  # fmt: skip


def test_the_page_of_a_visit_keeps_it_only_for_those_who_go_on_site(app: Flask, town: Town):
    """What a phone keeps is asked for by the script; whoever only reads would be refused."""
    patrol = visits.begin(town, visits.filed(town))
    district = unit("西陵区", "district")
    people.add(
        staff("jinhezhu", town.at), "秦督", "qindu", Post(district.id, "supervisor"), town.at
    )
    for account, keeps in (("shecundong", 1), ("qindu", 0)):
        browser = Browser(app)
        browser.sign_in(account)
        page = BeautifulSoup(browser.get(f"/patrols/{patrol.id}").text, "html.parser")
        assert patrol.work.name in page.h1.text
        assert len(page.select("[data-patrol]")) == keeps
        assert [
            one for one in page.select("script[src]") if "patrol" in one["src"] and not keeps
        ] == []
