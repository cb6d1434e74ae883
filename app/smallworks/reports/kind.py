"""The kind of case that a report is: the hooks that the workflow calls."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.smallworks import papers
from app.smallworks.reports import following, words
from app.workflow.kinds import CaseKind, Extra
from app.workflow.models import Case

KEY = "report"
RECORD = "report:record"


def extras(work: Session, case: Case, staff: bool) -> Sequence[Extra]:
    """The way to the report's own page, filings that may answer it, and the papers."""
    issued = papers.extras(work, case, staff)
    if not staff:
        return issued
    report = following.of_case(work, case)
    source = words.SOURCES.get(report.found_by, report.found_by)
    page = Extra(
        "page", "举报登记", f"{source}，举报人信息只有承办单位能看到", f"/reports/{case.id}"
    )
    likely = [
        Extra("warning", "可能已提交备案", f"受理号 {one.number}", f"/cases/{one.id}")
        for one in following.likely_filings(work, report)
    ]
    return [page, *likely, *issued]


KIND = CaseKind(
    KEY,
    describe=following.describe,
    decided=following.decided,
    on_submitted=following.on_submitted,
    on_ended=following.on_ended,
    on_erased=following.on_erased,
    actions=MappingProxyType(
        {
            "urge_filing": following.urge_filing,
            "stop_site": following.stop_site,
            "escalate": following.escalate,
        }
    ),
    extras=extras,
    states=words.CASE_STATES,
    results=words.RESULTS,
    routing_names=frozenset({"known_work", "party_known"}),
    routing_words={"known_work": "是已备案工程"},
    routing_values={"known_work": (True, False), "party_known": (True, False)},
    starter=RECORD,
    verbs=MappingProxyType({"reporter_kept": "登记举报人"}),
    reads=MappingProxyType(
        {"smallworks/report": following.READS, "smallworks/report_check": following.CHECKED}
    ),
    open_to_owner=False,
    goes_on_while_held=True,
    steered=False,
)
