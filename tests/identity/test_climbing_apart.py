"""The ladder again while the duties are apart: the three, who kept the city before, and the rest.

What changes rights by a post, a hand-over or a line-up runs on both stores; the ten verbs of an
account, thirty kinds by thirty each, would take over a minute more and run on one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import db, session
from app.identity import duties, queries
from app.identity.actor import Actor
from app.identity.commands import Post, batches, dividing, granting, hiring, keeping
from app.identity.commands.accounts import NewStaff
from app.identity.commands.granting import NewGrant
from app.identity.lineups import Lineup
from app.identity.models import Grant, Person
from app.identity.rules import Rule
from tests.identity import test_climbing_table
from tests.identity.duties import apart, called
from tests.identity.ladder import UNITS
from tests.identity.ladder_apart import (
    BATCHES,
    EVERYBODY,
    GIVES,
    HAND_OVERS,
    KEEPS,
    POSTS_APART,
    PROPOSE,
    RULE,
    THREE,
)
from tests.identity.test_climbing_table import TAKEN, TODAY, VERBS, WHY, YESTERDAY, home, tried
from tests.stores import Store

Cast = Mapping[str, Actor]
before_it = test_climbing_table.kinds


@pytest.fixture
def kinds(
    database: Store,
    app: Flask,
    work: Session,
    before_it: Cast,
    noon: datetime,
) -> Cast:
    """One of each kind once it is on; 戴安澜 laid the city's administration down before."""

    def build() -> None:
        with app.app_context():
            chief, laid_down = before_it["plt"], before_it["cga"].holds[0].grant_id
            granting.end_post(chief, laid_down, YESTERDAY, WHY, at=noon)
            apart(chief, called(chief, noon), noon)

    work.close()
    database.begin("ladder_apart", build, upon="ladder")
    ids = {row.name: row.id for row in work.scalars(select(Person))}
    return {kind: queries.actor_for(ids[name], noon) for kind, name in EVERYBODY.items()}


def told(table: str, many: int) -> dict[str, str]:
    """What is whose, for everybody: who has no line may do nothing."""
    found = {}
    for line in table.splitlines():
        who, *signs = line.split() or [""]
        if who in EVERYBODY and signs[0] not in EVERYBODY:
            found[who] = "".join(part for part in signs if not part.strip("y-"))
    assert {len(signs) for signs in found.values()} == {many}
    return {kind: found.get(kind, "-" * many) for kind in EVERYBODY}


def _end(by: Actor, whom: Actor, at: datetime) -> None:
    """A post that they hold or held last; ended already, it was theirs to end all the same."""
    mine = select(Grant.id).where(Grant.person_id == whom.id).order_by(Grant.valid_to.desc())
    grant = whom.holds[0].grant_id if whom.holds else session().scalars(mine).first()
    granting.end_post(by, grant or "nobody holds this", TODAY + timedelta(days=30), WHY, at=at)


def _phone(by: Actor, whom: Actor, at: datetime) -> None:
    number = f"138000022{list(EVERYBODY.values()).index(whom.name):02d}"
    keeping.change_phone(by, whom.id, number, WHY, at=at)


DEEDS = {**VERBS, "end": _end, "phone": _phone}


@pytest.mark.one_store
@pytest.mark.parametrize("verb", DEEDS)
def test_who_touches_whose_account(kinds: Cast, noon: datetime, verb: str) -> None:
    found = {
        who: "".join(tried(lambda: DEEDS[verb](by, whom, noon)) for whom in kinds.values())  # noqa: B023
        for who, by in kinds.items()
    }
    assert found == told(KEEPS, len(EVERYBODY))


def test_who_gives_which_post_with_a_new_account(kinds: Cast, noon: datetime) -> None:
    posts = [Post(home(where).id, role, position) for where, role, position in POSTS_APART]

    def hire(by: Actor, post: Post) -> str:
        given = NewStaff("向晚舟", post.unit_id, TAKEN, "", post.role, post.position)
        return tried(lambda: hiring.hire(by, given, at=noon))

    found = {who: "".join(hire(by, post) for post in posts) for who, by in kinds.items()}
    assert found == told(GIVES, len(POSTS_APART))


def test_nobody_gives_any_post_to_themselves_or_to_one_of_the_three(
    kinds: Cast, noon: datetime
) -> None:
    before = {who: by.holds for who, by in kinds.items()}
    posts = [Post(home(where).id, role, position) for where, role, position in POSTS_APART]
    for by in kinds.values():
        for whom in (by, *(kinds[one] for one in THREE)):
            for post in posts:
                given = NewGrant(post, TODAY)
                assert tried(lambda: granting.give_post(by, whom.id, given, WHY, at=noon)) == "-"  # noqa: B023
    assert {who: queries.actor_for(by.id, noon).holds for who, by in kinds.items()} == before


def test_who_opens_a_batch_where(kinds: Cast, noon: datetime) -> None:
    found = _by_unit(kinds, lambda by, unit: batches.open_batch(by, unit, "首批账号", at=noon))
    assert found == told(BATCHES, len(UNITS))


def test_who_hands_which_unit_over(kinds: Cast, noon: datetime) -> None:
    nobody = kinds["pub"].id
    found = _by_unit(kinds, lambda by, unit: keeping.hand_over(by, unit, nobody, WHY, at=noon))
    assert found == told(HAND_OVERS, len(UNITS))


def _by_unit(kinds: Cast, act: Callable[[Actor, str], object]) -> dict[str, str]:
    units = [home(where).id for where in UNITS]
    return {
        who: "".join(tried(lambda: act(by, unit)) for unit in units)  # noqa: B023
        for who, by in kinds.items()
    }


def test_who_sets_the_rule_of_first_passwords(kinds: Cast, noon: datetime) -> None:
    may = {
        who
        for who, by in kinds.items()
        if tried(lambda: batches.set_rule(by, Rule("random"), WHY, at=noon)) == "y"  # noqa: B023
    }
    assert may == set(RULE.split())


def test_who_proposes_and_who_confirms_another_line_up(kinds: Cast, noon: datetime) -> None:
    """Never who proposed it; and one who would gain by it does neither."""
    idle = Lineup(*(kinds[one].id for one in ("sys", "sec", "adt")))
    three, may = PROPOSE.split(), set()
    for who, by in kinds.items():
        if tried(lambda: dividing.propose(by, idle, WHY, at=noon)) == "y":  # noqa: B023
            may.add(who)
            row = duties.proposed(session())
            assert row
            for other, whom in kinds.items():
                if other not in three or other == who:
                    assert tried(lambda: dividing.confirm(whom, row.id, at=noon)) == "-"  # noqa: B023
            last = next(one for one in three if one != who)
            dividing.drop(kinds[last], row.id, at=noon)
    assert may == set(three)
    db.session.remove()
    assert duties.apart(session())


def test_how_many_cases_the_second_ladder_has(
    record_property: Callable[[str, object], None],
) -> None:
    each = len(EVERYBODY) * len(DEEDS) + 5 * len(POSTS_APART) + 2 * len(UNITS) + 2
    cases = len(EVERYBODY) * each
    assert cases >= 12_000
    record_property("measured", f"三员分立后越权尝试：{len(EVERYBODY)} 类账号，共 {cases} 例")
