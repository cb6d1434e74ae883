"""The pages of flows: reading versions, publishing, findings in words, an older version again."""

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
from app.clock import local, long_day
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.workflow import definitions
from app.workflow.models import ProcessVersion
from tests.web.visitors import SECRET, Browser, first, place, post

STAFF = [
    ("苗青禾", "miaoqinghe", "西陵区", "unit_admin", ""),
    ("费晚舟", "feiwanzhou", "西陵区", "supervisor", ""),
    ("伏东篱", "fudongli", "西陵街道", "unit_admin", ""),
]
DRAWING = definitions.shipped_files("filing")["filing.bpmn"]
STRICTER = DRAWING.replace('flow:sla="2wd"', 'flow:sla="1wd"')


@pytest.fixture
def staff(work: Session) -> Session:
    chief = queries.actor_for(first(clock.now()), clock.now())
    for name, account, unit, role, position in STAFF:
        given = NewPerson(name, account, (post(unit, role, position),), password=SECRET)
        commands.create_person(chief, given, at=clock.now())
    return work


def browser(app: Flask, account: str) -> Browser:
    made = Browser(app)
    made.sign_in(account)
    return made


@pytest.fixture
def miao(app: Flask, staff: Session) -> Browser:
    """苗青禾, who keeps the flows of 西陵区."""
    return browser(app, "miaoqinghe")


def upload(who: Browser, drawn: str = STRICTER, **more: str) -> TestResponse:
    """Hand in a drawing through the form."""
    sent = {
        "csrf_token": who.token("/flows/publish"),
        "unit": place("西陵区"),
        "reason": "乡镇审核改为 1 日",
        "files": (io.BytesIO(drawn.encode()), "filing.bpmn"),
    }
    return who.client.post("/flows/publish", data=sent | more, content_type="multipart/form-data")


def newest(work: Session) -> ProcessVersion:
    mine = select(ProcessVersion).where(ProcessVersion.key == "filing")
    found = mine.order_by(ProcessVersion.published_at.desc()).limit(1)
    return work.scalars(found).one()


def test_the_list_and_one_flow(miao: Browser) -> None:
    page = miao.get("/flows")
    assert page.status_code == 200
    assert "小散工程和零星作业备案" in page.text
    assert page.text.count("<h1>") == 1
    versions = miao.get("/flows/filing").text
    assert "宜昌市" in versions
    assert "现行" in versions
    assert miao.get("/flows/nothing").status_code == 404


def test_a_version_says_who_does_what(miao: Browser, staff: Session) -> None:
    page = miao.get(f"/flows/versions/{newest(staff).id}").text
    assert "社区初审" in page
    assert "社区（村）级负责人或巡查人员" in page
    assert "全部签署" in page
    assert "1 个工作日" in page
    assert miao.get("/flows/versions/nothing").status_code == 404


def test_files_come_down_as_they_went_up(miao: Browser, staff: Session) -> None:
    version = newest(staff).id
    drawing = miao.get(f"/flows/versions/{version}/drawing.bpmn")
    assert drawing.text == DRAWING
    assert drawing.headers["Content-Disposition"].startswith("attachment")
    packed = miao.get(f"/flows/versions/{version}/files.zip")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as box:
        assert box.read("filing.bpmn").decode() == DRAWING
        assert "forms/smallworks/filing.json" in box.namelist()


def test_publishing_and_going_back(miao: Browser, staff: Session) -> None:
    answer = upload(miao)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/flows/filing")
    first_version = newest(staff)
    assert (first_version.number, first_version.reason) == (1, "乡镇审核改为 1 日")
    upload(miao, DRAWING)
    page = miao.get("/flows/filing").text
    assert "第 2 版" in page
    (ask,) = set(re.findall(r"/flows/versions/\w+/republish", page))
    assert first_version.id in ask
    asked = miao.get(ask).text
    assert "恢复第 1 版" in asked
    assert "时限由 2 个工作日改为 1 个工作日" in asked
    assert miao.post(ask, {"reason": " "}).status_code == 422
    assert miao.post(ask, {"reason": "改错了"}).status_code == 303
    assert (newest(staff).number, newest(staff).reason) == (3, "改错了")


