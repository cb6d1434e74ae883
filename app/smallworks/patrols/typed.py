"""What was typed on a sheet, made into what its rows hold. Raises Invalid in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.errors import Invalid
from app.smallworks.patrols import grading, words
from app.smallworks.patrols.models import Patrol

MOST_PEOPLE = 8
_BAD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BROKEN = "内容不完整，请刷新后再保存"
_LENGTHS = {"text": 400, "rule": 300, "measure": 400, "downgrade_reason": 400}
_SHEET = {"remark": 2000, "signed_name": 60, "witness": 60}


def text(value: Any, most: int) -> str:
    """Plain text, trimmed. Raises Invalid where it is longer than it may be."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid(_BROKEN)
    said = _BAD.sub("", value).replace("\r\n", "\n").strip()
    if len(said) > most:
        raise Invalid(f"文字最多 {most} 字，请精简")
    return said


def mapping(value: Any, name: str) -> Mapping[str, Any]:
    """A mapping, or nothing of it."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Invalid(_BROKEN, {name: _BROKEN})
    return value


def rows(value: Any, most: int) -> Sequence[Mapping[str, Any]]:
    """A list of mappings, of bounded length."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
        raise Invalid(_BROKEN)
    if len(value) > most:
        raise Invalid(f"最多 {most} 条，请合并后再保存")
    return value


def grade(value: Any) -> str:
    """A grade of a hazard."""
    if value not in words.GRADES:
        raise Invalid("请选一般隐患或者重大隐患")
    return str(value)


def of_hazard(name: str, value: Any) -> Any:
    """One field of a hazard."""
    if name == "grade":
        return grade(value)
    if name == "deadline":
        return _deadline(value)
    return text(value, _LENGTHS[name])


def _deadline(value: Any) -> datetime | None:
    said = text(value, 10)
    if not said:
        return None
    try:
        return grading.end_of(date.fromisoformat(said))
    except ValueError as wrong:
        raise Invalid("整改期限请填写日期，如 2026-03-09") from wrong


def of_sheet(name: str, value: Any) -> Any:
    """One field of the sheet itself."""
    if name == "refused":
        return value is True
    if name == "inspectors":
        return _people(value)
    if name == "place_seen":
        return _place(value)
    return text(value, _SHEET[name])


def _people(value: Any) -> list[dict[str, str]]:
    found = []
    for one in rows(value, MOST_PEOPLE):
        name = text(one.get("name"), 40)
        if name:
            found.append({"name": name, "number": text(one.get("number"), 40)})
    return found


def _place(value: Any) -> dict[str, Any] | None:
    if not value:
        return None
    told = mapping(value, "place_seen")
    try:
        lng, lat = float(told["lng"]), float(told["lat"])
        accuracy = min(int(float(told.get("accuracy") or 0)), 100_000)
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise Invalid("位置不对，请重新定位或者不填") from wrong
    if not (abs(lng) <= 180 and abs(lat) <= 90):
        raise Invalid("位置不对，请重新定位或者不填")
    return {"lng": f"{lng:.6f}", "lat": f"{lat:.6f}", "accuracy": max(accuracy, 0)}


def place_of(patrol: Patrol) -> dict[str, Any] | None:
    """Where the inspector's phone said that it was."""
    if patrol.lng is None or patrol.lat is None:
        return None
    return {"lng": patrol.lng, "lat": patrol.lat, "accuracy": patrol.accuracy_m or 0}


def put_place(patrol: Patrol, place: Mapping[str, Any] | None) -> None:
    """Keep where it was."""
    patrol.lng = place["lng"] if place else None
    patrol.lat = place["lat"] if place else None
    patrol.accuracy_m = place["accuracy"] if place else None
