"""What the city has planned for a district, as the district's pages tell it beforehand."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.clock import local
from app.db import session
from app.identity import commands, queries
from app.identity.actor import Actor
from app.identity.commands import NewPerson
from app.identity.models import Person
from app.workflow import definitions, publishing
from app.workflow.commands import fall_back, set_flow_rule, withdraw_version
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication, Publishing
from tests.web.visitors import SECRET, Browser, first, place, post

DRAWING = definitions.shipped_files("filing")["filing.bpmn"]
BY_CITY = "由宜昌市决定，现在不能{}；请由宜昌市的系统后台管理员先取消"
REPLACED = "会代替它"


def ning() -> Actor:
    """宁远山, who keeps the flows of the city."""
    found = select(Person.id).where(Person.account == "ningyuanshan")
    return queries.actor_for(session().scalars(found).one(), clock.now())


def publish(days: str, starts_on: date | None = None) -> ProcessVersion:
    drawn = DRAWING.replace('flow:sla="2wd"', f'flow:sla="{days}wd"').encode()
    files = {"filing.bpmn": drawn}
    wanted = Publication(place("西陵区"), "filing", files, "改时限", starts_on=starts_on)
    return publishing.publish(ning(), wanted, at=clock.now())


@pytest.fixture
def miao(app: Flask, work: Session) -> Browser:
    """苗青禾, who keeps the flows of 西陵区."""
    first(clock.now())
    given = NewPerson("苗青禾", "miaoqinghe", (post("西陵区", "unit_admin"),), password=SECRET)
    commands.create_person(ning(), given, at=clock.now())
    made = Browser(app)
    made.sign_in("miaoqinghe")
    return made


@pytest.fixture
def pages(miao: Browser, work: Session) -> dict[str, str]:
    """By what is done there, the pages on which 西陵区 would decide something else."""
    old, now = publish("3"), publish("4")
    miao.post("/flows/filing/draft", {"unit": place("西陵区")}, page="/flows/filing")
    return {
        "恢复": f"/flows/versions/{old.id}/republish",
        "改回": f"/flows/versions/{now.id}/fallback",
        "发布": f"/flows/filing/draft/{place('西陵区')}/publish",
    }


def ahead() -> date:
    return local(clock.now()).date() + timedelta(days=8)


def test_what_the_city_planned_is_said_before_anything_is_asked(
    miao: Browser, pages: dict[str, str], work: Session
) -> None:
    plan = publish("5", ahead())
    for deed, page in pages.items():
        told = miao.get(page).text
        assert BY_CITY.format("改回" if deed == "改回" else "发布") in told
        assert ('name="reason"' in told, REPLACED in told) == (False, False)
    chosen = miao.get("/flows/publish?process=filing").text
    assert f"西陵区有待施行的安排，{BY_CITY.format('发布')}" in chosen
    withdraw_version(ning(), plan.id, at=clock.now())
    for page in pages.values():
        assert 'name="reason"' in miao.get(page).text
    assert "待施行" not in miao.get("/flows/publish?process=filing").text


def test_going_back_as_the_city_planned_it_is_said_too(
    miao: Browser, pages: dict[str, str], work: Session
) -> None:
    now = pages["改回"].split("/")[3]
    fall_back(ning(), now, Publishing("全市统一", starts_on=ahead()), at=clock.now())
    told = miao.get(pages["恢复"]).text
    assert f"起改回上级的流程，{BY_CITY.format('发布')}" in told
    assert 'name="reason"' not in told


def test_what_the_district_planned_itself_is_replaced(
    miao: Browser, pages: dict[str, str], work: Session
) -> None:
    sent = {"reason": "改时限", "starts_on": ahead().isoformat()}
    assert miao.post(pages["恢复"], sent, page=pages["恢复"]).status_code == 303
    for page in (pages["改回"], pages["发布"]):
        told = miao.get(page).text
        assert ('name="reason"' in told, REPLACED in told) == (True, True)


def test_files_are_refused_before_they_are_checked_on_the_form(
    miao: Browser, pages: dict[str, str], work: Session
) -> None:
    publish("5", ahead())
    count = len(work.scalars(select(ProcessVersion.id)).all())
    sent = {
        "csrf_token": miao.token("/flows/publish"), "unit": place("西陵区"), "reason": "改时限",
        "files": (io.BytesIO(b"<broken"), "filing.bpmn"),
    }  # fmt: skip
    answer = miao.client.post("/flows/publish", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 403
    assert "请由宜昌市的系统后台管理员取消" in answer.text
    assert "改时限</textarea>" in answer.text
    work.rollback()
    assert len(work.scalars(select(ProcessVersion.id)).all()) == count


def test_where_the_city_approves_it_is_the_city_that_cancels(
    miao: Browser, pages: dict[str, str], work: Session
) -> None:
    publish("5", ahead())
    set_flow_rule(ning(), place("宜昌市"), True, at=clock.now())
    for page in (pages["恢复"], pages["发布"], "/flows/publish?process=filing"):
        told = miao.get(page).text
        assert "批准后要取消的，由宜昌市的系统后台管理员取消" in told
        assert ('name="reason"' in told, "此前可以取消" in told) == (True, False)
