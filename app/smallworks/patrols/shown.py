"""Values of a sheet put into the words of its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from app import clock
from app.smallworks.patrols import parts, words
from app.web.display import due_text
from app.workflow import kinds
from app.workflow.lights import Due

_FIELDS = {
    "remark": "备注",
    "inspectors": "巡查人员",
    "signed_name": "现场签字",
    "refused": "是否拒签",
    "witness": "见证人",
    "place_seen": "位置",
}
_OF_HAZARD = {
    "text": "情况", "rule": "依据", "measure": "要求", "grade": "等级",
    "downgrade_reason": "改等级的理由", "deadline": "期限",
}  # fmt: skip
_PEOPLE = frozenset({"inspectors", "signed_name", "refused", "witness", "place_seen"})


def due_words(due: Due) -> str:
    """When a visit is due, against now."""
    return due_text(due, clock.now())


def distance(metres: int) -> str:
    """850 米, 1.2 公里."""
    return f"{metres} 米" if metres < 1000 else f"{metres / 1000:.1f} 公里"


def field_words(name: str, sheet: Mapping[str, Any]) -> str:
    """What a field of the sheet is called."""
    room, _, rest = name.partition(".")
    if room == "answers":
        found = (item for group in sheet["groups"] for item in group["items"])
        return next((f"“{item['text']}”" for item in found if item["code"] == rest), rest)
    if room == "hazards":
        key, _, column = rest.rpartition(".")
        hazards = (one for one in sheet["hazards"] if one["client_id"] == (key or rest))
        text = next((one["text"] for one in hazards), "一条隐患")
        return f"隐患“{text}”的{_OF_HAZARD.get(column, '内容')}"
    return _FIELDS.get(name, name)


def side_words(value: Any) -> str:
    """One side of a conflict, as the page says it."""
    if value in (None, "", []):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(one.get("name", "")) for one in value)
    if hasattr(value, "astimezone"):
        return clock.minute(value)
    said = {**words.RESULTS, **words.GRADES}
    return said.get(value, str(value))


def part_of(field: str, sheet: Mapping[str, Any]) -> str:
    """The part of the sheet on which a field stands."""
    room, _, rest = field.partition(".")
    if room in _PEOPLE:
        return parts.PEOPLE
    code = rest.partition(".")[0].removeprefix("item-")
    for group in sheet["groups"]:
        if any(item["code"] == code for item in group["items"]):
            return str(group["key"])
    return parts.MORE if room == "hazards" else parts.END


def anchor_of(field: str) -> str:
    """The place on that page."""
    room, _, rest = field.partition(".")
    if room in ("answers", "hazards"):
        return f"#{rest.partition('.')[0].removeprefix('item-')}"
    return ""


FILTERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "due_words": due_words,
        "distance": distance,
        "field_words": field_words,
        "side_words": side_words,
        "part_of": part_of,
        "anchor_of": anchor_of,
        "standing_of": kinds.standing,
    }
)
"""What the templates of this room call."""
