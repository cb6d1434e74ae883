"""Pages on which a flow is published, opened before somebody else published: 409, shown anew."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.clock import local
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.workflow import definitions
from app.workflow.models import ProcessVersion
from tests.web.visitors import SECRET, Browser, first, place, post

DRAWING = definitions.shipped_files("filing")["filing.bpmn"]
STRICTER = DRAWING.replace('flow:sla="2wd"', 'flow:sla="1wd"')
CAREFUL = DRAWING.replace('flow:sla="2wd"', 'flow:sla="4wd"')
_HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def miao(app: Flask, work: Session) -> Browser:
    """苗青禾, who keeps the flows of 西陵区."""
    chief = queries.actor_for(first(clock.now()), clock.now())
    given = NewPerson("苗青禾", "miaoqinghe", (post("西陵区", "unit_admin"),), password=SECRET)
    commands.create_person(chief, given, at=clock.now())
    made = Browser(app)
    made.sign_in("miaoqinghe")
    return made


def fields(page: str) -> dict[str, str]:
    """What the form of a page carries along."""
    return dict(_HIDDEN.findall(page))


def upload(who: Browser, drawn: str, carried: dict[str, str]) -> TestResponse:
    sent = {
        **carried, "unit": place("西陵区"), "reason": "改时限",
        "files": (io.BytesIO(drawn.encode()), "filing.bpmn"),
    }  # fmt: skip
    return who.client.post("/flows/publish", data=sent, content_type="multipart/form-data")


def count(work: Session) -> int:
    work.rollback()
    mine = ProcessVersion.unit_id == place("西陵区")
    return work.scalar(select(func.count()).select_from(ProcessVersion).where(mine)) or 0


def test_the_publish_page_of_a_draft(miao: Browser, work: Session) -> None:
    unit = place("西陵区")
    miao.post("/flows/filing/draft", {"unit": unit}, page="/flows/filing")
    draft = f"/flows/filing/draft/{unit}"
    sent = {**fields(miao.get(draft).text), "files": (io.BytesIO(STRICTER.encode()), "filing.bpmn")}
    miao.client.post(f"{draft}/upload", data=sent, content_type="multipart/form-data")
    opened = fields(miao.get(f"{draft}/publish").text)
    upload(miao, CAREFUL, fields(miao.get("/flows/publish").text))
    late = miao.client.post(f"{draft}/publish", data={**opened, "reason": "改时限"})
    assert (late.status_code, count(work)) == (409, 1)
    assert "由苗青禾发布，请看过不同之处再办" in late.text
    assert "发布这份草稿会代替它" in late.text
    again = miao.client.post(f"{draft}/publish", data={**fields(late.text), "reason": "改时限"})
    assert (again.status_code, count(work)) == (303, 2)


def test_the_page_of_an_upload(miao: Browser, work: Session) -> None:
    page = "/flows/publish?process=filing"
    opened = fields(miao.get(page).text)
    assert upload(miao, STRICTER, fields(miao.get(page).text)).status_code == 303
    faulty = upload(miao, "<no", opened)
    assert faulty.status_code == 422
    late = upload(miao, CAREFUL, fields(faulty.text))
    assert (late.status_code, count(work)) == (409, 1)
    assert "西陵区第 1 版已于" in late.text
    assert upload(miao, CAREFUL, fields(late.text)).status_code == 303


def test_the_page_of_an_older_version(miao: Browser, work: Session) -> None:
    for drawn in (STRICTER, DRAWING):
        upload(miao, drawn, fields(miao.get("/flows/publish").text))
    mine = select(ProcessVersion.id).where(ProcessVersion.unit_id == place("西陵区"))
    page = f"/flows/versions/{work.scalars(mine.order_by(ProcessVersion.number)).first()}/republish"
    opened = fields(miao.get(page).text)
    upload(miao, CAREFUL, fields(miao.get("/flows/publish").text))
    late = miao.client.post(page, data={**opened, "reason": "改回"})
    assert (late.status_code, count(work)) == (409, 3)
    assert "现行西陵区第 3 版" in late.text
    assert miao.client.post(page, data={**fields(late.text), "reason": "改回"}).status_code == 303


def test_the_page_of_going_back_to_the_citys_flow(miao: Browser, work: Session) -> None:
    upload(miao, STRICTER, {**fields(miao.get("/flows/publish").text)})
    mine = select(ProcessVersion.id).where(ProcessVersion.unit_id == place("西陵区"))
    own = work.scalars(mine).one()
    page = f"/flows/versions/{own}/fallback"
    opened = fields(miao.get(page).text)
    day = (local(clock.now()).date() + timedelta(days=8)).isoformat()
    upload(miao, CAREFUL, {**fields(miao.get("/flows/publish").text), "starts_on": day})
    late = miao.client.post(page, data={**opened, "reason": "全市统一"})
    assert late.status_code == 409
    assert "请看过再办" in late.text
    assert "第 2 版原定" in late.text
    assert (
        miao.client.post(page, data={**fields(late.text), "reason": "全市统一"}).status_code == 303
    )


def test_what_the_city_has_planned_has_no_button_for_the_district(
    app: Flask, miao: Browser
) -> None:
    ning = Browser(app)
    ning.sign_in("ningyuanshan")
    day = (local(clock.now()).date() + timedelta(days=8)).isoformat()
    upload(ning, STRICTER, fields(ning.get("/flows/publish").text))
    own = re.findall(r"/flows/versions/(\w+)/fallback", ning.get("/flows/filing").text)[0]
    sent = {"reason": "全市统一", "starts_on": day}
    ning.post(f"/flows/versions/{own}/fallback", sent)
    assert "取消改回</" in ning.get("/flows/filing").text
    mine = miao.get("/flows/filing").text
    assert "由宜昌市决定，要取消的请找宜昌市的系统后台管理员" in mine
    assert "/cancel" not in mine
    upload(ning, CAREFUL, {**fields(ning.get("/flows/publish").text), "starts_on": day})
    mine = miao.get("/flows/filing").text
    assert "由宜昌市取消" in mine
    assert "/withdraw" not in mine
    assert "/withdraw" in ning.get("/flows/filing").text
