"""Setting the fixed texts of papers: by city or district, version after version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.db import session
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.reach import governments_within
from app.smallworks.papers import blocks
from app.workflow import wording
from app.workflow.commands import wording as setting_them
from app.workflow.commands.wording import EDIT, Setting
from app.workflow.text_models import TextBlock
from app.workflow.wording import Line

__all__ = ["EDIT", "Setting", "checked", "editable_units", "restore", "set_text", "standing"]


def set_text(actor: Actor, setting: Setting, *, at: datetime) -> TextBlock:
    """Put a new version of a text in force, for papers issued from now on."""
    return setting_them.set_text(actor, blocks.sheet(setting.kind), setting, at=at)


def restore(actor: Actor, text_id: str, *, at: datetime) -> TextBlock:
    """Bring an older version back, as the newest one."""
    old = session().get(TextBlock, text_id)
    if old is None or old.kind not in blocks.with_blocks():
        raise NotFound("没有这个版本")
    return set_text(actor, Setting(old.unit_id, old.kind, old.block, old.text), at=at)


def checked(kind: str, block: str, text: str) -> str:
    """The text as it is kept. Raises Invalid where it names a hole that there is not."""
    return wording.checked(blocks.sheet(kind), block, text)


def editable_units(actor: Actor) -> Sequence[Unit]:
    """The city, districts and zones whose texts this person may set."""
    return governments_within(session(), actor, EDIT)


def standing(work: Session, kind: str, unit: Unit) -> list[Line]:
    """Every block of a kind as papers of this unit bear it now, newest version first."""
    return wording.standing(work, blocks.sheet(kind), unit)
