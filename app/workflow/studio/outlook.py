"""What moving running cases would come to, case by case, before anybody does it: a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import IsWorkday, local
from app.engine import Process
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.models import Person, Unit
from app.workflow import assignment, calendar, deadlines, definitions, desks, kinds
from app.workflow.models import Case, Event, ProcessVersion, Task
from app.workflow.queries.ahead import expected
from app.workflow.studio import clocks, moving
from app.workflow.studio.caveats import Caveats
from app.workflow.studio.hands import Hands
from app.workflow.studio.moving import Plan, Targets

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Lack:
    """A step at which cases of an older version wait, and which the new one has not."""

    version: ProcessVersion
    element: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """One case: where it waits, what it would come to, or why it cannot be moved."""

    case: Case
    seq: int
    now: tuple[str, ...]
    plan: Plan | None
    why: str = ""
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one older version that wait at the same steps."""

    version: ProcessVersion
    now: tuple[str, ...]
    after: tuple[str, ...]
    cases: int
    fit: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """All of them, the longest open first; `total` counts those beyond what one move takes."""

    lines: Sequence[Line]
    groups: Sequence[Group]
    lacks: Sequence[Lack]
    total: int

    @property
    def warned(self) -> list[tuple[str, int]]:
        """What is to be heeded, and of how many cases."""
        return Counter(said for line in self.lines for said in line.caveats).most_common()

    @property
    def fit(self) -> list[Line]:
        """Those that can be moved."""
        return [line for line in self.lines if line.plan is not None]


def outlook(
    work: Session, actor: Actor, version: ProcessVersion, given: Targets, at: datetime
) -> Outlook:
    """What it would come to for every case that goes by an older version; nothing is kept."""
    stale = moving.theirs(work, actor, version, at)
    cases = moving.cases_of(work, stale)
    total = work.scalar(select(func.count()).select_from(Case).where(stale))
    seqs = _seqs(work, [case.id for case in cases])
    new = definitions.get(work, version.id).process
    lines: list[Line] = []
    lacks: dict[tuple[str, str], Lack] = {}
    besides = Caveats(work, [case.id for case in cases], Hands(work, at))
    for case in cases:
        plan, why = None, ""
        try:
            moving.refuse(work, actor, case, version)
            plan = moving.plan(work, case, version, given, at)
        except moving.Homeless as homeless:
            why = homeless.message
            for element in homeless.elements:
                lack = _lack(work, case, element)
                lacks[lack.version.id, lack.element] = lack
        except Refusal as refusal:
            why = refusal.message
        heed = besides.of(case, plan) if plan else ()
        lines.append(Line(case, seqs.get(case.id, 0), _now(work, case), plan, why, heed))
    for version_id, targets in given.items():
        for element in targets:
            lacks.setdefault((version_id, element), _chosen(work, version_id, element))
    return Outlook(lines, _groups(lines, new), list(lacks.values()), total or 0)


def _seqs(work: Session, ids: Sequence[str]) -> Mapping[str, int]:
    last = select(Event.case_id, func.max(Event.seq)).where(Event.case_id.in_(ids))
    return dict(work.execute(last.group_by(Event.case_id)).all())


def _lack(work: Session, case: Case, element: str) -> Lack:
    return _chosen(work, case.version_id, element)


def _chosen(work: Session, version_id: str, element: str) -> Lack:
    names = definitions.get(work, version_id).process.names
    return Lack(work.get_one(ProcessVersion, version_id), element, names.get(element, element))


def _now(work: Session, case: Case) -> tuple[str, ...]:
    names = definitions.get(work, case.version_id).process.names
    mine = Task.case_id == case.id, Task.status.in_(("open", "waiting"))
    found = dict.fromkeys(work.scalars(select(Task.element).where(*mine).order_by(Task.element)))
    return tuple(names.get(one, one) for one in found) or ("等待时限或消息",)


def after(process: Process, plan: Plan) -> tuple[str, ...]:
    """The steps at which it would wait."""
    found = dict.fromkeys(one.element for one in plan.step.open)
    return tuple(process.names[one] for one in found) or ("等待时限或消息",)


