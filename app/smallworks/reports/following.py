"""What follows from a report: its row, each step on site, the answer to whoever reported."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.engine.types import Scalar
from app.errors import Conflict, Forbidden, Invalid
from app.identity.permissions import holding
from app.identity.units import ways
from app.smallworks import contractors, papers, works
from app.smallworks.facts import Builder, address_key
from app.smallworks.models import Work
from app.smallworks.papers.said import sites
from app.smallworks.reports import telling, words
from app.smallworks.reports.models import SiteReport
from app.smallworks.stops import ordering
from app.smallworks.stops.words import LAWS
from app.workflow.commands.erasing import NAMELESS
from app.workflow.kinds import Description, Moment, Values
from app.workflow.models import Case
from app.workflow.reads import Reads

UNFILED, COMPLAINT = "unfiled", "complaint"
CITIZEN = "citizen"
URGE, STOP, HANDLED, FILED = "urge", "stop", "handled", "filed"
STOP_ON_SITE = "stop:order_on_site"
_FAULT = "有 1 处需要修改"
READS = Reads(("source", "filing_number", "address"), {"kind": (UNFILED, COMPLAINT)})
CHECKED = Reads(
    (
        *("findings", "filing_number", "project_type", "owner_phone", "builder_kind", "reply"),
        *("builder_name", "builder_credit_code", "builder_id_no", "builder_legal_rep"),
        *("builder_phone",),
    )
)
"""What of its forms any code here reads: when it is reported, and when somebody was there."""


def describe(values: Values) -> Description:
    """Its kind and place, for lists; never who reported."""
    kind = words.KINDS.get(str(values.get("kind")), "举报")
    address = str(values.get("address") or "")
    return Description(title=f"{kind}：{address}"[:200], address=address)


def on_submitted(moment: Moment) -> None:
    """The report's row; a complaint finds the work that it is about."""
    work, case, values = moment.work, moment.case, moment.values
    row = works.maybe_of_subject(work, case) or _named(moment)
    if row is not None:
        first = work.get_one(Case, row.case_id)
        case.category, case.title = first.category, f"投诉：{row.name}"[:200]
    report = SiteReport(
        case_id=case.id, kind=str(values.get("kind") or UNFILED),
        work_id=row.id if row else None, place_text=str(values.get("address") or "")[:200],
        found_by=str(values.get("source") or CITIZEN), code=secrets.token_urlsafe(15),
        contractor_id=row.contractor_id if row else None, reported_at=moment.at,
    )  # fmt: skip
    work.add(report)
    work.flush()


def decided(moment: Moment) -> Mapping[str, Scalar]:
    """What was found on site, and what the diagram asks of it."""
    report = of_case(moment.work, moment.case)
    _refuse(moment, report)
    _learn(moment, report)
    report.answer = str(moment.answers.get("reply") or report.answer)
    return {
        "known_work": report.kind == COMPLAINT and report.work_id is not None,
        "party_known": report.contractor is not None,
    }


def _refuse(moment: Moment, report: SiteReport) -> None:
    """Raises a Refusal for an outcome that does not fit what was reported, or who decides."""
    if moment.outcome == URGE and report.kind == COMPLAINT and report.work_id:
        raise Conflict("投诉的是已备案工程，不需要督促备案；请选“投诉已处理”或“责令停工”")
    if moment.outcome == HANDLED and report.kind == UNFILED:
        raise Conflict("未备案工地请督促备案或责令停工；不属实的选“情况不实”")
    if moment.outcome == STOP:
        unit = moment.task.unit_id if moment.task else None
        held = holding(moment.actor, STOP_ON_SITE) if moment.actor else ()
        if all(hold.unit_id != unit for hold in held):
            raise Forbidden("您没有现场责令停工的权限，请联系本单位负责人")


def _learn(moment: Moment, report: SiteReport) -> None:
    """Keep what was found out: the department, the owner's phone, who builds, the filing."""
    answers = moment.answers
    category = str(answers.get("project_type") or "")
    moment.case.category = category or moment.case.category
    phone = str(answers.get("owner_phone") or "")
    report.owner_phone = vault.seal(phone) if phone else report.owner_phone
    if str(answers.get("builder_kind") or "unknown") != "unknown":
        _learn_builder(moment, report)
    if moment.outcome == FILED:
        report.filed_case_id = _filing(moment).case_id


def _learn_builder(moment: Moment, report: SiteReport) -> None:
    """Who builds there: what they are called is kept as it was found on site."""
    told = _builder(moment.answers)
    found = contractors.remember(moment.work, told, moment.at)
    if found is None:
        return
    if found is not report.contractor:
        report.builder_legal_rep = report.builder_phone = ""
    report.contractor, report.builder_name = found, vault.seal(told.name)
    report.builder_legal_rep = vault.seal(told.legal_rep) or report.builder_legal_rep
    report.builder_phone = vault.seal(told.phone) or report.builder_phone


