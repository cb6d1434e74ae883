"""三员分立: whether system, security and audit are kept by three people, and what that forbids."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Forbidden
from app.identity.account_models import DutyChange
from app.identity.models import Unit
from app.identity.reach import SYSTEM_ROLES, THREE
from app.identity.words import ROLES

UNDIVIDED = frozenset({"platform_admin", "unit_admin", "city_gov_admin"})
"""What keeps both the settings and the people of the whole city: nobody holds it beside three."""
_BY_TWO = "已实行三员分立，三员换人在“三员分立”页办理，一员提出、另一员确认"
_NOT_BESIDE = "已实行三员分立，市级不设“{}”：设置由系统管理员办，账号和权限由安全管理员办"


def apart(work: Session) -> bool:
    """Whether three people keep the platform: what the newest change that was done says."""
    done = select(DutyChange.apart).where(DutyChange.done)
    newest = done.order_by(DutyChange.settled_at.desc(), DutyChange.id.desc()).limit(1)
    return bool(work.scalar(newest))


def proposed(work: Session) -> DutyChange | None:
    """What one of the three proposed and another has not settled yet."""
    return work.scalars(select(DutyChange).where(DutyChange.settled_at.is_(None))).first()


def refuse(work: Session, unit: Unit, role: str) -> None:
    """Refuse a post that is not given in passing, or not held at all, while the duties are apart.

    Asked of the few posts at the top only, so that all others cost no statement more.
    """
    undivided = role in UNDIVIDED and (unit.level, unit.kind) == ("city", "government")
    if role not in SYSTEM_ROLES and not undivided:
        return
    work.get(Unit, unit.id, with_for_update=True)  # whoever turns it on waits, or is waited for
    if apart(work):
        raise Forbidden(_BY_TWO if role in THREE else _NOT_BESIDE.format(ROLES[role]))
