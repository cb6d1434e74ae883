"""Reading a form file: what we support is taken, all else refused, all findings at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from app.errors import BrokenProcess, Finding
from app.workflow.forms import soundness
from app.workflow.forms.conditions import Condition, read_if, read_show_if, read_tests
from app.workflow.forms.field import Check, Choice, ChoiceGroup, Field
from app.workflow.forms.form import Form, GroupSpec, Rule

_MAX_FILE = 200_000
_YES_NO = (Choice("true", "是"), Choice("false", "否"))


@lru_cache(maxsize=256)  # publishing reads all that ship, and so does every process beside it
def read(text: str, name: str) -> Form:
    """The form in this text. Raises BrokenProcess: file, JSON pointer and remedy of each fault."""
    said = _parsed(text, name)
    findings = [_finding(name, error) for error in _worst(said)]
    if not findings:
        findings = [
            Finding(code, f"{name}#{at}", words) for code, at, words in soundness.faults(said, name)
        ]
    if findings:
        raise BrokenProcess(f"表单 {name} 有 {len(findings)} 处不能使用", findings)
    return _built(said)


@cache
def meta_schema() -> Mapping[str, Any]:
    """What a form file may say, as JSON Schema."""
    loaded: dict[str, Any] = json.loads(
        Path(__file__).with_name("meta-schema.json").read_text("utf-8")
    )
    return loaded


def _parsed(text: str, name: str) -> dict[str, Any]:
    if len(text) > _MAX_FILE:
        raise _unreadable(name, f"表单文件超过 {_MAX_FILE // 1000} KB，请精简")
    try:
        said = json.loads(
            text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_twins
        )
    except (ValueError, RecursionError) as fault:
        raise _unreadable(name, f"不是有效的 JSON：{fault}"[:200]) from fault
    if not isinstance(said, dict):
        raise _unreadable(name, "表单文件最外层应为一个 JSON 对象")
    if _unwritable(said):
        raise _unreadable(name, "有不能显示的字符（\\u0000 或半个字符），请删去")
    return said


def _unwritable(said: Mapping[str, Any]) -> bool:
    """Whether an escape stands for what no store and no page can hold."""
    whole = json.dumps(said, ensure_ascii=False, default=str)
    return any("\ud800" <= sign <= "\udfff" for sign in whole) or (
        "\\u0000" in whole.replace("\\\\", "")
    )


def _no_constant(word: str) -> Any:
    raise ValueError(f"不允许 {word}")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in names if names.count(key) > 1)} 写了两次")
    return made


def _unreadable(name: str, words: str) -> BrokenProcess:
    return BrokenProcess(f"表单 {name} 不能使用", [Finding("form-json", f"{name}#", words)])


def _worst(said: dict[str, Any]) -> list[ValidationError]:
    errors = Draft202012Validator(meta_schema()).iter_errors(said)
    return sorted(errors, key=lambda error: [str(part) for part in error.absolute_path])[:50]


def _finding(name: str, error: ValidationError) -> Finding:
    pointer = "".join(
        "/" + str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path
    )
    return Finding("form-schema", f"{name}#{pointer}", _words(error))


def _words(error: ValidationError) -> str:
    kind, value = str(error.validator), _said(error)
    instance: Any = error.instance
    if kind == "required":
        return f"缺少 {'、'.join(word for word in value if word not in instance)}"
    if kind == "additionalProperties" and isinstance(instance, dict):
        allowed = _said(error, "properties") or {}
        extra = [str(word) for word in instance if word not in allowed]
        return f"不支持 {'、'.join(extra[:5])}，请删去"
    if kind == "enum":
        return f"只能是 {'、'.join(str(word) for word in value)}"
    if kind == "type":
        return f"类型应为 {value}"
    if kind == "pattern":
        return "名称只能用小写字母、数字和下划线，并以字母开头"
    return f"这里的写法不受支持（{kind}），请参照表单说明修改"


def _said(error: ValidationError, word: str = "") -> Any:
    schema: Any = error.schema
    return schema.get(word or error.validator)


def _built(said: Mapping[str, Any]) -> Form:
    schema, ui = said["schema"], said["ui"]
    properties = schema["properties"]
    order = ui.get("ui:order") or list(properties)
    fields = tuple(_field(key, properties[key], ui.get(key, {})) for key in order)
    groups = tuple(
        GroupSpec(group["key"], group["title"], group.get("help", ""), tuple(group["fields"]))
        for group in ui.get("ui:groups", ())
    )
    whole = GroupSpec("all", said["title"], "", tuple(order))
    rules = tuple(
        Rule(
            read_if(rule["if"]),
            tuple(rule["then"]["required"]),
            tuple(rule.get("else", {}).get("required", ())),
        )
        for rule in schema.get("allOf", ())
    )
    return Form(said["key"], said["title"], schema, fields, groups or (whole,), rules)


def _field(key: str, schema: Mapping[str, Any], ui: Mapping[str, Any]) -> Field:
    kind = kind_of(schema)
    source = schema["items"] if kind == "choices" else schema
    show_if = ui.get("ui:showIf")
    columns: tuple[Field, ...] = ()
    if kind == "rows":
        beneath = ui.get("items", {})
        columns = tuple(
            _field(name, said, beneath.get(name, {}))
            for name, said in schema["items"]["properties"].items()
        )
    return Field(
        key=key,
        title=schema["title"],
        kind=kind,
        widget=ui.get("ui:widget") or _widget(kind, schema),
        schema=schema,
        ui=ui,
        choices=_YES_NO if kind == "boolean" else _choices(source),
        choice_groups=_choice_groups(ui),
        columns=columns,
        show_if=read_show_if(show_if) if show_if else None,
        checks=tuple(check_of(text) for text in schema.get("x-check", ())),
        routes=_routes(key, schema.get("x-route")),
    )


def kind_of(schema: Mapping[str, Any]) -> str:
    """Which of our eight kinds this schema is."""
    if schema["type"] == "array":
        items = schema["items"]
        if items["type"] == "object":
            return "rows"
        return "files" if items.get("format") == "attachment" else "choices"
    if schema["type"] == "string":
        return "choice" if "enum" in schema or "oneOf" in schema else "text"
    return str(schema["type"])


def check_of(text: str) -> Check:
    """`not-before:planned_start` as a check."""
    name, _, argument = text.partition(":")
    return Check(name, argument)


def _widget(kind: str, schema: Mapping[str, Any]) -> str:
    if kind == "choice":
        return "radio" if len(schema.get("oneOf") or schema["enum"]) <= 5 else "select"
    if kind == "text":
        if schema.get("format") == "date":
            return "date"
        return "textarea" if schema.get("maxLength", 0) > 120 else "text"
    return {"boolean": "checkbox", "choices": "checkboxes", "files": "files", "rows": "rows"}.get(
        kind, "text"
    )


def _choices(schema: Mapping[str, Any]) -> tuple[Choice, ...]:
    if "oneOf" in schema:
        return tuple(Choice(one["const"], one["title"]) for one in schema["oneOf"])
    return tuple(Choice(word, word) for word in schema.get("enum", ()))


def _choice_groups(ui: Mapping[str, Any]) -> tuple[ChoiceGroup, ...]:
    return tuple(
        ChoiceGroup(
            group["title"],
            tuple(group["values"]),
            Condition((read_tests(group["when"]),)) if "when" in group else None,
        )
        for group in ui.get("ui:options", {}).get("groups", ())
    )


def _routes(key: str, said: Any) -> dict[str, str]:
    if said is True:
        return {key: ""}
    if isinstance(said, str):
        return {said: ""}
    return {name: choice for choice, name in (said or {}).items()}
