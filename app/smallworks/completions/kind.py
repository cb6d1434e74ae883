"""The kinds of case at the end of a work: its completion, the rating, and what chases it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import new_id
from app.engine.types import Scalar
from app.errors import Conflict, Invalid
from app.identity.models import Person
from app.smallworks import life, papers, winding, words, works
from app.smallworks.addressee import addressee
from app.smallworks.completions import closing, terms
from app.smallworks.completions.models import Rating
from app.smallworks.models import Work
from app.smallworks.patrols import visiting
from app.smallworks.patrols.visiting import Visit
from app.workflow import definitions, notices, submissions
from app.workflow.commands.locked import locked_case
from app.workflow.kinds import SYSTEM, CaseKind, Extra, Intent, Moment
from app.workflow.models import Case
from app.workflow.reads import Reads

MAY_COMPLETE = frozenset({life.FILED, life.IN_PROGRESS})
_SHARED_PLACE = "estate"
_STRUCTURE = "structure"
TERM_OVER = "term_over"
"""The kind of notice that asks for the report of an end."""


def extras(work: Session, case: Case, staff: bool) -> Sequence[Extra]:
    """The papers of the case."""
    return tuple(papers.extras(work, case, staff))


def may_open(intent: Intent, subject: Case | None) -> None:
    """Only for a work that goes on, without hazards left, and once at a time."""
    row = works.maybe_of_subject(intent.work, subject) if subject else None
    if row is None:
        raise Conflict("该办件没有对应的工程")
    works.refuse_replaced(intent, row)
    if row.state == life.RECTIFYING:
        raise Conflict("该工程还有隐患没有整改完，整改并复查合格后再报完工")
    if row.state not in MAY_COMPLETE:
        raise Conflict(f"该工程{words.STATES[row.state]}，现在不能报完工")
    if winding.open_cases(intent.work, row, (winding.COMPLETION,)):
        raise Conflict("已经报过完工，正在办理，请勿重复提交")


def routing(moment: Moment) -> Mapping[str, Scalar]:
    """Nothing for the engine; raises Invalid for what cannot be true."""
    row, values = works.of_subject(moment.work, moment.case), moment.values
    faults = {}
    ended = date.fromisoformat(str(values.get("actual_end")))
    if ended > local(moment.at).date():
        faults["actual_end"] = "实际完工日期不能晚于今天"
    elif row.started_at and ended < local(row.started_at).date():
        faults["actual_end"] = f"不能早于开工日期 {local(row.started_at).date()}"
    if not values.get("shared_or_structural") and _is_shared(moment, row):
        faults["shared_or_structural"] = "备案时涉及承重结构或小区公共区域，请选“是”并上传验收材料"
    if faults:
        raise Invalid(f"有 {len(faults)} 处需要修改", faults)
    return {}


def _is_shared(moment: Moment, row: Work) -> bool:
    filed = row.case
    definition = definitions.get(moment.work, filed.version_id)
    values: Mapping[str, Any] = submissions.StartValues(moment.work, filed, definition)
    flags = values.get("risk_flags") or ()
    return values.get("workplace_kind") == _SHARED_PLACE or _STRUCTURE in flags


def on_submitted(moment: Moment) -> None:
    """Reported as done, and to be checked; nothing chases it any more."""
    row = works.of_subject(moment.work, moment.case)
    closing.refuse_hazards(moment, row)
    life.enter(row, life.COMPLETED, moment.at)
    row.actual_end = date.fromisoformat(str(moment.values["actual_end"]))
    winding.end_cases(moment, row, (winding.OVERDUE,))


def decided(moment: Moment) -> Mapping[str, Scalar]:
    """What is returned goes on."""
    if moment.outcome == "return":
        _goes_on(moment)
    return {}


def on_ended(moment: Moment) -> None:
    """A report taken back, or never sent again, has ended nothing."""
    if moment.case.result in ("withdrawn", "lapsed"):
        _goes_on(moment)


def _goes_on(moment: Moment) -> None:
    row = works.of_subject(moment.work, moment.case)
    if row.state == life.COMPLETED:
        life.enter(row, life.IN_PROGRESS, moment.at)
        terms.arm(moment.work, row, moment.at)


def close_work(moment: Moment) -> None:
    """Checked on site, and in order."""
    row = works.of_subject(moment.work, moment.case)
    closing.close(moment, row, row.actual_end)


def remind_owner(moment: Moment) -> None:
    """The planned end has passed: report the end, or ask for longer."""
    row = works.of_subject(moment.work, moment.case)
    text = f"“{row.name}”计划工期已满：已完工的请报完工，仍在施工的请申请延期"
    for person_id in {row.case.applicant_id, addressee(moment.work, moment.case)} - {None}:
        person = moment.work.get(Person, person_id)
        notices.tell(moment.work, person, row.case, (TERM_OVER, text), moment.at)


def order_patrol(moment: Moment) -> None:
    """Somebody goes and looks, unless somebody does already, or the work ended meanwhile."""
    work, row = moment.work, works.of_subject(moment.work, moment.case)
    locked_case(work, row.case_id)
    work.refresh(row, with_for_update=True)
    if row.state in life.OVER:
        return
    visiting.open_visit(work, row, Visit("completion"), None, at=moment.at)


def close_ex_officio(moment: Moment) -> None:
    """Closed by the community (依职权), because nobody reported."""
    row = works.of_subject(moment.work, moment.case)
    checked = moment.answers.get("checked_on")
    row.closed_by_staff = True
    closing.close(moment, row, date.fromisoformat(str(checked)) if checked else None)


def owner_of(work: Session, case: Case) -> str | None:
    """The owner of the work, whoever reported its end."""
    first = work.get(Case, case.subject_id)
    return first.applicant_id if first else None


def keep_rating(moment: Moment) -> None:
    """One rating a work."""
    work, row = moment.work, works.of_subject(moment.work, moment.case)
    if work.scalars(select(Rating).where(Rating.work_id == row.id)).first() is not None:
        raise Conflict("该工程已经评价过")
    by = moment.actor.id if moment.actor else row.case.filed_by_id
    work.add(
        Rating(
            id=new_id(), work_id=row.id, case_id=moment.case.id, contractor_id=row.contractor_id,
            stars=int(moment.answers["stars"]), words=str(moment.answers.get("comment") or ""),
            by_id=by, at=moment.at,
        )
    )  # fmt: skip


COMPLETION = CaseKind(
    winding.COMPLETION,
    steered=False,
    routing=routing,
    decided=decided,
    on_submitted=on_submitted,
    on_ended=on_ended,
    actions={"close_work": close_work},
    extras=extras,
    results={"done": "已销案", "lapsed": "本次报告失效", **winding.RESULTS},
    about=True,
    may_open=may_open,
    verbs=winding.VERBS,
    reads={"smallworks/completion": Reads(("actual_end", "shared_or_structural"))},
)
RATING = CaseKind(
    "rating",
    steered=False,
    actions={"keep_rating": keep_rating},
    results={"done": "已评价", "lapsed": "未评价"},
    starter=SYSTEM,
    about=True,
    addressee=owner_of,
    asks="待评价",
    reads={"smallworks/rating": Reads(("stars", "comment"))},
)
CHASE = CaseKind(
    winding.OVERDUE,
    steered=False,
    actions={
        "remind_owner": remind_owner,
        "order_patrol": order_patrol,
        "close_ex_officio": close_ex_officio,
    },
    extras=extras,
    results={"done": "已依职权销案", **winding.RESULTS},
    starter=SYSTEM,
    about=True,
    open_to_owner=False,
    verbs=winding.VERBS,
    reads={"smallworks/overdue_check": Reads(("checked_on",))},
)
