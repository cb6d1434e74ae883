"""Taking the register away as a file: what one may export, and the audit record says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.db import session, transaction
from app.errors import Invalid
from app.identity import audit, provenance
from app.identity.actor import Actor
from app.workflow.queries import register
from app.workflow.queries.register import Line, Wanted

MOST_ROWS = 20_000


def export_cases(actor: Actor, wanted: Wanted, *, at: datetime) -> list[Line]:
    """The register as narrowed, where this person may export. Raises Invalid for too many rows."""
    narrowed = replace(wanted, right="register:export")
    rows = register.count(session(), actor, narrowed, MOST_ROWS + 1, at=at)
    if rows > MOST_ROWS:
        raise Invalid(f"超过 {MOST_ROWS} 行，请先按地区、状态等筛选后再导出")
    with transaction() as work:
        told = f"{rows} rows, {provenance.narrowed(wanted)}"
        deed = audit.Deed("cases_exported", actor.id, "", told, actor.address)
        audit.record(work, deed, at=at)
    # read after the commit: what was read before it would be asked for again, row by row
    return list(register.every_case(session(), actor, narrowed, at=at))
