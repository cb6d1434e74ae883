"""The kinds of field that can be put into a form, each as it is written at first."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """What it is called, how its number begins, and its two halves in the file."""

    label: str
    stem: str
    schema: dict[str, Any]
    ui: dict[str, Any]

    def made(self, title: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """A new field of this kind: `schema` with the title where files have it, and `ui`."""
        schema = copy.deepcopy(self.schema)
        return {"type": schema.pop("type"), "title": title, **schema}, copy.deepcopy(self.ui)


_TWO = [{"const": "option_1", "title": "选项一"}, {"const": "option_2", "title": "选项二"}]
_SECRET = {"x-personal": "secret"}
KINDS: dict[str, Kind] = {
    "text": Kind("一行文字", "text", {"type": "string", "maxLength": 100}, {}),
    "lines": Kind(
        "多行文字", "text", {"type": "string", "maxLength": 500}, {"ui:widget": "textarea"}
    ),
    "choice": Kind("单选", "choice", {"type": "string", "oneOf": _TWO}, {}),
    "choices": Kind(
        "多选",
        "choices",
        {"type": "array", "items": {"type": "string", "oneOf": _TWO}, "uniqueItems": True},
        {},
    ),
    "yesno": Kind("是或否", "yes", {"type": "boolean"}, {"ui:widget": "radio"}),
    "tick": Kind("打勾", "tick", {"type": "boolean"}, {}),
    "integer": Kind("整数", "count", {"type": "integer", "minimum": 0}, {}),
    "number": Kind("数字（可有小数）", "amount", {"type": "number", "minimum": 0}, {}),
    "date": Kind("日期", "day", {"type": "string", "format": "date"}, {}),
    "phone": Kind("电话", "phone", {"type": "string", "format": "phone", **_SECRET}, {}),
    "id": Kind(
        "身份证号",
        "id_no",
        {"type": "string", "format": "id-number", **_SECRET, "x-check": ["id-number"]},
        {},
    ),
    "credit": Kind(
        "统一社会信用代码",
        "credit_code",
        {"type": "string", "format": "credit-code", "x-check": ["credit-code"]},
        {},
    ),
    "files": Kind(
        "附件",
        "files",
        {"type": "array", "items": {"type": "string", "format": "attachment"}, "maxItems": 9},
        {},
    ),
    "rows": Kind(
        "表格（可加行）",
        "table",
        {
            "type": "array",
            "maxItems": 20,
            "items": {
                "type": "object",
                "properties": {"text_1": {"type": "string", "title": "第一列", "maxLength": 60}},
            },
        },
        {},
    ),
}
IN_A_ROW = ("text", "choice", "yesno", "integer", "number", "date", "phone", "id")
"""What a column of a table can be."""
