"""The sheet in parts as a phone shows it: one group at a time, then hazards, people, the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
