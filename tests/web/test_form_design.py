"""The pages of the form designer: every press a plain form, kept on the draft by its revision."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.workflow.studio.models import FlowDraft
from tests.web.visitors import SECRET, Browser, first, place, post

REVIEW = "forms/smallworks/review.json"


@pytest.fixture
def miao(app: Flask, work: Session) -> Browser:
    """苗青禾, who keeps the flows of 西陵区 and has begun a draft."""
    chief = queries.actor_for(first(clock.now()), clock.now())
    given = NewPerson("苗青禾", "miaoqinghe", (post("西陵区", "unit_admin"),), password=SECRET)
    commands.create_person(chief, given, at=clock.now())
    made = Browser(app)
    made.sign_in("miaoqinghe")
    made.post("/flows/filing/draft", {"unit": place("西陵区")}, page="/flows/filing")
    return made


def page(rest: str = "", form: str = "smallworks/review") -> str:
    return f"/flows/filing/draft/{place('西陵区')}/form/{form}{rest}"


def kept(work: Session) -> FlowDraft:
    work.rollback()
    return work.scalars(select(FlowDraft)).one()


def shown(who: Browser, rest: str = "") -> BeautifulSoup:
    return BeautifulSoup(who.get(page(rest)).text, "html5lib")


def typed(soup: BeautifulSoup) -> dict[str, list[str]]:
    """Everything that the form of a field would send as it stands."""
    sent: dict[str, list[str]] = {}
    form = soup.select_one("form[hx-post]")
    assert form
    for one in form.select("input, select, textarea"):
        if one.get("type") == "checkbox" and not one.has_attr("checked"):
            continue
        value = one.get("value", "")
        if one.name == "select":
            picked = one.select_one("option[selected]") or one.select_one("option")
            value = picked["value"] if picked else ""
        elif one.name == "textarea":
            value = one.get_text()
        sent.setdefault(str(one["name"]), []).append(str(value))
    return sent


def test_fields_are_listed_beside_the_form_as_it_will_look(miao: Browser) -> None:
    soup = shown(miao)
    listed = [each.get_text(" ", strip=True) for each in soup.select("tbody th")]
    assert listed[0] == "请补正的内容（一次列全） missing_items"
    assert soup.select_one("#preview textarea#f-opinion")
    assert "按规则" not in soup.get_text()


STEP = "township_review"
PAGES = (
    "", "/table", f"/table/{STEP}/change", "/files", "/form/smallworks/review",
    "/form/smallworks/review/field/opinion", "/decision/limits.dmn", "/check", "/publish",
    "/replay", "/trial", "/examples",
)  # fmt: skip


@pytest.mark.parametrize("rest", PAGES)
def test_a_page_that_nobody_sent_anything_has_no_fault(miao: Browser, rest: str) -> None:
    answer = miao.get(f"/flows/filing/draft/{place('西陵区')}{rest}")
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.text, "html5lib")
    assert soup.select("[aria-invalid], .field.bad, .errs") == []
    for word in ("<built-in", "<bound method", "<function"):
        assert word not in str(soup.select("input, textarea")) + soup.get_text()


def test_a_copy_without_a_usable_name_says_so_at_its_box(miao: Browser, work: Session) -> None:
    assert shown(miao).select_one("#copy")["value"] == "备案审核（新）"
    for name, revision, status, marked in (
        ("备案审核", "1", 422, "true"), ("另一张", "7", 409, None),
    ):  # fmt: skip
        late = {"do": "copy", "copy": name, "revision": revision}
        refused = miao.post(page(), late, page=page())
        box = BeautifulSoup(refused.text, "html5lib").select_one("#copy")
        assert (refused.status_code, box["value"]) == (status, name)
        assert box.get("aria-invalid") == marked
    assert kept(work).revision == 1


def test_saving_what_was_only_looked_at_changes_nothing(miao: Browser, work: Session) -> None:
    before = kept(work).files[REVIEW]
    for field in ("missing_items", "risk_floor", "risk_reason", "opinion"):
        sent = typed(shown(miao, f"/field/{field}")) | {"do": ["save"]}
        assert miao.post(page(f"/field/{field}"), sent).status_code == 303
    assert (kept(work).files[REVIEW], kept(work).revision) == (before, 1)


def test_a_field_is_put_set_shown_and_kept(miao: Browser, work: Session) -> None:
    sent = {"do": "add", "new": "现场负责人电话", "kind": "phone", "revision": "1"}
    there = miao.post(page(), sent, page=page()).headers["Location"]
    assert there.endswith("/field/phone_1")
    changed = typed(shown(miao, "/field/phone_1")) | {
        "title": ["联系电话"], "need": ["when"], "need_field_0": ["risk_floor"],
    }  # fmt: skip
    looked = miao.post(page("/field/phone_1"), changed | {"do": ["look"]})
    assert looked.status_code == 200
    soup = BeautifulSoup(looked.text, "html5lib")
    assert [each["value"] for each in soup.select("[name=need_value_0]")] == ["medium", "high"]
    assert "条件里还没有选值" in soup.get_text()
    assert kept(work).revision == 2
    changed = typed(soup) | {"need_value_0": ["high"]}
    looked = miao.post(page("/field/phone_1"), changed | {"do": ["look"]})
    assert "联系电话" in BeautifulSoup(looked.text, "html5lib").select_one("#preview").get_text()
    assert miao.post(page("/field/phone_1"), changed | {"do": ["save"]}).status_code == 303
    said = json.loads(kept(work).files[REVIEW])["schema"]
    assert said["properties"]["phone_1"] == {
        "type": "string", "title": "联系电话", "format": "phone", "x-personal": "secret",
    }  # fmt: skip
    assert said["allOf"][-1] == {
        "if": {"properties": {"risk_floor": {"const": "high"}}, "required": ["risk_floor"]},
        "then": {"required": ["phone_1"]},
    }


def test_what_a_table_reads_is_refused_and_named(miao: Browser, work: Session) -> None:
    sent = typed(shown(miao, "/field/risk_floor")) | {"option_1": [""], "do": ["save"]}
    refused = miao.post(page("/field/risk_floor"), sent)
    assert refused.status_code == 422
    assert "选项“高风险”不能删除，正被使用：决策表“风险定级”" in refused.text
    sent = typed(shown(miao, "/field/risk_floor")) | {"key": ["floor"], "do": ["save"]}
    refused = miao.post(page("/field/risk_floor"), sent)
    assert (refused.status_code, 'id="key-fault"' in refused.text) == (422, True)
    assert kept(work).revision == 1


@pytest.mark.parametrize(
    ("field", "sent", "said"),
    [
        ("name", {"need": ["never"]}, "工程（作业）名称”，原来必填的仍要必填"),
        ("name", {"key": ["title_1"]}, "工程（作业）名称”，不能删除，也不能改编号"),
        (
            "address",
            {"show_field_0": ["kind"], "show_compare_0": ["is"], "show_value_0": ["odd_job"]},
            "详细地址”，不能隐藏，也不能加显示条件",
        ),
        ("special_site", {"option_1": [""]}, "市管工地”，请把选项“市管工地”加回来"),
    ],
)
def test_what_the_matter_needs_is_kept_as_it_is(
    miao: Browser, work: Session, field: str, sent: dict[str, list[str]], said: str
) -> None:
    at = page(f"/field/{field}", "smallworks/filing")
    whole = typed(BeautifulSoup(miao.get(at).text, "html5lib")) | sent | {"do": ["save"]}
    refused = miao.post(at, whole)
    assert (refused.status_code, said in refused.text) == (422, True)
    assert kept(work).revision == 1


def test_what_the_matter_needs_is_not_dropped_and_the_rest_is(miao: Browser, work: Session) -> None:
    on = page(form="smallworks/filing")
    refused = miao.post(on, {"do": "drop:special_site", "revision": "1"}, page=on)
    said = "这个事项要用到“是否跨县市区或市管工地”，不能删除，也不能改编号"
    assert (refused.status_code, said in refused.text) == (422, True)
    assert miao.post(on, {"do": "drop:insurance_no", "revision": "1"}, page=on).status_code == 303
    form = json.loads(kept(work).files["forms/smallworks/filing.json"])
    assert "insurance_no" not in form["schema"]["properties"]
    assert "special_site" in form["schema"]["properties"]


def test_of_two_designers_the_second_hears_who_and_keeps_what_was_typed(
    miao: Browser, app: Flask, work: Session
) -> None:
    mine = typed(shown(miao, "/field/opinion")) | {"title": ["审核意见"], "do": ["save"]}
    chief = Browser(app)
    chief.sign_in("ningyuanshan")
    chief.post(page(), {"do": "title", "title": "备案审查", "revision": "1"}, page=page())
    late = miao.post(page("/field/opinion"), mine)
    assert late.status_code == 409
    assert "宁远山保存过这份草稿" in late.text
    again = typed(BeautifulSoup(late.text, "html5lib"))
    assert (again["title"], again["revision"]) == (["审核意见"], ["2"])
    assert miao.post(page("/field/opinion"), again | {"do": ["save"]}).status_code == 303
    said = json.loads(kept(work).files[REVIEW])
    assert (said["title"], said["schema"]["properties"]["opinion"]["title"]) == (
        "备案审查", "审核意见",
    )  # fmt: skip


@pytest.mark.parametrize("do", ["", "up:nobody", "group_up:nobody", "group_drop:nobody", "fly"])
def test_nonsense_is_refused(miao: Browser, work: Session, do: str) -> None:
    answer = miao.post(page(), {"do": do, "revision": "1"}, page=page())
    assert answer.status_code in {303, 404, 422}
    assert kept(work).revision == 1
    assert miao.get(page("", "smallworks/nobody")).status_code == 404
    assert miao.get(page("/field/nobody")).status_code == 404


def test_what_no_page_sends_is_refused_with_a_word(miao: Browser, work: Session) -> None:
    for do, said in (
        ("column:opinion", "没有这个表格"),
        ("column:nothing", "没有这个表格"),
        ("column:nothing.text_1", "没有这个表格"),
        ("group_change:basic", "还没有分组"),
    ):
        sent = {"do": do, "new": "备注", "kind": "text", "group_title": "其他", "revision": "1"}
        refused = miao.post(page(), sent, page=page())
        assert (refused.status_code, said in refused.text) == (404, True), do
    assert kept(work).revision == 1


ODD = (
    "", ".", ".missing_items", "missing_items.", "missing_items.plan.", "risk_floor.", "1",
    "字" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("field", ODD[1:])
def test_a_field_of_an_odd_name_is_not_found(miao: Browser, work: Session, field: str) -> None:
    answer = miao.get(page(f"/field/{field}"))
    assert (answer.status_code, "表单里没有这个字段" in answer.text) == (404, True)
    for sent in ({"do": f"drop:{field}"}, {"do": f"up:{field}"}, {"do": f"column:{field}"}):
        more = {"new": "备注", "kind": "text", "revision": "1"}
        assert miao.post(page(), sent | more, page=page()).status_code == 404
    assert miao.post(page(f"/field/{field}"), {"do": "save", "title": "x"}).status_code == 404
    assert kept(work).revision == 1


@pytest.mark.parametrize(
    "key", [*ODD, "1abc", "Abc", "名称", "a b", "a-b", "a.b", "opinion", "__proto__", "a" * 61]
)
def test_an_odd_number_of_a_field_is_refused(miao: Browser, work: Session, key: str) -> None:
    sent = typed(shown(miao, "/field/missing_items")) | {"key": [key], "do": ["save"]}
    refused = miao.post(page("/field/missing_items"), sent)
    assert (refused.status_code, 'id="key-fault"' in refused.text) == (422, True)
    assert kept(work).revision == 1


@pytest.mark.parametrize("do", ["add", "title", "group_add"])
@pytest.mark.parametrize("title", ["", " ", "\x0b\x01", "字" * 5000])
def test_a_title_that_no_page_can_show_is_refused(
    miao: Browser, work: Session, do: str, title: str
) -> None:
    sent = {"do": do, "new": title, "title": title, "group_title": title, "kind": "text"}
    refused = miao.post(page(), sent | {"revision": "1"}, page=page())
    assert (refused.status_code, "没有改" in refused.text) == (422, True)
    assert kept(work).revision == 1


def test_a_form_is_copied_chosen_and_taken_back(miao: Browser, work: Session) -> None:
    before = kept(work).files[REVIEW]
    sent = {"do": "copy", "copy": "街道审核", "revision": "1"}
    there = miao.post(page(), sent, page=page()).headers["Location"]
    assert there == page("", "smallworks/review_2")
    made = kept(work).files["forms/smallworks/review_2.json"]
    assert made == before.replace('"smallworks/review"', '"smallworks/review_2"').replace(
        '"title": "备案审核"', '"title": "街道审核"', 1
    )
    table = f"/flows/filing/draft/{place('西陵区')}/table"
    step = BeautifulSoup(miao.get(f"{table}/township_review/after").text, "html5lib")
    offered = [str(each["value"]) for each in step.select("#form option")]
    assert offered.index("smallworks/review") < offered.index("smallworks/review_2")
    assert offered[-1] == "smallworks/filing"  # what the applicant fills fits no review
    again = sent | {"copy": "区县审核", "revision": "2"}
    assert miao.post(page(), again, page=page()).headers["Location"].endswith("review_3")
    for copy in ("", " ", "备案审核", "字" * 5000):
        refused = miao.post(page(), sent | {"copy": copy, "revision": "3"}, page=page())
        assert (refused.status_code, "没有改" in refused.text) == (422, True)
    on = {"do": "undo", "page": "form:smallworks/review_3", "revision": "3"}
    undo = f"/flows/filing/draft/{place('西陵区')}/undo"
    left = miao.post(undo, on, page=page()).headers["Location"]
    assert left == f"/flows/filing/draft/{place('西陵区')}/files"
    assert "forms/smallworks/review_3.json" not in kept(work).files
