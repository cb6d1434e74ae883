"""The kind of case that a change is: judged by a table, reviewed anew, then the work follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.clock import local
from app.engine import Bounds, Law
from app.engine.types import Scalar
from app.errors import Conflict, Invalid
from app.smallworks import contractors, life, papers, register, winding, works
from app.smallworks import words as states
from app.smallworks.changes import facts
from app.smallworks.changes.models import WorkChange
from app.smallworks.changes.words import LABELS, REFUSED, REFUSED_ANY
from app.smallworks.completions import closing, terms
from app.smallworks.facts import read
from app.smallworks.models import Work
from app.smallworks.papers import said
from app.smallworks.patrols import plans
from app.smallworks.records import bans
from app.workflow.commands.erasing import NAMELESS
from app.workflow.kinds import CaseKind, Extra, Intent, Moment
from app.workflow.models import Case

ROUTING = frozenset({"extensions", "started", "high_risk"})
_DEPTH = Law(
    'depth = "district"', frozenset({"approved"}), "district", "高风险工程更换施工方的申请"
)
_HIGH = "high"
_PAPER_KINDS = {facts.EXTENSION: "extend", facts.CANCEL: "cancel"}


def may_open(intent: Intent, subject: Case | None) -> None:
    """Only a filed work at which work may still be done, and one change at a time."""
    row = works.maybe_of_subject(intent.work, subject) if subject else None
    if row is None:
        raise Conflict("该办件没有对应的工程")
    works.refuse_replaced(intent, row)
    if row.state not in life.ON_SITE:
        raise Conflict(f"该工程{states.STATES[row.state]}，现在不能变更")
    if winding.open_cases(intent.work, row, (winding.CHANGE,)):
        raise Conflict("该工程有一项变更正在办理，办结后再申请")


def routing(moment: Moment) -> Mapping[str, Scalar]:
    """What the table of rules asks for. Raises Invalid where a field cannot be taken."""
    row = works.of_subject(moment.work, moment.case)
    found = facts.faults(moment.work, row, moment.values, local(moment.at).date())
    if found:
        raise Invalid(f"有 {len(found)} 处需要修改", found)
    return {
        "extensions": row.extensions,
        "started": row.state != life.FILED,
        "high_risk": row.risk == _HIGH,
    }


def on_submitted(moment: Moment) -> None:
    """What would change, as it is and as it would be. Raises Conflict where the table says no."""
    row, kind = works.of_subject(moment.work, moment.case), str(moment.values["change_kind"])
    if moment.data.get("allowed") is False:
        raise Conflict(REFUSED.get(kind, REFUSED_ANY))
    if kind == facts.CANCEL:
        closing.refuse_hazards(moment, row)
    change = _of_case(moment.work, moment.case) or WorkChange(
        case_id=moment.case.id, work_id=row.id
    )
    change.kind = kind
    change.before = facts.before(moment.work, row, kind)
    change.after = facts.after(moment.values, kind)
    moment.work.add(change)
    moment.work.flush()


def apply_change(moment: Moment) -> None:
    """Granted: the work follows, and a notice says what changed."""
    mine = select(WorkChange).where(WorkChange.case_id == moment.case.id)
    change = moment.work.scalars(mine).one()
    row = change.work
    _APPLY[change.kind](moment, row)
    change.applied_at = moment.at
    moment.work.flush()
    _tell(moment, change, "approved")


def _contractor(moment: Moment, row: Work) -> None:
    builder = read(moment.values).builder
    bans.refuse_approval(moment.work, builder.numbers, local(moment.at).date())
    contractor = contractors.remember(moment.work, builder, moment.at)
    row.contractor, row.legal_rep_index = contractor, vault.blind(builder.legal_rep_id)


def _dates(moment: Moment, row: Work) -> None:
    row.planned_start = date.fromisoformat(str(moment.values["planned_start"]))
    plans.begin(moment.work, row, moment.at)
    _end(moment, row)


def _extension(moment: Moment, row: Work) -> None:
    row.extensions += 1
    _end(moment, row)


def _end(moment: Moment, row: Work) -> None:
    row.planned_end = date.fromisoformat(str(moment.values["planned_end"]))
    winding.end_cases(moment, row, (winding.OVERDUE,))
    terms.arm(moment.work, row, moment.at)


def _content(_moment: Moment, _row: Work) -> None:
    """The content is no column of the work: `facts.current` reads it from the changes."""


def _cancel(moment: Moment, row: Work) -> None:
    closing.refuse_hazards(moment, row)
    life.enter(row, life.CANCELLED, moment.at)
    winding.end_with_work(moment, row)


_APPLY = {
    facts.CONTRACTOR: _contractor, facts.DATES: _dates, facts.CONTENT: _content,
    facts.EXTENSION: _extension, facts.CANCEL: _cancel,
}  # fmt: skip


def on_ended(moment: Moment) -> None:
    """A refusal leaves its notice."""
    change = _of_case(moment.work, moment.case)
    if change is not None and moment.case.result == "rejected":
        _tell(moment, change, "rejected")


def _tell(moment: Moment, change: WorkChange, decision: str) -> None:
    reason = moment.answers.get("opinion") if decision == "rejected" else ""
    what = {
        "kind": _PAPER_KINDS.get(change.kind, "change"),
        "decision": decision,
        "reason": reason or moment.values.get("reason") or "",
        "changes": compared(change),
    }
    unit = moment.task.unit if moment.task else None
    notice = said.change_notice(moment.work, change.work, what, moment.at)
    paper = papers.issue(moment.work, moment.case, "change_notice", notice, moment.at, unit=unit)
    change.paper_id = paper.id


def compared(change: WorkChange) -> list[list[str]]:
    """Each fact that changes: what it is called, as it was, as it will be."""
    return [
        [LABELS[name], change.before.get(name, ""), change.after[name]] for name in change.after
    ]


def extras(work: Session, case: Case, staff: bool) -> Sequence[Extra]:
    """What changes, side by side, and the notice."""
    change = _of_case(work, case)
    rows = compared(change) if change else []
    shown = [Extra("change", label, old or "未填", after=new or "未填") for label, old, new in rows]
    return (*shown, *papers.extras(work, case, staff))


def risks(work: Session, cases: Sequence[str]) -> Mapping[str, str]:
    """The grade of the work that each case would change."""
    found = work.execute(select(Case.id, Case.subject_id).where(Case.id.in_(cases)))
    firsts = {row.id: row.subject_id for row in found}
    grades = register.risks(work, list(firsts.values()))
    return {case: grades[first] for case, first in firsts.items() if first in grades}


def on_erased(work: Session, case: Case) -> None:
    """The change stays on record, without whom it named."""
    change = _of_case(work, case)
    if change is not None:
        change.before = dict.fromkeys(change.before, NAMELESS)
        change.after = dict.fromkeys(change.after, NAMELESS)


def _of_case(work: Session, case: Case) -> WorkChange | None:
    return work.scalars(select(WorkChange).where(WorkChange.case_id == case.id)).first()


CHANGE = CaseKind(
    winding.CHANGE,
    routing=routing,
    on_submitted=on_submitted,
    on_ended=on_ended,
    on_erased=on_erased,
    actions={"apply_change": apply_change},
    risks=risks,
    extras=extras,
    results={
        "approved": "已变更",
        "rejected": "不予变更",
        "lapsed": "逾期失效",
        **winding.RESULTS,
    },
    routing_names=ROUTING,
    routing_values={"started": (True, False), "high_risk": (True, False)},
    routing_bounds={"extensions": Bounds("integer", low=0)},
    settled=ROUTING,
    laws=(_DEPTH,),
    levels_needed=2,
    binds=papers.issued_since,
    about=True,
    may_open=may_open,
    verbs=winding.VERBS,
    phones=lambda values: [str(values.get("contractor_phone") or "")],
    reads={"smallworks/change": facts.READS},
)