def test_a_version_that_waits_is_listed_and_taken_back(miao: Browser, staff: Session) -> None:
    upload(miao)
    day = local(clock.now()).date() + timedelta(days=8)
    assert upload(miao, DRAWING, starts_on="下月初").status_code == 422
    late = upload(miao, DRAWING, starts_on=day.isoformat())
    assert late.status_code == 303
    page = miao.get("/flows/filing").text
    assert f"自 {long_day(day)}起施行，此前可以在版本列表取消" in page
    assert page.count("待施行</span>") == 1
    waiting = newest(staff)
    (back,) = set(re.findall(r"/flows/versions/\w+/withdraw", page))
    assert waiting.id in back
    again = f"/flows/versions/{waiting.copy_of_id or waiting.id}/republish"
    assert (
        f"第 {waiting.number} 版原定 {long_day(day)}起施行，本次发布会代替它"
        in miao.get(again).text
    )
    assert miao.post(back, {}, page="/flows/filing").status_code == 303
    page = miao.get("/flows/filing").text
    assert "已取消</span>" in page
    assert "withdraw" not in page
    late = miao.post(back, {}, page="/flows/filing")
    assert (late.status_code, "回到流程" in late.text, "办下一件" in late.text) == (
        409,
        True,
        False,
    )


def test_going_back_to_the_citys_flow_and_not_yet(miao: Browser, staff: Session) -> None:
    assert "改回" not in miao.get("/flows/filing").text
    upload(miao)
    own = newest(staff).id
    ask = f"/flows/versions/{own}/fallback"
    assert f'<a href="{ask}">改回市级流程' in miao.get("/flows/filing").text
    asked = miao.get(ask).text
    assert "时限由 1 个工作日改为 2 个工作日" in asked
    refused = miao.post(ask, {"reason": " "}, page=ask)
    assert (refused.status_code, 'id="reason-fault"' in refused.text) == (422, True)
    day = local(clock.now()).date() + timedelta(days=8)
    planned = {"reason": "全市统一", "starts_on": day.isoformat()}
    assert miao.post(ask, planned, page=ask).status_code == 303
    page = miao.get("/flows/filing").text
    assert f"{long_day(day)}起改回上级的流程" in page
    assert "本次发布会代替它" in miao.get(f"/flows/versions/{own}/republish").text
    (cancel,) = set(re.findall(r"/flows/fallbacks/\w+/cancel", page))
    assert miao.post(cancel, {}, page="/flows/filing").status_code == 303
    assert miao.post(ask, {"reason": "全市统一"}, page=ask).status_code == 303
    page = miao.get("/flows/filing").text
    assert "已改回上级的流程" in page
    assert "全市统一" in page
    assert "恢复这一版" in page
    assert ask not in page
    assert miao.post(ask, {"reason": "再来"}, page="/flows/filing").status_code == 409


def test_an_older_version_that_todays_check_refuses(miao: Browser, staff: Session) -> None:
    upload(miao)
    old = newest(staff)
    upload(miao, DRAWING)
    broken = old.files["filing.bpmn"].replace('targetRef="township_review"', 'targetRef="gone"')
    staff.execute(
        update(ProcessVersion)
        .where(ProcessVersion.id == old.id)
        .values(files=old.files | {"filing.bpmn": broken})
    )
    staff.commit()
    ask = f"/flows/versions/{old.id}/republish"
    refused = miao.post(ask, {"reason": "改回"}, page=ask)
    assert refused.status_code == 422
    assert "这一版不能原样恢复" in refused.text


def test_findings_stand_under_their_elements(miao: Browser, staff: Session) -> None:
    before = newest(staff).id
    bad = DRAWING.replace("<bpmn:serviceTask", "<bpmn:scriptTask").replace(
        "</bpmn:serviceTask", "</bpmn:scriptTask"
    )  # fmt: skip
    answer = upload(miao, bad, reason="<b>试</b>")
    assert answer.status_code == 422
    assert "需要修改的地方" in answer.text
    assert "脚本任务“登记备案”" in answer.text
    assert "&lt;b&gt;试&lt;/b&gt;" in answer.text
    past = DRAWING.replace('targetRef="township_review"', 'targetRef="register_at_township"')
    answer = upload(miao, past)
    assert answer.status_code == 422
    assert "approved_by_township" in answer.text
    assert "只经社区一级审核就到达" in answer.text
    assert "<li>社区初审（通过）</li><li>登记备案</li><li>乡镇办结</li>" in answer.text
    assert newest(staff).id == before


