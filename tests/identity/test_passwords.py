"""What may be chosen as a password, and how it is kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from app.errors import Invalid
from app.identity import passwords

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
    ],
)
def test_what_a_stranger_would_try_is_refused(chosen: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check_choice(chosen, name="宁远山", account="nys.office", phone="13900000001")
    assert said in refused.value.fields["password"]


def test_every_reading_of_a_name_counts() -> None:
    for chosen in ("zengchang-gorge", "cengzhang-gorge"):
        with pytest.raises(Invalid):
            passwords.check_choice(chosen, name="曾长")


@pytest.mark.parametrize(
    "chosen", [GOOD, "梅雨下在峡江上的第三天", "kdj3-vm9q-xw7t", "password of the gorge"]
)
def test_anything_long_and_unlikely_is_taken(chosen: str) -> None:
    passwords.check_choice(chosen, name="宁远山", account="ningyuanshan", phone="13900000001")


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
