"""Ladders of units: who sets which, what is refused, and that the nearest one counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Forbidden, Invalid, NotFound
from app.identity.models import AuditEntry
from app.workflow import commands, ladders
from app.workflow.ladders import DISTRICT, HANDLER, HEAD, LEADER, Rung
from app.workflow.models import Task
from app.workflow.queries import ladders as kept
from tests.workflow import make
from tests.workflow.people import FAR, HERE, NEXT, NOON, unit, who
from tests.workflow.test_chasing import moment, rungs, sweep, told

TOWNSHIP, DISTRICT_UNIT = "420502002", "420502"
STRICT = (Rung(0, (HANDLER, HEAD, LEADER)), Rung(2, (DISTRICT,)))


def keep(key: str, code: str, *given: Rung, at: str = "11-23 12:00") -> None:
    commands.keep_ladder(who(key), unit(code).id, given or STRICT, at=moment(at))


def owner(work: Session, code: str) -> str:
    return kept.in_force(work, unit(code)).owner


def test_as_shipped_where_nobody_set_any(town: Session) -> None:
    found = kept.in_force(town, unit(TOWNSHIP))
    assert (found.ladder, found.owner, found.own) == (ladders.SHIPPED, "", False)
    assert [(rung.after, rung.whom) for rung in found.ladder.rungs] == [
        (-1, ("handler",)), (0, ("handler", "head")), (1, ("leader",)), (3, ("district",)),
    ]  # fmt: skip


def test_a_ladder_holds_for_all_beneath_but_those_with_their_own(town: Session) -> None:
    keep("ning", "4205")
    assert [owner(town, code) for code in ("4205", "420502", TOWNSHIP, HERE)] == ["宜昌市"] * 4
    keep("jin", TOWNSHIP, Rung(0, (HEAD,)))
    assert [owner(town, code) for code in ("420502", TOWNSHIP, HERE)] == [
        "宜昌市", "学院街道", "学院街道",
    ]  # fmt: skip
    assert [one.name for one in kept.own_beneath(town, unit("420502"))] == ["学院街道"]
    commands.drop_ladder(who("jin"), unit(TOWNSHIP).id, at=NOON)
    assert owner(town, HERE) == "宜昌市"


def test_lateness_is_told_by_the_nearest_ladder(town: Session) -> None:
    keep("jin", DISTRICT_UNIT)
    here, far = make.case(), make.case(place=FAR)
    sweep("11-23 17:31")
    sweep("11-24 17:31")
    assert rungs(here) == [(0, 3)]
    assert [rung for rung, _ in rungs(far)] == [-1, 0]  # as shipped
    assert told(here) == {"li": ["overdue"], "wang": ["overdue"], "he": ["escalated"]}
    sweep("11-25 17:31")
    assert [rung for rung, _ in rungs(here)] == [0]
    sweep("11-26 17:31")
    assert [rung for rung, _ in rungs(here)] == [0, 2]
    assert told(here)["han"] == ["escalated"]


def test_a_new_ladder_counts_at_once_for_what_is_late_and_repeats_nothing(town: Session) -> None:
    made = make.case()
    sweep("11-24 17:31")
    assert [rung for rung, _ in rungs(made)] == [0]
    keep("jin", DISTRICT_UNIT, Rung(0, (HEAD,)), Rung(2, (DISTRICT,)), at="11-25 09:00")
    sweep("11-25 17:31")
    assert [rung for rung, _ in rungs(made)] == [0]
    sweep("11-26 17:31")
    assert [rung for rung, _ in rungs(made)] == [0, 2]
    keep("jin", DISTRICT_UNIT, Rung(0, (HEAD,)), Rung(1, (LEADER,)), at="11-27 09:00")
    sweep("11-30 17:31")
    assert [rung for rung, _ in rungs(made)] == [0, 2]
    keep("jin", DISTRICT_UNIT, Rung(0, (HEAD,)), Rung(5, (LEADER,)), at="12-01 09:00")
    sweep("12-01 17:31")
    assert [rung for rung, _ in rungs(made)] == [0, 2, 5]


def test_a_new_ladder_leaves_what_is_in_time_unlooked_at(town: Session) -> None:
    make.case("township_review")
    looks = select(Task.chase_at).where(Task.status == "open")
    before = town.scalars(looks).all()
    keep("jin", DISTRICT_UNIT)
    town.rollback()
    assert town.scalars(looks).all() == before


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([], "至少保留一级"),
        ([Rung(-1, (HANDLER,))], "至少保留一级"),
        ([Rung(0, ())], "没有选告知谁"),
        ([Rung(0, (HEAD,)), Rung(0, (LEADER,))], "天数相同"),
        ([Rung(61, (HEAD,))], "1 至 60"),
        ([Rung(-2, (HEAD,)), Rung(0, (HEAD,))], "1 至 60"),
        ([Rung(0, ("mayor",))], "不认识"),
        ([Rung(day, (HEAD,)) for day in range(9)], "最多设 8 级"),
    ],
)
def test_a_ladder_that_would_tell_nobody_or_twice_is_refused(
    town: Session, given: Sequence[Rung], why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        commands.keep_ladder(who("jin"), unit("420502").id, given, at=NOON)
    assert owner(town, "420502") == ""


@pytest.mark.parametrize("key", ["li", "zhao", "he", "qian", "zhou", "yi", "qin", "ann"])
def test_only_administrators_keep_ladders(town: Session, key: str) -> None:
    with pytest.raises(Forbidden):
        keep(key, TOWNSHIP)
    with pytest.raises(Forbidden):
        commands.drop_ladder(who(key), unit(TOWNSHIP).id, at=NOON)


def test_each_keeps_only_their_own_and_what_is_beneath(town: Session) -> None:
    (group,) = kept.units_kept(town, who("jin"))
    assert group[0] == "西陵区"
    assert {one.level for one in group[1]} == {"district", "township"}
    for code in ("4205", "420506"):
        with pytest.raises(Forbidden):
            keep("jin", code)
    for code in (HERE, NEXT, "420502:housing"):
        with pytest.raises(NotFound):
            keep("jin", code)
    with pytest.raises(Forbidden):
        kept.units_kept(town, who("li"))


def test_the_example_counts_by_the_calendar_of_the_unit(town: Session) -> None:
    due, times = kept.example(
        town, unit("420502"), ladders.SHIPPED.rungs, moment("09-29 10:00")
    )  # over the National Day
    assert due == moment("10-08 17:30")
    assert [when for _rung, when in times] == [
        moment("09-30 17:30"), moment("10-08 17:30"), moment("10-09 17:30"), moment("10-12 17:30"),
    ]  # fmt: skip


def test_who_changed_it_and_what_stands_in_the_audit(town: Session) -> None:
    keep("jin", DISTRICT_UNIT)
    entry = town.scalars(select(AuditEntry).where(AuditEntry.verb == "ladder")).one()
    assert entry.subject == f"unit:{unit('420502').id}"
    assert entry.detail == "0: handler head leader; 2: district"
