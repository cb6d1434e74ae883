"""A known name with a new number: asked about, and carried out as it was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import transaction
from app.identity import changes, posts
from app.identity.annexes.models import AnnexImport
from app.identity.annexes.verdicts import ANOTHER, Choices
from app.identity.commands import Post
from app.identity.commands.accounts import NewStaff, open_account
from app.identity.models import Person
from app.workflow import commands
from tests.identity.annexes.books import annex
from tests.identity.annexes.sending import carry, commit, judged, lines, send, verdicts, work_on
from tests.identity.people import Cast, unit

LEADER = ("东苑街道", "沈听澜", "13900000031")
"""A line with one new person, 分管领导."""


def renumbered(cast: Cast, at: datetime, place: str = "东苑街道") -> AnnexImport:
    """沈听澜 is in the books of 东苑街道, and stands in a workbook with another number."""
    admin = cast["district_admin"]
    carry(admin, annex("1", LEADER), at)
    rows = [("东苑街道", "沈听澜", "13900000032"), (place, None, None, "沈听澜", "13900000032")]
    return send(admin, annex("1", *rows[: 1 + (place != "东苑街道")]), at)


def say(cast: Cast, row: AnnexImport, who: str, at: datetime) -> AnnexImport:
    """What was asked about 沈听澜 is answered."""
    choices = Choices(twins={judged(row).twins[0].key: who})
    commands.choose_in_annex(cast["district_admin"], row.id, choices, at=at)
    return work_on(cast["district_admin"], row.id, at)


def test_the_same_name_with_another_number_is_asked_about(cast: Cast, noon: datetime) -> None:
    row = renumbered(cast, noon)
    assert verdicts(row) == [("沈听澜", "open")]
    (twin,) = judged(row).twins
    assert [(unit, account) for _, unit, account in twin.known] == [("东苑街道", "shentinglan")]
    for nonsense in ("", cast["street_keeper"].id):
        assert verdicts(say(cast, row, nonsense, noon)) == [("沈听澜", "open")]


def test_another_person_of_that_name_gets_an_account(
    cast: Cast, work: Session, noon: datetime
) -> None:
    row = say(cast, renumbered(cast, noon), ANOTHER, noon)
    assert verdicts(row) == [("沈听澜", "new")]
    assert row.counts["people"] == 1
    commit(cast["district_admin"], row, noon)
    found = work.scalars(select(Person.account).where(Person.name == "沈听澜"))
    assert set(found) == {"shentinglan", "shentinglan0032"}


def test_the_same_person_with_a_new_number_gets_no_second_account(
    cast: Cast, work: Session, noon: datetime
) -> None:
    row = renumbered(cast, noon, "南苑街道")
    row = say(cast, row, judged(row).twins[0].known[0][0], noon)
    assert [(one.verdict, one.why) for one in lines(row)] == [
        ("changed", "电话换为 13900000032"),
        ("new", "已有账号 shentinglan，增加任职，电话换为 13900000032"),
    ]
    commit(cast["district_admin"], row, noon)
    shen = work.scalars(select(Person).where(Person.name == "沈听澜")).one()
    assert vault.unseal(shen.phone) == "13900000032"
    told = [(one.words, one.change.reason) for one in changes.of(work, shen.id)]
    assert told == [
        ("任职", "按附件导入"), ("改手机号", "按附件导入"), ("任职", "按附件导入"),
    ]  # fmt: skip
    again = ("东苑街道", "沈听澜", "13900000032")
    assert verdicts(send(cast["district_admin"], annex("1", again), noon)) == [("沈听澜", "same")]


def test_a_peer_s_number_is_not_changed_by_a_workbook(cast: Cast, noon: datetime) -> None:
    street = unit("东苑街道").id
    given = NewStaff("沈听澜", street, "13900000031", position="leader")
    with transaction() as some:
        shen = open_account(some, given, cast["chief"], at=noon)
        posts.give(some, shen.person_id, Post(unit("西陵区").id, "district_gov_admin"), noon)
    row = send(cast["district_admin"], annex("1", ("东苑街道", "沈听澜", "13900000032")), noon)
    row = say(cast, row, shen.person_id, noon)
    assert [(one.verdict, one.why) for one in lines(row)] == [
        ("fault", "这一行请由上级管理员核对办理")
    ]
