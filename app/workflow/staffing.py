"""Who each step of each flow falls to today, place by place, before any case asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import OutlineStep
from app.engine.types import Party, TaskPolicy
from app.identity import queries
from app.identity.actor import Hold
from app.identity.models import Person, Unit
from app.identity.queries import Member
from app.identity.trades import CATEGORIES
from app.identity.units import Chain, resolve_all
from app.workflow import assignment, definitions, places
from app.workflow.assignment import Departments, Pool
from app.workflow.desks import APPLICANT, reviewing, sits_at, spelled
from app.workflow.models import ProcessVersion
from app.workflow.signing import joint_outcome

NOTHING: frozenset[str] = frozenset()
Seated = tuple[tuple[Member, Hold], ...]
_UNTYPED = ""
"""The project type of a case that is about no work."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One party of a step: the unit that it falls to, and who sits there at its desk."""

    party: Party
    unit: Unit | None  # none: the applicant
    seated: Seated
    above: tuple[tuple[Unit, Seated], ...] = ()  # and who decides there, the nearest first

    def answers(self, gone: Collection[str]) -> bool:
        """Whether anybody is left who can come in, once these grants are gone."""
        return self.unit is None or _anybody(self.seated, gone)

    def stand_in(self, gone: Collection[str] = NOTHING) -> Unit | None:
        """The unit to which it goes where nobody is left; none: somebody has to be named."""
        return next((unit for unit, seated in self.above if _anybody(seated, gone)), None)


