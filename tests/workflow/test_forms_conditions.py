"""Fields that depend on others: one rule asks, requires and keeps; all else is dropped."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow.small_forms import faults, made, money, words

OWNER = made(
    {
        "kind": {
            "type": "string",
            "title": "类型",
            "oneOf": [{"const": "p", "title": "个人"}, {"const": "o", "title": "单位"}],
        },
        "name": words(),
        "code": words(title="代码"),
        "sum": money(),
        "flags": {
            "type": "array",
            "title": "作业",
            "items": {"type": "string", "enum": ["height", "fire", "none"]},
            "x-check": ["exclusive:none"],
            "x-route": {"height": "risk_height", "fire": "risk_fire"},
        },
        "plan": words(title="方案"),
    },
    {
        "code": {"ui:showIf": {"kind": {"const": "o"}}},
        "plan": {
            "ui:showIf": [
                {"flags": {"contains": {"enum": ["height", "fire"]}}},
                {"sum": {"exclusiveMinimum": 1}},
            ]
        },
    },
    required=["kind", "flags"],
    allOf=[
        {
            "if": {"properties": {"kind": {"const": "o"}}, "required": ["kind"]},
            "then": {"required": ["code"]},
            "else": {"required": ["name"]},
        },
        {
            "if": {
                "properties": {"flags": {"contains": {"const": "height"}}},
                "required": ["flags"],
            },
            "then": {"required": ["plan"]},
        },
    ],
)


def test_then_and_else() -> None:
    assert faults(OWNER, {"kind": "o", "flags": "none"}) == {"code": "填写代码"}
    assert faults(OWNER, {"kind": "p", "flags": "none"}) == {"name": "填写名称"}


def test_a_hidden_field_is_dropped_however_it_is_sent() -> None:
    cleaned = OWNER.clean(
        {"kind": "p", "name": "甲", "flags": ["none"], "code": "injected", "plan": "injected"}
    )
    assert cleaned.values == {"kind": "p", "name": "甲", "flags": ["none"]}


def test_an_undeclared_field_is_dropped() -> None:
    sent = {
        "kind": "p",
        "name": "甲",
        "flags": ["none"],
        "risk_level": "low",
        "outcome": "approve",
        "__class__": "x",
    }
    assert set(OWNER.clean(sent).values) == {"kind", "name", "flags"}


def test_ticked_boxes_become_one_routing_value_each() -> None:
    cleaned = OWNER.clean({"kind": "p", "name": "甲", "flags": ["fire"], "plan": "看火人"})
    assert cleaned.routing == {"risk_height": False, "risk_fire": True}
    assert cleaned.values["plan"] == "看火人"


def test_alternatives_of_a_condition() -> None:
    sent: dict[str, Any] = {"kind": "p", "name": "甲", "flags": ["none"], "plan": "有"}
    assert "plan" not in OWNER.clean({**sent, "sum": "1"}).values
    assert OWNER.clean({**sent, "sum": "1.01"}).values["plan"] == "有"
    assert "plan" in faults(OWNER, {**sent, "plan": "", "flags": ["height"]})


def test_a_choice_that_is_not_offered() -> None:
    assert faults(OWNER, {"kind": "x", "name": "甲", "flags": "none"}) == {"kind": "选择类型"}
    assert "flags" in faults(OWNER, {"kind": "p", "name": "甲", "flags": ["none", "bomb"]})
    assert (
        "不能再选其他项"
        in faults(OWNER, {"kind": "p", "name": "甲", "flags": ["none", "fire"], "plan": "有"})[
            "flags"
        ]
    )


def test_all_faults_at_once_in_the_order_of_the_form() -> None:
    assert list(faults(OWNER, {"sum": "x", "flags": []})) == ["kind", "name", "sum", "flags"]


def test_access_by_step_is_held_by_the_server() -> None:
    form = made(
        {"name": words(), "note": words(title="备注"), "inner": words(title="内部意见")},
        {
            "name": {"ui:access": {"review": "read"}},
            "inner": {"ui:access": {"*": "hide", "review": "edit"}},
        },
        required=["name"],
    )
    sent = {"name": "改名", "note": "看过", "inner": "内部"}
    assert form.clean(sent, step="start").values == {"name": "改名", "note": "看过"}
    base = {"name": "原名", "inner": "旧"}
    assert form.clean(sent, step="review", base=base).values == {
        "name": "原名",
        "note": "看过",
        "inner": "内部",
    }
    assert form.clean(sent, step="start", base=base).values["inner"] == "旧"
    assert [one.key for one in form.view({}, step="start")[0].fields] == ["name", "note"]


def test_the_outcome_decides_what_is_asked() -> None:
    form = made(
        {
            "missing": {
                "type": "array",
                "title": "补正",
                "items": {"type": "string", "enum": ["a", "b"]},
            },
            "opinion": words(),
        },
        {"missing": {"ui:showIf": {"outcome": {"const": "return"}}}},
        allOf=[
            {
                "if": {"properties": {"outcome": {"const": "return"}}, "required": ["outcome"]},
                "then": {"required": ["missing"]},
            }
        ],
    )
    assert faults(form, {}, outcome="return") == {"missing": "选择补正"}
    assert form.clean({"missing": ["a"], "opinion": "可"}, outcome="approve").values == {
        "opinion": "可"
    }
    assert form.clean({"missing": ["a"]}, outcome="return").values == {"missing": ["a"]}
    folded = form.view({})[0].fields[0]
    assert (folded.folded, folded.note) == (True, "退回补正时填写")


def test_what_the_server_stamps_cannot_be_sent() -> None:
    form = made(
        {
            "name": words(),
            "at": {"type": "string", "title": "时间", "x-stamp": "time"},
            "from": {"type": "string", "title": "地址", "x-stamp": "address"},
            "version": {"type": "string", "title": "版本", "const": "7", "x-stamp": "text"},
        }
    )
    forged = {"name": "甲", "at": "1999", "from": "1.1.1.1", "version": "1"}
    assert form.clean(forged).values == {"name": "甲", "version": "7"}
    stamps = {"at": "2026-11-23 12:00:00", "from": "10.0.0.9"}
    assert form.clean(forged, base=stamps).values == {"name": "甲", **stamps, "version": "7"}
    assert form.hold(forged) == {"name": "甲"}


@pytest.mark.parametrize(
    ("sent", "value"),
    [("true", True), ("on", True), ("", False), (None, False), (True, True), (False, False)],
)
def test_a_box(sent: object, value: bool) -> None:
    form = made({"yes": {"type": "boolean", "title": "是", "x-route": True}})
    assert form.clean({"yes": sent}).routing == {"yes": value}


def test_a_declaration_must_be_ticked_and_a_question_answered() -> None:
    form = made(
        {
            "agree": {"type": "boolean", "title": "接受巡查", "const": True},
            "indoor": {"type": "boolean", "title": "室内"},
        },
        {"indoor": {"ui:widget": "radio"}},
        required=["agree", "indoor"],
    )
    assert faults(form, {}) == {"agree": "请勾选：接受巡查", "indoor": "选择「是」或「否」：室内"}
    assert form.clean({"agree": "true", "indoor": "false"}).values == {
        "agree": True,
        "indoor": False,
    }
