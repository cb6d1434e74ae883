"""The pages of flows that wait for approval: asked for, looked at, approved, returned; the rule."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.clock import local
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.workflow import definitions
from app.workflow.commands import set_flow_rule
from app.workflow.models import ProcessVersion
from app.workflow.studio.approval_models import FlowRequest, FlowRule
from tests.web.visitors import SECRET, Browser, first, place, post

DRAWING = definitions.shipped_files("filing")["filing.bpmn"]
STRICTER = DRAWING.replace('flow:sla="2wd"', 'flow:sla="1wd"')
CAREFUL = DRAWING.replace('flow:sla="2wd"', 'flow:sla="4wd"')


def browser(app: Flask, account: str) -> Browser:
    made = Browser(app)
    made.sign_in(account)
    return made


@pytest.fixture
def staff(work: Session) -> Session:
    chief = queries.actor_for(first(clock.now()), clock.now())
    given = NewPerson("苗青禾", "miaoqinghe", (post("西陵区", "unit_admin"),), password=SECRET)
    commands.create_person(chief, given, at=clock.now())
    set_flow_rule(chief, place("宜昌市"), True, at=clock.now())
    return work


@pytest.fixture
def miao(app: Flask, staff: Session) -> Browser:
    """苗青禾, who keeps the flows of 西陵区."""
    return browser(app, "miaoqinghe")


@pytest.fixture
def ning(app: Flask, staff: Session) -> Browser:
    """宁远山, who keeps those of the city."""
    return browser(app, "ningyuanshan")


def upload(who: Browser, drawn: str = STRICTER, **more: str) -> TestResponse:
    sent = {
        "csrf_token": who.token("/flows/publish"), "unit": place("西陵区"),
        "reason": "乡镇审核改为 1 日", "files": (io.BytesIO(drawn.encode()), "filing.bpmn"),
    }  # fmt: skip
    return who.client.post("/flows/publish", data=sent | more, content_type="multipart/form-data")


def request_of(work: Session) -> FlowRequest:
    work.rollback()
    newest = select(FlowRequest).order_by(FlowRequest.asked_at.desc(), FlowRequest.id.desc())
    return work.scalars(newest.limit(1)).one()


def test_from_the_upload_to_the_approval(miao: Browser, ning: Browser, staff: Session) -> None:
    assert "检查并送请批准" in miao.get("/flows/publish").text
    assert "检查并发布" in ning.get("/flows/publish").text
    assert "没有等待批准的" in ning.get("/flows/requests").text
    asked = upload(miao)
    row = request_of(staff)
    page = f"/flows/requests/{row.id}"
    assert (asked.status_code, asked.location) == (303, page)
    mine = miao.get(page).text
    assert "已送请宜昌市批准" in mine
    assert "等待宜昌市批准" in mine
    assert "批准并发布" not in mine
    assert "已于" in miao.get("/flows/filing").text
    assert "等待批准" in miao.get("/flows/filing").text
    assert "1 件请您批准" in ning.get("/flows").text
    assert "件请您批准" not in miao.get("/flows").text
    assert "乡镇审核改为 1 日" in ning.get("/flows/requests").text
    seen = ning.get(page).text
    assert "苗青禾送请宜昌市批准" in seen
    assert "2 个工作日" in seen
    assert "data-compare" in seen
    assert "撤回" not in seen
    assert ning.get(f"{page}/drawing.bpmn").text == STRICTER
    force = staff.scalars(select(ProcessVersion.id).where(ProcessVersion.key == "filing")).one()
    done = ning.post(f"{page}/approve", {"seen": force}, page=page)
    assert (done.status_code, done.location) == (303, "/flows/requests")
    assert "已批准并发布：西陵区" in ning.get("/flows/requests").text
    assert "苗青禾，宁远山批准" in miao.get("/flows/filing").text
    assert "作为第 1 版发布" in miao.get(page).text
    again = ning.client.post(
        f"{page}/approve", data={"seen": force, "csrf_token": ning.token("/flows/publish")}
    )
    assert again.status_code == 409
    assert "宁远山已于" in again.text


def test_the_city_sees_which_row_changed_and_takes_the_files(
    miao: Browser, ning: Browser, staff: Session
) -> None:
    table = definitions.shipped_files("filing")["limits.dmn"]
    turned = re.sub(r'(id="limits_3_in_limit">\s*<text>)false', r"\1true", table)
    miao.post("/flows/filing/draft", {"unit": place("西陵区")}, page="/flows/filing")
    draft = f"/flows/filing/draft/{place('西陵区')}"

    def upload_table(text: str, revision: str) -> TestResponse:
        sent = {
            "csrf_token": miao.token(draft), "revision": revision,
            "files": (io.BytesIO(text.encode()), "limits.dmn"),
        }  # fmt: skip
        return miao.client.post(f"{draft}/upload", data=sent, content_type="multipart/form-data")

    assert upload_table(turned, "1").status_code == 303
    given = {"revision": "2", "reason": "改限额"}
    assert miao.post(f"{draft}/publish", given, page=f"{draft}/publish").status_code == 303
    upload_table(table, "2")
    page = f"/flows/requests/{request_of(staff).id}"
    seen = ning.get(page).text
    assert "决策表“限额判定”第 3 行：" in seen
    assert "限额以内由“否”改为“是”" in seen
    assert f"{page}/files.zip" in seen
    packed = zipfile.ZipFile(io.BytesIO(ning.get(f"{page}/files.zip").data))
    assert packed.read("limits.dmn").decode() == turned
    assert "filing.bpmn" in packed.namelist()


def test_returned_with_a_reason_and_withdrawn(miao: Browser, ning: Browser, staff: Session) -> None:
    upload(miao)
    page = f"/flows/requests/{request_of(staff).id}"
    refused = ning.post(f"{page}/return", {"words": " "}, page=page)
    assert refused.status_code == 422
    assert "请写明退回的理由" in refused.text
    assert ning.post(f"{page}/return", {"words": "1 日办不完"}, page=page).status_code == 303
    assert "已退回：1 日办不完" in miao.get(page).text
    assert "已退回：1 日办不完" in miao.get("/notices").text
    assert upload(miao, CAREFUL).status_code == 303
    second = f"/flows/requests/{request_of(staff).id}"
    assert upload(miao).status_code == 409
    assert miao.post(f"{second}/withdraw", {}, page=second).status_code == 303
    late = ning.client.post(
        f"{second}/return", data={"words": "不行", "csrf_token": ning.token("/flows/publish")}
    )
    assert late.status_code == 409
    assert "苗青禾已于" in late.text
    assert "已撤回" in ning.get("/flows/requests").text


def test_a_draft_says_that_it_is_asked_for_and_goes_on(
    miao: Browser, ning: Browser, staff: Session
) -> None:
    unit = place("西陵区")
    miao.post("/flows/filing/draft", {"unit": unit}, page="/flows/filing")
    draft = f"/flows/filing/draft/{unit}"
    sent = {
        "csrf_token": miao.token(draft), "revision": "1",
        "files": (io.BytesIO(STRICTER.encode()), "filing.bpmn"),
    }  # fmt: skip
    miao.client.post(f"{draft}/upload", data=sent, content_type="multipart/form-data")
    asking = miao.get(f"{draft}/publish").text
    assert "须经宜昌市批准" in asking
    assert "送请批准</button>" in asking
    assert "送请批准</a>" in miao.get(f"{draft}/check").text
    assert "须经宜昌市批准" not in ning.get(f"{draft}/publish").text
    given = {"revision": "2", "reason": "改为 1 日"}
    assert miao.post(f"{draft}/publish", given, page=f"{draft}/publish").status_code == 303
    waits = f"/flows/requests/{request_of(staff).id}"
    assert waits in miao.get(draft).text
    again = miao.post(f"{draft}/publish", given, page=f"{draft}/publish")
    assert again.status_code == 409
    assert "<h2>没有送请批准</h2>" in again.text
    assert "苗青禾已把这个流程送请批准" in again.text


def test_an_older_version_is_asked_for_too(miao: Browser, ning: Browser, staff: Session) -> None:
    for drawn in (STRICTER, CAREFUL):
        assert upload(ning, drawn).status_code == 303
    mine = select(ProcessVersion.id).where(ProcessVersion.unit_id == place("西陵区"))
    old = staff.scalars(mine.order_by(ProcessVersion.number)).first()
    page = f"/flows/versions/{old}/republish"
    assert "须经宜昌市批准" in miao.get(page).text
    assert miao.post(page, {"reason": "改回"}).location.startswith("/flows/requests/")
    assert len(staff.scalars(mine).all()) == 2


def test_by_the_interface_it_is_accepted_and_not_yet_published(
    app: Flask, miao: Browser, staff: Session
) -> None:
    token = app.test_client().post(
        "/api/v1/tokens", json={"account": "miaoqinghe", "password": SECRET}
    )
    head = {"Authorization": f"Bearer {token.json['token']}"} if token.json else {}
    sent = {
        "unit": place("西陵区"), "reason": "改为 1 日",
        "file": (io.BytesIO(STRICTER.encode()), "filing.bpmn"),
    }  # fmt: skip
    answer = app.test_client().post(
        "/api/v1/processes/filing/versions", data=sent, headers=head,
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 202, answer.text
    assert answer.json
    assert (answer.json["state"], answer.json["id"]) == ("waiting", request_of(staff).id)
    assert answer.location == f"/api/v1/flow-requests/{answer.json['id']}"


def test_the_city_says_whether_it_is_asked(miao: Browser, ning: Browser, staff: Session) -> None:
    staff.execute(update(FlowRule).values(set_by_id=None))  # as whoever installed it said
    staff.commit()
    assert "安装人员于" in ning.get("/flows/requests").text
    assert "不须批准" not in miao.get("/flows/requests").text
    sent = {"unit": place("宜昌市"), "approves": "no"}
    done = ning.post("/flows/requests/rule", sent, page="/flows/requests")
    assert done.status_code == 303
    page = ning.get("/flows/requests").text
    assert "已保存：下级发布流程不须批准" in page
    assert "宁远山于" in page
    assert upload(miao).location == "/flows/filing"
    assert staff.scalars(select(FlowRequest)).all() == []


def program(app: Flask, account: str = "ningyuanshan") -> dict[str, str]:
    """What a program signed in for this person sends with everything."""
    token = app.test_client().post("/api/v1/tokens", json={"account": account, "password": SECRET})
    return {"Authorization": f"Bearer {token.get_json()['token']}"}


def sent(app: Flask, *files: tuple[str, str], **more: str) -> TestResponse:
    """What comes of publishing for 西陵区 by the interface, every file in the same field."""
    body = {
        "unit": place("西陵区"), "reason": "改为 1 日", **more,
        "files": [(io.BytesIO(text.encode()), name) for name, text in files],
    }  # fmt: skip
    return app.test_client().post(
        "/api/v1/processes/filing/versions", data=body, headers=program(app),
        content_type="multipart/form-data",
    )  # fmt: skip


def test_the_interface_takes_every_file_and_the_day(app: Flask, staff: Session) -> None:
    drawn, form = ("filing.bpmn", STRICTER), "forms/smallworks/review.json"
    review = definitions.shipped_files("filing")[form].replace("办理意见", "审查意见")
    twice = sent(app, drawn, ("filing.bpmn", CAREFUL))
    assert (twice.status_code, "重名" in twice.get_json()["detail"]) == (422, True)
    assert sent(app, drawn, starts_on="下月").status_code == 422
    day = local(clock.now()).date() + timedelta(days=8)
    answer = sent(app, drawn, ("review.json", review), starts_on=day.isoformat())
    assert answer.status_code == 201, answer.text
    made = staff.get_one(ProcessVersion, answer.get_json()["id"])
    assert made.starts_on == day
    assert (made.files["filing.bpmn"], made.files[form]) == (STRICTER, review)
    told = app.test_client().get("/api/v1/openapi.json").get_json()
    body = told["paths"]["/processes/{process_key}/versions"]["post"]["requestBody"]
    named = body["content"]["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]
    assert "starts_on" in told["components"]["schemas"][named]["properties"]


def test_a_township_has_no_flow_of_its_own(app: Flask, staff: Session) -> None:
    refused = sent(app, ("filing.bpmn", STRICTER), unit=place("西陵街道"))
    assert (refused.status_code, "请选区县或功能区" in refused.get_json()["detail"]) == (422, True)
