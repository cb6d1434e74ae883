"""What a well-formed form can still get wrong: names to nowhere, patterns that could hang."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from app.workflow.forms import checks
from app.workflow.forms.conditions import OUTCOME

Fault = tuple[str, str, str]
"""(code, JSON pointer, what to do)"""

_PIECE = r"(?:\[[^\[\]]+\]|\\[dwDWsS.\-]|[^\\\[\](){}*+?|.^$])"
_SAFE = re.compile(rf"\^(?:{_PIECE}(?:\{{\d{{1,3}}(?:,\d{{0,3}})?\}}|[?*+])?)*\$\Z")
_REPEAT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}|([?*+])")
_MAX_WAYS = 100_000
"""Without groups, a pattern costs no more than the ways in which its repeats can share a text."""

_PAGES_OWN = frozenset({OUTCOME, "acting", "csrf_token", "drop", "key", "next", "straight"})
"""What the pages that show a form send beside its fields, under these names."""


def faults(said: Mapping[str, Any], name: str) -> Iterator[Fault]:
    """Every fault in a form that its meta-schema has passed."""
    properties, ui = said["schema"]["properties"], said["ui"]
    if name.endswith(".json") and name != f"forms/{said['key']}.json":
        yield (
            "form-key",
            "/key",
            f"key 应与文件名一致：{name.removeprefix('forms/').removesuffix('.json')}",
        )
    yield from _order(properties, ui)
    yield from _groups(properties, ui)
    yield from _rules(said["schema"])
    for key, schema in properties.items():
        if key in _PAGES_OWN:
            at = f"/schema/properties/{key}"
            yield "form-own-name", at, f"编号 {key} 由办理页面自己使用，请换一个编号"
        yield from _property(f"/schema/properties/{key}", schema, properties)
    yield from _routes(properties)
    for key in ui:
        if not key.startswith("ui:"):
            yield from _field_ui(key, ui, properties)


def _order(properties: Mapping[str, Any], ui: Mapping[str, Any]) -> Iterator[Fault]:
    order = ui.get("ui:order")
    if order is not None and set(order) != set(properties):
        odd = sorted(set(order) ^ set(properties))
        yield "form-order", "/ui/ui:order", f"ui:order 应列出全部字段，请核对 {'、'.join(odd[:8])}"


def _groups(properties: Mapping[str, Any], ui: Mapping[str, Any]) -> Iterator[Fault]:
    groups = ui.get("ui:groups")
    if not groups:
        return
    placed = [key for group in groups for key in group["fields"]]
    odd = sorted(set(placed) ^ set(properties)) + sorted(
        {key for key in placed if placed.count(key) > 1}
    )
    if odd:
        yield (
            "form-groups",
            "/ui/ui:groups",
            f"每个字段应在且只在一个分组里，请核对 {'、'.join(odd[:8])}",
        )
    keys = [group["key"] for group in groups]
    if len(set(keys)) != len(keys):
        yield "form-groups", "/ui/ui:groups", "分组的 key 不能重复"


def _rules(schema: Mapping[str, Any]) -> Iterator[Fault]:
    known = set(schema["properties"])
    yield from _names("/schema/required", schema.get("required", ()), known)
    for at, rule in enumerate(schema.get("allOf", ())):
        here = f"/schema/allOf/{at}"
        for row in rule["if"].get("anyOf", [rule["if"]]):
            yield from _names(f"{here}/if", row["properties"], known | {OUTCOME})
            if set(row["properties"]) != set(row["required"]):
                yield (
                    "form-rule",
                    f"{here}/if",
                    "if 的 required 应列出它测试的全部字段，否则没填时也会成立",
                )
        yield from _names(f"{here}/then/required", rule["then"]["required"], known)
        yield from _names(f"{here}/else/required", rule.get("else", {}).get("required", ()), known)


def _names(at: str, names: Any, known: set[str]) -> Iterator[Fault]:
    lost = [name for name in names if name not in known]
    if lost:
        yield "form-name", at, f"没有字段 {'、'.join(lost)}，请改名或删去"


def _property(at: str, schema: Mapping[str, Any], siblings: Mapping[str, Any]) -> Iterator[Fault]:
    if "pattern" in schema:
        yield from _pattern(at, schema)
    if schema["type"] == "string" and not _bounded(schema):
        yield "form-length", at, "文字字段请写 maxLength"
    for text in schema.get("x-check", ()):
        name, _, argument = text.partition(":")
        if not checks.known(name):
            yield "form-check", f"{at}/x-check", f"没有检查 {name}，请删去或改名"
        elif (
            name in checks.NEEDS_FIELD or (name == "date-not-past" and argument)
        ) and argument not in siblings:
            yield (
                "form-check",
                f"{at}/x-check",
                f"检查 {name} 指向的字段 {argument or '（空）'} 不存在",
            )
    items = schema.get("items", {})
    if items.get("type") == "object":
        yield from _names(
            f"{at}/items/required", items.get("required", ()), set(items["properties"])
        )
        for key, beneath in items["properties"].items():
            yield from _property(f"{at}/items/properties/{key}", beneath, items["properties"])


def _pattern(at: str, schema: Mapping[str, Any]) -> Iterator[Fault]:
    if "maxLength" not in schema:
        yield "form-pattern", at, "写了 pattern 的文字字段请同时写 maxLength"
    elif not safe_pattern(schema["pattern"], schema["maxLength"]):
        yield (
            "form-pattern",
            f"{at}/pattern",
            "pattern 只能由字符类和少量重复次数组成，以 ^ 开头、$ 结尾，不能有括号和竖线；"
            "重复多的请缩短 maxLength",
        )


def safe_pattern(pattern: str, longest: int) -> bool:
    """Whether matching this pattern is cheap on every text of at most so many letters."""
    if not _SAFE.match(pattern):
        return False
    bare = re.sub(r"\[[^\[\]]+\]|\\.", "x", pattern)
    if prod(_ways(found, longest) for found in _REPEAT.finditer(bare)) > _MAX_WAYS:
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _ways(repeat: re.Match[str], longest: int) -> int:
    """In how many ways one repeat may be taken."""
    least, comma, most, sign = repeat.groups()
    if sign:
        return 2 if sign == "?" else longest + 1
    if not comma:
        return 1
    return max(1, min(int(most or longest), longest) - int(least) + 1)


def _bounded(schema: Mapping[str, Any]) -> bool:
    return any(
        word in schema for word in ("maxLength", "enum", "oneOf", "format", "const", "x-stamp")
    )


def _routes(properties: Mapping[str, Any]) -> Iterator[Fault]:
    taken: dict[str, str] = {OUTCOME: "outcome"}
    for key, schema in properties.items():
        said = schema.get("x-route")
        names = (
            list(said.values())
            if isinstance(said, Mapping)
            else [key]
            if said is True
            else [said]
            if said
            else []
        )
        at = f"/schema/properties/{key}/x-route"
        if schema.get("x-personal") == "secret" and names:
            yield "form-route", at, "保密字段不能作为流转条件"
        if names and schema["type"] == "string" and "enum" not in schema and "oneOf" not in schema:
            yield "form-route", at, "作为流转条件的文字字段应是选项，不能是任意文字"
        for name in names:
            if name in taken:
                yield "form-route", at, f"流转变量 {name} 已被 {taken[name]} 使用"
            taken[name] = key
        if isinstance(said, Mapping):
            yield from _names_of_choices(at, said, schema)


def _names_of_choices(
    at: str, said: Mapping[str, Any], schema: Mapping[str, Any]
) -> Iterator[Fault]:
    lost = sorted(set(said) - _choices(schema))
    if lost:
        yield "form-route", at, f"没有选项 {'、'.join(lost)}"


def _choices(schema: Mapping[str, Any]) -> set[str]:
    source = schema.get("items", schema)
    return set(source.get("enum", ())) | {one["const"] for one in source.get("oneOf", ())}


def _field_ui(key: str, ui: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[Fault]:
    if key not in properties:
        yield "form-name", f"/ui/{key}", f"没有字段 {key}，请改名或删去"
        return
    show_if = ui[key].get("ui:showIf")
    order = ui.get("ui:order") or list(properties)
    if show_if and key in order:
        earlier = set(order[: order.index(key)]) | {OUTCOME}
        rows = show_if if isinstance(show_if, list) else [show_if]
        for row in rows:
            late = [name for name in row if name not in earlier]
            if late:
                yield (
                    "form-show",
                    f"/ui/{key}/ui:showIf",
                    f"只能依据排在前面的字段显示，{'、'.join(late)} 不在前面",
                )
    beneath = properties[key].get("items", {}).get("properties", {})
    yield from _names(f"/ui/{key}/items", ui[key].get("items", {}), set(beneath))
    for group in ui[key].get("ui:options", {}).get("groups", ()):
        lost = sorted(set(group["values"]) - _choices(properties[key]))
        if lost:
            yield "form-name", f"/ui/{key}/ui:options/groups", f"没有选项 {'、'.join(lost)}"
