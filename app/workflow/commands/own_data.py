"""Taking away everything that is kept about oneself."""

from __future__ import annotations

from datetime import datetime

from app.db import session, transaction
from app.errors import Forbidden
from app.identity import audit
from app.identity.actor import Actor
from app.workflow.queries import personal
from app.workflow.queries.personal import Kept


def take_own_data(actor: Actor, *, at: datetime) -> Kept:
    """What is kept about a member of the public, for themselves; the audit record says when."""
    if actor.staff:
        raise Forbidden("本页只供申报人使用；工作人员的信息由本单位系统后台管理员提供")
    with transaction() as work:
        deed = audit.Deed("own_data_exported", actor.id, address=actor.address)
        audit.record(work, deed, at=at)
    return personal.kept(session(), actor)
