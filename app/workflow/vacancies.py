"""Steps with nobody there (无人可办): they neither stall nor pass; they go up, or to a tray.

Whoever is a party, must keep away or signed already does not count as being there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from app.clock import local
from app.db import new_id
from app.errors import Conflict
from app.identity import posts, queries
from app.identity.actor import Actor, Hold
from app.identity.models import Grant, Person, Unit
from app.identity.permissions import holding
from app.identity.units import COLUMNS
from app.workflow import definitions, desks, events, handling, jobs, kinds, notices, separation
from app.workflow.assignment import asks_department
from app.workflow.desks import holds_for, sits_at
from app.workflow.events import Act
from app.workflow.habits import TaskDraft
from app.workflow.models import Case, Task
from app.workflow.reach import reads

VACANT = "vacant"
NAMES = "task:assign"
"""Who keeps a unit, or watches over the cases of its place, names who handles what nobody there
can; whoever keeps accounts alone, apart from all else, does not.
"""
LEFT = timedelta(days=3)
"""Since what somebody wrote before a task, after which they are not at it any more."""
FEW = 3
"""Where more sit at a desk, one of them is there for any case: each is not asked one by one."""


def there(work: Session, task: Task, day: date) -> Iterator[Actor]:
    """Who may handle a task that day, whether or not somebody else has claimed it."""
    for actor in queries.able_in(work, task.unit_id or "", day):
        if holds_for(actor, task) and handling.kept_away(work, actor, task) is None:
            yield actor


def somebody(work: Session, task: Task, day: date) -> bool:
    """Whether anybody is; the applicant always is, for what is theirs."""
    return task.unit_id is None or any(there(work, task, day))


def each(work: Session, row: Task, at: datetime) -> list[Task]:
    """A row of its own, by name, for everybody who is there; nobody's where nobody is."""
    named = [actor.id for actor in there(work, row, local(at).date())]
    rows = [row, *(_again(row) for _one in named[1:])]
    for person_id, one in zip(named, rows, strict=False):
        one.named_id = one.claimed_by_id = person_id
        one.claimed_at = at
    work.add_all(rows)
    return rows


def _again(row: Task) -> Task:
    alike = ("ref", "element", "name", "party", "joint", "desk", "unit_id", "status", "opened_at",
             "came_of_id")  # fmt: skip
    copied = {name: getattr(row, name) for name in (*alike, *COLUMNS.values())}
    return Task(id=new_id(), case=row.case, case_id=row.case_id, **copied)


def expect(work: Session, task: Task, at: datetime) -> None:
    """A task has just opened, or somebody is barred from it now: if nobody is there, see to it.

    As its own work right after this command, whose event comes first.
    """
    if (
        task.claimed_by_id is None
        and not _left_alone(work, task)
        and not _somebody_now(work, task, at)
    ):
        key = f"{VACANT}:{task.case_id}:{new_id()}"
        jobs.enqueue(work, VACANT, key, {"task": task.id}, at)


def _somebody_now(work: Session, task: Task, at: datetime) -> bool:
    with work.no_autoflush:  # who sits where is no matter of this command
        return somebody(work, task, local(at).date())


def _left_alone(work: Session, task: Task) -> bool:
    """Whether its kind sees to it by its own drawing."""
    forms = kinds.of(task.case.process_key).sends_up
    if not forms:
        return False
    policies = definitions.get(work, task.case.version_id).process.tasks
    return policies[task.element].form in forms


def _look(work: Session, payload: jobs.Payload, at: datetime) -> None:
    look(work, locked(work, payload["task"]), at=at)


def locked(work: Session, task_id: str) -> Task:
    """A task, as it is once its case is nobody else's to change."""
    task = work.get_one(Task, task_id)
    work.get_one(Case, task.case_id, with_for_update=True, populate_existing=True)
    work.refresh(task)
    return task


def look(work: Session, task: Task, *, at: datetime) -> None:
    """Let a task lie where somebody is: one level up or further, or else in the tray.

    The caller holds the case's lock.
    """
    if task.status != "open" or task.claimed_by_id is not None or _left_alone(work, task):
        return
    work.flush()
    day = local(at).date()
    if somebody(work, task, day):
        task.vacant = False
        return
    was = work.get_one(Unit, task.unit_id)
    now = _rise(work, task, day)
    if now is None and task.vacant:
        return
    task.vacant = now is None
    if now is not None and now is not was:
        task.stands_in_id = task.stands_in_id or was.id
    told = {"from": was.name, "to": now.name if now else ""}
    events.record(work, task.case, VACANT, None, Act(task=task, routing=told), at=at)
    _tell(work, task, was, now, at)


def _rise(work: Session, task: Task, day: date) -> Unit | None:
    """Move the task to the nearest unit above in which somebody is; it stays where none has."""
    lay = {name: getattr(task, name) for name in ("unit_id", "desk", *COLUMNS.values())}
    with work.no_autoflush:
        for unit in above(work, task):
            lie_at(work, task, unit)
            if somebody(work, task, day):
                return unit
    for name, value in lay.items():
        setattr(task, name, value)
    return None


def above(work: Session, task: Task) -> list[Unit]:
    """The governments above a task's unit, the nearest first; of a department its own first.

    A government that stands in for a unit that does not exist has others than the drawing names.
    """
    areas = (getattr(task, column) for column in reversed(COLUMNS.values()))
    units = [work.get_one(Unit, one) for one in areas if one is not None]
    return [one for one in units if one.id != task.unit_id or _others_here(work, task, one)]