def _groups(lines: Sequence[Line], new: Process) -> list[Group]:
    counted: Counter[tuple[str, tuple[str, ...]]] = Counter()
    fit: Counter[tuple[str, tuple[str, ...]]] = Counter()
    first: dict[tuple[str, tuple[str, ...]], Line] = {}
    for line in lines:
        key = (line.case.version_id, line.now)
        counted[key] += 1
        fit[key] += line.plan is not None
        if key not in first or (line.plan is not None and first[key].plan is None):
            first[key] = line
    return [
        Group(one.case.version, one.now, after(new, one.plan) if one.plan else (), counted[key],
              fit[key])
        for key, one in first.items()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seat:
    """One party that would be asked: its unit, who sits there, and until when. Or the applicant."""

    step: str
    unit: str
    people: tuple[str, ...]
    more: int
    due: datetime | None
    kept: bool


@dataclass(frozen=True, slots=True)
class Told:
    """The rest of what is said of one case: whom it would ask, and the steps to come."""

    seats: tuple[Seat, ...]
    ahead: tuple[str, ...]


class Teller:
    """Says it for many cases, asking once who sits where."""

    def __init__(self, work: Session, version: ProcessVersion, at: datetime) -> None:
        self.work, self.at = work, at
        self.process = definitions.get(work, version.id).process
        self._hands = Hands(work, at)
        self._seated: dict[tuple[str | None, str], list[Person]] = {}
        self._units: dict[str, str] = {}
        self._calendars: dict[calendar.Units, IsWorkday] = {}

    def told(self, line: Line) -> Told:
        """What is said of a case that can be moved; nothing of another."""
        if line.plan is None:
            return Told((), ())
        then = moving.stands_at(self.work, line.case, self.at)
        ahead = expected(self.process, line.plan.step.snapshot, at=then.at, workdays=then.workdays)
        names = tuple(self.process.names[one] for one in ahead)
        return Told(tuple(self._seats(line.case, line.plan)), names)

    def _seats(self, case: Case, plan: Plan) -> list[Seat]:
        fresh = {one.ref for one in plan.step.opened}
        rows = moving.rows_by_ref(self.work, case)
        found: list[Seat] = []
        for one in plan.step.open:
            if one.ref in fresh:
                found += self._new(case, plan, one.element, rows[one.ref])
            else:
                waiting = [row for row in rows[one.ref] if row.status != "done"]
                found += [self._kept(case, row, plan) for row in waiting]
        return found

    def _new(self, case: Case, plan: Plan, element: str, was: Sequence[Task]) -> list[Seat]:
        policy, found = self.process.tasks[element], []
        ran, kept = clocks.running(was), self._hands.foreseen(case, plan, was)
        having = {one.row.party: one.claim.person_id for one in kept if not policy.each}
        both = definitions.get(self.work, case.version_id).process, self.process
        for place, party in enumerate(policy.parties):
            pool, desk = assignment.pool(self.work, case, party), desks.spelled(party)
            old, due = clocks.asked_before(ran, pool, desk, element), self._due(case, element)
            if old is not None:
                at = case.held_at or self.at
                due = clocks.due(old, both, at, self._is_workday(case)) or calendar.NO_LIMIT
            people = self._people(pool.unit_id, desk)
            if place in having:
                people = [self.work.get_one(Person, having[place])]
            found.append(self._seat(policy.name, pool.unit_id, people, due, kept=False))
        return found

    def _kept(self, case: Case, row: Task, plan: Plan) -> Seat:
        name = self.process.tasks[row.element].name
        due = self._changed(case, row, plan) if row.ref in plan.limits else row.due_at
        people = self._people(row.unit_id, row.desk)
        if row.claimed_by_id:
            people = [self.work.get_one(Person, row.claimed_by_id)]
        return self._seat(name, row.unit_id, people, due, kept=True)

    def _seat(
        self, step: str, unit_id: str | None, people: list[Person], due: datetime | None, *,
        kept: bool,
    ) -> Seat:  # fmt: skip
        names = tuple(one.name for one in people[:MOST_NAMES])
        due = None if due == calendar.NO_LIMIT else due
        return Seat(step, self._unit(unit_id), names, len(people) - len(names), due, kept)

    def _due(self, case: Case, element: str) -> datetime:
        limit = self.process.tasks[element].limit
        return calendar.due(limit, case.held_at or self.at, self._is_workday(case))

    def _changed(self, case: Case, row: Task, plan: Plan) -> datetime | None:
        """As carrying changes it."""
        if row.due_at is None:
            return None
        limits, at = plan.limits[row.ref], case.held_at or self.at
        return deadlines.changed(row, limits, at, self._is_workday(case))

    def _is_workday(self, case: Case) -> IsWorkday:
        units = case.l2, case.l1
        if units not in self._calendars:
            self._calendars[units] = calendar.workday_test(self.work, *units)
        return self._calendars[units]

    def _people(self, unit_id: str | None, desk: str) -> list[Person]:
        if unit_id is None:
            return []
        key = unit_id, desk
        if key not in self._seated:
            self._seated[key] = desks.seated(self.work, unit_id, desk, local(self.at).date())
        return self._seated[key]

    def _unit(self, unit_id: str | None) -> str:
        if unit_id is None:
            return "申请人"
        if unit_id not in self._units:
            self._units[unit_id] = self.work.get_one(Unit, unit_id).name
        return self._units[unit_id]


def choices(work: Session, version: ProcessVersion) -> list[tuple[str, str]]:
    """The steps of a version to which cases may be sent; none where no case of it is steered."""
    if not kinds.of(version.key).steered:
        return []
    return [(one.element, one.name) for one in definitions.get(work, version.id).steps]
