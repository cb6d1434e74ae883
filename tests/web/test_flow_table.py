"""用表格修改: each form is one save of the draft, and what is published runs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer
from werkzeug.test import TestResponse

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.identity.models import SignIn
from app.workflow import commands as flows
from app.workflow import definitions, publishing
from app.workflow.models import ProcessVersion
from app.workflow.studio.models import FlowDraft
from tests.web.visitors import SECRET, Browser, first, place, post

LEVEL = {
    "do": "before", "name": "街道分管领导审核", "role_0": "leader", "level_0": "township",
    "amount": "2", "unit": "wd", "form": "smallworks/review", "way": "return",
}  # fmt: skip


@pytest.fixture
def miao(app: Flask, work: Session) -> Browser:
    """苗青禾, who keeps the flows of 西陵区, with a draft of its filing begun."""
    chief = queries.actor_for(first(clock.now()), clock.now())
    given = NewPerson("苗青禾", "miaoqinghe", (post("西陵区", "unit_admin", ""),), password=SECRET)
    commands.create_person(chief, given, at=clock.now())
    browser = Browser(app)
    browser.sign_in("miaoqinghe")
    answer = browser.post("/flows/filing/draft", {"unit": place("西陵区")}, page="/flows/filing")
    assert answer.status_code == 303
    return browser


def table() -> str:
    return f"/flows/filing/draft/{place('西陵区')}/table"


def kept(work: Session) -> FlowDraft:
    work.expire_all()
    return work.scalars(select(FlowDraft).options(undefer(FlowDraft.files))).one()


def send(
    who: Browser, work: Session, step: str, sent: dict[str, str], page: str = "before"
) -> TestResponse:
    """One form of a step, on the revision that is kept."""
    typed = {"revision": str(kept(work).revision)} | sent
    return who.post(f"{table()}/{step}/{page}", typed, page=f"{table()}/{step}/{page}")


def test_the_table_tells_every_step_and_what_can_be_done(miao: Browser) -> None:
    page = miao.get(table()).text
    assert "5 乡镇审核" in page
    assert "限 2 个工作日；通过→" in page
    assert f'href="{table()}/township_review/before"' in page
    assert 'id="step-township_review"' in page
    for do in ("change", "before", "after", "remove"):
        assert miao.get(f"{table()}/township_review/{do}").status_code == 200
    assert miao.get(f"{table()}/township_review/sideways").status_code == 404
    assert miao.get(f"{table()}/nothing/change").status_code == 404


def test_a_level_is_inserted_published_and_walked(miao: Browser, work: Session) -> None:
    assert send(miao, work, "township_review", LEVEL).status_code == 303
    draft = kept(work)
    assert draft.revision == 2
    said = miao.get(f"/flows/filing/draft/{draft.unit_id}/differences").text
    assert "新增“街道分管领导审核”：乡镇（街道）级分管领导办理" in said
    assert "“社区初审”的结果“通过”原来到“乡镇审核”，现在到“街道分管领导审核”" in said
    publish = f"/flows/filing/draft/{draft.unit_id}/publish"
    said = (
        "“街道分管领导审核”在西陵街道、学院街道、云集街道、西坝街道、葛洲坝街道等 10 个单位无人可办"
    )
    assert said in miao.get(publish.replace("publish", "check")).text
    sent = {"revision": "2", "reason": "加街道一级"}
    refused = miao.post(publish, sent)
    assert refused.status_code == 422
    assert said in refused.text
    ticked = {"revision": "2", "starts_on": "2026-01-01", "despite": "yes"}
    amiss = miao.post(publish, ticked)
    assert amiss.status_code == 422
    for words in ("请写明改了什么", "施行日期要晚于今天", said, "没有发布"):
        assert words in amiss.text
    assert re.search(r'name="despite" value="yes" checked', amiss.text)
    assert "请在下面确认" not in amiss.text
    assert said in miao.get(publish).text
    assert miao.post(publish, {**sent, "despite": "yes"}).status_code == 303
    version = work.scalars(
        select(ProcessVersion).where(ProcessVersion.unit_id == place("西陵区"))
    ).one()
    process = definitions.get(work, version.id).process
    assert [each.label for each in process.tasks["step_1"].outcomes] == ["通过", "退回补正"]


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(miao: Browser, work: Session) -> None:
    answer = send(miao, work, "township_review", LEVEL | {"amount": "十"})
    assert answer.status_code == 422
    assert "写 1 到 999 的整数" in answer.text
    assert 'value="街道分管领导审核"' in answer.text
    nobody = {key: text for key, text in LEVEL.items() if key != "role_0"}
    assert "至少选一个岗位或角色" in send(miao, work, "township_review", nobody).text
    assert "请先删除它们" in send(miao, work, "township_review", {"do": "remove"}, "remove").text
    assert kept(work).revision == 1


def test_a_form_of_an_older_revision_changes_nothing(miao: Browser, work: Session) -> None:
    assert send(miao, work, "township_review", LEVEL).status_code == 303
    answer = send(miao, work, "city_review", LEVEL | {"revision": "1"})
    assert answer.status_code == 409
    assert "保存过这份草稿" in answer.text
    assert 'name="revision" value="2"' in answer.text
    assert kept(work).revision == 2
    assert send(miao, work, "city_review", LEVEL | {"name": "市级\x0b复核\x01"}).status_code == 303
    assert 'name="市级 复核"' in kept(work).files["filing.bpmn"]


def test_people_limit_and_outcomes_of_a_step_change(miao: Browser, work: Session) -> None:
    check = f"/flows/filing/draft/{place('西陵区')}/check"
    changed = {
        "do": "change", "name": "街道审核", "role_0": "leader", "level_0": "township",
        "amount": "48", "unit": "h", "form": "smallworks/review", "sign": "one",
        "label_approve": "同意",
    }  # fmt: skip
    assert send(miao, work, "township_review", changed, "change").status_code == 303
    leap = {"drop": "escalate", "outcome": "new", "label": "直报市级", "target": "city_review"}
    assert send(miao, work, "township_review", changed | leap, "change").status_code == 303
    assert "可以跳过区县审核就到达" in miao.get(check).text
    changed = {key: text for key, text in changed.items() if key != "label_approve"}
    back = {
        "drop": "choice_1", "outcome": "new", "label": "请示区县", "target": "district_countersign",
    }  # fmt: skip
    assert send(miao, work, "township_review", changed | back, "change").status_code == 303
    page = miao.get(table()).text
    assert "乡镇（街道）级分管领导办理" in page
    assert "48 小时" in page
    assert "同意、退回补正、不予备案、现场核查、转办施工许可、请示区县" in page
    assert "检查通过，可以发布" in miao.get(check).text


def test_outcomes_are_kept_with_the_rest_of_the_form_or_not_at_all(
    miao: Browser, work: Session
) -> None:
    page = f"{table()}/township_review/change"
    forms = BeautifulSoup(miao.get(page).text, "html5lib").select("main form[method=post]")
    assert [form["action"] for form in forms] == [page]
    changed = LEVEL | {"do": "change", "name": "街道审核", "sign": "one"}
    for more, said in (
        ({"label": "直报市级"}, "选一个结果"),
        ({"outcome": "approve", "label": "再通过", "target": "city_review"}, "这个结果已经有了"),
        ({"drop": "nothing"}, "至少要留一个办理结果"),
    ):
        refused = send(miao, work, "township_review", changed | more, "change")
        assert (refused.status_code, said in refused.text) == (422, True)
        assert 'value="街道审核"' in refused.text
        for text in more.values():
            assert f'value="{text}"' in refused.text or text == "nothing"
    assert kept(work).revision == 1


def as_it_stands(page: str) -> dict[str, list[str]]:
    """What the first form of a page sends where nobody touches it."""
    form = BeautifulSoup(page, "html5lib").select_one("main form[method=post]")
    assert form
    sent: dict[str, list[str]] = {}
    for each in form.select("input, select"):
        if each.name == "select":
            one = each.select_one("option[selected]") or each.select_one("option")
        else:
            one = each if each.get("type") != "checkbox" or each.has_attr("checked") else None
        if one:
            sent.setdefault(str(each["name"]), []).append(str(one.get("value", "")))
    return sent


def test_every_step_can_be_kept_as_it_stands(miao: Browser, work: Session) -> None:
    """So whoever only drops an outcome is not stopped by what the rest of the form cannot say."""
    before = BeautifulSoup(miao.get(table()).text, "html5lib").select("tbody")
    steps = set(re.findall(rf"{table()}/(\w+)/change", str(before)))
    for step in sorted(steps):
        page = f"{table()}/{step}/change"
        sent = as_it_stands(miao.get(page).text)
        assert miao.client.post(page, data=sent).status_code == 303, step
    assert len(steps) > 5
    assert BeautifulSoup(miao.get(table()).text, "html5lib").select("tbody") == before


def test_a_draft_left_open_does_not_keep_its_author_signed_in(miao: Browser, work: Session) -> None:
    draft = kept(work)
    page = f"/flows/filing/draft/{draft.unit_id}"
    token = miao.token(page)
    left = clock.now() - timedelta(minutes=20)
    work.execute(update(SignIn).values(seen_at=left))
    work.commit()
    said = {"X-CSRF-Token": token, "Accept": "application/json"}
    assert miao.client.post(f"{page}/open", json={}, headers=said).status_code == 200
    work.rollback()
    assert max(work.scalars(select(SignIn.seen_at))) == left


def test_two_versions_are_compared_in_sentences(miao: Browser, work: Session) -> None:
    city = work.scalars(select(ProcessVersion).where(ProcessVersion.key == "filing")).one()
    text = definitions.shipped_files("filing")["filing.bpmn"]
    text = text.replace('flow:sla="3wd"', 'flow:sla="4wd"', 1)
    drawn = publishing.Publication(
        place("西陵区"), "filing", {"filing.bpmn": text.encode()}, "放宽"
    )
    keeper = queries.actor_for(kept(work).begun_by_id, clock.now())
    ours = publishing.publish(keeper, drawn, at=clock.now())
    page = miao.get(f"/flows/compare?before={city.id}&after={ours.id}").text
    assert "“区县会签”的时限由 3 个工作日改为 4 个工作日" in page
    assert len(re.findall("<li", page[page.index("不同之处") :])) >= 1
    assert "没有不同" in miao.get(f"/flows/compare?before={city.id}&after={city.id}").text
    assert miao.get("/flows/compare").status_code == 404
    told = miao.get(f"/flows/versions/{city.id}").text
    assert "逐步说明" in told
    assert 'id="step-community_check"' in told


def test_a_drawing_of_very_many_steps_is_for_the_canvas(miao: Browser, work: Session) -> None:
    draft = kept(work)
    many = "".join(f'<bpmn:userTask id="more_{at}" name="步骤" />' for at in range(700))
    text = draft.files["filing.bpmn"].replace("</bpmn:process>", f"{many}</bpmn:process>")
    saver = queries.actor_for(draft.begun_by_id, clock.now())
    flows.save_flow_draft(
        saver, draft.id, draft.revision, {"filing.bpmn": text.encode()}, at=clock.now()
    )
    answer = miao.get(table())
    assert answer.status_code == 422
    assert "超过 150 个" in answer.text


@pytest.mark.parametrize("do", ["change", "before"])
@pytest.mark.parametrize("name", ["", "\x0b\x01", "字" * 41, "长" * 5000])
def test_a_name_that_no_list_can_show_is_refused(
    miao: Browser, work: Session, do: str, name: str
) -> None:
    sent = LEVEL | {"do": do, "name": name, "sign": "one"}
    answer = send(miao, work, "township_review", sent, do)
    assert (answer.status_code, 'id="name-fault"' in answer.text) == (422, True)
    assert kept(work).revision == 1


def test_a_word_too_long_for_a_button_is_refused(miao: Browser, work: Session) -> None:
    sent = LEVEL | {"label_return": "退" * 200}
    answer = send(miao, work, "township_review", sent)
    assert (answer.status_code, "办理结果的文字不超过" in answer.text) == (422, True)
    assert kept(work).revision == 1


@pytest.mark.parametrize("name", ["1级", "审核.", "a|b:c", "<b>&amp;", "😀", "乡镇审核", "x]]>"])
def test_an_odd_name_is_kept_as_it_was_typed(miao: Browser, work: Session, name: str) -> None:
    assert send(miao, work, "township_review", LEVEL | {"name": name}).status_code == 303
    page = BeautifulSoup(miao.get(table()).text, "html5lib")
    assert any(each.get_text().split(" ", 1)[1] == name for each in page.select("tbody th"))


@pytest.mark.parametrize("do", ["change", "before", "after", "remove"])
def test_what_was_refused_can_be_opened_again(miao: Browser, work: Session, do: str) -> None:
    address = f"{table()}/township_review/{do}"
    refused = miao.post(address, {"do": do, "revision": "1"}, page=address)
    assert refused.status_code == 422
    form = BeautifulSoup(refused.text, "html5lib").select_one("main form[method=post]")
    assert form
    assert form["action"] == address
    assert miao.get(address).status_code == 200  # what a reload, or the way back, asks for
    assert miao.post(f"{table()}/township_review/sideways", {"do": do}).status_code == 404
    assert kept(work).revision == 1
