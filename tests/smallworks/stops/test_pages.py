"""The pages of stops, without a browser: what they show, and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app import clock
from app.smallworks.stops import queries
from app.smallworks.stops.models import StopOrder
from app.smallworks.stops.queries import Asked
from app.workflow import commands as workflow
from app.workflow import definitions, publishing
from app.workflow.models import Attachment
from app.workflow.publishing import Publication
from tests.identity import people
from tests.identity.people import SECRET
from tests.smallworks.patrols import visits
from tests.smallworks.stops import site
from tests.smallworks.stops.site import INSPECTOR, LEADER
from tests.smallworks.town import OWNER_PHONE, Town, owner, staff
from tests.web.visitors import Browser


@pytest.fixture
def now(town: Town) -> Town:
    """The town at this moment: pages go by the real clock."""
    return Town(clock.now())


def at_desk(app: Flask, account: str) -> Browser:
    browser = Browser(app)
    browser.sign_in(account)
    return browser


def test_the_list_shows_what_is_unconfirmed_and_by_how_long(app: Flask, now: Town) -> None:
    work = site.filed(now)
    site.stop(now, work)
    page = at_desk(app, "muyulan").get("/stops").text
    assert work.name in page
    assert "未确认，还剩 23 小时" in page
    assert "没有符合条件的停工" in at_desk(app, "muyulan").get("/stops?box=lifted").text


def test_another_district_sees_none_of_it(app: Flask, now: Town) -> None:
    work = site.filed(now)
    order = site.stop(now, work)
    stranger = at_desk(app, "chaiyiling")
    assert work.name not in stranger.get("/stops").text
    assert stranger.get(f"/stops/{order.id}").status_code == 404
    assert stranger.get(f"/works/{work.id}/stop").status_code == 404


def test_the_page_of_a_stop_says_all_of_it(app: Flask, now: Town) -> None:
    work = site.begun(now)
    change = site.about(now, work, "change", **site.EXTENSION)
    order = site.confirmed(now, work)
    page = at_desk(app, INSPECTOR[0]).get(f"/stops/{order.id}").text
    for words in (site.SEEN, "停工通知书", "穆玉兰", change.title, "记为停工期间施工"):
        assert words in page, words
    site.resume(now, order)
    page = at_desk(app, INSPECTOR[0]).get(f"/stops/{order.id}").text
    assert "已复工" in page
    assert "记为停工期间施工" not in page
    over = at_desk(app, INSPECTOR[0]).get(f"/cases/{order.case_id}").text
    assert '<span class="state g">已复工</span>' in over


def led_to(app: Flask, account: str, order: StopOrder) -> dict[str, str]:
    """The tasks to which the page of a stop leads this person."""
    page = BeautifulSoup(at_desk(app, account).get(f"/stops/{order.id}").text, "html.parser")
    return {link.text: str(link["href"]) for link in page.select('main a[href^="/tasks/"]')}


def test_a_stop_out_of_a_visit_shows_what_the_visit_saw(app: Flask, now: Town) -> None:
    work = site.filed(now)
    patrol = visits.failing(now, work, "order_exit")
    visits.snap(now, patrol, "site", "#010203")
    visits.conclude(now, patrol, "stop", scope="all")
    order = site.order_of(work)
    hazard = visits.hazards_of(patrol)[0]
    browser = at_desk(app, "muyulan")
    page = BeautifulSoup(browser.get(f"/stops/{order.id}").text, "html.parser")
    shown = [str(picture["src"]) for picture in page.select(".thumb img")]
    rows = select(Attachment.id).where(Attachment.field == f"hazard:{hazard.id}")
    assert shown == [f"/attachments/{one}" for one in site.session().scalars(rows)]
    assert browser.get(shown[0]).mimetype == "image/jpeg"
    assert "没有照片" not in page.text
    visit = BeautifulSoup(browser.get(f"/cases/{patrol.case_id}").text, "html.parser")
    names = {str(one.contents[0]).strip() for one in visit.select(".thumb > span")}
    assert names == {"隐患照片", "现场照片"}


def test_the_page_of_a_stop_leads_whoever_is_due_to_their_task(app: Flask, now: Town) -> None:
    order = site.stop(now, site.begun(now))

    def asked(name: str) -> dict[str, str]:
        (task,) = site.open_tasks(order.case)
        return {name: f"/tasks/{task.id}"}

    assert led_to(app, "muyulan", order) == asked("确认停工")
    assert led_to(app, INSPECTOR[0], order) == {}
    now.decide(order.case, "muyulan", "confirm")
    assert led_to(app, "muyulan", order) == {}
    site.ask(now, order)
    assert led_to(app, INSPECTOR[0], order) == asked("现场复查")
    assert led_to(app, "muyulan", order) == {}
    site.recheck(now, order, "pass")
    assert led_to(app, "muyulan", order) == asked("审批复工")
    now.decide(order.case, "muyulan", "approve")
    assert led_to(app, "muyulan", order) == {}


def test_what_a_colleague_has_taken_is_offered_to_nobody_else(app: Flask, now: Town) -> None:
    order = site.stop(now, site.filed(now))
    task = site.open_tasks(order.case)[0]
    workflow.claim(staff(LEADER[0], now.at), task.id, at=now.at)
    assert led_to(app, "muyulan", order) == {}
    assert led_to(app, LEADER[0], order) == {"确认停工": f"/tasks/{task.id}"}


def test_the_confirm_page_says_what_will_happen(app: Flask, now: Town) -> None:
    work = site.begun(now)
    site.about(now, work, "change", **site.EXTENSION)
    asked = f"/works/{work.id}/stop/confirm?scope=all&own={site.SEEN}"
    page = at_desk(app, INSPECTOR[0]).get(asked).text
    assert "1 件未办结的办件中止办理" in page
    assert "24 小时内确认" in page
    page = at_desk(app, "muyulan").get(asked).text
    assert "您有权直接下达" in page


def test_the_limit_is_that_of_the_step_that_confirms(app: Flask, now: Town) -> None:
    """A district that has the community look at each stop first, within three working days."""
    shipped = definitions.shipped_files("stop_work")["stop_work.bpmn"]
    look = (
        '<bpmn:userTask id="look" name="社区核对" flow:role="head" flow:scope="community"'
        ' flow:form="smallworks/review" flow:outcomes="seen:已核对" flow:sla="3wd">'
        "<bpmn:incoming>f_issue_site_stop_formal_gate</bpmn:incoming>"
        "<bpmn:outgoing>f_look</bpmn:outgoing></bpmn:userTask>"
        '<bpmn:sequenceFlow id="f_look" sourceRef="look" targetRef="formal_gate" />'
    )
    drawn = shipped.replace(
        '<bpmn:exclusiveGateway id="formal_gate"', look + '<bpmn:exclusiveGateway id="formal_gate"'
    )
    drawn = drawn.replace(
        'sourceRef="issue_site_stop" targetRef="formal_gate"',
        'sourceRef="issue_site_stop" targetRef="look"',
    )
    drawn = drawn.replace(
        "<bpmn:incoming>f_issue_site_stop_formal_gate</bpmn:incoming>",
        "<bpmn:incoming>f_look</bpmn:incoming>",
    ).replace(look.replace("f_issue_site_stop_formal_gate", "f_look"), look)
    assert drawn.count('id="look"') == 1
    assert 'sourceRef="issue_site_stop" targetRef="look"' in drawn
    unit = people.unit("西陵区", "district").id
    files = {"stop_work.bpmn": drawn.encode()}
    redrawn = Publication(unit, "stop_work", files, "社区先核对", despite=True)
    publishing.publish(staff("jinhezhu", now.at), redrawn, at=now.at)
    work = site.begun(now)
    asked = f"/works/{work.id}/stop/confirm?scope=all&own={site.SEEN}"
    assert "24 小时内确认" in at_desk(app, INSPECTOR[0]).get(asked).text


def test_a_stop_page_of_a_stopped_work_leads_nowhere(app: Flask, now: Town) -> None:
    work = site.filed(now)
    site.stop(now, work)
    assert at_desk(app, INSPECTOR[0]).get(f"/works/{work.id}/stop").status_code == 409


def test_the_list_goes_page_by_page(now: Town) -> None:
    orders = [site.stop(now, site.filed(now, name=f"第 {n} 处外墙修补")) for n in range(3)]
    who = staff("muyulan", now.at)
    page = queries.stops(site.session(), who, Asked())
    assert {line.order.id for line in page.rows} == {order.id for order in orders}
    assert page.after == ""
    assert not queries.stops(site.session(), who, Asked("unconfirmed", unit="nobody")).rows


def test_what_waits_for_the_owner_under_a_stop_is_held_not_late(app: Flask, now: Town) -> None:
    then = replace(now, at=now.at - timedelta(days=21))
    work = site.filed(then)
    case = site.about(then, work, "change", **site.EXTENSION)
    then.decide(case, "shecundong", "return", opinion="请写明新的完工日期依据")
    (task,) = site.open_tasks(case)
    assert task.due_at is not None
    site.confirmed(then, work)
    assert task.due_at < now.at - timedelta(days=7)  # long past, had it run on
    for browser in (at_desk(app, "shecundong"), at_home(app, task.person_id)):
        page = BeautifulSoup(browser.get(f"/cases/{case.id}").text, "html.parser")
        waiting = page.select_one(".now-next p")
        assert waiting is not None
        assert "补正材料" in waiting.text
        assert "中止" in waiting.text
        assert "超" not in page.text
        assert "起中止" in page.text


def at_home(app: Flask, person_id: str | None) -> Browser:
    """A member of the public, signed in by this moment's code."""
    browser = Browser(app)
    sent = {"phone": OWNER_PHONE, "password": SECRET}
    assert person_id == owner(clock.now()).id
    assert browser.post("/sign-in", sent).status_code == 303
    return browser


def test_the_reviewer_sees_before_and_after(app: Flask, now: Town) -> None:
    work = site.begun(now)
    case = site.about(now, work, "change", **site.EXTENSION)
    task = site.open_tasks(case)[0]
    page = at_desk(app, "shecundong").get(f"/tasks/{task.id}").text
    assert "变更前" in page
    assert page.index("2027-01-15") < page.index("2027-02-20")
