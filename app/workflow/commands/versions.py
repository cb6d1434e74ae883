"""Versions that wait for their day: taken back before it comes."""

from __future__ import annotations

from datetime import datetime

from app.clock import local
from app.db import transaction
from app.errors import Conflict, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.workflow.models import ProcessVersion
from app.workflow.studio import deciders, drafts


def withdraw_version(actor: Actor, version_id: str, *, at: datetime) -> ProcessVersion:
    """Let it never come into force.

    Raises Conflict once its day has come or it was taken back, Forbidden for what a keeper of a
    unit above published or approved.
    """
    with transaction() as work:
        version = work.get(ProcessVersion, version_id, with_for_update=True)
        if version is None:
            raise NotFound("没有这个流程版本")
        drafts.keeping_unit(work, actor, version.unit_id)
        if version.withdrawn_at is not None:
            raise Conflict(f"第 {version.number} 版已经取消或被代替，请刷新")
        if version.starts_on is None or version.starts_on <= local(at).date():
            raise Conflict(f"第 {version.number} 版已经施行，不能取消；要改回，请恢复以前的版本")
        deciders.refuse_undoing(work, actor, version)
        version.withdrawn_at = at
        subject, words = f"version:{version.id}", f"{version.key} {version.number}"
        deed = audit.Deed("flow_withdrawn", actor.id, subject, words, actor.address)
        audit.record(work, deed, at=at)
    return version
