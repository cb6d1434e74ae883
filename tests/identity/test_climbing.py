"""No sequence of allowed actions raises anybody's reach: administrators at random, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app import vault
from app.db import db, session
from app.errors import Conflict, Refusal
from app.identity import commands, queries
from app.identity.actor import Actor
from app.identity.commands import (
    NewPerson,
    Post,
    batches,
    granting,
    hiring,
    keeping,
    second_factor,
)
from app.identity.commands.accounts import NewStaff
from app.identity.commands.granting import NewGrant
from app.identity.models import Grant, Person, Unit
from app.workflow import commands as imports
from tests.identity.annexes.books import annex
from tests.identity.annexes.sending import work_on
from tests.identity.conftest import POSTS
from tests.identity.people import SECRET, Cast, unit

TODAY, WHY = date(2026, 11, 23), "随机"
DISTRICT = ("西陵区", "西陵区住建局", "东苑街道", "西陵街道", "汕头路社区")
COVERS = {
    "宜昌市": (*DISTRICT, "宜昌市", "伍家岗区"),
    "西陵区": DISTRICT,
    "西陵区住建局": ("西陵区住建局",),
    "东苑街道": ("东苑街道", "汕头路社区"),
    "西陵街道": ("西陵街道",),
    "汕头路社区": ("汕头路社区",),
    "伍家岗区": ("伍家岗区",),
}
"""Which of these places an administrator of one keeps: typed by hand."""
KEEPS = {"unit_admin", "district_gov_admin", "district_dept_admin", "city_gov_admin"}
JOBS = (
    ("unit_admin", ""), ("district_gov_admin", ""), ("district_gov_user", ""),
    ("district_dept_admin", ""), ("district_dept_user", ""), ("city_gov_admin", ""),
    ("", "head"), ("", "inspector"),
)  # fmt: skip
LISTED = {"东苑街道": "所属县市区：西陵区", "西陵街道": "所属县市区：西陵区",
          "汕头路社区": "所属乡镇：东苑街道"}  # fmt: skip
"""Whose annex lists which place."""
AT_THE_TOP = {"宜昌市": 1, "西陵区": 2, "伍家岗区": 1}
"""How many keep people at these places when the story begins; nobody here makes more."""

Seat = tuple[str, str, str]
Held = dict[str, frozenset[Seat]]
_low = st.sampled_from(["district_user", "department_user", "street_head", "community_head"])
_keeping = st.sampled_from(["district_admin", "district_keeper", "street_keeper"])
_everybody = st.sampled_from(["chief", *(name.replace(".", "_") for name in POSTS)])
_people = st.one_of(
    _keeping, _low, st.sampled_from(["department_admin", "neighbour_admin", "neighbour_user"])
)
_whom = st.one_of(_low, _low, _everybody)
_places = st.one_of(st.sampled_from(DISTRICT), st.sampled_from(sorted(COVERS)))
_jobs = st.one_of(st.sampled_from(JOBS[-2:]), st.sampled_from(JOBS))


class Offices(RuleBasedStateMachine):
    """Everybody of the cast but the city tries everything on everybody."""

    done: ClassVar[Counter[str]] = Counter()
    new: ClassVar[int] = 0

    def __init__(self, cast: Cast, noon: datetime) -> None:
        super().__init__()
        self.ids, self.noon = {name: actor.id for name, actor in cast.items()}, noon

    def actor(self, name: str) -> Actor:
        """Somebody as they stand now, as a session would: nothing for a disabled account."""
        found = queries.actor_for(self.ids[name], self.noon)
        able = session().get_one(Person, found.id).status == "active"
        return found if able else Actor(found.id, found.name, True, (), False, "", TODAY)

    def held(self) -> Held:
        """What everybody holds today."""
        asked = select(Grant.person_id, Unit.name, Grant.role, Grant.position)
        found = session().execute(asked.join(Unit).where(queries.in_force(TODAY))).all()
        return {
            name: frozenset((row[1], row[2], row[3]) for row in found if row[0] == key)
            for name, key in self.ids.items()
        }

    def attempt(self, who: str, whom: str, verb: str, act: Callable[[Actor], object]) -> None:
        """Try; where it is allowed, `who` stood above `whom` and has gained nothing."""
        before, doer = self.held(), self.actor(who)
        try:
            act(doer)
        except Refusal:
            db.session.rollback()
            assert self.held() == before
            return
        self.done[verb] += 1
        after = self.held()
        assert after[who] <= before[who], "gained something for oneself"
        if verb != "hand over":
            assert self.above(before[who], before.get(whom, frozenset())), (who, whom, verb)
        others = set(before) - {who, whom}
        kept = {name for name in others if after[name] != before[name]}
        assert verb == "hand over" or not kept, kept

    @staticmethod
    def above(mine: frozenset[Seat], theirs: frozenset[Seat]) -> bool:
        """Whether somebody with these seats keeps whoever sits there."""
        places = {place for place, role, _ in mine if role in KEEPS}
        return all(
            any(place in COVERS[own] and (own != place or role not in KEEPS) for own in places)
            for place, role, _ in theirs
        )

    @rule(who=_people, whom=_whom, place=_places, job=_jobs, later=st.booleans())
    def give(self, who: str, whom: str, place: str, job: tuple[str, str], later: bool) -> None:
        """Give a post, from today or from tomorrow."""
        given = NewGrant(Post(unit(place).id, *job), TODAY + timedelta(int(later)))

        def act(doer: Actor) -> None:
            granting.give_post(doer, self.ids[whom], given, WHY, at=self.noon)

        self.attempt(who, whom, "give", act)

    @rule(who=_people, whom=_whom, which=st.integers(0, 3))
    def end(self, who: str, whom: str, which: int) -> None:
        """End one of the posts of somebody at once."""
        holds = queries.actor_for(self.ids[whom], self.noon).holds
        if not holds:
            return
        grant, yesterday = holds[which % len(holds)].grant_id, TODAY - timedelta(1)

        def act(doer: Actor) -> None:
            granting.end_post(doer, grant, yesterday, WHY, at=self.noon)

        self.attempt(who, whom, "end", act)

    @rule(who=_people, whom=_whom, verb=st.sampled_from(["disable", "enable", "reset"]))
    def status(self, who: str, whom: str, verb: str) -> None:
        """Keep somebody out, let somebody in, or take their password."""

        def act(doer: Actor) -> None:
            if verb == "reset":
                commands.reset_staff_password(doer, self.ids[whom], WHY, at=self.noon)
            else:
                getattr(granting, verb)(doer, self.ids[whom], WHY, at=self.noon)

        self.attempt(who, whom, verb, act)

    @rule(who=_people, whom=_whom, place=_places)
    def hand_over(self, who: str, whom: str, place: str) -> None:
        """Make somebody the keeper of a unit instead of whoever is."""

        def act(doer: Actor) -> None:
            keeping.hand_over(doer, unit(place).id, self.ids[whom], WHY, at=self.noon)

        self.attempt(who, whom, "hand over", act)

    @rule(who=_people, place=_places, job=_jobs)
    def create(self, who: str, place: str, job: tuple[str, str]) -> None:
        """Take somebody new into the books."""
        Offices.new += 1
        name = f"new{Offices.new}"
        post = Post(unit(place).id, *job)

        def act(doer: Actor) -> None:
            given = NewPerson("新来人", name, (post,), password=SECRET)
            self.ids[name] = commands.create_person(doer, given, at=self.noon).person_id

        self.attempt(who, name, "create", act)

    @rule(who=_people, whom=_whom, verb=st.sampled_from(["sign out", "phone", "lift", "code"]))
    def touch(self, who: str, whom: str, verb: str) -> None:
        """Do what changes no right, but takes an account out of its owner's hands."""
        Offices.new += 1
        number, key = f"138{Offices.new:08d}", self.ids[whom]

        def act(doer: Actor) -> None:
            if verb == "sign out":
                keeping.end_sessions_of(doer, key, WHY, at=self.noon)
            elif verb == "phone":
                keeping.change_phone(doer, key, number, WHY, at=self.noon)
            else:
                with suppress(Conflict):  # theirs, but there is no factor, or no open window
                    if verb == "lift":
                        second_factor.lift_factor(doer, key, WHY, at=self.noon)
                    else:
                        batches.renew_code(doer, key, at=self.noon)

        self.attempt(who, whom, verb, act)
        if verb == "phone":
            session().expire_all()

    @rule(who=_people, whom=_whom, place=st.sampled_from(sorted(LISTED)))
    def annexed(self, who: str, whom: str, place: str) -> None:
        """Give a post by a workbook that names somebody with the number that they have."""
        person = session().get_one(Person, self.ids[whom])
        line = (place, person.name, vault.unseal(person.phone))
        number = "2" if place == "汕头路社区" else "1"

        def act(doer: Actor) -> None:
            sent = annex(number, line, owner=LISTED[place])
            row = imports.take_annex(doer, "附件.xlsx", sent, at=self.noon)
            try:
                row = work_on(doer, row.id, self.noon)
                imports.commit_annex(doer, row.id, row.counts["mark"], at=self.noon)
            except Refusal:
                db.session.rollback()
                imports.abandon_annex(doer, row.id, at=self.noon)
                raise
            if work_on(doer, row.id, self.noon).state != "committed":
                raise Conflict("handed back")

        self.attempt(who, whom, "annex", act)

    @rule(who=_people, place=_places, job=_jobs)
    def hire(self, who: str, place: str, job: tuple[str, str]) -> None:
        """Take somebody new in whose account waits for a batch."""
        Offices.new += 1
        name, phone = f"new{Offices.new}", f"138{Offices.new:08d}"
        given = NewStaff("向晚舟", unit(place).id, phone, "xiangwanzhou", *job)

        def act(doer: Actor) -> None:
            self.ids[name] = hiring.hire(doer, given, another=True, at=self.noon).person_id

        self.attempt(who, name, "hire", act)

    @rule(who=_people, place=_places)
    def open_batch(self, who: str, place: str) -> None:
        """Open what waits in a place: nobody's but theirs."""
        before, names = self.held(), {key: name for name, key in self.ids.items()}
        try:
            sheet = batches.open_batch(self.actor(who), unit(place).id, "一批账号", at=self.noon)
        except Refusal:
            db.session.rollback()
            return
        self.done["open batch"] += 1
        assert self.held() == before
        for slip in sheet.slips:
            whom = names[slip.person_id]
            assert self.above(before[who], before[whom]), (who, whom)

    @invariant()
    def nobody_is_above_their_place(self) -> None:
        """At the top there are as many as ever; what is kept lies where it lay."""
        tops: Counter[str] = Counter()
        for name, seats in self.held().items():
            for place, role, _ in seats:
                if role in KEEPS and place in AT_THE_TOP:
                    tops[place] += 1
                if role in KEEPS and name.startswith("neighbour"):
                    assert place == "伍家岗区"
        assert all(tops[place] <= most for place, most in AT_THE_TOP.items()), tops
        city = select(Person.account).where(Person.id == self.ids["chief"])
        assert session().scalar(city) == "ningyuanshan"
        assert session().scalars(select(Unit).where(Unit.name == "宜昌市")).one().active


def test_no_sequence_of_allowed_actions_raises_anybodys_reach(cast: Cast, noon: datetime) -> None:
    """One store for all examples: what holds after any history holds in the middle of it."""
    Offices.done.clear()
    for number, actor in enumerate(cast.values()):
        if actor.name not in ("宁远山", "严知微"):
            keeping.change_phone(cast["chief"], actor.id, f"137{number:08d}", WHY, at=noon)
    bounds = settings(max_examples=12, stateful_step_count=40)
    run_state_machine_as_test(lambda: Offices(cast, noon), settings=bounds)
    allowed = {verb for verb, times in Offices.done.items() if times}
    wanted = {"give", "end", "disable", "create", "hire", "reset", "sign out", "phone", "annex"}
    assert wanted <= allowed, Offices.done
