"""Taking the register away as a file: what one may export, and the audit record says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.db import session, transaction
from app.errors import Invalid
from app.identity import audit
from app.identity.actor import Actor
from app.workflow.queries import register
from app.workflow.queries.register import Line, Wanted

MOST_ROWS = 20_000


def export_cases(actor: Actor, wanted: Wanted, *, at: datetime) -> list[Line]:
    """The register as narrowed, of places where this person may export. Raises Invalid for more
    than a sheet should hold.
    """
    narrowed = replace(wanted, right="register:export")
    lines: list[Line] = []
    for line in register.every_case(session(), actor, narrowed, at=at):
        lines.append(line)
        if len(lines) > MOST_ROWS:
            raise Invalid(f"超过 {MOST_ROWS} 行，请先按地区、状态等筛选后再导出")
    with transaction() as work:
        deed = audit.Deed(
            "cases_exported", actor.id, detail=f"{len(lines)} rows", address=actor.address
        )
        audit.record(work, deed, at=at)
    return lines