def test_what_a_drawing_says_is_text_on_the_page(miao: Browser) -> None:
    bad = DRAWING.replace(
        'name="社区初审"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"'
    ).replace('flow:form="smallworks/first_check"', 'flow:form="smallworks/none"')
    answer = upload(miao, bad)
    assert answer.status_code == 422
    assert "<script>alert(1)" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_a_form_that_lacks_something(miao: Browser) -> None:
    assert "请选择恰好一个 .bpmn" in upload(miao, files="").text
    reason = upload(miao, reason="")
    assert reason.status_code == 422
    assert 'id="reason-fault"' in reason.text
    upload(miao)
    again = upload(miao)
    assert again.status_code == 409
    assert "完全相同" in again.text


def test_two_files_of_one_name_are_refused(miao: Browser, staff: Session) -> None:
    unit, before = place("西陵区"), newest(staff).id
    miao.post("/flows/filing/draft", {"unit": unit}, page="/flows/filing")
    draft = f"/flows/filing/draft/{unit}"
    for path, page in (("/flows/publish", "/flows/publish"), (f"{draft}/upload", draft)):
        twice = [(io.BytesIO(text.encode()), "filing.bpmn") for text in (DRAWING, DRAWING + " ")]
        sent = {"unit": unit, "reason": "改时限", "revision": "1", "files": twice}
        sent["csrf_token"] = miao.token(page)
        answer = miao.client.post(path, data=sent, content_type="multipart/form-data")
        assert (answer.status_code, "有两个都叫“filing.bpmn”" in answer.text) == (422, True)
    staff.rollback()
    assert newest(staff).id == before


def test_settings_of_another_product_are_said_anew(miao: Browser, staff: Session) -> None:
    ours = 'flow:role="head inspector" flow:scope="community"'
    theirs = 'camunda:candidateGroups="community_head, community_inspector"'
    space = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    drawn = DRAWING.replace(f'name="社区初审" {ours}', f'name="社区初审" {theirs}').replace(
        "<bpmn:definitions", f"<bpmn:definitions {space}"
    )
    assert drawn.count(theirs) == 1
    assert upload(miao, drawn).status_code == 303
    assert "已译为 flow:role=“head inspector”，请核对" in miao.get("/flows/filing").text
    kept = miao.get(f"/flows/versions/{newest(staff).id}/drawing.bpmn").text
    assert kept.count(ours) == DRAWING.count(ours)
    assert "camunda" not in kept


def test_people_without_the_right_are_named_and_confirmed(miao: Browser, staff: Session) -> None:
    drawn = DRAWING.replace(
        'name="社区初审" flow:role="head inspector"', 'name="社区初审" flow:role="leader"'
    )
    asked = upload(miao, drawn)
    assert asked.status_code == 422
    assert "社区（村）级分管领导不能审核办理" in asked.text
    assert 'name="despite"' in asked.text
    assert "乡镇审核改为 1 日</textarea>" in asked.text
    assert upload(miao, drawn, despite="yes").status_code == 303
    first_version = newest(staff).id
    upload(miao, despite="yes")
    again = f"/flows/versions/{first_version}/republish"
    asked = miao.post(again, {"reason": "再用"}, page=again)
    assert asked.status_code == 422
    assert "再用</textarea>" in asked.text
    assert miao.post(again, {"reason": "再用", "despite": "yes"}, page=again).status_code == 303


def test_who_may_read_and_who_may_publish(app: Flask, staff: Session) -> None:
    reader, outsider, stranger = browser(app, "feiwanzhou"), browser(app, "fudongli"), Browser(app)
    assert reader.get("/flows").status_code == 200
    assert "/flows/publish" not in reader.get("/flows").text
    assert reader.get("/flows/publish").status_code == 403
    assert outsider.get("/flows").status_code == 403
    assert stranger.get("/flows").status_code == 303
    version = newest(staff).id
    assert reader.get(f"/flows/versions/{version}/republish").status_code == 403
    assert outsider.get(f"/flows/versions/{version}/files.zip").status_code == 403


def test_a_district_cannot_touch_the_city(miao: Browser, staff: Session) -> None:
    """The city's version is shown without a way to bring it back, and posting does not help."""
    version = newest(staff).id
    assert "republish" not in miao.get("/flows/filing").text
    again = f"/flows/versions/{version}/republish"
    assert miao.get(again).status_code == 403
    assert miao.post(again, {"reason": "x"}).status_code == 403
    assert upload(miao, unit=place("宜昌市")).status_code == 403