def _anybody(seated: Seated, gone: Collection[str]) -> bool:
    return any(hold.grant_id not in gone for member, hold in seated if member.able)


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The human steps of one version, or of files that may become one; equal to itself alone."""

    key: str
    title: str
    steps: tuple[OutlineStep, ...]
    version_id: str = ""  # none: no version yet


@dataclass(frozen=True, slots=True)
class Duty:
    """One step of a flow, as it falls today in some places, for some project types."""

    flow: Flow
    step: OutlineStep
    turns: tuple[Turn, ...]
    categories: frozenset[str]  # empty: every one

    @property
    def name(self) -> str:
        """What the step is called."""
        return self.step.name

    @property
    def units(self) -> tuple[str, ...]:
        """The units that it falls to."""
        return tuple(dict.fromkeys(turn.unit.name for turn in self.turns if turn.unit))

    def settles(self, gone: Collection[str] = NOTHING) -> bool:
        """Whether those who are there, once these grants are gone, can bring it to an end."""
        policy = self.step.policy
        agree = policy.outcomes[0].key
        given = [agree if turn.answers(gone) else None for turn in self.turns]
        return joint_outcome(policy.sign, agree, given) is not None

    @property
    def alone(self) -> tuple[Member, ...]:
        """Those without whom it cannot be brought to an end; nobody where it cannot anyway."""
        if not self.settles():
            return ()
        there = {one.person.id: one for turn in self.turns for one, _hold in turn.seated}
        return tuple(one for one in there.values() if not self.settles(_grants(one)))


def _grants(member: Member) -> frozenset[str]:
    return frozenset(hold.grant_id for hold in member.actor.holds)


def duties(work: Session, unit_ids: Collection[str], day: date, key: str = "") -> list[Duty]:
    """Every step that falls to one of these units that day, of all flows or of one.

    By flow, in the order of its drawing.
    """
    wanted = frozenset(unit_ids)
    running = _running(work, _chains(work, wanted, day), key, day)
    falls = {
        step: categories
        for step, categories in _falls(work, running).items()
        if wanted.intersection(step.unit_ids)
    }
    return _manned(work, falls, day)


def foreseen(work: Session, flow: Flow, unit_id: str, day: date) -> list[Duty]:
    """Every step of a flow as it would fall that day in each place, if it were the unit's own.

    Places of a nearer unit that has a flow of its own are left out.
    """
    own = set(
        work.scalars(
            select(ProcessVersion.unit_id)
            .where(ProcessVersion.key == flow.key, definitions.begun(day))
            .distinct()
        )
    )
    own.add(unit_id)
    chains = resolve_all(places.communities(work, day), day).values()
    mine = {
        chain for chain in chains if next((u for u in chain.upwards if u in own), "") == unit_id
    }
    return _manned(work, _falls(work, ((flow, chain) for chain in _ordered(mine))), day)


def _manned(work: Session, falls: dict[_Fall, set[str]], day: date) -> list[Duty]:
    named = {one for step in falls for ids in (step.unit_ids, *step.above) for one in ids if one}
    units = {one.id: one for one in work.scalars(select(Unit).where(Unit.id.in_(named)))}
    seats = _seats(named, day)
    return [
        Duty(step.flow, step.outline, tuple(_turns(step, units, seats)), frozenset(categories))
        for step, categories in falls.items()
    ]


def falling_empty(
    work: Session, person_id: str, day: date, grants: Collection[str] | None = None
) -> list[Duty]:
    """The steps that somebody keeps alive: none could end them if they were disabled or away.

    With `grants`, if only these of their grants ended.
    """
    for member in queries.members(Person.id == person_id, day):
        if member.able:
            gone = _grants(member) if grants is None else frozenset(grants)
            units = {hold.unit_id for hold in member.actor.holds if hold.grant_id in gone}
            found = duties(work, units, day)
            return [duty for duty in found if duty.settles() and not duty.settles(gone)]
    return []


@dataclass(frozen=True, slots=True)
class _Fall:
    """A step and the units that its parties are."""

    flow: Flow
    outline: OutlineStep
    unit_ids: tuple[str | None, ...]
    above: tuple[tuple[str, ...], ...]

    def __hash__(self) -> int:
        return hash((self.flow, self.outline.element, self.unit_ids))


def _chains(work: Session, wanted: frozenset[str], day: date) -> set[Chain]:
    """Who answers in each place whose cases can come to one of these units."""
    parents = select(Unit.parent_id).where(Unit.id.in_(wanted), Unit.kind == "department")
    near = wanted | {parent for parent in work.scalars(parents) if parent}
    found = resolve_all(places.communities(work, day), day).values()
    return {chain for chain in found if near.intersection(chain.upwards)}


def _ordered(chains: Collection[Chain]) -> list[Chain]:
    return sorted(chains, key=lambda chain: [unit or "" for unit in reversed(chain.upwards)])


def _running(
    work: Session, chains: Collection[Chain], key: str, day: date
) -> Iterator[tuple[Flow, Chain]]:
    """The flows that new cases of these places take that day."""
    ordered, read = _ordered(chains), dict[str, Flow]()
    for versions in _versions(work, key, day):
        for chain in ordered:
            version = definitions.in_force(versions, chain.upwards)
            if version is None:
                continue
            if version.id not in read:
                steps = definitions.get(work, version.id).steps
                read[version.id] = Flow(version.key, version.title, steps, version.id)
            yield read[version.id], chain


def _falls(work: Session, running: Iterable[tuple[Flow, Chain]]) -> dict[_Fall, set[str]]:
    """Each step that comes up in one of these places, with the project types for which it does."""
    departments, asked = Departments(work), set()
    found: dict[_Fall, set[str]] = {}
    for flow, chain in running:
        for step in flow.steps:
            bounds = [_bound(chain, party) for party in step.policy.parties]
            once = (flow, step.element, *bounds)
            if once in asked or not any(bounds):
                continue
            asked.add(once)
            for category, pools in _pools(departments, chain, step.policy):
                unit_ids = tuple(pool.unit_id for pool in pools)
                fall = _Fall(flow, step, unit_ids, tuple(map(_above, pools)))
                found.setdefault(fall, set()).update(category)
    return found


def _versions(work: Session, key: str, day: date) -> Iterator[list[ProcessVersion]]:
    """The versions of each flow that have begun that day, newest first."""
    rows = (
        select(ProcessVersion)
        .where(definitions.begun(day))
        .order_by(ProcessVersion.key, ProcessVersion.number.desc())
    )
    found: dict[str, list[ProcessVersion]] = {}
    for row in work.scalars(rows.where(ProcessVersion.key == key) if key else rows):
        found.setdefault(row.key, []).append(row)
    yield from found.values()


def _bound(chain: Chain, party: Party) -> tuple[str | None, ...]:
    return () if APPLICANT in party.roles else assignment.units_of(chain, party)


def _pools(
    departments: Departments, chain: Chain, policy: TaskPolicy
) -> Iterator[tuple[tuple[str, ...], tuple[Pool, ...]]]:
    """What a step's parties are there, by project type where that matters."""
    typed = any(assignment.asks_department(party) for party in policy.parties)
    for category in (*CATEGORIES, _UNTYPED) if typed else (_UNTYPED,):
        pools = tuple(
            Pool()
            if APPLICANT in party.roles
            else assignment.pool_at(departments, chain, category, party)
            for party in policy.parties
        )
        yield (category,) if typed else (), pools


def _above(pool: Pool) -> tuple[str, ...]:
    """Where it goes when nobody is there: as `vacancies.above` says of a task."""
    return tuple(one for one in reversed(pool.above) if one not in (None, pool.unit_id))


def _seats(unit_ids: Collection[str], day: date) -> dict[str, list[tuple[Member, Hold]]]:
    """Everybody in these units, by unit."""
    found: dict[str, list[tuple[Member, Hold]]] = {}
    for member in queries.staff_of(unit_ids, day):
        for hold in member.actor.holds:
            found.setdefault(hold.unit_id, []).append((member, hold))
    return found


def _turns(
    fall: _Fall, units: dict[str, Unit], seats: dict[str, list[tuple[Member, Hold]]]
) -> Iterator[Turn]:
    parties = fall.outline.policy.parties
    for party, unit_id, above in zip(parties, fall.unit_ids, fall.above, strict=True):
        unit = units[unit_id] if unit_id else None
        higher = [units[one] for one in above]
        ups = tuple((one, _seated(seats, one.id, reviewing(one))) for one in higher)
        yield Turn(party, unit, _seated(seats, unit_id or "", spelled(party)), ups)


def _seated(seats: dict[str, list[tuple[Member, Hold]]], unit_id: str, desk: str) -> Seated:
    there = seats.get(unit_id, ())
    return tuple((member, hold) for member, hold in there if sits_at(hold, desk))
