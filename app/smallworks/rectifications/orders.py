"""What the service steps of the drawing do: notices issued, overdue marked, extended, closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person, Unit
from app.smallworks import addressee, life, officials, papers
from app.smallworks.models import Paper, Work
from app.smallworks.papers import said, serving
from app.smallworks.rectifications import steps
from app.smallworks.rectifications.models import Rectification
from app.smallworks.rectifications.words import until
from app.workflow import calendar, deadlines, notices
from app.workflow.desks import APPLICANT
from app.workflow.kinds import Moment
from app.workflow.models import Case, Task

ORDERED, LATE, AGAIN = "ordered", "term_over", "ordered_again"
"""Kinds of notices of this room."""


def issue_notice(moment: Moment) -> None:
    """The order to put hazards right (责令整改通知书), and the link by which to answer it."""
    row = _row(moment)
    _set_deadlines(moment, row)
    row.first_deadline = row.deadline
    paper = _issue(moment, row, "rectification_notice")
    row.notice_paper_id = paper.id
    text = f"“{moment.case.title}”：请在{until(row.deadline)}前逐条整改并上传照片"
    addressee.summon(moment.work, moment.case, (ORDERED, text), moment.at)


def issue_second_notice(moment: Moment) -> None:
    """Once more, for what did not pass."""
    row = _row(moment)
    _set_deadlines(moment, row)
    paper = _issue(moment, row, "second_notice")
    row.second_notice_paper_id = paper.id
    text = f"“{moment.case.title}”复查有不合格项，请在{until(row.deadline)}前重新整改"
    addressee.summon(moment.work, moment.case, (AGAIN, text), moment.at)


def grant_extension(moment: Moment) -> None:
    """The deadline moves, for every hazard that is not closed."""
    row = _row(moment)
    row.extended_at = moment.at
    _set_deadlines(moment, row, moved=True)
    text = f"“{moment.case.title}”准予延期，请在{until(row.deadline)}前整改到位"
    addressee.summon(moment.work, moment.case, (notices.RESULT, text), moment.at)


def refuse_extension(moment: Moment) -> None:
    """The deadline stays as it was."""
    row = _row(moment)
    _due(moment, row)
    text = f"“{moment.case.title}”不同意延期，期限仍为{until(row.deadline)}，请抓紧整改"
    addressee.summon(moment.work, moment.case, (notices.RESULT, text), moment.at)


def mark_overdue(moment: Moment) -> None:
    """The deadline passed: the head of the unit hears of it, and whoever should have acted."""
    row = _row(moment)
    row.overdue_at = row.overdue_at or moment.at
    _due(moment, row)
    late = f"“{moment.case.title}”整改期限已过，尚未提交整改报告"
    _tell(moment, officials.heads(moment.work, moment.case, row.level, moment.at), late)
    addressee.summon(moment.work, moment.case, (LATE, f"{late}，请立即整改"), moment.at)


def escalate(moment: Moment) -> None:
    """Still nothing: those who answer for the unit hear of it."""
    row = _row(moment)
    text = f"“{moment.case.title}”逾期仍未整改，请督促处理"
    _tell(moment, officials.leaders(moment.work, moment.case, row.level, moment.at), text)


def inform_department(moment: Moment) -> None:
    """The department of the trade hears that two re-inspections failed."""
    text = f"“{moment.case.title}”两次复查不合格，已责令停工，请主管部门跟进"
    _tell(moment, officials.department(moment.work, moment.case, moment.at), text)


def close_rectification(moment: Moment) -> None:
    """All hazards are closed; the work goes on once no other rectification of it runs."""
    row = _row(moment)
    row.closed_at = moment.at
    moment.work.flush()
    built = moment.work.get(Work, row.work_id) if row.work_id else None
    if built is not None and _may_go_on(moment.work, built):
        life.enter(built, life.IN_PROGRESS, moment.at)


def _may_go_on(work: Session, built: Work) -> bool:
    running = select(Rectification.id).where(
        Rectification.work_id == built.id, Rectification.closed_at.is_(None)
    )
    if work.scalars(running.limit(1)).first() is not None:
        return False
    return life.RECTIFYING in (built.state, built.state_before_stop)


def _row(moment: Moment) -> Rectification:
    found = select(Rectification).where(Rectification.case_id == moment.case.id)
    return moment.work.scalars(found).one()


def _set_deadlines(moment: Moment, row: Rectification, *, moved: bool = False) -> None:
    """As the table of deadlines worked them out; an inspector's shorter one stays."""
    row.deadline = datetime.fromisoformat(str(moment.data["deadline"]))
    general = datetime.fromisoformat(str(moment.data["general_deadline"]))
    for one, hazard in steps.ordered(moment.work, row):
        if hazard.state == "closed" or hazard.rectification_id != row.case_id:
            continue
        bound = general if hazard.grade == "general" else row.deadline
        asked = hazard.deadline if row.round == 1 and not moved else None
        hazard.deadline = min(asked or bound, bound)
        one.deadline = hazard.deadline
    _due(moment, row)


def _due(moment: Moment, row: Rectification) -> None:
    """The task of whoever has to act is due when the order says."""
    mine = select(Task).where(
        Task.case_id == moment.case.id, Task.status == "open", Task.desk == APPLICANT
    )
    case = moment.case
    is_workday = calendar.workday_test(moment.work, case.l2, case.l1)
    for task in moment.work.scalars(mine):
        if row.deadline is not None:
            deadlines.order(task, row.deadline, moment.at, is_workday)


def _issue(moment: Moment, row: Rectification, kind: str) -> Paper:
    moment.work.flush()
    build = {
        "rectification_notice": said.rectification_notice,
        "second_notice": said.second_notice,
    }[kind]
    facts = build(moment.work, row, moment.at)
    unit = _unit(moment.work, moment.case, row)
    paper = papers.issue(moment.work, moment.case, kind, facts, moment.at, unit=unit)
    serving.enclose(moment.work, moment.case, paper, moment.actor, at=moment.at)
    return paper


def _unit(work: Session, case: Case, row: Rectification) -> Unit | None:
    unit_id = officials.unit_of(work, case, row.level)
    return work.get(Unit, unit_id) if unit_id else None


def _tell(moment: Moment, people: Iterable[Person], text: str) -> None:
    for person in people:
        notices.tell(moment.work, person, moment.case, (LATE, text), moment.at)
