"""What a decision in a rectification needs, and what it tells the drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from sqlalchemy import select

from app.engine.types import Scalar
from app.errors import Conflict, Invalid
from app.identity.actor import Actor
from app.smallworks import papers
from app.smallworks.papers import said
from app.smallworks.patrols.models import Hazard
from app.smallworks.rectifications import steps
from app.smallworks.rectifications.beginning import day_end, worst
from app.smallworks.rectifications.models import OrderedHazard, Rectification
from app.smallworks.rectifications.words import PASS
from app.workflow import definitions
from app.workflow.kinds import Moment
from app.workflow.models import Attachment, Task

Told = dict[str, Scalar]
_ONCE = "只能申请延期一次，请按期限整改"
_TOO_LATE = "整改期限已过，不能再申请延期，请立即整改并提交整改报告"


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody decides a step of one rectification."""

    moment: Moment
    actor: Actor
    task: Task
    row: Rectification


def decided(moment: Moment) -> Mapping[str, Scalar]:
    """Judge a decision by the form it was made with."""
    row = steps.of_case(moment.work, moment.case.id)
    if moment.task is None or moment.actor is None or row is None:
        return {}
    form = definitions.form_of(moment.work, moment.task)
    judge = _BY_FORM.get((form, moment.outcome)) or _BY_FORM.get((form, ""))
    return judge(Turn(moment, moment.actor, moment.task, row)) if judge else {}


def _reported(turn: Turn) -> Told:
    """Every open hazard is answered, in words and with a photo, before it is reported."""
    work, row = turn.moment.work, turn.row
    missing = _missing(turn)
    if missing:
        raise Invalid("还有隐患没有写明整改情况或没有整改后照片，请逐条补齐后再提交", missing)
    for hazard in steps.still_to_do(work, row):
        hazard.state = "answered"
    row.reported_at, row.reported_by_id = turn.moment.at, turn.actor.id
    return {}


def _missing(turn: Turn) -> dict[str, str]:
    """What the answer to each open hazard lacks, in this round."""
    missing = {}
    for hazard in steps.still_to_do(turn.moment.work, turn.row):
        answer = steps.answer_of(turn.moment.work, turn.row, hazard)
        if answer is None or not answer.text:
            missing[f"text_{hazard.id}"] = "请写明怎么整改的"
        if answer is None or not _photographed(turn, f"answer:{answer.id}"):
            missing[f"photos_{hazard.id}"] = "请拍整改后的照片"
    return missing


def _photographed(turn: Turn, field: str) -> bool:
    case = turn.moment.case
    found = select(Attachment.id).where(Attachment.case_id == case.id, Attachment.field == field)
    return turn.moment.work.scalars(found.limit(1)).first() is not None


def _extension_asked(turn: Turn) -> Told:
    """Once, and before the deadline."""
    row, answers, at = turn.row, turn.moment.answers, turn.moment.at
    if row.extend_asked_at is not None:
        raise Conflict(_ONCE)
    if row.deadline is None or at >= row.deadline:
        raise Conflict(_TOO_LATE)
    row.extend_asked_at = at
    row.extend_reason = str(answers.get("extend_reason") or "")[:400]
    row.extend_to = row.deadline + timedelta(days=int(answers.get("extend_days") or 1))
    return {}


def _extension_granted(turn: Turn) -> Told:
    """The table of deadlines counts on from the deadline that there was."""
    return {"extending": True, "counted_from": day_end(turn.row.deadline or turn.moment.at)}


def _concluded(turn: Turn) -> Told:
    """Every answered hazard has its verdict; those that passed close, the others begin a round."""
    moment, row = turn.moment, turn.row
    work = moment.work
    steps.inspecting(work, turn.actor, turn.task)
    alone = turn.actor.id in steps.reporters(work, row)
    verdicts = [(one, _verdict(turn, one)) for one in steps.still_to_do(work, row)]
    unjudged = {f"verdict_{one.id}": "请判定合格或不合格" for one, given in verdicts if not given}
    if unjudged:
        raise Invalid("还有隐患没有复查结论，请逐条判定后再提交", unjudged)
    for hazard, given in verdicts:
        _settle(turn, hazard, passed=given == PASS)
    work.flush()
    facts = said.reinspection(work, row, moment.at)
    papers.issue(work, moment.case, "reinspection", facts, moment.at, unit=turn.task.unit)
    failed = [hazard for hazard, given in verdicts if given != PASS]
    told: Told = {"all_passed": not failed, "failed": len(failed), "finder_checks": alone}
    return told | _next_round(turn, failed) if failed else told


def _verdict(turn: Turn, hazard: Hazard) -> str:
    found = steps.answer_of(turn.moment.work, turn.row, hazard)
    return (found.verdict if found else None) or ""


def _next_round(turn: Turn, failed: list[Hazard]) -> Told:
    """What failed is put right once more, from today on."""
    row = turn.row
    failures, row.grade = row.round, worst(failed)
    row.round += 1
    return {
        "failures": failures, "extending": False, "counted_from": day_end(turn.moment.at),
        "grade": row.grade,
    }  # fmt: skip


def _settle(turn: Turn, hazard: Hazard, *, passed: bool) -> None:
    if not passed:
        hazard.state = "open"
        return
    hazard.state, hazard.closed_at = "closed", turn.moment.at
    hazard.closed_by_id = turn.actor.id
    found = select(OrderedHazard).where(
        OrderedHazard.rectification_id == turn.row.id, OrderedHazard.hazard_id == hazard.id
    )
    turn.moment.work.scalars(found).one().closed_at = turn.moment.at


_BY_FORM: Mapping[tuple[str, str], Callable[[Turn], Told]] = MappingProxyType(
    {
        (steps.REPORT, "submit"): _reported,
        (steps.REPORT, "extend"): _extension_asked,
        (steps.EXTENSION, "approve"): _extension_granted,
        (steps.REINSPECTION, ""): _concluded,
    }
)
"""(form, outcome) → its judge; an empty outcome is every other."""
