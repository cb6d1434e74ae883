"""The printable filing form (备案申请表): what was filled in, to be signed by hand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.clock import long_day
from app.identity.actor import Actor
from app.smallworks.papers import Pdf, layout
from app.workflow.queries import casefile

TITLE = "备案申请表"


def printed(work: Session, actor: Actor, case_id: str) -> Pdf:
    """The start form as last submitted, secrets masked. Raises NotFound for a case out of reach."""
    file = casefile.read(work, actor, case_id)
    case = file.case
    form = file.definition.form(file.definition.process.start_form)
    groups = [
        {"title": group.title, "rows": [[fact.label, fact.text] for fact in group.facts]}
        for group in form.facts(file.values)
    ]
    values = {
        "title": TITLE,
        "case": case.number,
        "day": long_day(case.opened_at),
        "behalf": case.filed_by.name if case.filed_by.staff else "",
        "groups": groups,
    }
    page = layout.Page("application", values, "", case.opened_at)
    return Pdf(f"{TITLE} {case.number}.pdf", layout.compile_pdf(page))
