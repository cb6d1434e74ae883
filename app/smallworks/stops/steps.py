"""What the steps of `stop_work` do: the order, its papers, the alarm, and how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from app.clock import local
from app.engine.types import Scalar
from app.errors import Conflict, Forbidden
from app.identity.actor import Actor
from app.identity.models import Person, Unit
from app.identity.permissions import holding
from app.identity.scope import in_scope
from app.smallworks import life, officials, papers, winding, works
from app.smallworks.addressee import Say, inform, summon
from app.smallworks.completions import terms
from app.smallworks.papers import said, serving
from app.smallworks.patrols import plans
from app.smallworks.starts import kind as starts
from app.smallworks.stops import ordering
from app.smallworks.stops.models import StopOrder
from app.smallworks.stops.words import HELD_WHY
from app.workflow import holds, notices
from app.workflow.kinds import Intent, Moment
from app.workflow.models import Case
from app.workflow.reads import Reads

ORDER, SITE, CONFIRM = "stop:order", ordering.SITE, "stop:confirm"
ROUTING = frozenset({"formal", "major_hazard"})
READS = Reads(
    ("scope", "part", "law", "hazards", "reasons.text", "reasons.rule"),
    {"reasons.grade": ("major",)},
)
"""What of the form of an order any code here reads."""
STOPPED, ALARM = "stopped", "alarm"
"""Kinds of notices of this room."""


def may_open(intent: Intent, subject: Case | None) -> None:
    """Only a work at which somebody may be working."""
    row = works.maybe_of_subject(intent.work, subject) if subject else None
    if row is None:
        raise Conflict("该办件没有对应的工程，不能责令停工")
    ordering.refuse_idle(row)


def routing(moment: Moment) -> Mapping[str, Scalar]:
    """Whether whoever ordered it may do so finally, and whether a major hazard is the reason."""
    formal = moment.actor is not None and in_scope(moment.actor, ORDER, moment.case)
    return {"formal": formal, "major_hazard": _major(moment.values)}


def on_submitted(moment: Moment) -> None:
    """In force at once: the work stops, and its other cases wait, whatever step they are in."""
    work, case = moment.work, moment.case
    row = works.of_subject(work, case)
    ordering.refuse_idle(row)
    life.enter(row, life.STOPPED, moment.at)
    values = moment.values
    order = StopOrder(
        case_id=case.id, work_id=row.id, scope=str(values.get("scope") or "all"),
        part=str(values.get("part") or ""), reasons=_reasons(values),
        law=str(values.get("law") or ""), major=_major(values), effective_at=moment.at,
        ordered_by_id=case.filed_by_id, unit_id=_unit(moment.actor, case),
    )  # fmt: skip
    work.add(order)
    work.flush()
    holds.hold(work, case.subject_id, HELD_WHY, case, moment.actor, at=moment.at)
    tomorrow = local(moment.at).date() + timedelta(days=1)
    plans.hurry(work, row, tomorrow, "stopped", moment.at)


def _reasons(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    hazards = str(values.get("hazards") or "").split(",")
    rows = list(values.get("reasons") or ())
    hazards += [""] * (len(rows) - len(hazards))
    return [
        {
            "text": str(one.get("text") or ""),
            "rule": str(one.get("rule") or ""),
            "hazard_id": hazard,
            "major": one.get("grade") == "major",
        }
        for one, hazard in zip(rows, hazards, strict=False)
    ]


def _major(values: Mapping[str, Any]) -> bool:
    return any(one.get("grade") == "major" for one in values.get("reasons") or ())


def _unit(actor: Actor | None, case: Case) -> str | None:
    """For which unit it is ordered: that of the grant by which this person may."""
    mine = holding(actor, SITE) if actor else ()
    areas = {case.l1, case.l2, case.l3, case.l4}
    return next((hold.unit_id for hold in mine if hold.area_unit_id in areas), None)


def decided(moment: Moment) -> Mapping[str, Scalar]:
    """Whoever came by the link and asks to go on has read what was sent with it."""
    if moment.task and moment.actor and moment.task.person_id == moment.actor.id:
        reader = moment.work.get_one(Person, moment.actor.id)
        serving.seen(moment.work, moment.case, reader, at=moment.at)
    return {}


def issue_site_stop(moment: Moment) -> None:
    """The paper that is printed on the spot and posted at the site."""
    order = ordering.of_case(moment.work, moment.case.id)
    facts = said.stop_notice(moment.work, order, moment.at)
    paper = papers.issue(
        moment.work, moment.case, "site_stop", facts, moment.at, unit=_issuer(moment, order)
    )
    order.site_paper_id = paper.id
    serving.enclose(moment.work, moment.case, paper, moment.actor, at=moment.at)
    text = f"“{order.work.name}”已被责令停工，立即停止作业；停工单 {paper.number}"
    _tell_both(moment, order, text)


def alarm_leader(moment: Moment) -> None:
    """Nobody confirmed it in time: those who answer for the township hear of it. It stays."""
    order = ordering.of_case(moment.work, moment.case.id)
    order.alarmed_at = order.alarmed_at or moment.at
    text = f"“{order.work.name}”停工已超过确认时限，仍未确认，停工继续有效，请督促负责人确认"
    leaders = officials.leaders(moment.work, moment.case, officials.TOWNSHIP, moment.at)
    heads = officials.heads(moment.work, moment.case, officials.TOWNSHIP, moment.at)
    _tell(moment, {one.id: one for one in (*leaders, *heads)}.values(), (ALARM, text))


def issue_stop_notice(moment: Moment) -> None:
    """The stop in due form; it counts as confirmed from here. Raises Forbidden."""
    by = _entitled(moment)
    work, order = moment.work, ordering.of_case(moment.work, moment.case.id)
    order.confirmed_at, order.confirmed_by_id = moment.at, by.id
    unit = moment.task.unit if moment.task else _issuer(moment, order)
    facts = said.stop_notice(work, order, moment.at)
    paper = papers.issue(work, moment.case, "stop_notice", facts, moment.at, unit=unit)
    order.notice_paper_id = paper.id
    serving.enclose(work, moment.case, paper, moment.actor, at=moment.at)
    text = f"“{order.work.name}”停工通知书 {paper.number}：停工原因消除后，在这里申请复工"
    _tell_both(moment, order, text)
    told = f"“{order.work.name}”已停工，停工通知书 {paper.number}，请报到"
    department = officials.department(work, moment.case, moment.at)
    _tell(moment, department, (STOPPED, told))


def revoke_stop(moment: Moment) -> None:
    """The stop was not called for: everything is as it was before."""
    order = _lift(moment, "revoked")
    life.resume(order.work)
    _go_on(moment, order, f"“{order.work.name}”的停工已撤销，可以继续施工")


def resume_work(moment: Moment) -> None:
    """The reasons are gone: back to the state before, with the notice that says so."""
    work, order = moment.work, _lift(moment, "resumed")
    life.resume(order.work)
    work.flush()
    unit = moment.task.unit if moment.task else _issuer(moment, order)
    facts = said.resume_notice(work, order, moment.at)
    paper = papers.issue(work, moment.case, "resume_notice", facts, moment.at, unit=unit)
    order.resume_paper_id = paper.id
    _go_on(moment, order, f"“{order.work.name}”准予复工，复工通知书 {paper.number}")


def cancel_work(moment: Moment) -> None:
    """Nobody will go on: the work is over, and what was open about it ends with it."""
    order = _lift(moment, "cancelled")
    life.enter(order.work, life.CANCELLED, moment.at)
    winding.end_with_work(moment, order.work)
    _tell_both(moment, order, f"“{order.work.name}”已核实不再施工，备案已注销", inform)


def _entitled(moment: Moment) -> Actor:
    """Who confirms a stop or ends it. Raises Forbidden without that right, whatever is drawn.

    A timer has no rights: no stop is confirmed or ends because nobody did anything.
    """
    if moment.actor is None or not in_scope(moment.actor, CONFIRM, moment.case):
        raise Forbidden("停工、复工由乡镇（街道）或者主管部门的负责人确认，请报上级办理")
    return moment.actor


def _lift(moment: Moment, outcome: str) -> StopOrder:
    _entitled(moment)
    order = ordering.of_case(moment.work, moment.case.id)
    order.lifted_at, order.outcome = moment.at, outcome
    holds.lift(moment.work, moment.case.subject_id, moment.case, moment.actor, at=moment.at)
    return order


def _go_on(moment: Moment, order: StopOrder, text: str) -> None:
    terms.arm(moment.work, order.work, moment.at)
    starts.resumed(moment.work, order.work, moment.at)
    tomorrow = local(moment.at).date() + timedelta(days=1)
    plans.hurry(moment.work, order.work, tomorrow, "start", moment.at)
    _tell_both(moment, order, text, inform)


def _issuer(moment: Moment, order: StopOrder) -> Unit | None:
    return moment.work.get(Unit, order.unit_id) if order.unit_id else None


def _tell_both(moment: Moment, order: StopOrder, text: str, say: Say = summon) -> None:
    """Whoever is addressed; and the owner, who may be another."""
    say(moment.work, moment.case, (STOPPED, text), moment.at)
    owner_id = order.work.case.applicant_id
    if owner_id and owner_id != moment.case.applicant_id:
        owner = moment.work.get(Person, owner_id)
        notices.tell(moment.work, owner, moment.case, (STOPPED, text), moment.at)


def _tell(moment: Moment, people: Iterable[Person], word: tuple[str, str]) -> None:
    for person in people:
        notices.tell(moment.work, person, moment.case, word, moment.at)
