"""What differs between two states of a form, as whoever approves it reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.workflow import definitions
from app.workflow.studio import wording

FILES = dict(definitions.shipped_files("filing"))
NAME = "forms/tests/survey.json"
_WHEN_RETURNED = {"properties": {"outcome": {"const": "return"}}, "required": ["outcome"]}


def form(**more: Any) -> dict[str, Any]:
    """A form whose fields are a, b, c and a table d; `more` goes into its schema or `ui`."""
    fields = {
        "a": {"type": "string", "title": "意见", "maxLength": 500},
        "b": {"type": "number", "title": "面积", "minimum": 1, "x-route": True},
        "c": {
            "type": "string", "title": "风险",
            "oneOf": [{"const": "low", "title": "低"}, {"const": "high", "title": "高"}],
        },
        "d": {
            "type": "array", "title": "工人", "maxItems": 9,
            "items": {
                "type": "object",
                "properties": {"x": {"type": "string", "title": "姓名", "maxLength": 20}},
            },
        },
    }  # fmt: skip
    for key, said in more.pop("fields", {}).items():
        fields[key] = {**fields.get(key, {}), **said}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "properties": {key: fields[key] for key in more.pop("keys", fields)},
        **more.pop("schema", {}),
    }  # fmt: skip
    return {
        "key": "tests/survey", "title": more.get("title", "踏勘"), "schema": schema,
        "ui": more.get("ui", {}),
    }  # fmt: skip


def differing(after: dict[str, Any], before: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    was, now = (
        {**FILES, NAME: json.dumps(one, ensure_ascii=False)} for one in (before or form(), after)
    )
    return [(one.kind, one.text) for one in wording.differing(was, now, "filing")]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (form(fields={"a": {"maxLength": 300}}), "的“意见”：最多字数由 500 改为 300"),
        (form(fields={"b": {"maximum": 90}}), "的“面积”：最大由没有改为 90"),
        (form(fields={"b": {"title": "建筑面积"}}), "的“建筑面积”：原名“面积”"),
        (form(fields={"a": {"x-personal": "secret"}}), "的“意见”：个人信息由不是改为是，加密保存"),
        (form(schema={"required": ["a"]}), "的“意见”：必填由不必填改为〔总是〕"),
        (
            form(schema={"allOf": [{"if": _WHEN_RETURNED, "then": {"required": ["a"]}}]}),
            "的“意见”：必填由不必填改为〔当“办理结果”为“退回补正”〕",
        ),
        (
            form(ui={"d": {"ui:showIf": {"c": {"const": "high"}}}}),
            "的“工人”：显示条件由总是显示改为〔“风险”为“高”〕",
        ),
        (
            form(ui={"d": {"ui:showIf": {"b": {"exclusiveMinimum": 50}}}}),
            "的“工人”：显示条件由总是显示改为〔“面积”大于 50〕",
        ),
        (
            form(fields={"c": {"oneOf": [
                {"const": "high", "title": "很高"}, {"const": "top", "title": "特高"},
            ]}}),
            "的“风险”：新增选项“特高”；删除选项“低”；选项“高”改名为“很高”",
        ),
        (
            form(fields={"d": {"items": {"type": "object", "properties": {
                "x": {"type": "string", "title": "姓名", "maxLength": 30},
                "y": {"type": "integer", "title": "年龄"},
            }, "required": ["x"]}}}),
            "的“工人”：新增列“年龄”；列“姓名”最多字数由 20 改为 30，必填由不必填改为〔总是〕",
        ),
        (form(fields={"b": {"x-route": "size"}}), "的“面积”：流程条件、决策表可用由是改为size"),
        (form(ui={"a": {"ui:help": "写明事实"}}), "的“意见”：填写说明由没有改为写明事实"),
        (form(keys=["b", "a", "c", "d"]), "字段的次序改为“面积”、“意见”、“风险”、“工人”"),
        (form(title="踏勘"), None),
    ],
)  # fmt: skip
def test_what_was_set_of_a_field(after: dict[str, Any], said: str | None) -> None:
    assert differing(after) == ([("changed", f"表单“踏勘”{said}")] if said else [])


def test_fields_that_came_and_went_say_what_they_ask() -> None:
    came = {"e": {"type": "string", "format": "phone", "title": "电话", "x-personal": "secret"}}
    after = form(fields=came, keys=["b", "c", "d", "e"], schema={"required": ["e"]})
    assert differing(after) == [
        ("added", "表单“踏勘”新增“电话”（电话，必填〔总是〕，个人信息是，加密保存）"),
        ("removed", "表单“踏勘”删除“意见”"),
    ]


def test_groups_and_the_title() -> None:
    two = {
        "ui:groups": [
            {"key": "g1", "title": "基本", "fields": ["a", "b"]},
            {"key": "g2", "title": "其他", "fields": ["c", "d"]},
        ]
    }
    other = {
        "ui:groups": [
            {"key": "g1", "title": "基本情况", "fields": ["a"]},
            {"key": "g2", "title": "其他", "fields": ["b", "c", "d"]},
        ]
    }
    assert differing(form(ui=other, title="现场踏勘"), form(ui=two)) == [
        ("changed", "表单“现场踏勘”原名“踏勘”"),
        ("changed", "表单“现场踏勘”的分组“基本”改为“基本情况”"),
        ("changed", "表单“现场踏勘”的“面积”现在在分组“其他”"),
    ]


def test_a_new_form_one_that_is_gone_and_one_that_cannot_be_read() -> None:
    text = json.dumps(form(), ensure_ascii=False)
    (came,) = wording.differing(FILES, {**FILES, NAME: text}, "filing")
    assert came.text == (
        "新增表单“踏勘”，有“意见”（文字，最多字数 500）、“面积”（数字，最小 1）、"
        "“风险”（单选，选项“低”、“高”）、“工人”（表格，列“姓名”）"
    )
    (went,) = wording.differing({**FILES, NAME: text}, FILES, "filing")
    assert (went.kind, went.text) == ("removed", "不再用表单“踏勘”")
    (bad,) = wording.differing({**FILES, NAME: text}, {**FILES, NAME: "{"}, "filing")
    assert bad.text == "表单“踏勘”有修改，不能逐项对照，请下载文件查看"
    (laid,) = wording.differing({**FILES, NAME: text}, {**FILES, NAME: text + "\n"}, "filing")
    assert laid.text == "表单“踏勘”只改了排版，内容没有变"
