"""The fixed texts of papers: shipped, set anew by city or district, and frozen into a paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.smallworks.papers.models import TextBlock

_shipped: dict[str, Any] = json.loads(Path(__file__).with_name("blocks.json").read_text("utf-8"))
HOLES: Mapping[str, str] = MappingProxyType(_shipped["holes"])
"""Everything that may be filled in, in any kind of paper, and what it is called."""
HOLE = re.compile(r"\{([^{}]*)\}")
BOLD = "**"
"""Stands before and after what is set in another face."""
Run = tuple[str, bool]
Said = list[list[Run]]
"""Paragraphs of runs: a text, and whether it is set in another face."""
Units = Iterable[str | None]
"""Whose texts count for a place, from near to far: its district or zone, then the city."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fixed text of one kind of paper as we ship it."""

    name: str
    title: str
    text: str


def of_kind(kind: str) -> tuple[Block, ...]:
    """The blocks of a kind of paper, in the order in which they stand on it."""
    blocks = _shipped["kinds"].get(kind, {"blocks": {}})["blocks"]
    return tuple(Block(name, said["title"], said["text"]) for name, said in blocks.items())


def holes_of(kind: str) -> Mapping[str, str]:
    """What may be filled in on this kind of paper, and what it is called."""
    known = _shipped["kinds"].get(kind, {"holes": ()})["holes"]
    return {name: HOLES[name] for name in known}


def with_blocks() -> tuple[str, ...]:
    """The kinds of papers and sheets that have texts to set."""
    return tuple(_shipped["kinds"])


def newest(work: Session, kind: str, units: Units) -> dict[tuple[str, str], TextBlock]:
    """The newest version of each block that each of these units has set: by block and unit."""
    rows = work.scalars(
        select(TextBlock)
        .where(TextBlock.kind == kind, TextBlock.unit_id.in_([unit for unit in units if unit]))
        .order_by(TextBlock.version)
    )
    return {(row.block, row.unit_id): row for row in rows}


def in_force(work: Session, kind: str, units: Units) -> dict[str, str]:
    """Each block's text for a place: the nearest unit's that has one, else as shipped."""
    near = [unit for unit in units if unit]
    rows = newest(work, kind, near)
    found = {}
    for block in of_kind(kind):
        own = (rows[block.name, unit].text for unit in near if (block.name, unit) in rows)
        found[block.name] = next((text for text in own if text), block.text)
    return found


def filled(kind: str, texts: Mapping[str, str], facts: Mapping[str, Any]) -> dict[str, Said]:
    """The texts with the facts in their holes. What is filled in is never read as a mark again."""
    known = holes_of(kind)

    def put(hole: re.Match[str]) -> str:
        return str(facts.get(hole[1], "")) if hole[1] in known else hole[0]

    return {
        name: [
            [(HOLE.sub(put, part), place % 2 == 1) for place, part in enumerate(line.split(BOLD))]
            for line in text.splitlines()
            if line.strip()
        ]
        for name, text in texts.items()
    }