def _others_here(work: Session, task: Task, unit: Unit) -> bool:
    party = separation.party_of(work, task)
    stands_in = unit.level != separation.level_of(work, task) or asks_department(party)
    return stands_in and task.desk != desks.reviewing(unit)


def nameable(task: Task) -> bool:
    """Whether somebody may be named for it: nobody is there, or who has it by name is to change."""
    by_name = task.named_id is not None and task.claimed_by_id == task.named_id
    return task.status == "open" and (by_name or (task.vacant and task.claimed_by_id is None))


def at_it(work: Session, task: Task, at: datetime) -> bool:
    """Whether whoever has it by name is filling it in, within its limit.

    Who signs is not changed under their hands; what they left lying may be given to another.
    """
    draft = work.get(TaskDraft, (task.named_id, task.id)) if task.named_id else None
    late = task.due_at is not None and task.due_at < at
    return draft is not None and not late and draft.at > at - LEFT


def refuse_begun(work: Session, task: Task, at: datetime) -> None:
    """Raises Conflict, saying who, while they are."""
    if at_it(work, task, at):
        name = work.get_one(Person, task.named_id).name
        said = "期限内不能改由他人；连续三天没有再写，或者逾期以后可以改"
        raise Conflict(f"{name}已经开始填写，{said}")


def lie_at(work: Session, task: Task, unit: Unit) -> None:
    """Put a task before those who decide in a unit of the case's own places."""
    task.unit_id, task.desk = unit.id, desks.reviewing(unit)
    desks.know(work, task.desk)
    levels = list(COLUMNS)
    for level in levels:
        within = levels.index(level) <= levels.index(unit.level)
        setattr(task, COLUMNS[level], getattr(task.case, COLUMNS[level]) if within else None)


def _tell(work: Session, task: Task, was: Unit, now: Unit | None, at: datetime) -> None:
    """An alarm for whoever names others there, and a word to whoever has it now.

    Whoever keeps a unit reads no case: they hear of its flow and number alone.
    """
    day, said = local(at).date(), "请在“无人可办”中指定办理人"
    ids = [] if now is None else [actor.id for actor in there(work, task, day)]
    people = list(work.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))
    people += [one for one in _alarmed(work, was, day) if one.id not in ids]
    text = f"已转{now.name}办理" if now else said
    for person in people:
        words = {"unit": was.name, "text": text}
        if not reads(work, queries.actor_for(person.id, at), task.case):
            words |= {"name": f"{task.case.version.title} {task.case.number}", "place": was.name}
        notices.tell(work, person, task.case, (VACANT, words), at, task=task)


def _alarmed(work: Session, unit: Unit, day: date) -> list[Person]:
    """Who keeps the unit, or the nearest above that has a keeper; without any, whoever else names.

    A city whose duties are kept by three has none.
    """
    chain = list(_upwards(unit))
    keepers = (posts.keeper(work, one.id, day) for one in chain)
    keeper = next((one for one in keepers if one is not None), None)
    if keeper is not None:
        return [keeper]
    naming = ([one for one in queries.able_in(work, step.id, day) if holding(one, NAMES)]
              for step in chain)  # fmt: skip
    nearest = next((found for found in naming if found), [])
    return [work.get_one(Person, one.id) for one in nearest]


def _upwards(unit: Unit) -> Iterator[Unit]:
    step: Unit | None = unit
    while step is not None:
        yield step
        step = step.parent


def left_by(work: Session, person_id: str, at: datetime) -> None:
    """Somebody's rights became fewer: see to what lies where they sat, if few are left there."""
    units = select(Grant.unit_id).where(Grant.person_id == person_id)
    lying = (Task.status == "open", Task.claimed_by_id.is_(None), ~Task.vacant)
    pools = select(Task.unit_id, Task.desk).where(*lying, Task.unit_id.in_(units)).distinct()
    day = local(at).date()
    empty = [pool for pool in work.execute(pools).all() if thin(work, str(pool[0]), pool[1], day)]
    mine = tuple_(Task.unit_id, Task.desk).in_(empty)
    for task_id in work.scalars(select(Task.id).where(*lying, mine).order_by(Task.case_id)).all():
        look(work, locked(work, task_id), at=at)


def nobodys(work: Session, day: date) -> list[str]:
    """The open tasks at whose desk nobody is that day, and those in trays: for the sweep."""
    lying = (Task.status == "open", Task.unit_id.is_not(None), Task.claimed_by_id.is_(None))
    pools = work.execute(select(Task.unit_id, Task.desk).where(*lying).distinct()).all()
    held: dict[str, list[Hold]] = {}
    for member in queries.staff_of({str(unit_id) for unit_id, _desk in pools}, day):
        for hold in member.actor.holds if member.able else ():
            held.setdefault(hold.unit_id, []).append(hold)
    empty = [
        (unit_id, desk)
        for unit_id, desk in pools
        if not any(sits_at(hold, desk) for hold in held.get(str(unit_id), ()))
    ]
    left = or_(Task.vacant, tuple_(Task.unit_id, Task.desk).in_(empty))
    return list(work.scalars(select(Task.id).where(*lying, left).order_by(Task.case_id, Task.id)))


def thin(work: Session, unit_id: str, desk: str, day: date, most: int = FEW) -> bool:
    """Whether so few sit at a desk that all of them may have to leave one case to others."""
    seated = [one for one in queries.able_in(work, unit_id, day) if _sits(one, desk)]
    return len(seated) <= most


def _sits(actor: Actor, desk: str) -> bool:
    return any(sits_at(hold, desk) for hold in actor.holds)


jobs.handlers[VACANT] = jobs.Handler(inside=_look)
