"""Every page of the URL map, with ids that a furnished town knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import session, transaction
from app.identity.annexes.models import AnnexImport
from app.identity.models import Person, Unit
from app.smallworks.models import Contractor, Paper, Work
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.reports.models import SiteReport
from app.smallworks.stops.models import StopOrder
from app.web.access import API
from app.workflow import links
from app.workflow.models import Case, Draft, ProcessVersion, Task
from app.workflow.studio.approval_models import FlowRequest
from app.workflow.studio.models import FlowMove
from tests.browser import habits

FILES = frozenset({
    "accidents.excel", "annexes.reasons", "annexes.template", "apply.download", "cases.export",
    "diagrams.show", "flows.download", "flows.drawing", "habits.count", "health.live",
    "health.ready", "oidc.leave_public", "oidc.leave_staff", "oidc.return_public",
    "oidc.return_staff", "papers.application", "papers.commitment", "papers.file",
    "papers.service_receipt", "papers.sign_off", "patrol_shell.worker", "patrol_sync.due",
    "patrol_sync.read", "rectifications.photo", "studio.drawing", "studio_approval.download",
    "studio_approval.drawing", "studio_files.download", "works.excel",
})  # fmt: skip
"""Answers that are no pages."""
BY_MATTER = frozenset({"cases.show", "tasks.show"})
LEADS_ON = frozenset({"apply.index"})
AFTER_A_STEP = frozenset({
    "accounts.rule", "batches.confirm", "batches.hand_over", "duties.check", "duties.index",
    "factor.ask", "flow_fallbacks.ask", "flows.ask_republish",
    "flows.compare", "handing.fetch_back",
    "handing.give_back", "places.index", "reshaping.index", "reshaping.preview",
    "session.confirm_recover", "session.confirm_register", "session.first_run", "signers.choose",
    "signers.name", "steering.jump", "steering.recall", "steering.resume", "steering.terminate",
    "steering.unbar", "stops.confirm",
    "studio.ask_publish", "studio.check", "studio.show", "studio_approval.show",
    "studio_decisions.show", "studio_examples.show", "studio_files.show", "studio_forms.ask",
    "studio_forms.show", "studio_moving.show", "studio_replay.cases",
    "studio_replay.show", "studio_table.ask", "studio_table.differences", "studio_table.show",
    "studio_trial.ask", "studio_trial.run",
})  # fmt: skip
"""Pages that one reaches only on the way; each has a test of its own."""


@dataclass(frozen=True, slots=True)
class Address:
    """One page of the URL map with somebody's ids in it."""

    endpoint: str
    path: str
    about: str = ""  # the process and step that the page is about


def addresses(app: Flask) -> Iterator[Address]:
    """Every GET rule with each sample id that fits; an argument without samples is a KeyError."""
    known, adapter = _samples(), app.url_map.bind("localhost")
    matters = _matters()
    for endpoint in sorted(pages(app)):
        for rule in app.url_map.iter_rules(endpoint):
            if "GET" not in (rule.methods or ()):
                continue
            for values in _fitting(rule.arguments, known):
                about = matters.get("".join(map(str, values.values())), "")
                path = adapter.build(endpoint, values, method="GET")
                yield Address(endpoint, path, about if endpoint in BY_MATTER else "")


def pages(app: Flask) -> set[str]:
    """The endpoints of the URL map that people open."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith(API)
        and rule.endpoint not in FILES
        and not rule.endpoint.endswith("static")
    }


def _fitting(
    arguments: set[str], known: Mapping[str, Sequence[str | int]]
) -> list[dict[str, str | int]]:
    rows: list[dict[str, str | int]] = [{}]
    for name in sorted(arguments):
        rows = [{**row, name: value} for row in rows for value in known[name]]
    return rows


def _samples() -> Mapping[str, Sequence[str | int]]:
    def every(column: object, *where: object) -> list[str]:
        return list(session().scalars(select(column).where(*where)))  # type: ignore[call-overload]

    return {
        "case_id": every(Case.id, Case.state == "correcting")
        + every(Case.id, Case.state != "correcting"),
        "task_id": every(Task.id, Task.status == "open"),
        "batch_id": [habits.BATCH], "move_id": every(FlowMove.id),
        "request_id": every(FlowRequest.id),
        "draft_id": every(Draft.id, Draft.case_id.is_(None)),
        "version_id": every(ProcessVersion.id)[:1],
        "person_id": every(Person.id, Person.account == "muyulan"),
        "code": every(Paper.code, Paper.kind == "receipt") + every(SiteReport.code),
        "contractor_id": every(Contractor.id),
        "paper_id": every(Paper.id, Paper.kind == "receipt"),
        "import_id": every(AnnexImport.id),
        "unit_id": every(Unit.id, Unit.name == "西陵区"),
        "kind": ["receipt", "copied"],
        "process": ["filing", "change"],
        "form": ["smallworks/review"], "field": ["risk_reason"], "name": ["limits.dmn"],
        "key": ["filing"], "step": ["township_review"], "do": ["before"], "seq": [1],
        "token": [_link()],
        "order_id": every(StopOrder.id),
        "patrol_id": every(Patrol.id),
        "hazard_id": every(Hazard.id),
        "work_id": every(Work.id, Work.state == "filed"),
    }  # fmt: skip


def _matters() -> Mapping[str, str]:
    """The process of each case; of each task, the process and the step."""
    cases = {case.id: case.process_key for case in session().scalars(select(Case))}
    tasks = session().scalars(select(Task).where(Task.status == "open"))
    return cases | {task.id: f"{cases[task.case_id]} {task.element}" for task in tasks}


def _link() -> str:
    """A link of the owner's to a case that is open; only its hash is kept, so it is made anew."""
    case = session().scalars(select(Case).where(Case.ended_at.is_(None)).order_by(Case.id)).first()
    assert case
    case_id, person_id = case.id, case.applicant_id
    with transaction() as work:
        person, mine = work.get_one(Person, person_id), work.get_one(Case, case_id)
        return links.offer(work, person, mine, at=clock.now()).rpartition("/")[2]
