"""What a telling needs to be told: how the house calls roles, forms, fields and results."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.engine.gate_model import Node
from app.engine.gate_words import NODES
from app.engine.types import Limit, Party, Sign

_UNITS = {"wd": "个工作日", "h": "小时"}
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)
_PARTS = ("年", "个月", "周", "天", "小时", "分钟", "秒")
_WORKDAYS = re.compile(r"\s*workdays\(\s*(\d+)\s*\)\s*")
_MOMENT = re.compile(r"\s*(?:date and time|date)\(\s*(\w+)\s*\)\s*")


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A routing variable as people know it: the words of the field, and of its values."""

    label: str
    values: Mapping[str, str] = field(default_factory=dict)
    kind: str = "text"
    """text, number, boolean or choice: what can be compared with it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The names of things outside the drawing. What has none is said as the drawing writes it."""

    party: Callable[[Party], str]
    forms: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, FieldWords] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    """Of any field whose own values have no words."""
    results: Mapping[str, str] = field(default_factory=dict)
    begins: str = "提交{}后开始"
    """How a case begins, with a place for its form."""

    def form(self, key: str) -> str:
        """`“社区初审”表`."""
        return f"“{self.forms.get(key, key)}”表"


def called(node: Node) -> str:
    """The name that a person gave it; of what has none its kind, never the id of the drawing."""
    return node.short if node.element.get("name") else f"没有名称的{NODES.get(node.tag, '步骤')}"


def spaced(before: str, words: str) -> str:
    """Two pieces with a blank between where the second begins with a figure."""
    return f"{before} {words}" if words[:1].isdigit() else before + words


def limit_words(limit: Limit | None) -> str:
    """`3 个工作日`."""
    return f"{limit.amount} {_UNITS[limit.unit]}" if limit else "不限时"


def people_words(names: list[str], sign: Sign, each: bool) -> str:
    """Who handles a step and how several of them decide."""
    who = "、".join(names) or "未写明的人员"
    said = {
        "one": f"{who}办理",
        "any": f"{who}中任一方办理",
        "all": f"{who}会签，全部签署",
        "vote": f"{who}票签，满 {sign.share}% 通过",
        "order": f"{who}依次签署",
    }[sign.mode]
    return said + ("，岗位上每个人都签" if each else "")


def timer_words(text: str, fields: Mapping[str, FieldWords]) -> str:
    """`5 个工作日`, `15 天`, `到“整改期限”`; nothing where only the formula says it."""
    if found := _WORKDAYS.fullmatch(text):
        return f"{found[1]} 个工作日"
    if (found := _DURATION.fullmatch(text.strip())) and any(found.groups()):
        parts = zip(found.groups(), _PARTS, strict=True)
        return " ".join(f"{amount} {unit}" for amount, unit in parts if amount)
    if (found := _MOMENT.fullmatch(text)) and found[1] in fields:
        return f"“{fields[found[1]].label}”"
    return ""
