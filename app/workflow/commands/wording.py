"""Setting the texts of papers and notices: by city or district, version after version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db import new_id, transaction
from app.errors import Forbidden, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.permissions import holds_permission
from app.workflow import wording
from app.workflow.text_models import TextBlock
from app.workflow.wording import Sheet

EDIT = "papers:edit"


@dataclass(frozen=True, slots=True)
class Setting:
    """A text for one block of one kind, as a unit wants it; empty: as it is above."""

    unit_id: str
    kind: str
    block: str
    text: str


def set_text(actor: Actor, sheet: Sheet, setting: Setting, *, at: datetime) -> TextBlock:
    """Put a new version of a text in force, for what is written from now on.

    Raises Invalid for a hole that this sheet has not, Forbidden for another's unit.
    """
    text = wording.checked(sheet, setting.block, setting.text)
    with transaction() as work:
        unit = work.get(Unit, setting.unit_id)
        if unit is None or unit.kind == "department" or unit.level not in ("city", "district"):
            raise NotFound("没有这个单位")
        if not holds_permission(actor, EDIT, unit):
            raise Forbidden(f"您不能修改{unit.name}的文字，请联系该单位系统后台管理员")
        same = (
            (TextBlock.kind == sheet.kind)
            & (TextBlock.block == setting.block)
            & (TextBlock.unit_id == unit.id)
        )
        last = work.scalar(select(func.max(TextBlock.version)).where(same)) or 0
        row = TextBlock(
            id=new_id(), kind=sheet.kind, block=setting.block, unit_id=unit.id,
            version=last + 1, text=text, set_by_id=actor.id, set_at=at,
        )  # fmt: skip
        work.add(row)
        detail = f"{sheet.kind}.{setting.block} version {row.version}"
        deed = audit.Deed(sheet.deed, actor.id, f"unit:{unit.id}", detail, actor.address)
        audit.record(work, deed, at=at)
    return row
