"""What follows from each decision about a bad record: papers, terms, publicity, bans, their end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import local
from app.engine.types import Scalar
from app.errors import Conflict, Forbidden
from app.identity.models import Person
from app.identity.permissions import holding
from app.smallworks import papers
from app.smallworks.models import Work
from app.smallworks.papers import said, serving
from app.smallworks.patrols.hazards import outstanding
from app.smallworks.patrols.models import Hazard
from app.smallworks.records import bans, binding, ledger, publicity, recusal, shutting_out
from app.smallworks.records.models import BadRecord
from app.smallworks.records.proposing import counted_before, of_case
from app.workflow import links
from app.workflow.commands.erasing import NAMELESS
from app.workflow.kinds import Moment
from app.workflow.models import Case

DECIDE = "bad_record:decide"
RECORD, BAN, APPEAL, REPAIR, FIXED = "record", "ban", "appeal", "repair", "fixed"
_SETTLES = frozenset({RECORD, BAN, "dismiss", "uphold", "revoke", REPAIR, "refuse", FIXED, "wait"})
_STATE_AFTER = {APPEAL: "appealed", "uphold": "published", "refuse": "published"}
_LIFTS = frozenset({"revoked", "repaired", "expired"})
_DEFAULT_MONTHS = 12


def decided(moment: Moment) -> Mapping[str, Scalar]:
    """Whether this person may decide so; and what the tables and timers after it ask for."""
    record, task = of_case(moment.work, moment.case), moment.task
    if record is None or task is None:
        return {}
    if task.person_id:
        _asked(moment, record)
    else:
        _settled(moment, record)
    moment.case.state = _STATE_AFTER.get(moment.outcome, moment.case.state)
    told = counted_before(moment.work, record.contractor_id, moment.at)
    if moment.actor is not None and not task.person_id:
        told["reporter_decides"] = moment.actor.id in recusal.reporters(moment.work, record)
    if moment.outcome == BAN:
        binding.confirmed(record, moment.answers)
    if moment.outcome in (RECORD, BAN):
        publicity.refuse_private(str(moment.answers.get("public_fact") or ""), record)
        told |= {
            "banned": moment.outcome == BAN,
            "decided_on": local(moment.at).date().isoformat(),
        }
    return told


def _asked(moment: Moment, record: BadRecord) -> None:
    """The contractor answers, so they have read what was sent; and what they ask for."""
    reader = moment.work.get_one(Person, moment.case.applicant_id)
    serving.seen(moment.work, moment.case, reader, at=moment.at)
    if moment.outcome == APPEAL:
        if record.appealed_at is not None:
            raise Conflict(
                "对这项决定已经提出过一次异议，不能再提；可以依法申请行政复议或者提起诉讼"
            )
        record.appealed_at = moment.at
    elif moment.outcome == REPAIR:
        moment.case.state = "repairing"


def _settled(moment: Moment, record: BadRecord) -> None:
    """An official decides: of the department, with that right, who did not propose it.

    Whatever a district has drawn: a government's head at the same desk settles nothing here.
    """
    actor, task = moment.actor, moment.task
    if actor is None or task is None or moment.outcome not in _SETTLES:
        return
    department = task.unit is not None and task.unit.kind == "department"
    if not department or all(hold.unit_id != task.unit_id for hold in holding(actor, DECIDE)):
        raise Forbidden("是否列入不良档案由行业主管部门的负责人或分管领导决定")
    if actor.id == record.proposed_by_id:
        raise Forbidden("您是提请人，应当回避，请由同岗位其他人员决定")
    if moment.outcome in (REPAIR, FIXED):
        _refuse_hazards(moment.work, record)


def _refuse_hazards(work: Session, record: BadRecord) -> None:
    """Raises Conflict while a major hazard of this contractor is not put right."""
    dangerous = (
        select(func.count(Hazard.id))
        .join(Work, Hazard.work_id == Work.id)
        .where(Work.contractor_id == record.contractor_id)
        .where(Hazard.grade == "major", outstanding())
    )
    found = work.scalar(dangerous) or 0
    if found:
        raise Conflict(f"该施工方还有 {found} 项重大隐患没有销号，销号后才能移出")


def serve_notice(moment: Moment) -> None:
    """The notice of what is meant to be decided; now the contractor is heard."""
    record = _known(moment)
    moment.case.state = "hearing"
    facts = said.bad_record_notice(moment.work, record, moment.at)
    _hand_over(moment, "bad_record_notice", facts)


def hand_over(moment: Moment) -> None:
    """The department has it, with what was counted."""
    record = _known(moment)
    record.ban_proposed = bool(moment.data.get("ban_proposed"))
    moment.case.state = "deciding"


def publish_record(moment: Moment) -> None:
    """Recorded and public from today on, with its paper; a ban takes hold at once."""
    record, day = _known(moment), local(moment.at).date()
    months = int(str(moment.data.get("term_months") or _DEFAULT_MONTHS))
    record.state, record.decided_at, record.published_at = "recorded", moment.at, moment.at
    record.decided_by_id = moment.actor.id if moment.actor else None
    record.public_fact = str(moment.answers.get("public_fact") or "")
    record.ends_on = ledger.months_after(day, months) - timedelta(days=1)
    if moment.data.get("banned"):
        term = bans.Term(day, record.ends_on, bool(moment.data.get("until_fixed")))
        behind = binding.confirmed(record, moment.answers)
        ban = bans.impose(moment.work, record, behind, term)
        shutting_out.ask(moment.work, ban, moment.at)
    moment.work.flush()
    moment.case.state = "published"
    facts = said.bad_record_decision(moment.work, record, moment.at)
    _hand_over(moment, "bad_record_decision", facts)


def on_ended(moment: Moment) -> None:
    """What the case came to, the record came to; a ban goes with the record that brought it."""
    record, result = of_case(moment.work, moment.case), moment.case.result or ""
    if record is None:
        return
    record.state, record.ended_at = result, moment.at
    if result in _LIFTS:
        bans.lift(moment.work, record, result, moment.at)


def _hand_over(moment: Moment, kind: str, facts: Mapping[str, object]) -> None:
    """Issue a paper, and send the contractor a text message with a link to read and answer it."""
    work, case, unit = moment.work, moment.case, moment.task.unit if moment.task else None
    paper = papers.issue(work, case, kind, facts, moment.at, unit=unit)
    person = work.get(Person, case.applicant_id or "")
    if person is not None and person.phone and not person.staff:
        links.send(work, person, case, at=moment.at)
    serving.enclose(work, case, paper, moment.actor, at=moment.at)


def _known(moment: Moment) -> BadRecord:
    return moment.work.scalars(select(BadRecord).where(BadRecord.case_id == moment.case.id)).one()


def on_erased(work: Session, case: Case) -> None:
    """The record stays for its term, without what was written about somebody."""
    record = of_case(work, case)
    if record is not None:
        record.fact = NAMELESS
        record.legal_rep = record.legal_rep_id = record.phone = ""