def _builder(answers: Values) -> Builder:
    def said(name: str) -> str:
        return str(answers.get(name) or "").strip()

    return Builder(
        kind=said("builder_kind"), name=said("builder_name"),
        code=said("builder_credit_code") or said("builder_id_no"),
        legal_rep=said("builder_legal_rep"), legal_rep_id="", phone=said("builder_phone"),
        qualification_no="", safety_licence_no="",
    )  # fmt: skip


def _filing(moment: Moment) -> Work:
    """The filing that the owner has made since, by its number. Raises Invalid."""
    found = _numbered(moment, moment.answers)
    if found is None:
        raise Invalid(_FAULT, {"filing_number": "您的辖区没有这个受理号或备案号，请核对"})
    return found


def _named(moment: Moment) -> Work | None:
    """The work of a complaint whose number an official wrote down. Raises Invalid.

    It lies where the complaint is handled: nobody there hears of a work that lies elsewhere.
    """
    if not moment.values.get("filing_number"):
        return None
    found = _numbered(moment, moment.values)
    lies_in = ways(moment.work)(found.division_code) if found else ()
    if moment.case.division_code not in lies_in:
        said = "所选地点没有这个备案号或受理号，请核对；不清楚的不填"
        raise Invalid(_FAULT, {"filing_number": said})
    return found


def _numbered(moment: Moment, said: Values) -> Work | None:
    number = str(said.get("filing_number") or "").strip()
    return works.numbered(moment.work, moment.actor, number) if moment.actor else None


def urge_filing(moment: Moment) -> None:
    """The owner is urged to file; their phone, if known, gets the way to do it."""
    report = of_case(moment.work, moment.case)
    report.urged_at, report.state = moment.at, "urged"
    moment.case.state = "urged"
    telling.urge(moment.work, report, moment.at)


def stop_site(moment: Moment) -> None:
    """A filed work is stopped by an order; an unfiled site gets the paper left on it."""
    work, case, report = moment.work, moment.case, of_case(moment.work, moment.case)
    findings = str(moment.answers.get("findings") or "")
    if report.work is not None and report.kind == COMPLAINT:
        order = ordering.Order(scope="all", reasons=[ordering.Reason(findings[:400])])
        ordering.stop(work, report.work, order, moment.actor, case, at=moment.at)
        return
    report.urged_at, report.state = moment.at, "ordered"
    case.state = "ordered"
    facts = {
        **sites.of_work(work, None, case), "scope": "全部停工",
        "effective": sites.moment(moment.at), "law": LAWS[0],
        "reasons": [{"text": f"未备案施工：{findings}", "rule": "", "major": False}], "photos": [],
        "inspectors": [{"name": moment.actor.name, "number": ""}] if moment.actor else [],
        "refused": "", "day": sites.day(moment.at),
    }  # fmt: skip
    unit = moment.task.unit if moment.task else None
    papers.issue(work, case, "site_stop", facts, moment.at, unit=unit)
    telling.urge(work, report, moment.at)


def escalate(moment: Moment) -> None:
    """The township takes it over."""
    report = of_case(moment.work, moment.case)
    report.state = moment.case.state = "escalated"


def on_ended(moment: Moment) -> None:
    """Closed; whoever reported and left a number hears of it."""
    report, result = of_case(moment.work, moment.case), moment.case.result or ""
    report.state, report.closed_at = result, moment.at
    told = words.TOLD.get(result, "举报已经办结")
    report.answer = f"{told}。{report.answer}"[:500]
    telling.answer(moment.work, report, moment.at)


def on_erased(work: Session, case: Case) -> None:
    """Who reported, and whom they named, is forgotten."""
    report = of_case(work, case)
    report.reporter_name = report.reporter_phone = report.owner_phone = ""
    report.builder_name = report.builder_legal_rep = report.builder_phone = ""
    report.place_text = NAMELESS


def of_case(work: Session, case: Case) -> SiteReport:
    """The report that a case is about."""
    return work.scalars(select(SiteReport).where(SiteReport.case_id == case.id)).one()


def likely_filings(work: Session, report: SiteReport) -> list[Case]:
    """Filings of the same address since the report: the owner may have heard it."""
    found = (
        select(Case)
        .join(Work, Work.case_id == Case.id)
        .where(Work.division_code == report.case.division_code)
        .where(Work.address_key == address_key(report.place_text))
        .where(Work.submitted_at >= report.reported_at)
    )
    return list(work.scalars(found.order_by(Case.opened_at, Case.id)))
