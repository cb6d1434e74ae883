"""The sheet in parts as a phone shows it: one group at a time, then hazards, people, the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.clock import local
from app.smallworks.patrols.queries import Asked, Line

MORE, PEOPLE, END = "more", "people", "end"
_TITLES = {MORE: "其他隐患和照片", PEOPLE: "人员和签字", END: "结论"}


@dataclass(frozen=True, slots=True)
class Part:
    """One screen of the sheet: how far it is, and how many of its items failed."""

    key: str
    title: str
    done: int = 0
    all: int = 0
    bad: int = 0

    @property
    def finished(self) -> bool:
        """Whether every item of it has its answer."""
        return self.done == self.all


@dataclass(frozen=True, slots=True)
class Parts:
    """All of them, and the one that is shown."""

    every: Sequence[Part]
    here: Part
    place: int  # from 1
    following: str
    before: str
    answered: int
    asked: int


def of(sheet: Mapping[str, Any], wanted: str) -> Parts:
    """The parts of a sheet; the one asked for, or the first that is not done."""
    groups = [_group(group, sheet["answers"]) for group in sheet["groups"]]
    every = [*groups, *(Part(key, title) for key, title in _TITLES.items())]
    keys = [part.key for part in every]
    open_ = next((part.key for part in groups if not part.finished), MORE)
    place = keys.index(wanted if wanted in keys else open_)
    return Parts(
        every,
        every[place],
        place + 1,
        keys[min(place + 1, len(keys) - 1)],
        keys[place - 1] if place else "",
        sum(part.done for part in groups),
        sum(part.all for part in groups),
    )


def _group(group: Mapping[str, Any], answers: Mapping[str, str]) -> Part:
    codes = [item["code"] for item in group["items"]]
    given = [answers[code] for code in codes if answers.get(code)]
    return Part(group["key"], group["title"], len(given), len(codes), given.count("bad"))


OVERDUE, TODAY, LATER = "已超期", "今天", "以后"


def by_day(lines: Sequence[Line], at: datetime) -> list[tuple[str, list[Line]]]:
    """Lines under the headings by which the list is read."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault("" if line.metres is not None else _heading(line, at), []).append(line)
    return list(groups.items())


def _heading(line: Line, at: datetime) -> str:
    if line.due.at is None:
        return LATER
    if line.due.at < at:
        return OVERDUE
    return TODAY if local(line.due.at).date() == local(at).date() else LATER


def filters(asked: Asked, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The drop-downs above the list."""
    return [
        {
            "name": "box",
            "label": "范围",
            "value": asked.box,
            "options": [("mine", "我在巡查的"), ("late", "已超期的")],
        },
        {
            "name": "reason",
            "label": "缘由",
            "value": asked.reason,
            "options": [("planned", "按计划"), ("report", "核实举报"), ("stopped", "停工期间")],
        },
    ]
