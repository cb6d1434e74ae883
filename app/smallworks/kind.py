"""The kind of case that a filing is: the hooks that the workflow calls."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.smallworks import facts, filing, limits, papers, register, words
from app.workflow.kinds import CaseKind, Extra
from app.workflow.models import Case
from app.workflow.reads import Reads


def extras(work: Session, case: Case, staff: bool) -> Sequence[Extra]:
    """Beside the form: what a reviewer should know, the papers issued, the form to be signed."""
    row = register.of_case(work, case.id)
    told = row.warnings if row and staff else []
    warned = [Extra("warning", "请核实", text) for text in told]
    sheets = [
        Extra("paper", papers.SHEETS[name], "打印后签名", f"/cases/{case.id}/{name}.pdf")
        for name in ("application", "commitment")
    ]
    return (*warned, *sheets, *papers.extras(work, case, staff))


FILING = CaseKind(
    filing.KEY,
    describe=filing.describe,
    routing=filing.routing,
    faults=filing.faults,
    decided=filing.decided,
    on_submitted=filing.on_submitted,
    on_ended=filing.on_ended,
    on_erased=filing.on_erased,
    actions={"register_filing": filing.register_filing, "refer_permit": filing.refer_permit},
    risks=register.risks,
    extras=extras,
    states={filing.REFERRED: words.STATES[filing.REFERRED]},
    results=words.RESULTS,
    routing_names=filing.ROUTING,
    routing_words=filing.ROUTING_WORDS,
    routing_values=filing.VALUES,
    routing_bounds=filing.BOUNDS,
    value_words={"limit_mode": limits.MODES},
    settled=filing.ROUTING - {"risk_floor"},
    laws=filing.LAWS,
    levels_needed=2,
    binds=papers.issued_since,
    phones=filing.phones,
    reads={
        "smallworks/filing": facts.READS,
        "smallworks/review": Reads(("risk_floor",)),
        "smallworks/permit": Reads(("permit_no",)),
    },
)
