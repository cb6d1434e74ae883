"""The pages of the flow studio: begun, kept, checked, published, given up, and whom they refuse."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.workflow import definitions
from app.workflow.models import ProcessVersion
from app.workflow.studio.models import FlowDraft
from tests.web.visitors import SECRET, Browser, first, place, post

STAFF = [("苗青禾", "miaoqinghe", "西陵区"), ("时岚", "shilan", "夷陵区")]
DRAWING = definitions.shipped_files("filing")["filing.bpmn"]
STRICTER = DRAWING.replace('flow:sla="2wd"', 'flow:sla="1wd"')
WRONG = DRAWING.replace('targetRef="township_review"', 'targetRef="register_at_township"')
BEGIN = "/flows/filing/draft"


@pytest.fixture
def staff(work: Session) -> Session:
    chief = queries.actor_for(first(clock.now()), clock.now())
    for name, account, unit in STAFF:
        given = NewPerson(name, account, (post(unit, "unit_admin"),), password=SECRET)
        commands.create_person(chief, given, at=clock.now())
    return work


def browser(app: Flask, account: str) -> Browser:
    made = Browser(app)
    made.sign_in(account)
    return made


@pytest.fixture
def miao(app: Flask, staff: Session) -> Browser:
    """苗青禾, who keeps the flows of 西陵区 and has begun a draft."""
    made = browser(app, "miaoqinghe")
    answer = made.post(BEGIN, {"unit": place("西陵区")}, page="/flows/filing")
    assert answer.headers["Location"] == page()
    return made


def page(rest: str = "") -> str:
    return f"{BEGIN}/{place('西陵区')}{rest}"


def keep(who: Browser, revision: int, text: str) -> TestResponse:
    """What the canvas sends a little after each change."""
    headers = {"Accept": "application/json", "X-CSRF-Token": who.token("/flows/filing")}
    sent = {"revision": revision, "files": {"filing.bpmn": text}}
    return who.client.post(page("/save"), json=sent, headers=headers)


def draft(work: Session) -> FlowDraft:
    work.rollback()
    return work.scalars(select(FlowDraft)).one()


def upload(who: Browser, name: str, body: str, revision: str = "1") -> TestResponse:
    sent = {"csrf_token": who.token(page()), "revision": revision}
    files = {"files": (io.BytesIO(body.encode()), name)}
    form = "multipart/form-data"
    return who.client.post(page("/upload"), data=sent | files, content_type=form)


def test_the_page_carries_what_the_panel_offers(miao: Browser) -> None:
    shown = miao.get(page())
    assert shown.status_code == 200
    offered = json.loads(shown.text.split("data-studio-offered>")[1].split("</script>")[0])
    assert ["smallworks/first_check", "社区初审"] in offered["forms"]
    assert ["inspector", "巡查人员"] in offered["roles"]
    assert ["register_filing", "登记备案"] in offered["actions"]
    assert ["approved", "已备案"] in offered["results"]
    assert ["risk", "风险定级"] in offered["decisions"]
    known = {one["name"]: one for one in offered["variables"]}
    assert (known["in_limit"]["title"], known["in_limit"]["kind"]) == ("限额以内", "boolean")
    policy = shown.headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in miao.get("/flows/filing").headers["Content-Security-Policy"]
    assert "苗青禾" in miao.get("/flows/filing").text  # the draft is in the list


def test_what_is_drawn_is_kept_by_revision(miao: Browser, app: Flask, staff: Session) -> None:
    kept = keep(miao, 1, STRICTER)
    assert (kept.status_code, kept.json["revision"]) == (200, 2)
    drawing = miao.get(page("/drawing.bpmn"))
    assert (drawing.text, drawing.headers["X-Revision"]) == (STRICTER, "2")
    late = keep(browser(app, "ningyuanshan"), 1, DRAWING)
    assert late.status_code == 409
    assert late.json["who"] == "苗青禾"
    assert "苗青禾" in late.json["detail"]
    assert draft(staff).revision == 2


def test_what_was_drawn_on_a_draft_that_ended_is_not_laid_over_the_next(
    miao: Browser, staff: Session
) -> None:
    headers = {"Accept": "application/json", "X-CSRF-Token": miao.token("/flows/filing")}
    old = draft(staff).id
    miao.post(page("/discard"), {"revision": "1"}, page=page())
    miao.post(BEGIN, {"unit": place("西陵区")}, page="/flows/filing")
    new = draft(staff)
    late = {"draft": old, "revision": new.revision, "files": {"filing.bpmn": STRICTER}}
    answer = miao.client.post(page("/save"), json=late, headers=headers)
    assert answer.status_code == 404
    assert "已经发布或放弃" in answer.json["detail"]
    assert draft(staff).files["filing.bpmn"] == DRAWING
    assert miao.client.post(page("/open"), headers=headers).json["draft"] == new.id != old


def test_two_who_have_it_open_hear_of_each_other(miao: Browser, app: Flask) -> None:
    ning = browser(app, "ningyuanshan")
    headers = {"Accept": "application/json", "X-CSRF-Token": ning.token("/flows/filing")}
    told = ning.client.post(page("/open"), headers=headers).json
    assert (told["other"], told["revision"], told["saved"]["who"]) == ("苗青禾", 1, "苗青禾")


def test_findings_are_told_to_the_canvas_and_on_a_page(miao: Browser) -> None:
    keep(miao, 1, WRONG)
    told = miao.client.get(page("/check"), headers={"Accept": "application/json"}).json
    assert told["revision"] == 2
    assert "approved_by_township" in {finding["element"] for finding in told["findings"]}
    way = next(one for one in told["findings"] if one["element"] == "approved_by_township")
    assert way["path"][-1] == "approved_by_township"
    assert " ".join(way["steps"]) == (
        "提交备案 限额判定 限额以内？（是） 风险定级 社区初审（通过） 登记备案 乡镇办结"
    )
    read = miao.get(page("/check")).text
    assert "只经社区一级审核" in read
    assert "怎样走到这里（7 步）" in read
    assert "<li>社区初审（通过）</li><li>登记备案</li>" in read
    refused = miao.post(page("/publish"), {"revision": "2", "reason": "试"}, page=page())
    assert refused.status_code == 422
    assert "只经社区一级审核" in refused.text


def test_publishing_asks_why_and_ends_the_draft(miao: Browser, staff: Session) -> None:
    keep(miao, 1, STRICTER)
    ask = miao.get(page("/publish")).text
    assert "现有 0 件在办的仍按原版办完" in ask
    silent = miao.post(page("/publish"), {"revision": "2", "reason": " "})
    assert (silent.status_code, 'id="reason-fault"' in silent.text) == (422, True)
    stale = miao.post(page("/publish"), {"revision": "1", "reason": "改为 1 日"})
    assert stale.status_code == 409
    assert miao.post(page("/publish"), {"revision": "2", "reason": "改为 1 日"}).status_code == 303
    staff.rollback()
    newest = select(ProcessVersion).where(ProcessVersion.unit_id == place("西陵区"))
    made = staff.scalars(newest).one()
    assert (made.number, made.reason) == (1, "改为 1 日")
    assert miao.get(page()).status_code == 404


def test_a_draft_by_files_alone(miao: Browser, staff: Session) -> None:
    assert upload(miao, "filing.bpmn", STRICTER).status_code == 303
    assert draft(staff).revision == 2
    broken = upload(miao, "filing.bpmn", "<bpmn:definitions", "2")
    assert broken.status_code == 422
    assert "不是完好的 XML" in broken.text
    assert upload(miao, "filing.bpmn", DRAWING, "1").status_code == 409
    assert upload(miao, "copy.bpmn", DRAWING, "2").status_code == 422
    assert draft(staff).revision == 2


def test_giving_up_is_confirmed_and_changes_nothing_else(miao: Browser, staff: Session) -> None:
    answer = miao.post(page("/discard"), {"revision": "1"}, page=page())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/flows/filing")
    staff.rollback()
    assert staff.scalars(select(FlowDraft)).all() == []
    assert "起草" not in miao.get("/flows/filing").text


def test_nobody_draws_for_another_district(miao: Browser, app: Flask) -> None:
    other = browser(app, "shilan")
    for rest in ("", "/drawing.bpmn", "/check", "/publish"):
        assert other.get(page(rest)).status_code == 403
    assert keep(other, 1, STRICTER).status_code == 403
    assert other.post(BEGIN, {"unit": place("西陵区")}, page="/flows/filing").status_code == 403
    assert "西陵区的草稿" not in other.get("/flows/filing").text


def test_files_of_a_draft_are_taken_home_and_taken_out(miao: Browser, staff: Session) -> None:
    assert upload(miao, "review.json", '{"key": "smallworks/review"}').status_code == 303
    listed = miao.get(page("/files")).text
    assert "不能使用" in listed
    assert "乡镇审核、市级审核" in listed
    name = "forms/smallworks/review.json"
    answer = miao.get(page(f"/files/{name}"))
    assert answer.headers["Content-Disposition"] == "attachment; filename=review.json"
    assert (answer.text, answer.headers["X-Revision"]) == ('{"key": "smallworks/review"}', "2")
    assert miao.get(page("/files/risk.exe")).status_code == 404
    late = miao.post(page("/files/drop"), {"revision": "1", "name": name})
    assert late.status_code == 409
    assert miao.post(page("/files/drop"), {"revision": "2", "name": name}).status_code == 303
    assert name not in draft(staff).files
    assert "不能使用" not in miao.get(page("/files")).text


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"files": {"a.json": "\\u0000"}}', b"\xff"])
def test_what_no_store_could_keep_is_refused(miao: Browser, body: bytes) -> None:
    headers = {"Accept": "application/json", "X-CSRF-Token": miao.token("/flows/filing")}
    kind = "application/json"
    answer = miao.client.post(page("/save"), data=body, content_type=kind, headers=headers)
    assert answer.status_code == 422


OTHERS = {
    "no process": '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    "two": DRAWING.replace("</bpmn:definitions>", '<bpmn:process id="b"/></bpmn:definitions>')
    .replace('<bpmn:process id="filing"', '<bpmn:process id="invoice"')
    .replace('processRef="filing"', 'processRef="invoice"'),
    "no drawing": "<html/>",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_drawing_of_it_says_so_on_every_page(miao: Browser, kind: str) -> None:
    assert upload(miao, "filing.bpmn", OTHERS[kind]).status_code == 303
    assert miao.get(page()).status_code == 200
    for way in ("/table", "/differences"):
        answer = miao.get(page(way))
        assert answer.status_code == 422
        assert "filing" in answer.text
    for way in ("/check", "/publish", "/files", "/trial", "/replay", "/examples"):
        assert miao.get(page(way)).status_code in {200, 422}


def test_a_drawing_under_another_key_is_kept_under_ours_and_said_so(
    miao: Browser, staff: Session
) -> None:
    other = DRAWING.replace('<bpmn:process id="filing"', '<bpmn:process id="invoice"').replace(
        'processRef="filing"', 'processRef="invoice"'
    )
    assert upload(miao, "filing.bpmn", other).status_code == 303
    assert "流程的编号“invoice”已改为“filing”" in miao.get(page()).text
    assert "没有找到流程" not in miao.get(page("/check")).text
    assert '<bpmn:process id="filing"' in draft(staff).files["filing.bpmn"]


def test_two_forms_of_one_name_are_not_both_kept(miao: Browser, staff: Session) -> None:
    form = '{"key": "smallworks/review", "title": "一", "schema": {"type": "object"}, "ui": {}}'
    sent = [(io.BytesIO(form.encode()), name) for name in ("a.json", "b.json")]
    data = {"csrf_token": miao.token(page()), "revision": "1", "files": sent}
    answer = miao.client.post(page("/upload"), data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "“a.json”和“b.json”是同一个文件" in answer.text
    assert draft(staff).revision == 1
