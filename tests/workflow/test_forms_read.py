"""Reading form files: what we do not support is refused, all at once, with the place."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BrokenProcess, Finding, Invalid
from app.workflow import forms
from app.workflow.forms.soundness import safe_pattern
from tests.workflow.small_forms import text, words

NAME = "forms/tests/one.json"


def refused(body: str) -> tuple[Finding, ...]:
    with pytest.raises(BrokenProcess) as caught:
        forms.read(body, NAME)
    return caught.value.findings


def only(body: str) -> Finding:
    found = refused(body)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("properties", "pointer", "says"),
    [
        (
            {"a": {"type": "number", "title": "甲", "multipleOf": 1}},
            "/schema/properties/a",
            "不支持 multipleOf",
        ),
        ({"a": words(contentEncoding="base64")}, "/schema/properties/a", "不支持 contentEncoding"),
        ({"a": {"type": "object", "title": "甲"}}, "/schema/properties/a/type", "只能是"),
        ({"a": {"type": "string", "maxLength": 5}}, "/schema/properties/a", "缺少 title"),
        ({"a": {"$ref": "#/x"}}, "/schema/properties/a", "缺少"),
        ({"a": words(format="email")}, "/schema/properties/a/format", "只能是"),
        ({"A b": words()}, "/schema/properties", "名称只能"),
        ({"outcome": words()}, "/schema/properties/outcome", "办理页面自己使用"),
        ({"a": {"type": "string", "title": "甲"}}, "/schema/properties/a", "请写 maxLength"),
        ({"a": words(**{"x-check": ["magic"]})}, "/schema/properties/a/x-check", "没有检查 magic"),
        ({"a": words(**{"x-check": ["not-before:b"]})}, "/schema/properties/a/x-check", "不存在"),
        ({"a": words(**{"x-route": True})}, "/schema/properties/a/x-route", "应是选项"),
        (
            {
                "a": {
                    "type": "string",
                    "title": "甲",
                    "enum": ["x"],
                    "x-personal": "secret",
                    "x-route": True,
                }
            },
            "/schema/properties/a/x-route",
            "保密字段",
        ),
    ],
)
def test_schema_words_that_we_do_not_speak(
    properties: dict[str, Any], pointer: str, says: str
) -> None:
    found = refused(text(properties))
    assert (NAME + "#" + pointer) in {one.element for one in found}
    assert any(says in one.message for one in found)


@pytest.mark.parametrize(
    ("ui", "says"),
    [
        ({"a": {"ui:widget": "wysiwyg"}}, "只能是"),
        ({"a": {"ui:onClick": "alert(1)"}}, "不支持 ui:onClick"),
        ({"ui:submitButton": {}}, "不支持 ui:submitButton"),
        ({"z": {"ui:help": "?"}}, "没有字段 z"),
        ({"ui:order": ["a"]}, "请核对 b"),
        ({"ui:groups": [{"key": "one", "title": "一", "fields": ["a"]}]}, "请核对 b"),
        ({"a": {"ui:showIf": {"b": {"const": "x"}}}}, "排在前面"),
        ({"b": {"ui:showIf": {"a": {"pattern": "^x$"}}}}, "不受支持"),
        ({"b": {"ui:showIf": {"a": {"const": "x"}, "nobody": {"const": "x"}}}}, "nobody"),
    ],
)
def test_ui_words_that_we_do_not_speak(ui: dict[str, Any], says: str) -> None:
    found = refused(text({"a": words(), "b": words()}, ui))
    assert any(says in one.message for one in found), found


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (
            {
                "if": {"properties": {"a": {"const": "x"}}, "required": []},
                "then": {"required": ["b"]},
            },
            "没填时也会成立",
        ),
        (
            {
                "if": {"properties": {"q": {"const": "x"}}, "required": ["q"]},
                "then": {"required": ["b"]},
            },
            "没有字段 q",
        ),
        (
            {
                "if": {"properties": {"a": {"const": "x"}}, "required": ["a"]},
                "then": {"required": ["q"]},
            },
            "没有字段 q",
        ),
        (
            {
                "if": {"properties": {"a": {"pattern": "x"}}, "required": ["a"]},
                "then": {"required": ["b"]},
            },
            "不受支持",
        ),
        ({"if": {"not": {}}, "then": {"required": ["b"]}}, "不受支持"),
        (
            {
                "if": {"properties": {"a": {"const": "x"}}, "required": ["a"]},
                "then": {"properties": {}},
            },
            "缺少 required",
        ),
    ],
)
def test_rules_test_a_few_values_and_nothing_else(rule: dict[str, Any], says: str) -> None:
    found = refused(text({"a": words(), "b": words()}, allOf=[rule]))
    assert any(says in one.message for one in found), found


def test_all_findings_come_at_once() -> None:
    body = text(
        {
            "a": {"type": "number", "title": "甲", "multipleOf": 1},
            "b": words(format="email"),
            "c": {"type": "null", "title": "丙"},
        }
    )
    places = {one.element.split("#")[1].split("/")[3] for one in refused(body)}
    assert places == {"a", "b", "c"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        '{"key": NaN}',
        '{"key": "a/b", "key": "a/b"}',
        "[" * 100_000,
        '"x"',
        "1" * 300_000,
    ],
)
def test_what_is_no_form_at_all(body: str) -> None:
    assert only(body).code == "form-json"


@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff", "\\u0000"])
def test_what_no_page_and_no_store_can_hold(escape: str) -> None:
    assert (
        "不能显示的字符"
        in only(text({"a": words(title=f"甲{escape}")}).replace("\\\\u", "\\u")).message
    )


def test_a_text_may_speak_of_an_escape() -> None:
    assert forms.read(text({"a": words(title="甲\\u0000")}), NAME).fields[0].title == "甲\\u0000"


def test_the_key_is_the_files_name() -> None:
    body = text({"a": words()}).replace("tests/one", "tests/two")
    assert "key 应与文件名一致" in only(body).message


@pytest.mark.parametrize(
    "pattern", ["^[A-Z]{2}\\d{3}$", "^\\d+$", "^x?$", "^[^<>]{1,20}$", "^[A-Z]+-[0-9]+$"]
)
def test_patterns_that_are_cheap(pattern: str) -> None:
    assert safe_pattern(pattern, 200)


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "a",
        "^a",
        "^.*.*.*.*x$",
        "^(?=a)$",
        "^\\1$",
        "^a**$",
        "^[$",
        "^\\d*\\d*\\d*\\d*$",
        "^" + "a?" * 38 + "a" * 38 + "$",
        "^a{0,30}a{0,30}a{0,30}a{0,30}a{0,30}b$",
    ],
)
def test_patterns_that_could_hang_or_mean_nothing(pattern: str) -> None:
    assert not safe_pattern(pattern, 60)
    assert "pattern" in only(text({"a": words(pattern=pattern)})).element


def test_a_pattern_is_held_against_the_length_of_its_field() -> None:
    assert safe_pattern("^a*a*b$", 200)
    assert not safe_pattern("^a*a*b$", 2000)
    unbounded = {"type": "string", "title": "甲", "format": "phone", "pattern": "^1\\d{10}$"}
    assert "maxLength" in only(text({"a": unbounded})).message


def test_a_text_that_is_too_long_meets_its_pattern_shortened() -> None:
    """The dearest pattern that is taken answers at once, however much is sent."""
    form = forms.read(text({"a": words(maxLength=300, pattern="^a*a*b$")}), NAME)
    begun = time.thread_time()
    with pytest.raises(Invalid):
        form.clean({"a": "a" * 20_000})
    assert time.thread_time() - begun < 0.5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "title",
                    "properties",
                    "items",
                    "if",
                    "then",
                    "enum",
                    "const",
                    "ui:showIf",
                    "a",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_any_json_is_read_or_refused_in_words(schema: Any, ui: Any) -> None:
    body = json.dumps({"key": "tests/one", "title": "试验", "schema": schema, "ui": ui})
    assert all(one.message and one.element.startswith(NAME) for one in _findings(body))


def _findings(body: str) -> tuple[Finding, ...]:
    try:
        forms.read(body, NAME)
    except BrokenProcess as fault:
        return fault.findings or (Finding("none", "", ""),)
    return ()
