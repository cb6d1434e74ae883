"""Writing what was set of a field into its form: each word only where it differs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.errors import Invalid
from app.workflow.forms.read import kind_of
from app.workflow.studio.designing import tests
from app.workflow.studio.designing.settings import (
    ALWAYS,
    KEPT,
    SHOWN,
    WHEN,
    Settings,
    bounds,
    halves,
    rules_for,
)
from app.workflow.studio.designing.tests import Rows

Said = dict[str, Any]
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_WHOLE = re.compile(r"\d{1,5}")
_UI = {
    "help": "ui:help", "placeholder": "ui:placeholder", "unit": "ui:unit", "widget": "ui:widget",
}  # fmt: skip


def change(said: Said, path: str, before: Settings, wanted: Settings) -> str:
    """All that differs between the two; returns the path, which may be another then."""
    schema, _, _ = halves(said, path)
    if wanted.title.strip() != before.title:
        schema["title"] = _filled(wanted.title, "title", "写上字段名称")
    _look(said, path, before, wanted)
    _bound(schema, before, wanted)
    if wanted.options != before.options:
        _options(said, path, wanted.options)
    if wanted.routed != before.routed:
        _flag(schema, "x-route", True if wanted.routed else None)
    if wanted.personal != before.personal:
        _flag(schema, "x-personal", wanted.personal or None)
    asked = (wanted.need, wanted.need_rows, wanted.show)
    if asked != (before.need, before.need_rows, before.show):
        _ask(said, path, before, wanted)
    return _renamed(said, path, wanted.key) if wanted.key != before.key else path


def _filled(text: str, field: str, words: str) -> str:
    if not text.strip():
        raise Invalid("有地方没有填", {field: words})
    return text.strip()


def _flag(holder: Said, name: str, value: Any) -> None:
    if value is None:
        holder.pop(name, None)
    else:
        holder[name] = value


def _ui_of(said: Said, path: str) -> Said:
    """The `ui` of a field, made where it has none yet."""
    key, _, column = path.partition(".")
    found: Said = said["ui"].setdefault(key, {})
    return found.setdefault("items", {}).setdefault(column, {}) if column else found


def _tidied(said: Said, path: str) -> None:
    """No empty `ui` is left behind."""
    key, _, column = path.partition(".")
    found = said["ui"].get(key)
    if column and found is not None:
        beneath = found.get("items", {})
        if beneath.get(column) == {}:
            beneath.pop(column)
        if beneath == {}:
            found.pop("items", None)
    if found == {}:
        said["ui"].pop(key)


def _look(said: Said, path: str, before: Settings, wanted: Settings) -> None:
    ui = _ui_of(said, path)
    for name, word in _UI.items():
        if getattr(wanted, name) != getattr(before, name):
            _flag(ui, word, getattr(wanted, name).strip() or None)
    if wanted.decimals != before.decimals:
        _flag(ui, "ui:decimals", _whole(wanted.decimals, "decimals"))
    if (wanted.accept, wanted.camera) != (before.accept, before.camera):
        options = ui.setdefault("ui:options", {})
        _flag(options, "accept", wanted.accept or None)
        _flag(options, "camera", wanted.camera or None)
        if not options:
            ui.pop("ui:options")
    _tidied(said, path)


def _whole(text: str, field: str) -> int | None:
    if not text.strip():
        return None
    if not _WHOLE.fullmatch(text.strip()):
        raise Invalid("有一处不是整数", {field: "写整数，或者不写"})
    return int(text.strip())


def _bound(schema: Said, before: Settings, wanted: Settings) -> None:
    least, most = bounds(schema)
    if not least:
        return
    if (wanted.least, wanted.above) != (before.least, before.above):
        for word in ("minimum", "exclusiveMinimum", least):
            schema.pop(word, None)
        numeric = kind_of(schema) in ("number", "integer")
        word = ("exclusiveMinimum" if wanted.above else "minimum") if numeric else least
        _flag(schema, word, _number(wanted.least, "least", numeric=numeric))
    if wanted.most != before.most:
        numeric = most == "maximum"
        value = _number(wanted.most, "most", numeric=numeric)
        if value is None and most == "maxLength":
            raise Invalid("文字要写最多几个字", {"most": "写最多几个字，如 100"})
        _flag(schema, most, value)
    low, high = schema.get(least), schema.get(most)
    if low is not None and high is not None and low > high:
        raise Invalid("最小的大于最大的", {"least": "最小的不能大于最大的"})


def _number(text: str, field: str, *, numeric: bool) -> Any:
    if not numeric or not text.strip():
        return _whole(text, field)
    try:
        return tests.number(text)
    except Invalid as wrong:
        raise Invalid(wrong.message, {field: wrong.message}) from wrong


def _options(said: Said, path: str, wanted: tuple[tuple[str, str], ...]) -> None:
    schema, ui, _ = halves(said, path)
    source = schema.get("items", schema)
    if not wanted:
        raise Invalid("选项一个也没有", {"option_0": "至少写一个选项"})
    if len({title for _, title in wanted}) < len(wanted):
        raise Invalid("有两个选项一样", {"option_0": "选项名称不能重复"})
    if "enum" in source and all(value == title for value, title in wanted):
        source["enum"] = [value for value, _ in wanted]
    else:
        source.pop("enum", None)
        source["oneOf"] = [{"const": value, "title": title} for value, title in wanted]
    values = {value for value, _ in wanted}
    if isinstance(schema.get("x-route"), dict):
        kept = {one: name for one, name in schema["x-route"].items() if one in values}
        _flag(schema, "x-route", kept or None)
    if groups := ui.get("ui:options", {}).get("groups"):
        for group in groups:
            group["values"] = [value for value in group["values"] if value in values]
        groups[:] = [group for group in groups if group["values"]]


# ---- when it is asked for, and when it must be answered


def _ask(said: Said, path: str, before: Settings, wanted: Settings) -> None:
    _, _, required = halves(said, path)
    key = path.rpartition(".")[2]
    if wanted.show != before.show and wanted.show is not None:
        _flag(
            _ui_of(said, path),
            "ui:showIf",
            tests.as_shown(wanted.show) if wanted.show.rows else None,
        )
        _tidied(said, path)
    if wanted.need == KEPT:
        return
    if wanted.need == ALWAYS and key not in required:
        holder = (
            said["schema"]
            if "." not in path
            else said["schema"]["properties"][path.partition(".")[0]]["items"]
        )
        holder.setdefault("required", []).append(key)
    elif wanted.need != ALWAYS and key in required:
        required.remove(key)
    if "." not in path:
        freed(said, key)
        _rule(said, key, wanted)


def freed(said: Said, key: str) -> None:
    """No rule asks for this field any more."""
    for rule in rules_for(said, key):
        for part in ("then", "else"):
            names = rule.get(part, {}).get("required", [])
            if key in names:
                names.remove(key)
        if not rule["then"]["required"] and not rule.get("else", {}).get("required"):
            said["schema"]["allOf"].remove(rule)
    if said["schema"].get("allOf") == []:
        said["schema"].pop("allOf")


def _rule(said: Said, key: str, wanted: Settings) -> None:
    rows: Rows | None = wanted.show if wanted.need == SHOWN else wanted.need_rows
    if wanted.need not in (SHOWN, WHEN):
        return
    if rows is None or not rows.rows:
        raise Invalid("没有写条件", {"need": "选了按条件必填，请在下面写上条件"})
    condition = tests.as_asked(rows)
    rules = said["schema"].setdefault("allOf", [])
    for rule in rules:
        if rule["if"] == condition and "else" not in rule:
            rule["then"]["required"].append(key)
            return
    rules.append({"if": condition, "then": {"required": [key]}})


# ---- another number of the field


def _renamed(said: Said, path: str, key: str) -> str:
    old, _, column = path.partition(".")
    if not _KEY.fullmatch(key):
        raise Invalid("编号不能用", {"key": "编号只用小写字母、数字和下划线，以字母开头"})
    if column:
        items = said["schema"]["properties"][old]["items"]
        _rename_in(items, column, key)
        beneath = said["ui"].get(old, {})
        if column in beneath.get("items", {}):
            beneath["items"] = _renamed_key(beneath["items"], column, key)
        return f"{old}.{key}"
    _rename_in(said["schema"], old, key)
    for rule in said["schema"].get("allOf", ()):
        for part in ("then", "else"):
            _swap(rule.get(part, {}).get("required", []), old, key)
    if old in said["ui"]:
        said["ui"] = _renamed_key(said["ui"], old, key)
    _swap(said["ui"].get("ui:order", []), old, key)
    for group in said["ui"].get("ui:groups", ()):
        _swap(group["fields"], old, key)
    return key


def _rename_in(holder: Said, old: str, key: str) -> None:
    if key in holder["properties"]:
        raise Invalid("编号已经有了", {"key": "这张表单里已有这个编号"})
    holder["properties"] = _renamed_key(holder["properties"], old, key)
    _swap(holder.get("required", []), old, key)


def _renamed_key(said: Mapping[str, Any], old: str, key: str) -> Said:
    return {key if name == old else name: one for name, one in said.items()}


def _swap(names: list[str], old: str, key: str) -> None:
    if old in names:
        names[names.index(old)] = key
