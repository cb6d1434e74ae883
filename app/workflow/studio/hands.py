"""Who has a step that is asked anew: whoever took it up keeps it, if they may handle it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.clock import local
from app.db import new_id
from app.engine.types import TaskPolicy
from app.identity import queries
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.units import COLUMNS
from app.workflow import assignment, claims, definitions, desks, handing, handling, vacancies
from app.workflow.claims import Claim
from app.workflow.models import Case, Task
from app.workflow.studio import clocks
from app.workflow.studio.moving import Plan

_ASKED = frozenset({handling.SEAT, handling.APART, handling.RECUSED, handling.LEVELS})
"""Of the conditions of handling: that the case rests is no reason to take a step from anybody."""
_SAME = ("id", "case_id", "ref", "element", "name", "party", "joint", "named_id", "desk", "unit_id",
         "person_id", "claimed_by_id", "status", "opened_at", "came_of_id", "version_id",
         *COLUMNS.values())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A claim that goes on: of which row it was, and of which it is now."""

    was: Task
    row: Task
    claim: Claim

    @property
    def hands(self) -> set[str]:
        """Whose it is, in whatever way."""
        one = self.claim
        return {who for who in (one.person_id, one.for_id, one.delegated_by_id) if who}


class Hands:
    """The same for many cases: the posts of each person are read once."""

    def __init__(self, work: Session, at: datetime) -> None:
        self._work, self.at = work, at
        self._actors: dict[str, Actor | None] = {}

    def take_over(self, left: Iterable[Task], opened: Sequence[Task]) -> list[Kept]:
        """Let the claims on rows that a move closed go on, each on one of those that it opened."""
        rows, found = held(left), list[Kept]()
        for ref in dict.fromkeys(row.ref for row in rows):
            mine = [row for row in rows if row.ref == ref]
            found += self._keep(mine, [row for row in opened if row.ref == ref])
        for one in found:
            claims.put(self._work, one.row, one.claim)
        return found

    def foreseen(self, case: Case, plan: Plan, left: Iterable[Task]) -> list[Kept]:
        """What that would come to, on rows as they would be."""
        rows, found = held(left), list[Kept]()
        for one in plan.asked_anew:
            mine = [row for row in rows if row.ref == one.ref and row.element == one.element]
            if mine:
                found += self._keep(mine, self._to_be(case, plan, mine[-1]))
        return found

    def rows(self, case: Case, plan: Plan, left: Sequence[Task]) -> list[Task]:
        """The rows as they would be of the steps of these that are asked anew."""
        found: list[Task] = []
        for one in plan.asked_anew:
            mine = [row for row in left if row.ref == one.ref and row.element == one.element]
            if mine:
                rows = self._to_be(case, plan, mine[-1])
                claim_of = {kept.row.id: kept.claim for kept in self._keep(held(mine), rows)}
                for row in rows:
                    row.ref = one.ref  # not before: what they hold now would count as a second row
                found += [
                    _in_hand(row, claim_of[row.id]) if row.id in claim_of else row for row in rows
                ]
        return found

    def _keep(self, left: Sequence[Task], opened: Sequence[Task]) -> list[Kept]:
        """Of one step: at the same desk first, then the earliest; nobody has two rows of it."""
        pairs = [(was, row) for row in opened for was in left if _may_follow(was, row)]
        kept: list[Kept] = []
        for was, row in sorted(pairs, key=_order):
            if any(one.was is was or one.row is row for one in kept):
                continue
            claim = self._claim(was, row)
            one = claim and Kept(was, row, claim)
            if one and all(one.hands.isdisjoint(other.hands) for other in kept):
                kept.append(one)
        return kept

    def _claim(self, was: Task, row: Task) -> Claim | None:
        """As it goes on: with who gave it out, where who has it may give no opinion any more."""
        since, giver = was.claimed_at or was.opened_at, was.delegated_by_id
        own = Claim(str(giver or was.claimed_by_id), since, was.for_id)
        if not self._may(row, own):
            return None
        lent = Claim(str(was.claimed_by_id), since, was.for_id, giver)
        adviser = self._actor(lent.person_id)
        advises = adviser and handing.advises(self._work, adviser, _in_hand(row, lent))
        return lent if giver and advises else own

    def _may(self, row: Task, claim: Claim) -> bool:
        actor, mine = self._actor(claim.person_id), _in_hand(row, claim)
        if actor is None:
            return False
        asked = handling.conditions(self._work, actor, mine)
        if any(one.refusal for one in asked if one.key in _ASKED):
            return False
        posts = handling.fitting(self._work, actor, mine)
        return any(hold.for_id == claim.for_id for hold in posts)

    def _actor(self, person_id: str) -> Actor | None:
        if person_id not in self._actors:
            able = self._work.get_one(Person, person_id).status == queries.ABLE
            self._actors[person_id] = queries.actor_for(person_id, self.at) if able else None
        return self._actors[person_id]

    def _to_be(self, case: Case, plan: Plan, was: Task) -> list[Task]:
        """The rows that this step would have, as `follow` opens them."""
        policy = definitions.get(self._work, plan.version.id).process.tasks[was.element]
        rows: list[Task] = []
        for place in range(len(policy.parties)):
            row = self._row(case, plan, policy, place)
            row.came_of_id = was.came_of_id
            rows += self._each(row) if policy.each else [row]
        for row in rows[1:] if policy.sign.mode == "order" else ():
            row.status = "waiting"
        return rows

    def _row(self, case: Case, plan: Plan, policy: TaskPolicy, place: int) -> Task:
        party = policy.parties[place]
        pool = assignment.pool(self._work, case, party)
        above = dict(zip(COLUMNS.values(), pool.above, strict=True))
        row = Task(
            id=new_id(), case_id=case.id, ref="", element=policy.element, name=policy.name,
            party=place, joint=policy.each, desk=desks.spelled(party), unit_id=pool.unit_id,
            person_id=pool.person_id, status="open", opened_at=self.at,
            version_id=plan.version.id, **above,
        )  # fmt: skip
        return _beside(row, case)

    def _each(self, row: Task) -> Iterator[Task]:
        for actor in vacancies.there(self._work, row, local(self.at).date()):
            named = _again(row)
            named.id, named.named_id = new_id(), actor.id
            named.claimed_by_id = actor.id
            yield named


