"""Setting the fixed texts of papers: by city or district, version after version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.db import new_id, session, transaction
from app.errors import Forbidden, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.identity.reach import governments_within
from app.smallworks.papers import blocks
from app.smallworks.papers.kinds import title_of
from app.smallworks.papers.models import TextBlock

EDIT = "papers:edit"
MOST = 2000


@dataclass(frozen=True, slots=True)
class Setting:
    """A text for one block of one kind of paper, as a unit wants it; empty: as it is above."""

    unit_id: str
    kind: str
    block: str
    text: str


def set_text(actor: Actor, setting: Setting, *, at: datetime) -> TextBlock:
    """Put a new version of a text in force, for papers issued from now on.

    Raises Invalid for a hole that this kind of paper has not, Forbidden for another's unit.
    """
    text = checked(setting.kind, setting.block, setting.text)
    with transaction() as work:
        unit = work.get(Unit, setting.unit_id)
        if unit is None or unit.kind == "department" or unit.level not in ("city", "district"):
            raise NotFound("没有这个单位")
        if not holds_permission(actor, EDIT, unit):
            raise Forbidden(f"您不能修改{unit.name}的文书文字，请联系该单位系统后台管理员")
        same = (
            (TextBlock.kind == setting.kind)
            & (TextBlock.block == setting.block)
            & (TextBlock.unit_id == unit.id)
        )
        last = work.scalar(select(func.max(TextBlock.version)).where(same)) or 0
        row = TextBlock(
            id=new_id(), kind=setting.kind, block=setting.block, unit_id=unit.id,
            version=last + 1, text=text, set_by_id=actor.id, set_at=at,
        )  # fmt: skip
        work.add(row)
        detail = f"{setting.kind}.{setting.block} version {row.version}"
        deed = audit.Deed("paper_text_set", actor.id, f"unit:{unit.id}", detail, actor.address)
        audit.record(work, deed, at=at)
    return row


def restore(actor: Actor, text_id: str, *, at: datetime) -> TextBlock:
    """Bring an older version back, as the newest one."""
    old = session().get(TextBlock, text_id)
    if old is None:
        raise NotFound("没有这个版本")
    return set_text(actor, Setting(old.unit_id, old.kind, old.block, old.text), at=at)


def checked(kind: str, block: str, text: str) -> str:
    """The text as it is kept. Raises Invalid where it names a hole that there is not."""
    if block not in {one.name for one in blocks.of_kind(kind)}:
        raise NotFound("没有这段文字")
    kept = "\n".join(line.strip() for line in text.strip().splitlines())
    fault = _fault(kind, kept)
    if fault:
        raise Invalid("这段文字不能保存，请改正", {block: fault})
    return kept


def _fault(kind: str, text: str) -> str:
    if len(text) > MOST:
        return f"不超过 {MOST} 个字，现在有 {len(text)} 个字"
    known = blocks.holes_of(kind)
    unknown = [name for name in blocks.HOLE.findall(text) if name not in known]
    if unknown:
        names = "、".join(f"{{{name}}}" for name in dict.fromkeys(unknown))
        offered = "、".join(f"{{{name}}}" for name in known) or "无"
        return f"{title_of(kind)}没有 {names} 这样的填空，可用的有：{offered}"
    if "{" in blocks.HOLE.sub("", text) or "}" in blocks.HOLE.sub("", text):
        return "花括号要成对，中间写填空的名称"
    if any(line.count(blocks.BOLD) % 2 for line in text.splitlines()):
        return "加粗的记号 ** 要成对，写在同一行里"
    return ""


def editable_units(actor: Actor) -> Sequence[Unit]:
    """The city, districts and zones whose texts this person may set."""
    return governments_within(session(), actor, EDIT)


@dataclass(frozen=True, slots=True)
class Line:
    """One block as it stands for a unit: what is in force, whose it is, and every version."""

    block: blocks.Block
    text: str
    source: str
    versions: Sequence[TextBlock]


def standing(work: Session, kind: str, unit: Unit) -> list[Line]:
    """Every block of a kind as papers of this unit bear it now, newest version first."""
    chain = [unit.id, *([unit.parent_id] if unit.parent_id else [])]
    rows = work.scalars(
        select(TextBlock)
        .where(TextBlock.kind == kind, TextBlock.unit_id == unit.id)
        .options(joinedload(TextBlock.set_by))
        .order_by(TextBlock.version.desc())
    ).all()
    newest, texts = blocks.newest(work, kind, chain), blocks.in_force(work, kind, chain)
    return [
        Line(
            block, texts[block.name], _source(newest, block.name, chain),
            [row for row in rows if row.block == block.name],
        )
        for block in blocks.of_kind(kind)
    ]  # fmt: skip


def _source(newest: Mapping[tuple[str, str], TextBlock], block: str, chain: Sequence[str]) -> str:
    """Whose text is in force: own, above, or shipped."""
    for place, unit in enumerate(chain):
        row = newest.get((block, unit))
        if row is not None and row.text:
            return "above" if place else "own"
    return "shipped"
