"""What the three annexes look like and which words people write in them; read from data once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.identity.annexes.folding import folded, label
from app.identity.words import DATA, POSITIONS, ROLES

_said: dict[str, Any] = json.loads((DATA / "annexes.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Layout:
    """One annex: its title, what its head asks, its first column, the positions it lists."""

    title: str
    owner: str
    place: str
    positions: tuple[str, ...]


LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        key: Layout(row["title"], row["owner"], row["place"], tuple(row["positions"]))
        for key, row in _said["annexes"].items()
    }
)
"""By number: 1 townships of a district, 2 communities of a township, 3 departments."""
DEPARTMENTS = "3"

_heads: dict[str, Any] = _said["headings"]


def _labels(words: Sequence[str]) -> frozenset[str]:
    return frozenset(label(word) for word in words)


PLACE_HEADS: Mapping[str, frozenset[str]] = MappingProxyType(
    {annex: _labels(words) for annex, words in _heads["place"].items()}
)
OWNER_HEADS = _labels(_heads["owner"])
NAME_HEADS, PHONE_HEADS = _labels(_heads["name"]), _labels(_heads["phone"])
BOTH_HEADS, ROLE_HEADS = _labels(_heads["both"]), _labels(_heads["role"])
ADMINISTRATOR_HEADS: tuple[str, ...] = tuple(_heads["administrator"])
POSITION_HEADS: tuple[tuple[str, str], ...] = tuple(
    sorted(
        ((label(word), position) for position in POSITIONS for word in _heads[position]),
        key=lambda pair: -len(pair[0]),
    )
)
"""(label, position), longest first: 分管负责人 is a leader although 负责人 is a head."""
EMPTY = frozenset(folded(word) for word in _said["empty"])
DITTO = frozenset(folded(word) for word in _said["ditto"])
FOOTERS: tuple[str, ...] = tuple(folded(word) for word in _said["footers"])
SAMPLE_SHEETS: tuple[str, ...] = tuple(_said["samples"])
CITY_DEPARTMENTS = frozenset(folded(word) for word in _said["city_departments"])
AREA_CODE: str = _said["area_code"]
ENDINGS: tuple[tuple[str, str], ...] = tuple(
    sorted(_said["endings"].items(), key=lambda pair: -len(pair[0]))
)
KINDS: tuple[str, ...] = tuple(_said["kinds"])
INDUSTRY_WORDS: Mapping[str, str] = MappingProxyType(
    {folded(word): key for key, words in _said["industries"].items() for word in words}
)
ROLE_WORDS: Mapping[str, str] = MappingProxyType(
    {folded(word): key for key, words in _said["roles"].items() for word in [*words, ROLES[key]]}
)


def default_role(annex: str, level: str) -> str:
    """The role that a blank cell means, for a unit at that level."""
    roles: dict[str, str] = _said["default_roles"]
    return roles.get(f"{annex}_{level}", roles[annex])
