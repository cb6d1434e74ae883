"""Looking at a text before it is set: the paper as it would be, on real facts or on invented."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.smallworks.models import Paper
from app.smallworks.papers import blocks, layout
from app.smallworks.papers.kinds import KINDS, title_of
from app.smallworks.papers.queries import Pdf
from app.smallworks.papers.rendering import pictures
from app.smallworks.papers.texts import EDIT, Setting, checked
from app.workflow.models import Case
from app.workflow.reach import visible

MOST = 20
_samples: dict[str, Any] = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))


def offered(work: Session, actor: Actor, kind: str, unit: Unit) -> Sequence[Paper]:
    """The newest papers of this kind in the unit's place that this person may read."""
    here = or_(Case.l2 == unit.id, Case.l1 == unit.id)
    query = select(Paper).join(Case, Case.id == Paper.case_id).where(Paper.kind == kind)
    query = query.where(visible(actor), here)
    return work.scalars(query.order_by(Paper.issued_at.desc(), Paper.id).limit(MOST)).all()


def preview(
    work: Session, actor: Actor, setting: Setting, paper_id: str = "", *, at: datetime
) -> Pdf:
    """The paper with this text in it, marked as a preview. Refuses as saving would."""
    text = checked(setting.kind, setting.block, setting.text)
    unit = work.get(Unit, setting.unit_id)
    if unit is None:
        raise NotFound("没有这个单位")
    if not holds_permission(actor, EDIT, unit):
        raise Forbidden(f"您不能修改{unit.name}的文书文字")
    facts, shown = _facts(work, actor, setting.kind, unit, paper_id)
    texts = blocks.in_force(work, setting.kind, (unit.id, unit.parent_id))
    texts[setting.block] = text or _above(work, setting, unit)
    values = {
        **facts,
        "title": title_of(setting.kind),
        "said": blocks.filled(setting.kind, texts, facts),
        "mark": "预览",
    }
    name = KINDS[setting.kind].layout if setting.kind in KINDS else setting.kind
    page = layout.Page(name, values, "/check", at, shown)
    return Pdf(f"预览 {title_of(setting.kind)}.pdf", layout.compile_pdf(page))


def sample(kind: str) -> dict[str, Any]:
    """Invented facts of this kind of paper."""
    mark = KINDS[kind].mark if kind in KINDS else "备"
    number = f"宜示例小散{mark}〔2026〕0001号"
    return {**_samples["shared"], "number": number, **_samples["kinds"][kind]}


def _facts(
    work: Session, actor: Actor, kind: str, unit: Unit, paper_id: str
) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
    if not paper_id:
        return sample(kind), {}
    paper = next((one for one in offered(work, actor, kind, unit) if one.id == paper_id), None)
    if paper is None:
        raise NotFound("没有这份文书，或者不在您的管辖范围内")
    return paper.facts, pictures(work, paper.facts)


def _above(work: Session, setting: Setting, unit: Unit) -> str:
    """What an emptied block falls back to."""
    return blocks.in_force(work, setting.kind, (unit.parent_id,))[setting.block]
