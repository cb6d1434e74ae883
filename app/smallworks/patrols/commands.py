"""What is done on site: begin a visit, save its sheet, take and drop photos, hand it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Forbidden, Invalid
from app.identity.actor import Actor, Hold
from app.identity.models import Person
from app.identity.permissions import holding
from app.smallworks.models import Work
from app.smallworks.patrols import changes, queries, reminding, turns, visiting, words
from app.smallworks.patrols.changes import Sent
from app.smallworks.patrols.kind import refuse_over
from app.smallworks.patrols.models import Patrol
from app.smallworks.patrols.reminding import ASSIGN
from app.smallworks.patrols.visiting import Visit
from app.workflow import desks, events, keys, notices
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.models import Case, Task

REPORT = "patrol:report"
HANDED = "patrol_handed"
_WHO = "请选择由社区、乡镇还是主管部门去巡查"


@dataclass(frozen=True, slots=True)
class Begin:
    """A visit that somebody begins: to a work, or to the site of a report."""

    work_id: str = ""
    report_case_id: str = ""
    level: str = ""  # who goes, where it is not the person who asks
    client_id: str = ""  # of the device; the same again is the same visit


def begin(actor: Actor, wanted: Begin, *, at: datetime) -> Patrol:
    """Begin a visit that nobody planned, or the planned one that is open already.

    Whoever goes themselves takes it at once; whoever sends others only opens it.
    """
    if wanted.level not in ("", *words.LEVELS):
        raise Invalid(_WHO, {"level": _WHO})
    with transaction() as work:
        key = f"patrol:{wanted.client_id}" if wanted.client_id else ""
        earlier = keys.first_answer(work, actor.id, key, at)
        if earlier is not None:
            return work.get_one(Patrol, earlier["patrol"])
        about, case = _about(work, actor, wanted)
        locked_case(work, case.id)  # of two who begin at once, the second finds the first's
        _refuse_over(work, about)
        before = work.scalars(visiting.unfinished(case.subject_id)).first()
        visit = Visit(_reason(work, wanted), wanted.level)
        visit = visit if wanted.level else Visit(visit.reason, _own_level(actor, case))
        patrol = before or visiting.open_visit(work, about, visit, actor, at=at)
        work.flush()
        fresh = before is not None and patrol.started_at is None
        taken = _go(work, actor, patrol, wanted, at)
        if fresh and taken is not None:
            act = Act(task=taken[0], hold=taken[1])
            case = work.get_one(Case, patrol.case_id)
            events.record(work, case, "started", actor, act, at=at)
        keys.keep_answer(work, actor.id, key, {"patrol": patrol.id})
    return patrol


def _go(
    work: Session, actor: Actor, patrol: Patrol, wanted: Begin, at: datetime
) -> tuple[Task, Hold] | None:
    """Take the visit, unless it was opened for others to go."""
    task = turns.visit_task(work, work.get_one(Case, patrol.case_id))
    if task is None or (wanted.level and desks.hold_for(actor, task) is None):
        return None
    hold = turns.take(work, actor, patrol, task, at)
    if wanted.client_id and patrol.client_id is None:
        patrol.client_id = wanted.client_id[:64]
    return task, hold


def _about(work: Session, actor: Actor, wanted: Begin) -> tuple[Work | Case, Case]:
    row, case = queries.about(work, actor, wanted.report_case_id, wanted.work_id)
    return row or case, case


def _refuse_over(work: Session, about: Work | Case) -> None:
    """Raises Conflict for a work that is over, as it stands once nobody else may end it."""
    if isinstance(about, Work):
        work.refresh(about, with_for_update=True)
        refuse_over(about)


def _reason(work: Session, wanted: Begin) -> str:
    """Why: somebody reported the site, or the work; else nobody planned it."""
    named = None if wanted.work_id else work.get(Case, wanted.report_case_id)
    reported = named is not None and named.process_key == visiting.REPORTED
    return visiting.REPORTED if reported else visiting.UNPLANNED


def _own_level(actor: Actor, case: Case) -> str:
    """At which level this person goes on site. Raises Invalid for those who only send others."""
    units = {case.l4: visiting.COMMUNITY, case.l3: visiting.TOWNSHIP}
    for hold in holding(actor, REPORT):
        if hold.unit_kind == "department":
            return visiting.DEPARTMENT
        if hold.unit_id in units:
            return units[hold.unit_id]
    raise Invalid(_WHO, {"level": _WHO})


def start(actor: Actor, patrol_id: str, begun: datetime | None = None, *, at: datetime) -> Patrol:
    """Take a visit that waits, and begin it; one's own again changes nothing."""
    with transaction() as work:
        patrol, task = turns.opened(work, actor, patrol_id)
        again = patrol.started_at is not None and task.claimed_by_id == actor.id
        hold = turns.take(work, actor, patrol, task, at, begun=begun)
        if not again:
            case = work.get_one(Case, patrol.case_id)
            events.record(work, case, "started", actor, Act(task=task, hold=hold), at=at)
    return patrol


def save(actor: Actor, patrol_id: str, sent: Sent, key: str = "", *, at: datetime) -> Patrol:
    """Keep what was filled in so far. Raises Invalid, Diverged where two changed the same."""
    with transaction() as work:
        if keys.first_answer(work, actor.id, key, at, {"saved": patrol_id}) is not None:
            return work.get_one(Patrol, patrol_id)
        patrol, task, hold = turns.mine(work, actor, patrol_id, at)
        if changes.merge(work, patrol, sent, actor.id, at):
            act = Act(task=task, hold=hold, outcome=str(patrol.revision))
            case = work.get_one(Case, patrol.case_id)
            events.record(work, case, "saved", actor, act, at=at)
    return patrol


def hand_over(actor: Actor, patrol_id: str, person_id: str, *, at: datetime) -> Task:
    """A head gives a visit to somebody of its desk, or, to nobody, back to the pool."""
    with transaction() as work:
        patrol, task = turns.opened(work, actor, patrol_id)
        hold = head_of(actor, task)
        case = work.get_one(Case, patrol.case_id)
        if person_id:
            person = _colleague(work, task, person_id, at)
            task.claimed_by_id, task.claimed_at = person.id, at
            if patrol.started_at is not None:
                turns.join(patrol, person.name)
            notices.tell(work, person, case, (HANDED, f"“{case.title}”改由您办理"), at)
        else:
            task.claimed_by_id = task.claimed_at = None
        act = Act(task=task, hold=hold, outcome="handed" if person_id else "pooled")
        events.record(work, case, "handed_over", actor, act, at=at)
    return task


def head_of(actor: Actor, task: Task) -> Hold:
    """The assignment by which this person shares out the visits of a unit. Raises Forbidden."""
    hold = sharing(actor, task)
    if hold is None:
        raise Forbidden("只有本单位或者上级单位的负责人可以改派巡查")
    return hold


def sharing(actor: Actor, task: Task) -> Hold | None:
    """The same, or none: of the unit's head, else of one above who stands in for them."""
    shares = holding(actor, ASSIGN)
    found = (hold for unit in reminding.rungs(task) for hold in shares if hold.unit_id == unit)
    return next(found, None)


def _colleague(work: Session, task: Task, person_id: str, at: datetime) -> Person:
    """Somebody who sits at this desk today, and need not leave it to others. Raises Invalid."""
    found = turns.colleagues(work, task, at)
    person = next((one for one in found if one.id == person_id), None)
    if person is None:
        raise Invalid("请选择本单位同岗位的人员", {"person": "请选择本单位同岗位的人员"})
    return person
