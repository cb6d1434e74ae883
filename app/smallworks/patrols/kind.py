"""The kind of case that a patrol is: the hooks that the workflow calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from app.db import new_id
from app.engine import Bounds
from app.engine.types import Scalar
from app.errors import Conflict
from app.smallworks import life, papers, works
from app.smallworks.models import Work
from app.smallworks.papers import said
from app.smallworks.patrols import (
    changes,
    completeness,
    confirming,
    grading,
    plans,
    sites,
    turns,
    vacancies,
    visiting,
    words,
)
from app.smallworks.patrols.models import Patrol
from app.smallworks.stops import ordering
from app.workflow.calendar import NO_LIMIT
from app.workflow.kinds import CaseKind, Description, Extra, Intent, Moment, Values
from app.workflow.models import Case, Submission, Task

REFUSE = "refuse"
"""The outcome by which a head sends a softened conclusion back."""
_FACTS = frozenset({"level", "reason", vacancies.STAFFED, "work_risk", "work_state", "flagged"})
_FOUND = frozenset({"conclusion", "major", "downgraded", "general", "deadline", "confirmer"})
_VALUES: Mapping[str, tuple[Scalar, ...]] = {
    "level": ("", "community", "township", "department"),
    "conclusion": ("", "normal", "verbal", "rectify", "stop"),
    vacancies.STAFFED: (True, False),
    "flagged": (True, False),
}
_BOUNDS: Mapping[str, Bounds] = {
    **dict.fromkeys(("major", "downgraded", "general"), Bounds("integer", low=0)),
    **dict.fromkeys(("reason", "work_risk", "work_state", "confirmer"), Bounds("text")),
}
_OWNER = "您是该工程的业主，应当回避，请由同岗位其他人员办理"


def describe(values: Values) -> Description:
    """Where it is; a visit is called after the work or the report that it is about."""
    return Description("", address=str(values.get("address") or ""))


def routing(moment: Moment) -> Mapping[str, Scalar]:
    """What the tables ask of the site, as it stands before the visit; why, and who was named."""
    row = works.maybe_of_subject(moment.work, moment.case)
    asked: dict[str, Scalar] = {
        "reason": moment.data.get("reason") or visiting.UNPLANNED,
        "level": str(moment.values.get("level") or ""),
        vacancies.STAFFED: True,
    }
    return {**asked, **_site(moment.work, row), "conclusion": "", **grading.counts(())}


def _site(session: Session, row: Work | None) -> dict[str, Scalar]:
    site = sites.of_work(session, row)
    return {
        "work_risk": site.risk,
        "work_state": row.state if row else "",
        "flagged": bool(site.flags),
    }


def on_submitted(moment: Moment) -> None:
    """The visit's own row; its case is called and found like the work's first.

    Who goes is what the drawing made of it. Why stands in the row alone, not in the start form:
    the owner reads that form once the visit is over, and is never told that somebody complained.
    """
    case = moment.case
    row = works.maybe_of_subject(moment.work, case)
    moment.work.add(
        Patrol(
            id=new_id(), case_id=case.id, work_id=row.id if row else None,
            report_case_id=None if row else case.subject_id,
            reason=visiting.UNPLANNED, level=str(moment.data.get("level") or visiting.COMMUNITY),
        )
    )  # fmt: skip
    case.category = row.category if row else case.category


def decided(moment: Moment) -> Mapping[str, Scalar]:
    """A visit must be complete, as it was seen, and not end milder than its hazards."""
    work, patrol = moment.work, of_case(moment.work, moment.case.id)
    if not _is_visit(moment):
        if moment.outcome == REFUSE:
            patrol.conclusion = ""
        return {}
    changes.refuse_unseen(patrol, moment.seen)
    completeness.refuse_incomplete(work, patrol, moment.outcome, moment.at)
    task = moment.task
    patrol.conclusion = moment.outcome
    patrol.concluded_by_id = moment.actor.id if moment.actor else None
    patrol.due_at = task.due_at if task and task.due_at != NO_LIMIT else None
    row = work.get(Work, patrol.work_id) if patrol.work_id else None
    found = {
        **grading.counts(patrol.hazards), "conclusion": moment.outcome,
        "confirmer": confirming.confirmer(work, patrol, task, moment.at) if task else "",
    }  # fmt: skip
    return {**_site(work, row), **found, "deadline": _last_deadline(patrol)}


def _is_visit(moment: Moment) -> bool:
    steps = turns.visit_steps(moment.work, moment.case)
    return moment.task is not None and moment.task.element in steps


def _last_deadline(patrol: Patrol) -> str | None:
    """The last day on which something must be mended, as the next process reads it."""
    ends = [one.deadline for one in grading.standing(patrol.hazards) if one.deadline]
    return max(ends).isoformat() if ends else None


def settle(moment: Moment) -> Patrol:
    """The visit is over: whatever it found counts from now on, and the owner may read of it.

    Until then it is nobody's matter but the officials': a visit that is told of finds nothing.
    """
    patrol = of_case(moment.work, moment.case.id)
    if patrol.concluded_at is not None:
        return patrol
    patrol.concluded_at = moment.at
    moment.case.applicant_id = _owner(moment.work, patrol)
    for hazard in grading.standing(patrol.hazards):
        if patrol.conclusion == "verbal":
            hazard.state, hazard.closed_at = "closed", moment.at
            hazard.closed_by_id = patrol.concluded_by_id
    moment.work.flush()
    return patrol


def _owner(session: Session, patrol: Patrol) -> str | None:
    """Who filed for the work that is visited; of a site that nobody filed, nobody."""
    row = session.get(Work, patrol.work_id) if patrol.work_id else None
    return row.case.applicant_id if row else None


def recuses(session: Session, task: Task, person_id: str, _day: date) -> str:
    """Nobody visits or judges a work of their own, and nobody confirms their own report."""
    patrol = of_case(session, task.case_id)
    if _owner(session, patrol) == person_id:
        return _OWNER
    return confirming.recusal(session, patrol, task, person_id)


def stop_site(moment: Moment) -> None:
    """Order the site to stop at once, for the hazards found."""
    patrol = settle(moment)
    row = moment.work.get(Work, patrol.work_id) if patrol.work_id else None
    if row is None or moment.actor is None:
        return
    kept = grading.standing(patrol.hazards)
    major = [one for one in kept if one.grade == grading.MAJOR]
    answers = _visit_answers(moment)
    order = ordering.Order(
        scope=str(answers.get("scope") or "all"),
        reasons=[ordering.of_hazard(one) for one in major or kept],
        part=str(answers.get("part") or ""),
    )
    ordering.stop(moment.work, row, order, moment.actor, moment.case, at=moment.at)


def _visit_answers(moment: Moment) -> Values:
    """What the form of the conclusion said, also where somebody else confirmed it since."""
    if _is_visit(moment):
        return moment.answers
    return _latest(moment)


def _latest(moment: Moment) -> Values:
    sent = select(Submission.values).where(
        Submission.case_id == moment.case.id, Submission.form == turns.FORM
    )
    return moment.work.scalar(sent.order_by(Submission.at.desc(), Submission.id.desc())) or {}


def plan_next(moment: Moment) -> None:
    """The next visit, as often as the table says."""
    patrol = settle(moment)
    every, reason = moment.data.get("every_days"), moment.data.get("plan_reason")
    plans.go_on(moment.work, patrol, int(every or 0), str(reason or ""), moment.at)


def on_ended(moment: Moment) -> None:
    """The record of the visit, as a paper."""
    patrol = settle(moment)
    unit = moment.task.unit if moment.task else None
    facts = said.patrol_record(moment.work, patrol, moment.at)
    papers.issue(moment.work, moment.case, "patrol_record", facts, moment.at, unit=unit)


def may_open(intent: Intent, subject: Case | None) -> None:
    """One visit at a time, and none to a work that is over."""
    if subject is None:
        return
    if intent.work.scalars(visiting.unfinished(subject.subject_id)).first() is not None:
        raise Conflict("该工程有一次巡查还没有办结，请先完成它")
    refuse_over(works.maybe_of_subject(intent.work, subject))


def refuse_over(row: Work | None) -> None:
    """Raises Conflict for a work at which nobody is working any more, or not yet."""
    if row is not None and row.state not in life.ON_SITE | {life.STOPPED, life.COMPLETED}:
        raise Conflict("该工程现在不需要巡查：还没有备案，或者已经办结")


def begins_at(subject: Case) -> str:
    """Where a visit begins."""
    return f"/patrols/begin?case={subject.subject_id}"


def task_page(task: Task) -> str:
    """Where this step is worked at: the sheet; the head's confirmation has the usual page."""
    session = object_session(task)
    if session is None or task.element not in turns.visit_steps(session, task.case):
        return ""
    return f"/patrols/{of_case(session, task.case_id).id}"


