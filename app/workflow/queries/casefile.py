"""One case, whole: facts, who acts next and until when, the record, what was passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.clock import IsWorkday
from app.engine.types import TaskPolicy
from app.errors import Forbidden, NotFound
from app.identity.actor import Actor
from app.identity.models import Person
from app.workflow import acting, calendar, definitions, desks, handing, pace
from app.workflow.definitions import Definition
from app.workflow.events import WHOM
from app.workflow.models import Attachment, Case, Event, Submission, Task
from app.workflow.queries.ahead import expected
from app.workflow.reach import readable_case

PASSED, CURRENT, AHEAD = "passed", "current", "todo"


@dataclass(frozen=True, slots=True)
class Stage:
    """One human step of the chain, and how this case stands to it."""

    element: str
    name: str
    status: str  # passed, current, todo
    done: Task | None  # the last task here that was decided
    open: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything that a page says of one case."""

    case: Case
    definition: Definition
    open: tuple[Task, ...]
    stages: tuple[Stage, ...]
    events: tuple[Event, ...]
    passed: dict[str, int]  # element -> how often
    current: frozenset[str]
    submission: Submission
    attachments: tuple[Attachment, ...]
    named: Mapping[str, str]  # of those whom events name beside their actors, by id
    is_workday: IsWorkday  # by the calendar of its place
    earlier: Mapping[str, Definition]  # by which tasks were handled before it was moved on

    def then(self, event: Event) -> Definition:
        """The version by which an event happened, as far as it is about a task."""
        return self.earlier.get(event.task_id or "", self.definition)

    @property
    def values(self) -> Mapping[str, Any]:
        """The start form as last submitted, secrets masked."""
        form = self.definition.form(self.definition.process.start_form)
        return form.unseal(self.submission.values, show_secrets=False)


def read(work: Session, actor: Actor, case_id: str) -> CaseFile:
    """A case that this person may see. Raises NotFound."""
    return of_case(work, readable_case(work, actor, case_id))


def of_case(work: Session, case: Case) -> CaseFile:
    """The file of a case that was found within somebody's scope."""
    definition = definitions.get(work, case.version_id)
    tasks = work.scalars(
        select(Task)
        .where(Task.case_id == case.id)
        .options(joinedload(Task.unit), joinedload(Task.claimed_by), joinedload(Task.done_by))
        .order_by(Task.opened_at, Task.id)
    ).all()
    events = work.scalars(
        select(Event)
        .where(Event.case_id == case.id)
        .options(*map(joinedload, (Event.actor, Event.in_name_of, Event.unit, Event.submission)))
        .order_by(Event.seq)
    ).all()
    passed: dict[str, int] = {}
    for event in events:
        for element in event.passed:
            passed[element] = passed.get(element, 0) + 1
    waiting = tuple(task for task in tasks if task.status in ("open", "waiting"))
    start = definition.process.start_form
    submission = next(
        e.submission for e in reversed(events) if e.submission and e.submission.form == start
    )
    files = work.scalars(
        select(Attachment)
        .where(Attachment.case_id == case.id)
        .order_by(Attachment.at, Attachment.id)
    ).all()
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    ahead = _ahead(case, definition, is_workday)
    return CaseFile(
        case, definition, waiting, _stages(definition, tasks, ahead), tuple(events), passed,
        frozenset(task.element for task in waiting), submission, tuple(files),
        _named(work, events), is_workday,
        {task.id: definitions.of_task(work, task) for task in tasks if task.version_id},
    )  # fmt: skip


def _named(work: Session, events: Sequence[Event]) -> dict[str, str]:
    ids = {one for event in events for one in str(event.routing.get(WHOM, "")).split()}
    if not ids:
        return {}
    rows = work.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _stages(
    definition: Definition, tasks: Sequence[Task], ahead: Sequence[str]
) -> tuple[Stage, ...]:
    """The chain as a person reads it: what was passed, what waits, what comes if all agree."""
    found = []
    for step in definition.steps:
        here = [task for task in tasks if task.element == step.element]
        waiting = tuple(task for task in here if task.status in ("open", "waiting"))
        decided = [task for task in here if task.status == "done"]
        if not waiting and (
            _applicants_own(step.policy) or (not decided and step.element not in ahead)
        ):
            continue
        status = CURRENT if waiting else PASSED if step.element not in ahead else AHEAD
        done = decided[-1] if decided else None
        found.append(Stage(step.element, step.name, status, done, waiting))
    return tuple(found)


def _applicants_own(policy: TaskPolicy) -> bool:
    """A correction stands in the chain while it waits; afterwards the record tells of it."""
    return any(desks.APPLICANT in party.roles for party in policy.parties)


def _ahead(case: Case, definition: Definition, is_workday: IsWorkday) -> tuple[str, ...]:
    if case.ended_at is not None:
        return ()
    then = pace.of(case, case.touched_at, is_workday)
    return expected(definition.process, case.snapshot, at=then.at, workdays=then.workdays)


@dataclass(frozen=True, slots=True)
class Handling:
    """One task as its handler sees it, beside the whole case."""

    task: Task
    file: CaseFile
    policy: TaskPolicy
    mine: bool  # claimed by me, or my own as applicant
    returned: Mapping[str, Any]  # what the last reviewer asked for, if this is a correction


def handling(work: Session, actor: Actor, task_id: str) -> Handling:
    """A task to look at before deciding. Raises NotFound out of scope, Forbidden if not mine."""
    whole = joinedload(Task.case).undefer(Case.snapshot)  # the chain ahead is asked of it
    row = select(Task).where(Task.id == task_id).options(whole)
    task = work.scalars(row).first()
    if task is None or not opens(work, actor, task):
        if task is not None:
            readable_case(work, actor, task.case_id)
            raise Forbidden("该任务不属于您的岗位，可在办件页查看进展")
        raise NotFound("没有这个任务")
    file = of_case(work, task.case)
    policy = file.definition.process.tasks[task.element]
    own = task.person_id == actor.id
    mine = own or (task.claimed_by_id == actor.id and task.delegated_by_id is None)
    return Handling(task, file, policy, mine, _returned(file) if own else {})


def opens(work: Session, actor: Actor, task: Task) -> bool:
    """Whether somebody may look at it: it is theirs, they sit there, stand in, or are asked.

    Who had it once does not: a post may have ended since.
    """
    if task.person_id == actor.id or acting.posts(work, actor, task):
        return True
    return task.status in ("open", "waiting") and handing.advises(work, actor, task)


def own_task(work: Session, person_id: str, case_id: str) -> Task | None:
    """The task of a case that waits for this very person."""
    row = select(Task).where(
        Task.case_id == case_id, Task.person_id == person_id, Task.status == "open"
    )
    return work.scalars(row.order_by(Task.opened_at, Task.id)).first()


def _returned(file: CaseFile) -> Mapping[str, Any]:
    for event in reversed(file.events):
        if event.outcome == "return" and event.submission:
            return event.submission.values
    return {}
