"""The fixed texts of papers: shipped, set anew by city or district, and frozen into a paper."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from app.smallworks.papers.kinds import title_of
from app.workflow import wording
from app.workflow.wording import HOLE, Block, Sheet, Units

_shipped: dict[str, Any] = json.loads(Path(__file__).with_name("blocks.json").read_text("utf-8"))
HOLES: Mapping[str, str] = MappingProxyType(_shipped["holes"])
"""Everything that may be filled in, in any kind of paper, and what it is called."""
BOLD = "**"
"""Stands before and after what is set in another face."""
Run = tuple[str, bool]
Said = list[list[Run]]
"""Paragraphs of runs: a text, and whether it is set in another face."""


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


def sheet(kind: str) -> Sheet:
    """What is set together for one kind of paper."""
    return Sheet(kind, title_of(kind), of_kind(kind), holes_of(kind), "paper_text_set", BOLD)


def in_force(work: Session, kind: str, units: Units) -> dict[str, str]:
    """Each block's text for a place: the nearest unit's that has one, else as shipped."""
    return wording.in_force(work, sheet(kind), units)


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
