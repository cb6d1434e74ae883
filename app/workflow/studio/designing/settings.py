"""What can be set of one field: read from the file, and only what differs is written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.workflow.forms.read import kind_of
from app.workflow.studio.designing import tests
from app.workflow.studio.designing.tests import Rows

NEVER, ALWAYS, SHOWN, WHEN, KEPT = "never", "always", "shown", "when", "kept"
NEEDS = {
    NEVER: "不必填", ALWAYS: "必填", SHOWN: "显示时必填", WHEN: "按条件必填",
    KEPT: "按原有规则，不改",
}  # fmt: skip
WIDGETS = {
    "text": {"": "按长度", "text": "一行", "textarea": "多行"},
    "choice": {"": "按选项多少", "radio": "全部列出", "select": "下拉"},
    "boolean": {"": "打勾", "radio": "是、否两项"},
}
ACCEPTS = {"": "照片和文件", "image": "只要照片", "document": "只要文件", "any": "照片和文件"}


@dataclass(frozen=True, slots=True)
class Settings:
    """One field as a person sets it. `show` or `need_rows` is none where rows cannot say it."""

    title: str
    key: str
    help: str = ""
    placeholder: str = ""
    unit: str = ""
    widget: str = ""
    least: str = ""
    above: bool = False
    most: str = ""
    decimals: str = ""
    options: tuple[tuple[str, str], ...] = ()
    group: str = ""
    need: str = NEVER
    need_rows: Rows | None = field(default_factory=Rows)
    show: Rows | None = field(default_factory=Rows)
    routed: bool = False
    personal: str = ""
    accept: str = ""
    camera: bool = False


def settings_of(said: Mapping[str, Any], path: str) -> Settings:
    """Of the field at `path`: its key, or `table.column`."""
    schema, ui, required = halves(said, path)
    key, options = path.rpartition(".")[2], ui.get("ui:options", {})
    column = "." in path
    need, need_rows = (NEVER, Rows()) if column else _need(said, key, ui.get("ui:showIf"))
    least, most = bounds(schema)
    return Settings(
        title=schema["title"],
        key=key,
        help=ui.get("ui:help", ""),
        placeholder=ui.get("ui:placeholder", ""),
        unit=ui.get("ui:unit", ""),
        widget=ui.get("ui:widget", ""),
        least=str(schema.get(least, "")),
        above="exclusiveMinimum" in schema,
        most=str(schema.get(most, "")),
        decimals=str(ui.get("ui:decimals", "")),
        options=options_of(schema),
        group="" if column else group_of(said, key),
        need=ALWAYS if key in required else need,
        need_rows=need_rows,
        show=tests.shown(ui.get("ui:showIf")),
        routed=bool(schema.get("x-route")),
        personal=schema.get("x-personal", ""),
        accept=options.get("accept", ""),
        camera=bool(options.get("camera")),
    )


def halves(
    said: Mapping[str, Any], path: str
) -> tuple[dict[str, Any], Mapping[str, Any], list[str]]:
    """The schema and the `ui` of a field, and the list of what must always be answered beside."""
    key, _, column = path.partition(".")
    whole, ui = said["schema"], said["ui"].get(key, {})
    if not column:
        return whole["properties"][key], ui, whole.get("required", [])
    items = whole["properties"][key]["items"]
    beneath = ui.get("items", {}).get(column, {})
    return items["properties"][column], beneath, items.get("required", [])


def bounds(schema: Mapping[str, Any]) -> tuple[str, str]:
    """The words by which this kind of field is bounded below and above; none where it is not."""
    kind = kind_of(schema)
    if kind in ("number", "integer"):
        return ("exclusiveMinimum" if "exclusiveMinimum" in schema else "minimum"), "maximum"
    if kind in ("choices", "files", "rows"):
        return "minItems", "maxItems"
    return ("minLength", "maxLength") if kind == "text" and "format" not in schema else ("", "")


def options_of(schema: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(value, title) of each answer that may be chosen."""
    source = schema.get("items", schema)
    if "oneOf" in source:
        return tuple((one["const"], one["title"]) for one in source["oneOf"])
    return tuple((word, word) for word in source.get("enum", ()))


def group_of(said: Mapping[str, Any], key: str) -> str:
    """The group in which a field stands; none where the form has no groups."""
    groups = said["ui"].get("ui:groups", ())
    return next((group["key"] for group in groups if key in group["fields"]), "")


def rules_for(said: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The rules that ask for this field, now or otherwise."""
    return [
        rule
        for rule in said["schema"].get("allOf", ())
        if key in rule["then"]["required"] or key in rule.get("else", {}).get("required", ())
    ]


def _need(said: Mapping[str, Any], key: str, show: Any) -> tuple[str, Rows | None]:
    rules = rules_for(said, key)
    if not rules:
        return NEVER, Rows()
    rows = tests.asked(rules[0]["if"])
    if len(rules) > 1 or key not in rules[0]["then"]["required"] or rows is None:
        return KEPT, Rows()
    return (SHOWN, Rows()) if show is not None and rows == tests.shown(show) else (WHEN, rows)
