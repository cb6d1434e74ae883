"""No sequence leads round 三员分立: the three and everybody else at random, line-ups included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.db import db, session
from app.errors import Refusal
from app.identity import commands, duties, queries
from app.identity.actor import Actor
from app.identity.commands import Post, dividing, granting, hiring, keeping
from app.identity.commands.accounts import NewStaff
from app.identity.commands.granting import NewGrant
from app.identity.lineups import Lineup
from app.identity.models import Grant, Person
from app.identity.permissions import of_hold
from tests.identity.people import Cast, add, unit
from tests.identity.test_climbing import TODAY, WHY

DUTIES = ("system_admin", "security_admin", "audit_admin")
UNDIVIDED = ("platform_admin", "unit_admin", "city_gov_admin")
_everybody = st.sampled_from([
    "system", "system", "security", "security", "security", "audit", "audit",
    "chief", "auditor", "district_admin", "district_keeper", "street_head", "spare",
])  # fmt: skip
_jobs = st.sampled_from([(role, "") for role in (*DUTIES, *UNDIVIDED)] + [
    ("city_gov_user", ""), ("supervisor", ""),
])  # fmt: skip


class Three(RuleBasedStateMachine):
    """Everybody tries every way to a post of the city."""

    done: ClassVar[Counter[str]] = Counter()
    new: ClassVar[int] = 0

    def __init__(self, cast: Cast, noon: datetime) -> None:
        super().__init__()
        self.ids, self.noon = {name: actor.id for name, actor in cast.items()}, noon

    def actor(self, name: str) -> Actor:
        """Somebody as they stand now."""
        found = queries.actor_for(self.ids[name], self.noon)
        able = session().get_one(Person, found.id).status == "active"
        return found if able else Actor(found.id, found.name, True, (), False, "", TODAY)

    def at_the_top(self) -> dict[str, set[str]]:
        """Who holds what at the city's government today, by person."""
        asked = select(Grant.person_id, Grant.role).where(
            Grant.unit_id == unit("宜昌市").id, queries.in_force(TODAY)
        )
        held: dict[str, set[str]] = {}
        for person_id, role in session().execute(asked):
            held.setdefault(person_id, set()).add(role)
        return held

    def attempt(self, verb: str, act: Callable[[], object]) -> None:
        """Try; what is refused has changed nothing at the top, and one alone changes no duty."""
        before, apart = self.at_the_top(), duties.apart(session())
        try:
            act()
        except Refusal:
            db.session.rollback()
            assert self.at_the_top() == before
            return
        self.done[verb] += 1
        if apart and verb != "confirm":
            assert duties.apart(session())
            assert _duties_of(self.at_the_top()) == _duties_of(before), verb

    @rule(who=_everybody, whom=_everybody, job=_jobs)
    def give(self, who: str, whom: str, job: tuple[str, str]) -> None:
        """A post of the city."""
        given = NewGrant(Post(unit("宜昌市").id, *job), TODAY)
        key = self.ids[whom]
        self.attempt("give", lambda: granting.give_post(
            self.actor(who), key, given, WHY, at=self.noon))  # fmt: skip

    @rule(who=_everybody, job=_jobs)
    def hire(self, who: str, job: tuple[str, str]) -> None:
        """A post of the city with a new account."""
        Three.new += 1
        given = NewStaff("向晚舟", unit("宜昌市").id, f"138{Three.new:08d}", "xiangwanzhou", *job)
        self.attempt("hire", lambda: hiring.hire(
            self.actor(who), given, another=True, at=self.noon))  # fmt: skip

    @rule(who=_everybody, whom=_everybody)
    def hand_over(self, who: str, whom: str) -> None:
        """The city's keeper's post, which there is not while they are apart."""
        here, key = unit("宜昌市").id, self.ids[whom]
        self.attempt("hand over", lambda: keeping.hand_over(
            self.actor(who), here, key, WHY, at=self.noon))  # fmt: skip

    @rule(who=_everybody, whom=_everybody, verb=st.sampled_from(["disable", "enable", "reset"]))
    def keep_out(self, who: str, whom: str, verb: str) -> None:
        """Take an account out of its owner's hands."""
        key = self.ids[whom]

        def act() -> None:
            if verb == "reset":
                commands.reset_staff_password(self.actor(who), key, WHY, at=self.noon)
            else:
                getattr(granting, verb)(self.actor(who), key, WHY, at=self.noon)

        self.attempt(verb, act)

    @rule(who=_everybody, names=st.lists(_everybody, min_size=3, max_size=3), back=st.booleans())
    def propose(self, who: str, names: list[str], back: bool) -> None:
        """Another line-up: three others, or one."""
        ids = [self.ids[name] for name in names]
        wanted = Lineup(platform=ids[0]) if back else Lineup(*ids)
        self.attempt("propose", lambda: dividing.propose(
            self.actor(who), wanted, WHY, at=self.noon))  # fmt: skip

    @rule(who=_everybody)
    def confirm(self, who: str) -> None:
        """What waits: done by nobody who proposed it, and neither of the two holds more by it."""
        row = duties.proposed(session())
        if row is None:
            return
        first, second = row.proposed_by_id, self.ids[who]
        before = {one: self.rights_of(one) for one in (first, second)}
        held = self.at_the_top()
        self.attempt("confirm", lambda: dividing.confirm(self.actor(who), row.id, at=self.noon))
        session().expire_all()
        if row.done:
            assert first != second
            assert all(held.get(one, set()) & set(DUTIES) for one in (first, second))
            assert self.rights_of(second) <= before[second]
            assert self.rights_of(first) <= before[first]

    def rights_of(self, person_id: str) -> frozenset[str]:
        """Everything that somebody may do."""
        holds = queries.actor_for(person_id, self.noon).holds
        return frozenset[str]().union(*(of_hold(hold) for hold in holds))

    @rule(who=_everybody)
    def drop(self, who: str) -> None:
        """What waits, left undone."""
        row = duties.proposed(session())
        if row is not None:
            key = row.id
            self.attempt("drop", lambda: dividing.drop(self.actor(who), key, at=self.noon))

    @invariant()
    def nobody_holds_two(self) -> None:
        """While they are apart: three able people with one duty each and nothing else."""
        if not duties.apart(session()):
            return
        held = self.at_the_top()
        three = {key: roles for key, roles in held.items() if roles & set(DUTIES)}
        assert sorted(next(iter(roles)) for roles in three.values()) == sorted(DUTIES)
        assert all(len(roles) == 1 for roles in three.values())
        assert not any(roles & set(UNDIVIDED) for roles in held.values())
        for key in three:
            assert len(queries.actor_for(key, self.noon).holds) == 1
            assert session().get_one(Person, key).status == "active"


def _duties_of(held: dict[str, set[str]]) -> dict[str, set[str]]:
    return {key: roles & set(DUTIES) for key, roles in held.items() if roles & set(DUTIES)}


def test_no_sequence_leads_round_it(cast: Cast, three: Cast, noon: datetime) -> None:
    """One store for all examples, as with the other machine; line-ups come and go in it."""
    Three.done.clear()
    spare = add(
        three["security"], "归来人", "spare", Post(unit("宜昌市").id, "city_gov_user"), noon
    )
    everybody = {**cast, **three, "spare": spare}
    bounds = settings(max_examples=12, stateful_step_count=40)
    run_state_machine_as_test(lambda: Three(everybody, noon), settings=bounds)
    assert {"give", "hire", "propose", "confirm", "drop"} <= set(Three.done), Three.done
