"""What may be chosen as a password, and how it is kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.identity import passwords
from app.identity.passwords import Owner

GOOD = "plum-rain over the gorge"


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("shortone9", "长度"),
        ("x" * 129, "长度"),
        ("password123", "常见"),
        ("Password!!2", "常见"),
        ("1234567890", "常见"),
        ("qwertyuiop", "常见"),
        ("woaini1314!", "常见"),
        ("aaaaaaaaaaaa", "常见"),
        ("abababababab", "常见"),
        ("gorge-ningyuanshan", "拼音"),
        ("nahsnauygnin-gorge", "拼音"),
        ("NingYuanShan#rain", "拼音"),
        ("rain13900000001", "手机号"),
        ("rain-00000001-x", "手机号"),
        ("nys.office-rain", "账号"),
        ("gorge rain 2026", "年份"),
        ("gorge1998rain", "年份"),
        ("gorge0202rain", "年份"),
    ],
)
def test_what_a_stranger_would_try_is_refused(chosen: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check_choice(chosen, Owner("宁远山", "nys.office", "13900000001"))
    assert said in refused.value.fields["password"]


def test_every_reading_of_a_name_counts() -> None:
    for chosen in ("zengchang-gorge", "cengzhang-gorge"):
        with pytest.raises(Invalid):
            passwords.check_choice(chosen, Owner("曾长"))


@pytest.mark.parametrize(
    "chosen", [GOOD, "梅雨下在峡江上的第三天", "kdj3-vm9q-xw7t", "password of the gorge"]
)
def test_anything_long_and_unlikely_is_taken(chosen: str) -> None:
    passwords.check_choice(chosen, Owner("宁远山", "ningyuanshan", "13900000001"))


@pytest.mark.parametrize(
    ("chosen", "taken"),
    [
        (GOOD, False),  # small letters and signs
        ("plumrainovergorge8", False),
        ("plumrain-over-gorge8", True),
        ("PlumRainOverGorge8", True),
        ("Plum-rain over gorge", True),
        ("梅雨下在峡江上第三天了8a", True),
    ],
)
def test_three_of_four_classes_where_the_rule_asks(chosen: str, taken: bool) -> None:
    passwords.check_choice(chosen, Owner("宁远山"))
    strict = Owner("宁远山", three_classes=True)
    if taken:
        passwords.check_choice(chosen, strict)
        return
    with pytest.raises(Invalid) as refused:
        passwords.check_choice(chosen, strict)
    assert "三种" in refused.value.fields["password"]


def test_a_reading_that_a_person_chose_is_theirs() -> None:
    with pytest.raises(Invalid):
        passwords.check_choice("wange-over-the-gorge", Owner("王é", reading="wange"))


def test_a_one_time_password_is_kept_by_a_key_and_nothing_else_matches(
    work: Session,
) -> None:
    word = passwords.one_time_password()
    kept = passwords.once(word)
    assert word not in kept
    assert kept != passwords.once(word)
    assert passwords.matches(kept, word)
    assert not passwords.matches(kept, passwords.one_time_password())
    assert not passwords.matches("once:", "")
    assert not passwords.outdated(kept)


def test_what_we_make_for_people_passes_our_own_rules() -> None:
    made = {passwords.one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(word) == 14 and word.count("-") == 2 for word in made)


def test_hashes_are_argon2id_of_the_agreed_cost() -> None:
    stored = passwords.hashed(GOOD)
    found = extract_parameters(stored)
    assert (found.memory_cost, found.time_cost, found.parallelism) == (19 * 1024, 2, 1)
    assert stored.startswith("$argon2id$")
    assert passwords.matches(stored, GOOD)
    assert not passwords.matches(stored, GOOD + " ")
    assert not passwords.outdated(stored)


def test_nothing_matches_an_empty_or_a_damaged_hash() -> None:
    assert not passwords.matches("", "")
    assert not passwords.matches("", GOOD)
    assert not passwords.matches("$argon2id$broken", GOOD)


def test_a_weaker_hash_is_known_as_outdated() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD)
    assert passwords.matches(weaker, GOOD)
    assert passwords.outdated(weaker)
