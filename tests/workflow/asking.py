"""Flows handed in for approval: who asks, who approves, and what both are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session
from app.identity.models import AuditEntry, Unit
from app.workflow import commands, definitions, versions
from app.workflow.commands import Approval
from app.workflow.models import ProcessVersion
from app.workflow.notice_models import Notice
from app.workflow.publishing import Publication
from app.workflow.studio.approval_models import FlowRequest
from tests.identity import people
from tests.workflow.keepers import who

SHIPPED = definitions.shipped_files("filing")
DRAWN = SHIPPED["filing.bpmn"]
STRICTER = DRAWN.replace('flow:sla="2wd"', 'flow:sla="1wd"')
CAREFUL = DRAWN.replace('flow:sla="2wd"', 'flow:sla="4wd"')
WRONG = DRAWN.replace('targetRef="township_review"', 'targetRef="register_at_township"')
MIAO, NING, SHI = "miaoqinghe", "ningyuanshan", "shilan"


def district() -> Unit:
    return people.unit("西陵区", "district")


def publication(drawn: str = STRICTER, unit: Unit | None = None, **more: Any) -> Publication:
    files = {"filing.bpmn": drawn.encode()}
    return Publication((unit or district()).id, "filing", files, "改为 1 日", **more)


def ask(at: datetime, drawn: str = STRICTER, by: str = MIAO, **more: Any) -> FlowRequest:
    row = commands.hand_in(who(by, at), publication(drawn, **more), at=at)
    assert isinstance(row, FlowRequest)
    return row


def force(at: datetime) -> ProcessVersion:
    found = versions.in_force(session(), district(), "filing", at=at)
    assert found is not None
    return found


def approve(
    row: FlowRequest, at: datetime, by: str = NING, *, seen: str = "", despite: bool = False
) -> ProcessVersion:
    how = Approval(seen or versions.standing(session(), district(), "filing", at=at), despite)
    return commands.approve_flow(who(by, at), row.id, how, at=at)


def numbers() -> list[int]:
    mine = select(ProcessVersion.number).where(ProcessVersion.unit_id == district().id)
    return list(session().scalars(mine.order_by(ProcessVersion.number)))


def told(account: str, at: datetime) -> list[str]:
    mine = select(Notice.text).where(Notice.person_id == who(account, at).id)
    return list(session().scalars(mine.order_by(Notice.at, Notice.id)))


def verbs(work: Session, count: int) -> Sequence[str]:
    newest = select(AuditEntry.verb).order_by(AuditEntry.id.desc()).limit(count)
    return work.scalars(newest).all()[::-1]