def extras(session: Session, case: Case, staff: bool) -> Sequence[Extra]:
    """The sheet of the visit and that another level makes it, for the staff; and its papers."""
    patrol = session.scalars(select(Patrol).where(Patrol.case_id == case.id)).first()
    issued = papers.extras(session, case, staff)
    if patrol is None or not staff:
        return issued
    warned = vacancies.sent_up(session, case.id)
    up = [Extra("warning", "改由上一级巡查", vacancies.SENT_UP)] if warned else []
    return (
        *up,
        Extra("page", "查看巡查内容", "逐项结果、隐患和照片", f"/patrols/{patrol.id}"),
        *issued,
    )


def of_case(session: Session, case_id: str) -> Patrol:
    """The visit of a patrol case."""
    return session.scalars(select(Patrol).where(Patrol.case_id == case_id)).one()


def risks(session: Session, cases: Sequence[str]) -> Mapping[str, str]:
    """The risk of the work that each of these cases visits."""
    found = select(Patrol.case_id, Work.risk).join(Work, Patrol.work_id == Work.id)
    return dict(session.execute(found.where(Patrol.case_id.in_(cases))).all())


KIND = CaseKind(
    visiting.KEY,
    describe=describe,
    routing=routing,
    decided=decided,
    on_submitted=on_submitted,
    on_ended=on_ended,
    actions={"stop_site": stop_site, "plan_next": plan_next, "send_up": vacancies.send_up},
    risks=risks,
    extras=extras,
    results={"done": "已办结"},
    routing_names=_FACTS | _FOUND,
    routing_words={"conclusion": "巡查结论", "confirmer": "由谁确认"},
    reads=turns.READS,
    routing_values=_VALUES,
    routing_bounds=_BOUNDS,
    value_words={"conclusion": words.CONCLUSIONS, "level": {"department": "主管部门"}},
    settled=frozenset({"level", "reason"}),
    starter="patrol:report",
    needs={"smallworks/patrol": "patrol:report"},
    about=True,
    may_open=may_open,
    begins_at=begins_at,
    opener_handles=True,
    recuses=recuses,
    sends_up=frozenset({turns.FORM}),
    open_to_owner=False,
    goes_on_while_held=True,
    steered=False,
    task_page=task_page,
    verbs={
        "started": "开始巡查",
        "saved": "填写巡查表",
        "handed_over": "改派巡查",
        vacancies.VACANT: vacancies.HEARD,
    },
    files=words.FILES,
)
