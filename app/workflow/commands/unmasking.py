"""Reading the masked numbers of a case, once and for a reason; each time is on record."""

from __future__ import annotations

from datetime import datetime

from app.db import transaction
from app.errors import Forbidden, Invalid
from app.identity import audit
from app.identity.actor import Actor
from app.workflow import definitions, events, submissions, unmasking
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.forms.reading import Fact
from app.workflow.reach import readable_case


def unmask(actor: Actor, case_id: str, why: str, *, at: datetime) -> list[Fact]:
    """The numbers that the start form holds, whole, for an official who handles the case.

    The record of the case says under which post and why, the audit record who. Raises NotFound,
    Forbidden, Invalid.
    """
    if why not in unmasking.WHY:
        raise Invalid("请选择查看理由", {"why": "请选择查看理由"})
    with transaction() as work:
        readable_case(work, actor, case_id)
        case = locked_case(work, case_id)
        held = unmasking.hold_of(work, actor, case)
        if held is None:
            raise Forbidden("只有正在办理或办理过这件事项的人员可以查看完整号码")
        definition = definitions.get(work, case.version_id)
        form = definition.form(definition.process.start_form)
        wanted = unmasking.secrets_of(form)
        values = submissions.start_values(work, case, definition)
        events.record(work, case, unmasking.UNMASKED, actor, Act(outcome=why, hold=held), at=at)
        whose = f"person:{case.applicant_id}" if case.applicant_id else f"case:{case.id}"
        told = f"case={case.id} why={why} under={held.grant_id}"
        deed = audit.Deed("numbers_unmasked", actor.id, whose, told, actor.address)
        audit.record(work, deed, at=at)
        groups = form.facts(values)
    return [fact for group in groups for fact in group.facts if fact.key in wanted and _said(fact)]


def _said(fact: Fact) -> bool:
    return bool(fact.text or fact.rows)
