"""What follows from a filing (备案): its routing values, its work, its number and its papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app import vault
from app.clock import local
from app.engine import Bounds, Law
from app.engine.types import Scalar
from app.identity.models import Person
from app.smallworks import checks, contractors, duplicates, life, limits, papers, words
from app.smallworks.facts import RISK_FLAGS, Facts, address_key, read
from app.smallworks.models import Work
from app.smallworks.papers import said
from app.smallworks.patrols import plans
from app.smallworks.places import public_place
from app.smallworks.records import bans
from app.smallworks.starts import kind as starts
from app.workflow import kinds, notices
from app.workflow.commands.erasing import NAMELESS
from app.workflow.kinds import Description, Moment, Values
from app.workflow.models import Case

KEY = "filing"
REFERRED = life.REFERRED
_LEVELS = ("low", "medium", "high")
_FROM_LIMITS = frozenset({"limit_investment", "limit_area", "limit_mode", "limit_inclusive"})
_OF_OURS = frozenset({"area_sqm", "indoor", "city_case", "duplicate", "risk_floor"})
ROUTING = frozenset(f"risk_{flag}" for flag in RISK_FLAGS) | _FROM_LIMITS | _OF_OURS
ROUTING_WORDS = {
    "limit_investment": "投资额限额（万元）", "limit_area": "面积限额（平方米）",
    "limit_mode": "限额口径", "limit_inclusive": "限额含本数",
    "city_case": "跨县市区或市管工地", "duplicate": "疑似重复备案",
}  # fmt: skip
"""What people call those that no form asks."""
VALUES: Mapping[str, tuple[Scalar, ...]] = {
    **{f"risk_{flag}": (True, False) for flag in RISK_FLAGS},
    **dict.fromkeys(("limit_inclusive", "indoor", "city_case", "duplicate"), (True, False)),
    "limit_mode": tuple(limits.MODES),
    "risk_floor": _LEVELS,
}
BOUNDS: Mapping[str, Bounds] = {
    **dict.fromkeys(("limit_investment", "limit_area"), Bounds("number", low=0)),
    "area_sqm": Bounds("number", low=0, empty=True),
}
LAWS = (
    Law("in_limit = false", frozenset({"approved", "referred"}), "district", "超过限额的工程"),
    Law('depth in ("district", "city")', frozenset({"approved"}), "district", "高风险的工程"),
    Law('depth = "city"', frozenset({"approved"}), "city", "须由市级办理的工程"),
)
"""What no drawing may do: over the limit, or of high risk, and decided below the level for it."""


def describe(values: Values) -> Description:
    """Title, project type and address for lists; names by which it can be found."""
    facts = read(values)
    return Description(
        title=facts.name or "未命名工程",
        category=facts.category,
        address=facts.address,
        words=(facts.owner_name, facts.builder.name),
    )


def phones(values: Values) -> list[str]:
    """The telephones of applicant, owner and contractor."""
    named = ("applicant_phone", "phone", "contractor_phone")
    return [str(values.get(name) or "") for name in named]


def routing(moment: Moment) -> Mapping[str, Scalar]:
    """What the decision tables ask for.

    Raises Invalid where dates or certificates do not hold, or the contractor is banned.
    """
    facts, day = read(moment.values), local(moment.at).date()
    checks.refuse_faults(facts, day, bans.faults(moment.work, facts.builder.numbers, day))
    case = moment.case
    limit = limits.in_force(moment.work, (case.l2, case.l1), day)
    return {
        **{f"risk_{flag}": flag in facts.risk_flags for flag in RISK_FLAGS},
        **{f"limit_{name}": value for name, value in _limit(limit).items()},
        "area_sqm": facts.area_sqm,
        "indoor": facts.indoor,
        "city_case": facts.city_case,
        "duplicate": bool(duplicates.found(moment.work, case, facts, moment.at)),
        "risk_floor": _LEVELS[0],
    }


def faults(work: Session, values: Values, at: datetime) -> Mapping[str, str]:
    """What can be said against a filing before it is sent, beyond its form: a banned contractor."""
    return bans.faults(work, read(values).builder.numbers, local(at).date())


def _limit(limit: limits.Limit) -> dict[str, Scalar]:
    return {
        "investment": limit.investment_wan,
        "area": limit.area_sqm,
        "mode": limit.mode,
        "inclusive": limit.inclusive,
    }


def on_submitted(moment: Moment) -> None:
    """The work and the contractor follow what was filed, or corrected."""
    facts, work = read(moment.values), moment.work
    told = (
        *duplicates.found(work, moment.case, facts, moment.at),
        *checks.warnings(facts, local(moment.at).date()),
    )
    row = _row(moment) or Work(case_id=moment.case.id, submitted_at=moment.at, state=life.IN_REVIEW)
    _fill(row, moment, facts)
    row.warnings = list(told)
    work.add(row)
    work.flush()


def _fill(row: Work, moment: Moment, facts: Facts) -> None:
    day, case = local(moment.at).date(), moment.case
    contractor = contractors.remember(moment.work, facts.builder, moment.at)
    row.name, row.kind, row.category = facts.name, facts.kind, facts.category
    row.risk, row.risk_floor = str(moment.data.get("risk_level") or ""), _LEVELS[0]
    row.division_code = case.division_code
    row.place = public_place(moment.work, case.division_code)
    row.address, row.address_key = facts.address, address_key(facts.address)
    row.owner_name, row.owner_index = facts.owner_name, vault.blind(facts.owner_code)
    row.contractor_id = contractor.id if contractor else None
    row.legal_rep_index = vault.blind(facts.builder.legal_rep_id)
    row.investment_wan, row.area_sqm = facts.investment_wan, facts.area_sqm
    row.planned_start = facts.planned_start or day
    row.planned_end = facts.planned_end or row.planned_start
    life.enter(row, life.IN_REVIEW, moment.at)


def decided(moment: Moment) -> Mapping[str, Scalar]:
    """A reviewer may raise the risk, never lower it; a return and a permit leave their trace."""
    row = _row(moment)
    if row is None:
        return {}
    raised = str(moment.answers.get("risk_floor") or "")
    row.risk_floor = _higher(row.risk_floor, raised)
    row.risk = _higher(row.risk, row.risk_floor) if row.risk else ""
    if moment.outcome == "return":
        papers.issue(
            moment.work, moment.case, "correction", said.correction(moment, row), moment.at
        )
    elif moment.outcome == "permitted":
        row.permit_no = str(moment.answers.get("permit_no") or "")
    return {"risk_floor": row.risk_floor}


def register_filing(moment: Moment) -> None:
    """Number the work, and issue its receipt and its risk notice.

    Raises Conflict where the contractor was banned while the filing was reviewed.
    """
    row = _known(moment)
    bans.refuse_approval(moment.work, read(moment.values).builder.numbers, local(moment.at).date())
    row.risk = str(moment.data.get("risk_level") or row.risk)
    life.enter(row, life.FILED, moment.at)
    receipt = papers.issue(
        moment.work, moment.case, "receipt", said.receipt(moment, row), moment.at
    )
    row.number = receipt.number
    plans.begin(moment.work, row, moment.at)
    warned = said.risk_notice(moment, row, receipt.number)
    papers.issue(moment.work, moment.case, "risk_notice", warned, moment.at)
    starts.filed(moment.work, row, moment.at)


def refer_permit(moment: Moment) -> None:
    """Over the limit: tell the owner to get a permit; the case stays open until that is settled."""
    row = _known(moment)
    life.enter(row, REFERRED, moment.at)
    moment.case.state = REFERRED
    facts, day = read(moment.values), local(moment.at).date()
    limit = limits.in_force(moment.work, (moment.case.l2, moment.case.l1), day)
    told = said.permit_notice(moment, row, facts, limit)
    papers.issue(moment.work, moment.case, "permit_notice", told, moment.at)
    if moment.task is None:  # after a decision the workflow itself tells of the new state
        _tell_applicant(moment, "超出当地限额，已转办施工许可，请按告知单办理")


def _tell_applicant(moment: Moment, news: str) -> None:
    case = moment.case
    person = moment.work.get(Person, case.applicant_id or case.filed_by_id)
    word = (notices.RESULT, f"“{case.title}”{news}")
    notices.tell(moment.work, person, case, word, moment.at)


def on_ended(moment: Moment) -> None:
    """What the case came to, the work came to; a refusal leaves its notice."""
    row = _known(moment)
    result = moment.case.result or ""
    if result in words.STATES:
        life.enter(row, result, moment.at)
    elif result == kinds.TERMINATED:
        life.enter(row, life.CANCELLED, moment.at)
    if result == "rejected":
        papers.issue(moment.work, moment.case, "rejection", said.rejection(moment, row), moment.at)


def on_erased(session: Session, case: Case) -> None:
    """The work stays in the register, with its kind and figures, without whose and where it is."""
    row = session.scalars(select(Work).where(Work.case_id == case.id)).first()
    if row is not None:
        row.name = row.owner_name = NAMELESS
        row.owner_index = row.legal_rep_index = row.address = row.address_key = ""


_ROW = select(Work).where(Work.case_id == bindparam("case")).execution_options(autoflush=False)
"""Asked at every decision. `on_submitted` has written the row, so nothing need be flushed first."""


def _row(moment: Moment) -> Work | None:
    return moment.work.scalars(_ROW, {"case": moment.case.id}).first()


def _known(moment: Moment) -> Work:
    return moment.work.scalars(_ROW, {"case": moment.case.id}).one()


def _higher(one: str, other: str) -> str:
    return max((one, other), key=lambda level: _LEVELS.index(level) if level in _LEVELS else -1)
