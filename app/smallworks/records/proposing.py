"""A proposal (提请): whom it is about, what it counts, and that the same is proposed once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import vault
from app.engine.types import Scalar
from app.errors import Invalid
from app.identity import system
from app.identity.public import person_by_phone
from app.smallworks import works
from app.smallworks.facts import Builder
from app.smallworks.models import Contractor, Work
from app.smallworks.records import ledger, words
from app.smallworks.records.models import BadRecord
from app.smallworks.reports.models import SiteReport
from app.workflow import search
from app.workflow.kinds import Description, Intent, Moment, Values
from app.workflow.models import Case

GENERAL = "general"
_PROPOSED = "proposed"
_UNKNOWN = "还没有查明施工方的身份（信用代码或身份证号），不能提请列入不良档案"


def describe(_values: Values) -> Description:
    """Who it is about is known once the rows are there; `on_submitted` says it."""
    return Description("不良行为")


def may_open(intent: Intent, subject: Case | None) -> None:
    """By hand: about somebody who is known. Raises Invalid."""
    if subject is None or _party(intent.work, subject)[1] is None:
        raise Invalid(_UNKNOWN)


def routing(moment: Moment) -> Mapping[str, Scalar]:
    """What the tables count: the grounds, what was counted before, and whether it is a repetition.

    Raises Invalid where nobody knows whom to propose.
    """
    _row, contractor = _party(moment.work, moment.case)
    if contractor is None:
        raise Invalid(_UNKNOWN)
    ground = _ground(moment)
    flags = {f"ground_{key}": key in _typed(moment) for key in words.GROUNDS}
    return {
        **flags,
        "ground": ground,
        "repeated": bool(ground) and _waiting(moment.work, moment.case, ground) is not None,
        **counted_before(moment.work, contractor.id, moment.at),
    }


def counted_before(work: Session, contractor_id: str, at: datetime) -> dict[str, Scalar]:
    """What stands against a contractor already."""
    return {
        "points_before": ledger.points(work, contractor_id, at),
        "bans_before": ledger.bans_before(work, contractor_id),
    }


def on_submitted(moment: Moment) -> None:
    """The record is there from its proposal on; a repetition leaves none of its own."""
    work, case, data = moment.work, moment.case, moment.data
    row, contractor = _party(work, case)
    if contractor is None:
        raise Invalid(_UNKNOWN)
    ground = _ground(moment)
    grounds = list(_typed(moment)) or [ground]
    party = _named(work, case, row, contractor)
    _name(work, case, row, (party.name, grounds))
    if data.get("repeated"):
        return
    by_hand = moment.actor if moment.actor and not ground else None
    record = BadRecord(
        case=case, work_id=row.id if row else None, contractor=contractor, grounds=grounds,
        name=party.name, legal_rep=party.legal_rep, legal_rep_id=vault.seal(party.legal_rep_id),
        phone=vault.seal(party.phone),
        fact=_fact(moment, row, grounds), points=int(str(data.get("points") or 0)),
        by_rule=by_hand is None, rule_key=_rule_key(work, case, ground) if ground else None,
        proposed_by_id=by_hand.id if by_hand else None, proposed_at=moment.at,
    )  # fmt: skip
    work.add(record)
    work.flush()


def addressee(work: Session, case: Case) -> str | None:
    """The contractor's person, by the phone on record; where there is none, they get it by post."""
    record = of_case(work, case)
    if record is None:
        return None
    name = (record.legal_rep or record.name)[:60]
    try:
        return person_by_phone(work, vault.unseal(record.phone), name, at=case.opened_at).id
    except Invalid:  # none on record, or what was typed years ago is none
        return system.person(work, case.opened_at)


def of_case(work: Session, case: Case) -> BadRecord | None:
    """The record that a case is about; none in one that repeats another."""
    return work.scalars(select(BadRecord).where(BadRecord.case_id == case.id)).first()


def _party(work: Session, case: Case) -> tuple[Work | None, Contractor | None]:
    """The work and its contractor; or who builds on a site that was reported."""
    row = works.maybe_of_subject(work, case)
    if row is not None:
        return row, row.contractor
    report = _report(work, case)
    return None, report.contractor if report else None


def _report(work: Session, case: Case) -> SiteReport | None:
    reports = select(SiteReport).where(SiteReport.case_id.in_((case.subject_id, case.parent_id)))
    return work.scalars(reports).first()


def _named(work: Session, case: Case, row: Work | None, contractor: Contractor) -> Builder:
    """The contractor as the work's filing names them; of a reported site, as found on site.

    Never as the register of contractors does: it keeps what whoever filed first has typed.
    """
    report = _report(work, case)
    name = vault.unseal(report.builder_name) if report else ""
    if row is None and report is not None and not name:
        row = report.work  # a complaint about a filed work, and nobody else was found there
    if row is not None:
        return works.builder(work, row)
    return Builder(
        kind=contractor.kind, name=name,
        legal_rep=vault.unseal(report.builder_legal_rep) if report else "",
        phone=vault.unseal(report.builder_phone) if report else "",
        code="", legal_rep_id="", qualification_no="", safety_licence_no="",
    )  # fmt: skip


def _ground(moment: Moment) -> str:
    """The ground that a message brought; none where a person chose."""
    if _typed(moment):
        return ""
    told = str(moment.data.get("ground") or "")
    return told if told in words.GROUNDS else GENERAL


def _typed(moment: Moment) -> tuple[str, ...]:
    return tuple(key for key in moment.values.get("grounds") or () if key in words.GROUNDS)


def _of_source(case: Case, ground: str) -> str:
    return f"{ground}:{case.parent_id or case.subject_id}"


def _waiting(work: Session, case: Case, ground: str) -> BadRecord | None:
    """The same proposal, out of the same case, that is not decided yet."""
    same = BadRecord.rule_key.startswith(_of_source(case, ground) + ":")
    return work.scalars(select(BadRecord).where(same, BadRecord.state == _PROPOSED)).first()


def _rule_key(work: Session, case: Case, ground: str) -> str:
    """Unique: of two messages at once, the second fails, comes again, and finds the first."""
    source = _of_source(case, ground)
    same = select(func.count()).where(BadRecord.rule_key.startswith(source + ":"))
    return f"{source}:{(work.scalar(same) or 0) + 1}"


def _name(work: Session, case: Case, row: Work | None, of: tuple[str, list[str]]) -> None:
    """Let lists and searches say whom and what the case is about."""
    name, grounds = of
    case.title = f"{name}：{words.grounds(grounds)}"[:200]
    first = work.get(Case, case.subject_id)
    if first is not None and first is not case:
        case.category, case.place = first.category, first.place
    told = (case.number, case.title, case.place, name, row.name if row else "")
    search.index(work, case.id, told)


def _fact(moment: Moment, row: Work | None, grounds: list[str]) -> str:
    written = str(moment.values.get("fact") or "").strip()
    if written:
        return written[:1000]
    where = f"“{row.name}”（{row.number or '未备案'}）" if row else "未备案工程"
    return f"{where}{words.grounds(grounds)}，由系统按规定提请。"
