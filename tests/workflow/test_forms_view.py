"""A form laid out: what is hidden, what is required now, what stands in words."""

from __future__ import annotations

import json

from app.workflow.forms import FieldView, File
from tests.workflow.small_forms import made, shipped, words

FILING = shipped("smallworks/filing")


def field(key: str, **values: object) -> FieldView:
    laid = {one.key: one for group in FILING.view(values) for one in group.fields}
    return laid[key]


def test_required_marks_follow_the_answers() -> None:
    assert field("phone").required
    assert not field("phone", filed_on_behalf=True).required
    assert field("qualification_papers", contractor_type="enterprise", project_type="road").required
    assert not field("qualification_papers", contractor_type="enterprise").required


def test_what_is_required_once_it_shows_is_marked_before_it_does() -> None:
    assert (field("id_no").hidden, field("id_no").required) == (True, True)


def test_a_field_of_this_screen_may_yet_be_asked_for_one_of_another_may_not() -> None:
    here, elsewhere = field("id_no"), field("contract")
    assert (here.hidden, here.local) == (True, True)
    assert (elsewhere.hidden, elsewhere.local) == (True, False)
    assert not field("contract", contractor_type="enterprise").hidden


def test_the_browser_gets_the_same_tests_and_a_reader_the_same_in_words() -> None:
    shown = field("height_m")
    assert json.loads(shown.show_if) == [
        [{"field": "risk_flags", "how": "contains", "values": ["height", "scaffold"]}]
    ]
    assert "选室外 2 米以上高处作业、使用吊篮或脚手架时填写" in shown.note


def test_a_group_in_which_nothing_can_be_asked_is_empty() -> None:
    assert {group.key for group in FILING.view({}) if group.empty} == {"behalf"}
    assert not any(group.empty for group in FILING.view({"filed_on_behalf": True}))


def test_project_types_follow_the_kind_once_it_is_known() -> None:
    assert len(field("project_type").choices) == 35
    assert len(field("project_type", kind="odd_job").choices) == 15


def test_faults_stand_at_their_field_and_in_the_summary() -> None:
    faults = {
        "name": "填写名称",
        "risk_flags": "选择会做的作业",
        "workers.0.name": "填写姓名",
        "site_photos": "至少拍 1 张",
    }
    groups = {group.key: group for group in FILING.view({"workers": [{}]}, faults)}
    assert groups["work"].faults == (("f-name", "填写名称"),)
    assert groups["crew"].faults == (("f-workers-0-name", "填写姓名"),)
    assert groups["risk"].faults == (
        ("f-risk-flags-0", "选择会做的作业"),
        ("f-site-photos", "至少拍 1 张"),
    )
    fault = next(one for one in groups["work"].fields if one.key == "name")
    assert fault.described_by == "f-name-fault"


def test_typed_text_comes_back_as_it_was_typed() -> None:
    assert field("investment_wan", investment_wan="三万").value == "三万"
    assert [
        pick.value for pick in field("risk_flags", risk_flags=["height"]).choices if pick.checked
    ] == ["height"]
    assert [pick.value for pick in field("indoor", indoor=False).choices if pick.checked] == [
        "false"
    ]


def test_a_table_always_has_one_row_to_write_in() -> None:
    assert len(field("workers").rows) == 1
    assert len(field("workers", workers=[{"name": "甲"}]).rows) == 2
    assert len(field("workers", workers=[{"name": "甲"}, {}]).rows) == 2


def test_a_reference_that_nobody_typed_is_no_fact() -> None:
    sent = {"scope": "all", "law": "安全生产法", "hazards": "01a204d70fc178abab44b901546adb0b"}
    told = shipped("smallworks/stop_work").facts(sent)
    assert [fact.key for group in told for fact in group.facts] == ["scope", "law"]


def test_facts_in_words() -> None:
    photo = File("1", "现场.jpg", "/attachments/1", image=True)
    told = FILING.facts(
        {
            "kind": "odd_job",
            "investment_wan": "0.8",
            "indoor": False,
            "risk_flags": ["height", "lifting"],
            "workers": [{"name": "甲", "trade": "电工"}],
            "name": "",
        },
        files={"site_photos": [photo]},
    )
    by_key = {fact.key: fact for group in told for fact in group.facts}
    assert by_key["kind"].text == "零星作业"
    assert by_key["investment_wan"].text == "0.8 万元"
    assert by_key["indoor"].text == "否"
    assert by_key["risk_flags"].text == "室外 2 米以上高处作业、吊装"
    assert by_key["workers"].rows[0][0] == ("姓名", "甲")
    assert by_key["site_photos"].files == (photo,)
    assert "name" not in by_key


def test_a_read_only_field_shows_its_words() -> None:
    form = made({"name": words()}, {"name": {"ui:access": {"review": "read"}}})
    shown = form.view({"name": "甲"}, step="review")[0].fields[0]
    assert (shown.readonly, shown.text) == (True, "甲")
