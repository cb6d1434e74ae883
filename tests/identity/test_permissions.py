"""Who may do what, against the matrix of annex 4 and of the posts below it, typed by hand."""

from __future__ import annotations

import pytest

from app.identity.permissions import PERMISSIONS, POSITIONS, ROLES, rights

LETTERS = {
    "R": "case:read",
    "F": "task:decide",
    "D": "demand:review",
    "P": "patrol:report",
    "Z": "rectification:issue",
    "s": "stop:order_on_site",
    "S": "stop:order",
    "C": "stop:confirm",
    "b": "bad_record:propose",
    "B": "bad_record:decide",
    "U": "people:reset",
    "O": "units:edit",
    "W": "flow:publish",
    "G": "limits:edit",
    "A": "audit:read",
    "M": "case:supervise",
    "X": "register:export",
    "t": "papers:serve",
    "v": "papers:void",
    "T": "papers:edit",
    "g": "patrol:assign",
    "f": "task:act_for",
    "k": "checklist:edit",
    "e": "report:record",
    "a": "accident:record",
    "c": "accident:confirm",
    "i": "accident:read",
    "r": "accounts:rule",
    "p": "places:edit",
    "x": "rights:explain",
    "d": "duties:edit",
    "n": "task:assign",
}

# who, level, kind of unit: the letters of the matrix
MATRIX = [
    ("inspector", "community", "government", "R F P Z s b t e"),
    ("head", "community", "government", "R F D P Z s b X t v g f e"),
    ("leader", "community", "government", "R M n"),
    ("inspector", "township", "government", "R F P Z s b t e a i"),
    ("head", "township", "government", "R F D P Z s S C b M X t v g f e a i n"),
    ("leader", "township", "government", "R F C b M X i n"),
    ("safety_officer", "district", "department", "R F D P Z s b t e a c i"),
    ("safety_officer", "city", "department", "R F D P Z s b t e a c i"),
    ("head", "district", "department", "R F D P Z s S C b B M X t v g f e a c i n"),
    ("head", "city", "department", "R F D P Z s S C b B M X t v g f e a c i n"),
    ("leader", "district", "department", "R F C B M X c i n"),
    ("leader", "city", "department", "R F C B M X c i n"),
    ("city_gov_user", "city", "government", "R F D P Z s S C b X t e a i"),
    ("city_dept_user", "city", "department", "R F D P Z s S C b X t e a c i"),
    ("district_gov_user", "district", "government", "R F D P Z s S C b X t e a i"),
    ("district_gov_user", "district", "functional_zone", "R F D P Z s S C b X t e a i"),
    ("district_dept_user", "district", "department", "R F D P Z s S C b X t e a c i"),
    ("city_gov_admin", "city", "government",
     "R F D P Z s S C b U O G A M X t v g f T k e a i x p n"),
    ("district_gov_admin", "district", "government",
     "R F D P Z s S C b U O G A M X t v g f T k e a i x n"),
    ("district_gov_admin", "district", "functional_zone",
     "R F D P Z s S C b U O G A M X t v g f T k e a i x n"),
    # limits and calendars are a government's: a department has no settings of its own yet
    ("city_dept_admin", "city", "department", "R F D P Z s S C b U O A M X t v g f e a c i x n"),
    ("district_dept_admin", "district", "department",
     "R F D P Z s S C b U O A M X t v g f e a c i x n"),
    ("unit_admin", "city", "government", "U O W G T k r x p n"),
    ("unit_admin", "district", "government", "U O W G T k x n"),
    ("unit_admin", "district", "functional_zone", "U O W G T k x n"),
    ("unit_admin", "city", "department", "U O x n"),
    ("unit_admin", "district", "department", "U O x n"),
    ("unit_admin", "township", "government", "U O x n"),
    ("unit_admin", "community", "government", "U O x n"),
    ("supervisor", "city", "government", "R A M X i x n"),
    ("supervisor", "district", "government", "R A M X i x n"),
    ("supervisor", "district", "functional_zone", "R A M X i x n"),
    ("platform_admin", "city", "government", "U O W G T k r x p d n"),
    # the same, apart: none of what one has is another's but who keeps it all
    ("system_admin", "city", "government", "W G T k p d"),
    ("security_admin", "city", "government", "U O r x d"),
    ("audit_admin", "city", "government", "A d"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "level", "kind", "letters"), MATRIX)
def test_the_matrix(who: str, level: str, kind: str, letters: str) -> None:
    role, position = (who, "") if who in ROLES else ("", who)
    held = rights(role, position, level, kind)
    assert {letter for letter, name in LETTERS.items() if name in held} == set(letters.split())


def test_a_role_or_position_where_it_does_not_belong_grants_nothing() -> None:
    known = {(who, level, kind) for who, level, kind, _ in MATRIX}
    for level in ("city", "district", "township", "community"):
        for kind in ("government", "department", "functional_zone"):
            for role in ROLES:
                assert bool(rights(role, "", level, kind)) == ((role, level, kind) in known)
            for position in POSITIONS:
                assert bool(rights("", position, level, kind)) == ((position, level, kind) in known)


def test_the_role_that_the_annexes_default_to_adds_nothing_below_the_district() -> None:
    alone = rights("", "inspector", "community", "government")
    assert rights("district_gov_user", "inspector", "community", "government") == alone


def test_a_role_and_a_position_in_one_post_add_up() -> None:
    both = rights("district_dept_user", "head", "district", "department")
    assert {"case:supervise", "bad_record:decide", "stop:order"} <= both


@pytest.mark.parametrize(
    ("who", "level"),
    [
        ("inspector", "community"),
        ("head", "community"),
        ("inspector", "township"),
        ("head", "township"),
    ],
)
def test_the_counter_files_for_people_without_a_phone(who: str, level: str) -> None:
    assert "case:file_on_behalf" in rights("", who, level, "government")


def test_only_they_do() -> None:
    for role in ROLES:
        for level in ("city", "district"):
            for kind in ("government", "department", "functional_zone"):
                assert "case:file_on_behalf" not in rights(role, "", level, kind)


def test_no_administrator_of_accounts_or_of_the_platform_sees_a_case() -> None:
    for role in ("unit_admin", "platform_admin", "system_admin", "security_admin", "audit_admin"):
        held = rights(role, "", "city", "government")
        assert not held & {"case:read", "register:read", "register:export", "task:decide"}


def test_every_permission_of_the_table_has_its_sentence() -> None:
    granted: set[str] = set()
    for who, level, kind, _ in MATRIX:
        role, position = (who, "") if who in ROLES else ("", who)
        granted |= rights(role, position, level, kind)
    assert granted | {"case:file"} == set(PERMISSIONS)
