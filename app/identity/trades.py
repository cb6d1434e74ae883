"""The project types (项目类型), their names, and the departments of annex 3 behind them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from app.identity.words import DATA


class _Industry(TypedDict):
    name: str
    city: str
    district: str


class _Category(TypedDict):
    name: str
    kind: str
    industries: list[str]


class _Trades(TypedDict):
    industries: dict[str, _Industry]
    categories: dict[str, _Category]


_trades: _Trades = json.loads((DATA / "trades.json").read_text("utf-8"))

INDUSTRIES: Mapping[str, str] = MappingProxyType(
    {key: row["name"] for key, row in _trades["industries"].items()}
)
"""The fourteen departments of annex 3, in its order."""
OTHER_INDUSTRY = "other"
"""Answers for what no other department answers for."""
CATEGORIES: Mapping[str, str] = MappingProxyType(
    {key: row["name"] for key, row in _trades["categories"].items()}
)
"""Every project type and its name."""
SMALL_WORKS = tuple(
    key for key, row in _trades["categories"].items() if row["kind"] == "small_work"
)
ODD_JOBS = tuple(key for key, row in _trades["categories"].items() if row["kind"] == "odd_job")
ANSWERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {key: tuple(row["industries"]) for key, row in _trades["categories"].items()}
)
"""Which departments answer for a type when a store is first filled; later the table says."""


def department_name(industry: str, level: str) -> str:
    """What the department is called behind the name of its place, at city or district level."""
    row = _trades["industries"][industry]
    return row["city"] if level == "city" else row["district"]
