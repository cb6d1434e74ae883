"""Texts with holes (填空) that city and districts set for themselves: of papers, and of notices.

`{name}` stands for what is filled in. The nearest unit's newest text counts, else what we ship.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.errors import Invalid, NotFound
from app.identity.models import Unit
from app.workflow.text_models import TextBlock

HOLE = re.compile(r"\{([^{}]*)\}")
Units = Iterable[str | None]
"""Whose texts count for a place, from near to far: its district or zone, then the city."""


@dataclass(frozen=True, slots=True)
class Block:
    """One text as we ship it."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is set together: a paper with its texts, or a notice with its one."""

    kind: str
    title: str
    blocks: tuple[Block, ...]
    holes: Mapping[str, str]  # what may be filled in, and what it is called
    deed: str  # what setting one is called in the audit record
    bold: str = ""  # stands before and after what is set in another face
    most: int = 2000


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with the facts in its holes; what is filled in is never read as a hole again."""
    return HOLE.sub(lambda hole: facts.get(hole[1], ""), text)


def newest(work: Session, kind: str, units: Units) -> dict[tuple[str, str], TextBlock]:
    """The newest version of each block that each of these units has set: by block and unit."""
    rows = work.scalars(
        select(TextBlock)
        .where(TextBlock.kind == kind, TextBlock.unit_id.in_([unit for unit in units if unit]))
        .order_by(TextBlock.version)
    )
    return {(row.block, row.unit_id): row for row in rows}


def in_force(work: Session, sheet: Sheet, units: Units) -> dict[str, str]:
    """Each block's text for a place: the nearest unit's that has one, else as shipped."""
    near = [unit for unit in units if unit]
    rows = newest(work, sheet.kind, near) if near else {}
    found = {}
    for block in sheet.blocks:
        own = (rows[block.name, unit].text for unit in near if (block.name, unit) in rows)
        found[block.name] = next((text for text in own if text), block.text)
    return found


def checked(sheet: Sheet, block: str, text: str) -> str:
    """The text as it is kept. Raises Invalid where it names a hole that there is not."""
    if block not in {one.name for one in sheet.blocks}:
        raise NotFound("没有这段文字")
    kept = "\n".join(line.strip() for line in text.strip().splitlines())
    fault = _fault(sheet, kept)
    if fault:
        raise Invalid("这段文字不能保存，请改正", {block: fault})
    return kept


def _fault(sheet: Sheet, text: str) -> str:
    if len(text) > sheet.most:
        return f"不超过 {sheet.most} 个字，现在有 {len(text)} 个字"
    unknown = [name for name in HOLE.findall(text) if name not in sheet.holes]
    if unknown:
        names = "、".join(f"{{{name}}}" for name in dict.fromkeys(unknown))
        offered = "、".join(f"{{{name}}}" for name in sheet.holes) or "无"
        return f"{sheet.title}没有 {names} 这样的填空，可用的有：{offered}"
    if "{" in HOLE.sub("", text) or "}" in HOLE.sub("", text):
        return "花括号要成对，中间写填空的名称"
    if sheet.bold and any(line.count(sheet.bold) % 2 for line in text.splitlines()):
        return f"加粗的记号 {sheet.bold} 要成对，写在同一行里"
    return ""


@dataclass(frozen=True, slots=True)
class Line:
    """One block as it stands for a unit: what is in force, whose it is, and every version."""

    block: Block
    text: str
    source: str
    versions: Sequence[TextBlock]


def standing(work: Session, sheet: Sheet, unit: Unit) -> list[Line]:
    """Every block of a sheet as it stands for this unit now, newest version first."""
    chain = [unit.id, *([unit.parent_id] if unit.parent_id else [])]
    rows = work.scalars(
        select(TextBlock)
        .where(TextBlock.kind == sheet.kind, TextBlock.unit_id == unit.id)
        .options(joinedload(TextBlock.set_by))
        .order_by(TextBlock.version.desc())
    ).all()
    latest, texts = newest(work, sheet.kind, chain), in_force(work, sheet, chain)
    return [
        Line(
            block, texts[block.name], _source(latest, block.name, chain),
            [row for row in rows if row.block == block.name],
        )
        for block in sheet.blocks
    ]  # fmt: skip


def _source(latest: Mapping[tuple[str, str], TextBlock], block: str, chain: Sequence[str]) -> str:
    """Whose text is in force: own, above, or shipped."""
    for place, unit in enumerate(chain):
        row = latest.get((block, unit))
        if row is not None and row.text:
            return "above" if place else "own"
    return "shipped"
