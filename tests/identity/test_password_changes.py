"""Changing one's own password: what it ends, what is refused, and how guesses are slowed down."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.errors import Forbidden, Invalid
from app.identity import commands, sessions
from app.identity.actor import Actor
from app.identity.commands import Credentials
from app.identity.commands.batches import set_rule
from app.identity.commands.signing import REFUSED
from app.identity.rules import Rule
from app.identity.sessions import Opened
from tests.identity.people import HERE, SECRET, Cast

WRONG = "not the password"


def enter(who: str, password: str = SECRET, door: str = "staff", *, at: datetime) -> Opened:
    return commands.sign_in(Credentials(who, password, door), HERE, at=at)


def refused(who: str, password: str = WRONG, door: str = "staff", *, at: datetime) -> str:
    with pytest.raises(Forbidden) as said:
        enter(who, password, door, at=at)
    return said.value.message


def test_changing_the_password_ends_every_session_and_opens_one(
    chief: Actor, noon: datetime
) -> None:
    here, there = enter("ningyuanshan", at=noon), enter("ningyuanshan", door="program", at=noon)
    fresh = commands.change_password(chief, SECRET, "another rain, another gorge", HERE, at=noon)
    assert not sessions.live(here.token, "web", noon)
    assert not sessions.live(there.token, "api", noon)
    assert sessions.live(fresh.token, "web", noon)
    assert refused("ningyuanshan", SECRET, at=noon) == REFUSED
    assert enter("ningyuanshan", "another rain, another gorge", at=noon)


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("wrong", "another rain, another gorge", "current"),
        (SECRET, SECRET, "password"),
        (SECRET, "short", "password"),
        (SECRET, "ningyuanshan-gorge", "password"),
    ],
)
def test_a_change_is_refused_beside_its_field(
    chief: Actor, noon: datetime, current: str, new: str, field: str
) -> None:
    with pytest.raises(Invalid) as said:
        commands.change_password(chief, current, new, HERE, at=noon)
    assert list(said.value.fields) == [field]
    assert enter("ningyuanshan", at=noon)


def test_a_guess_at_the_old_password_learns_nothing_while_the_account_rests(
    chief: Actor, noon: datetime
) -> None:
    for _ in range(5):
        with pytest.raises(Invalid):
            commands.change_password(chief, "wrong", "another rain, another gorge", HERE, at=noon)
    told = set()
    for guess in (SECRET, "some other long guess"):
        with pytest.raises(Invalid) as said:
            commands.change_password(chief, guess, guess, HERE, at=noon)
        told.add(str(said.value.fields))
    assert len(told) == 1


def test_guessing_the_old_password_in_an_open_session_is_slowed_down_too(
    chief: Actor, noon: datetime
) -> None:
    for _ in range(5):
        with pytest.raises(Invalid):
            commands.change_password(chief, "wrong", "another rain, another gorge", HERE, at=noon)
    with pytest.raises(Invalid):
        commands.change_password(chief, SECRET, "another rain, another gorge", HERE, at=noon)


def test_none_of_the_last_five_comes_back(chief: Actor, noon: datetime) -> None:
    words = [f"{sign} rain over the gorge" for sign in ("ash", "bay", "cedar", "date", "elm")]
    before = SECRET
    for word in words:
        commands.change_password(chief, before, word, HERE, at=noon)
        before = word
    for word in words:
        with pytest.raises(Invalid) as said:
            commands.change_password(chief, before, word, HERE, at=noon)
        assert "最近五次" in said.value.fields["password"]
    assert commands.change_password(chief, before, SECRET, HERE, at=noon)  # the sixth


def test_a_password_from_before_a_reset_is_one_of_the_last(cast: Cast, noon: datetime) -> None:
    who = cast["street_head"]
    fresh = commands.reset_staff_password(cast["chief"], who.id, "忘记密码", at=noon)
    with pytest.raises(Invalid) as said:
        commands.change_password(who, fresh, SECRET, HERE, at=noon)
    assert "最近五次" in said.value.fields["password"]


def test_past_passwords_are_no_oracle(chief: Actor, noon: datetime) -> None:
    """Who does not know the present one learns nothing of those before."""
    commands.change_password(chief, SECRET, "another rain, another gorge", HERE, at=noon)
    with pytest.raises(Invalid) as said:
        commands.change_password(chief, "not the password", SECRET, HERE, at=noon)
    assert list(said.value.fields) == ["current"]


def test_three_classes_are_asked_of_the_staff_where_the_rule_says_so(
    chief: Actor, noon: datetime
) -> None:
    set_rule(chief, Rule("random", three_classes=True), "等保要求", at=noon)
    with pytest.raises(Invalid) as said:
        commands.change_password(chief, SECRET, "another rain another gorge", HERE, at=noon)
    assert "三种" in said.value.fields["password"]
    assert commands.change_password(chief, SECRET, "Another rain, another gorge", HERE, at=noon)
