"""Whose turn it is on site: the open task of a visit, and who may take it."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.clock import local
from app.errors import Conflict, Forbidden, NotFound, Refusal
from app.identity.actor import Actor, Hold
from app.identity.models import Person
from app.smallworks.patrols import checklist, sites
from app.smallworks.patrols.models import Patrol
from app.workflow import acting, definitions, desks, kinds
from app.workflow.commands.locked import locked_case
from app.workflow.handling import hold_under, not_recused, refuse_principal, refuse_taken
from app.workflow.models import Case, Task
from app.workflow.reach import readable_case
from app.workflow.reads import Reads

FORM = "smallworks/patrol"
"""The form of the steps at which a visit is made, whatever a district calls them."""
READS = MappingProxyType(
    {"smallworks/patrol_start": Reads(("address", "level")), FORM: Reads(("scope", "part"))}
)
"""What of the forms of a patrol any code here reads."""


def visit_steps(session: Session, case: Case) -> frozenset[str]:
    """The elements of this case's version at which its site is visited."""
    policies = definitions.get(session, case.version_id).process.tasks
    return frozenset(element for element, policy in policies.items() if policy.form == FORM)


def visit_task(session: Session, case: Case) -> Task | None:
    """The newest step of this case at which its site is visited; open or done."""
    return session.scalars(visits(session, case)).first()


def visits(session: Session, case: Case) -> Select[Task]:
    """Every step of this case at which its site is or was visited, the newest first."""
    mine = select(Task).where(Task.case_id == case.id, Task.element.in_(visit_steps(session, case)))
    return mine.order_by(Task.opened_at.desc(), Task.id.desc())


def colleagues(session: Session, task: Task, at: datetime) -> list[Person]:
    """Who may make this visit today, by name: they sit at its desk, and need not keep away."""
    today, recuses = local(at).date(), kinds.of(task.case.process_key).recuses
    seated = desks.seated(session, task.unit_id, task.desk, today)
    return [person for person in seated if not recuses(session, task, person.id, today)]


def readable(session: Session, actor: Actor, patrol_id: str) -> Patrol:
    """A visit that this member of staff may see. Raises NotFound."""
    patrol = session.get(Patrol, patrol_id)
    if patrol is None or not actor.staff:
        raise NotFound("没有这次巡查")
    readable_case(session, actor, patrol.case_id)
    return patrol


def mine(session: Session, actor: Actor, patrol_id: str, at: datetime) -> tuple[Patrol, Task, Hold]:
    """A visit whose sheet this person fills in, its case locked; taken, where it still waits.

    Raises Forbidden, Conflict.
    """
    patrol, task = _open(session, actor, patrol_id)
    hold = _seat(session, actor, task)
    if task.claimed_by_id != actor.id or patrol.started_at is None:
        hold = take(session, actor, patrol, task, at)  # begun on a device without a network
    return patrol, task, hold


def take(
    session: Session,
    actor: Actor,
    patrol: Patrol,
    task: Task,
    at: datetime,
    *,
    begun: datetime | None = None,
) -> Hold:
    """Claim the visit and fix what it asks. Raises Forbidden, or Conflict naming who has it.

    `begun` is what a device says that was without a network: neither in the future, nor before
    there was anything to begin.
    """
    hold = _seat(session, actor, task)
    refuse_taken(session, actor, task, hold)
    if patrol.started_at is not None and task.claimed_by_id != actor.id:
        join(patrol, actor.name)
    task.claimed_by_id, task.claimed_at = actor.id, task.claimed_at or at
    task.for_id = hold.for_id
    if patrol.started_at is None:
        case = session.get_one(Case, patrol.case_id)
        site = sites.of_work(session, patrol.work)
        patrol.asked = [item.id for item in checklist.of_case(session, case, site, at)]
        patrol.started_at = min(max(begun or at, task.opened_at), at)
        patrol.started_by_id = actor.id
        patrol.inspectors = [{"name": actor.name, "number": ""}]
    return hold


def may_take(session: Session, actor: Actor, task: Task) -> bool:
    """Whether this person may take the visit now."""
    try:
        refuse_taken(session, actor, task, _seat(session, actor, task))
    except Refusal:
        return False
    return True


def join(patrol: Patrol, name: str) -> None:
    """Name somebody on the papers who goes on with a visit that another began."""
    if name not in [each["name"] for each in patrol.inspectors]:
        patrol.inspectors = [*patrol.inspectors, {"name": name, "number": ""}]


def _seat(session: Session, actor: Actor, task: Task) -> Hold:
    """The assignment under which this person visits. Raises Forbidden."""
    hold = hold_under(session, actor, task) if acting.posts(session, actor, task) else None
    if hold is None:
        raise Forbidden("这次巡查不属于您的岗位，请由该岗位人员办理")
    not_recused(session, actor, task)
    refuse_principal(session, actor, task, hold)
    return hold


def opened(session: Session, actor: Actor, patrol_id: str) -> tuple[Patrol, Task]:
    """A visit that is not concluded, its case locked. Raises NotFound, Conflict."""
    return _open(session, actor, patrol_id)


def _open(session: Session, actor: Actor, patrol_id: str) -> tuple[Patrol, Task]:
    readable(session, actor, patrol_id)
    patrol = session.get_one(Patrol, patrol_id)
    case = locked_case(session, patrol.case_id)
    session.refresh(patrol)
    task = visit_task(session, case)
    if task is None or task.status != "open":
        raise Conflict("这次巡查已经下了结论，不能再改")
    return patrol, task
