"""Who took a workbook out of the product and when: said in it, its margins and its properties."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app import clock
from app.identity.actor import Actor

_MOST_IN_MARGIN = 200
PRODUCT = "安管"
_HARMLESS = re.compile(r"[A-Za-z_]{1,24}|[0-9a-f]{32}|\d{4}")
"""Keys, ids of units, years: nothing that anybody could be known by."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose export it is."""

    unit: str
    name: str
    at: datetime

    @property
    def line(self) -> str:
        """西陵区 靳禾竹 2026年11月22日 14:05 导出"""
        local = clock.local(self.at)
        when = f"{local:%Y}年{local.month}月{local.day}日 {local:%H:%M}"
        return " ".join(filter(None, (self.unit, self.name, when, "导出")))


def of(actor: Actor, at: datetime) -> Origin:
    """The origin of what this person takes out now; whoever has several posts by the first."""
    return Origin(actor.holds[0].unit_name if actor.holds else "", actor.name, at)


def stamp(book: Any, origin: Origin) -> None:
    """Into the margins of every sheet, as it is printed, and into the file's properties."""
    for sheet in book.worksheets:
        for margin in (sheet.oddHeader, sheet.oddFooter):
            margin.right.text = origin.line.replace("&", "&&")[:_MOST_IN_MARGIN]
    told = book.properties
    told.creator = told.lastModifiedBy = f"{origin.unit} {origin.name}".strip()
    told.description, told.subject = origin.line, PRODUCT
    told.created = told.modified = clock.local(origin.at).replace(tzinfo=None)


def narrowed(wanted: Any) -> str:
    """How a list was narrowed, for the audit record; of typed words only that there were some."""
    asked = {name: value for name, value in asdict(wanted).items() if value and name != "right"}
    said = (
        f"{name}={value if _HARMLESS.fullmatch(str(value)) else '*'}"
        for name, value in sorted(asked.items())
    )
    return " ".join(said) or "all"
