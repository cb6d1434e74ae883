"""Links to cases: they say nothing of anybody, open by a code to the phone, and end."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Invalid, NotFound
from app.identity import codes, queries, sessions
from app.identity.models import Person
from app.identity.sessions import Visit
from app.workflow import commands, jobs, links
from app.workflow.backstage import AccessLink, Job
from app.workflow.models import Case
from tests.identity import people
from tests.workflow import make
from tests.workflow.people import NOON, who

HERE = Visit("10.0.0.9", "a phone")
SOON = NOON + timedelta(minutes=2)


def linked(made: Case, key: str = "ann") -> str:
    """The token of a link for somebody to a case."""
    with transaction() as work:
        person = work.get_one(Person, who(key).id)
        return links.offer(work, person, work.get_one(Case, made.id), at=NOON).rpartition("/")[2]


def test_a_link_tells_what_it_is_about_and_no_more(town: Session) -> None:
    made = make.case()
    door = links.read(town, linked(made), at=NOON)
    assert (door.number, door.phone) == (made.number, "139****1001")
    assert "安宁" not in f"{door.matter}{door.number}{door.phone}"


def test_only_the_hash_of_a_link_is_kept(town: Session) -> None:
    token = linked(make.case())
    row = town.scalars(select(AccessLink)).one()
    assert len(token) >= 43
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()


def test_the_code_opens_a_session_of_that_person(phone: people.Phone, town: Session) -> None:
    token = linked(make.case())
    commands.send_link_code(token, HERE, at=NOON)
    ((number, _words),) = phone.messages
    opened = commands.enter_by_link(token, phone.code(), HERE, at=NOON)
    assert (number, opened.person_id) == ("13900001001", who("ann").id)
    assert sessions.live(opened.token, "web", NOON)


def test_entering_ends_the_session_that_the_browser_had(phone: people.Phone, town: Session) -> None:
    token = linked(make.case())
    with transaction() as work:
        old = sessions.open_one(work, who("ben").id, "web", HERE, at=NOON)
    commands.send_link_code(token, HERE, at=NOON)
    visit = Visit("10.0.0.9", "a phone", sessions.key_of(old))
    commands.enter_by_link(token, phone.code(), visit, at=NOON)
    assert sessions.live(old, "web", NOON) is None


def test_a_code_is_spent_once_and_guessed_five_times(phone: people.Phone, town: Session) -> None:
    token = linked(make.case())
    commands.send_link_code(token, HERE, at=NOON)
    right = phone.code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for guess in [wrong] * codes.TRIES + [right]:
        with pytest.raises(Invalid):
            commands.enter_by_link(token, guess, HERE, at=NOON)
    commands.send_link_code(token, HERE, at=SOON)
    commands.enter_by_link(token, phone.code(), HERE, at=SOON)
    with pytest.raises(Invalid):
        commands.enter_by_link(token, phone.code(), HERE, at=SOON)


def test_a_code_opens_no_other_link(phone: people.Phone, town: Session) -> None:
    made = make.case()
    token, other = linked(made), linked(made, "ben")
    commands.send_link_code(token, HERE, at=NOON)
    with pytest.raises(Invalid):
        commands.enter_by_link(other, phone.code(), HERE, at=NOON)


def test_codes_are_not_sent_again_and_again(phone: people.Phone, town: Session) -> None:
    token = linked(make.case())
    commands.send_link_code(token, HERE, at=NOON)
    with pytest.raises(Conflict):
        commands.send_link_code(token, HERE, at=NOON + timedelta(seconds=30))
    assert len(phone.messages) == 1


def test_every_link_that_does_not_open_sounds_the_same(phone: people.Phone, town: Session) -> None:
    made, over = make.case(), make.case(by="ben", name="别处")
    live, ended = linked(made), linked(over, "ben")
    make.decide(over, "li", "reject")
    later = NOON + timedelta(days=31)
    said = set()
    for token, at in (("nobody-has-this", NOON), (ended, NOON), (live, later)):
        for act in (
            lambda token=token, at=at: links.read(town, token, at=at),
            lambda token=token, at=at: commands.send_link_code(token, HERE, at=at),
            lambda token=token, at=at: commands.enter_by_link(token, "123456", HERE, at=at),
        ):
            with pytest.raises(NotFound) as refused:
                act()
            said.add(refused.value.message)
    assert said == {links.GONE}
    assert phone.messages == []


def test_the_address_goes_out_by_text_message_and_lies_nowhere_readable(
    phone: people.Phone, town: Session
) -> None:
    made = make.case()
    with transaction() as work:
        person, case = work.get_one(Person, who("ann").id), work.get_one(Case, made.id)
        path = links.send(work, person, case, at=NOON)
    job = town.scalars(select(Job).where(Job.kind == "sms")).one()
    assert path.rpartition("/")[2] not in str(job.payload)
    jobs.run_due(NOON)
    ((number, words),) = phone.messages
    assert number == "13900001001"
    assert path in words
    assert made.number in words


def test_staff_have_a_door_of_their_own(town: Session) -> None:
    with pytest.raises(ValueError, match="staff"):
        linked(make.case(), "li")


def test_who_came_in_sees_their_own_cases_only(phone: people.Phone, town: Session) -> None:
    token = linked(make.case())
    commands.send_link_code(token, HERE, at=NOON)
    opened = commands.enter_by_link(token, phone.code(), HERE, at=NOON)
    actor = queries.actor_for(opened.person_id, NOON)
    assert (actor.staff, actor.holds) == (False, ())
