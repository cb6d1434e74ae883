"""Two administrators at once: whoever comes second waits, and finds what the first has done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import crashing, vault
from app.clock import local
from app.errors import Conflict, Forbidden, Invalid, Refusal
from app.identity import commands, queries
from app.identity.actor import Actor
from app.identity.commands import Post, dividing, granting
from app.identity.commands.accounts import NewStaff
from app.identity.commands.batches import Slip, open_batch
from app.identity.commands.granting import NewGrant
from app.identity.commands.hiring import hire
from app.identity.commands.keeping import change_phone
from app.identity.lineups import Lineup
from app.identity.models import Grant, Person
from tests.identity.duties import WHY, lineup
from tests.identity.offices import by_notice, make
from tests.identity.people import HERE, Cast, unit

NUMBER = "13911112222"
Deed = Callable[[], object]


class Pair:
    """Two threads; the second begins when the first has done everything but commit."""

    def __init__(self, app: Flask) -> None:
        self._app, self.heard = app, dict[str, object]()

    def meet(self, first: Deed, second: Deed) -> tuple[object, object]:
        """What each was answered: what the deed returned, or the refusal."""
        one, two = (
            threading.Thread(target=self._do, args=(name, deed), name=name)
            for name, deed in (("first", first), ("second", second))
        )

        def watch(place: str) -> None:
            if place == "commit" and threading.current_thread() is one and two.ident is None:
                two.start()
                two.join(1)  # whoever does not wait for the first is through by then

        crashing.watchers.append(watch)
        try:
            one.start()
            one.join()
            two.join()
        finally:
            crashing.watchers.remove(watch)
        return self.heard["first"], self.heard["second"]

    def _do(self, name: str, deed: Deed) -> None:
        with self._app.app_context():
            try:
                self.heard[name] = deed()
            except Refusal as refusal:
                self.heard[name] = refusal


@pytest.fixture
def pair(app: Flask, work: Session) -> Pair:
    return Pair(app)


def holders(work: Session) -> list[str]:
    work.rollback()
    found = select(Person.name).where(Person.phone_index == vault.blind(NUMBER))
    return list(work.scalars(found))


def test_one_number_given_twice_at_once_is_given_once(
    pair: Pair, work: Session, cast: Cast, noon: datetime
) -> None:
    def change(whom: str, by: str) -> Deed:
        return lambda: change_phone(cast[by], cast[whom].id, NUMBER, "换了号码", at=noon)

    work.rollback()
    first, second = pair.meet(
        change("street_head", "district_admin"), change("neighbour_user", "neighbour_admin")
    )
    assert first is None
    assert isinstance(second, Invalid)
    assert second.fields == {"phone": "这个手机号不能登记，请由上级管理员核对办理"}
    assert holders(work) == ["石磊峰"]


def test_a_number_is_not_taken_by_somebody_new_while_another_gets_it(
    pair: Pair, work: Session, cast: Cast, noon: datetime
) -> None:
    new = NewStaff("孟浩然", unit("伍家岗区").id, NUMBER, role="district_gov_user")
    work.rollback()
    first, second = pair.meet(
        lambda: change_phone(
            cast["district_admin"], cast["street_head"].id, NUMBER, "换号", at=noon
        ),
        lambda: hire(cast["neighbour_admin"], new, at=noon),
    )
    assert first is None
    assert isinstance(second, Invalid)
    assert second.fields == {"phone": "这个手机号不能登记，请由上级管理员核对办理"}
    assert holders(work) == ["石磊峰"]


@pytest.mark.parametrize("place", ["东苑街道", "西陵区"])
def test_of_two_batches_at_once_the_first_one_s_slips_count(
    pair: Pair, work: Session, cast: Cast, noon: datetime, place: str
) -> None:
    """The street's keeper opens it; the district's opens the same street, or all the district."""
    by_notice(cast["chief"], noon)
    make(cast["chief"], "曾庆云", at=noon)
    street, same = unit("东苑街道").id, unit(place).id
    work.rollback()
    first, second = pair.meet(
        lambda: open_batch(cast["street_keeper"], street, "首批账号", at=noon).slips[0],
        lambda: open_batch(cast["district_keeper"], same, "再来一批", at=noon),
    )
    assert isinstance(second, Conflict)
    assert isinstance(first, Slip)
    given = commands.Credentials("zengqingyun", "zengqingyun2020", "staff", first.code)
    assert commands.sign_in(given, HERE, at=noon).must_change


def held(work: Session, person: Actor, noon: datetime) -> set[str]:
    work.rollback()
    return {hold.role for hold in queries.holds_of(person.id, local(noon).date())}


def test_of_two_line_ups_at_once_the_first_stands(
    pair: Pair, work: Session, cast: Cast, able: Cast, noon: datetime
) -> None:
    one = lineup(able)
    other = Lineup(one.audit, one.system, one.security)
    work.rollback()
    first, second = pair.meet(
        lambda: dividing.propose(cast["chief"], one, WHY, at=noon),
        lambda: dividing.propose(cast["chief"], other, WHY, at=noon),
    )
    assert first is True
    assert isinstance(second, Forbidden)
    assert [held(work, person, noon) for person in able.values()] == [
        {"system_admin"}, {"security_admin"}, {"audit_admin"},
    ]  # fmt: skip


@pytest.mark.parametrize("divided_first", [True, False])
def test_no_second_duty_is_given_in_the_same_moment(
    pair: Pair, work: Session, cast: Cast, able: Cast, noon: datetime, divided_first: bool
) -> None:
    """Whoever comes first, one of the three holds one thing: the other post is refused, or ends."""
    post = NewGrant(Post(unit("宜昌市").id, "supervisor"), local(noon).date())
    deeds: list[Deed] = [
        lambda: dividing.propose(cast["chief"], lineup(able), WHY, at=noon),
        lambda: granting.give_post(cast["chief"], able["audit"].id, post, "兼任督查", at=noon),
    ]
    work.rollback()
    first, second = pair.meet(*(deeds if divided_first else reversed(deeds)))
    if divided_first:
        assert first is True
        assert isinstance(second, Forbidden)
    else:
        assert isinstance(first, Grant)
        assert second is True
    assert held(work, able["audit"], noon) == {"audit_admin"}