def held(rows: Iterable[Task]) -> list[Task]:
    """Those that an official has in hand, and was not added to."""
    return [row for row in rows if row.claimed_by_id and row.unit_id and not row.added]


def losers(rows: Iterable[Task], kept: Iterable[Kept]) -> list[tuple[str, str]]:
    """Who had one of these in hand, or had given it out, and has it no more; each with its step."""
    still = {(one.was.id, who) for one in kept for who in one.hands}
    found = [(row, who) for row in held(rows) for who in (row.claimed_by_id, row.delegated_by_id)]
    return [(who, row.name) for row, who in found if who and (row.id, who) not in still]


def _may_follow(was: Task, row: Task) -> bool:
    """Whether a claim could go there: to the same step, whose turn it is; by name to that name."""
    if was.element != row.element or row.unit_id is None:
        return False
    if row.named_id is None:
        return was.named_id is None and row.status == "open"
    own = was.for_id or was.delegated_by_id or was.claimed_by_id
    return row.named_id == own and was.named_id in (None, own)


def _order(pair: tuple[Task, Task]) -> tuple[bool, str, str, int]:
    was, row = pair
    elsewhere = not clocks.same_desk(was, row.stands_in_id or row.unit_id, row.desk)
    return elsewhere, str(was.claimed_at), was.id, row.party


def _in_hand(row: Task, claim: Claim) -> Task:
    """The row as it would be in that hand."""
    mine = _again(row)
    mine.claimed_by_id, mine.claimed_at = claim.person_id, claim.since
    mine.for_id, mine.delegated_by_id = claim.for_id, claim.delegated_by_id
    return mine


def _again(row: Task) -> Task:
    return _beside(Task(**{name: getattr(row, name) for name in _SAME}), row.case)


def _beside(row: Task, case: Case) -> Task:
    """Of this case, and of no session: nothing of it is kept."""
    set_committed_value(row, "case", case)
    return row
