"""Working days: weekdays, holidays and swapped days, and a year of which nothing is known."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from app.clock import add_workdays, local, workdays_between
from app.errors import Forbidden, Invalid, NotFound
from app.workflow import calendar, commands
from app.workflow.queries.calendar import days_of, missing_years, units_kept
from tests.workflow import make
from tests.workflow.people import NOON, unit, who


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def works(work: Session, day: str, *codes: str) -> bool:
    units = [unit(code).id for code in codes or ("4205",)]
    return calendar.workday_test(work, *units)(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-09-20", True),  # a Sunday, worked for the National Day
        ("2026-09-25", False),  # 中秋
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday, worked for the National Day
        ("2026-10-11", False),
        ("2026-11-21", False),  # an ordinary Saturday
        ("2026-11-23", True),
        ("2026-02-17", False),  # 春节
    ],
)
def test_the_city_keeps_the_state_councils_arrangement(
    town: Session, day: str, worked: bool
) -> None:
    assert works(town, day) is worked


@pytest.mark.parametrize(
    ("filed", "days", "due"),
    [
        ("2026-09-30T10:00", 1, "2026-10-08T17:30"),  # over the whole holiday
        ("2026-10-09T10:00", 1, "2026-10-10T17:30"),  # into a worked Saturday
        ("2026-10-09T10:00", 2, "2026-10-12T17:30"),
        ("2026-10-03T23:00", 1, "2026-10-08T17:30"),  # filed in the holiday
        ("2026-11-20T17:45", 1, "2026-11-23T17:30"),
        ("2026-11-23T12:00", -1, "2026-11-20T17:30"),
        ("2026-11-23T12:00", 0, "2026-11-23T17:30"),
    ],
)
def test_limits_count_working_days(town: Session, filed: str, days: int, due: str) -> None:
    test = calendar.workday_test(town, unit("4205").id)
    assert add_workdays(moment(filed), days, test) == moment(due)


def test_a_task_over_the_holiday_is_due_after_it(town: Session) -> None:
    made = make.case(when=moment("2026-09-30T10:00"))
    (task,) = make.open_tasks(made)
    assert task.due_at == moment("2026-10-08T17:30")


def test_counting_between_two_moments(town: Session) -> None:
    test = calendar.workday_test(town, unit("4205").id)
    first, last = moment("2026-09-30T10:00"), moment("2026-10-10T09:00")
    assert workdays_between(first, last, test) == 3
    assert workdays_between(last, first, test) == -3
    assert workdays_between(first, first, test) == 0


def test_a_district_may_differ_from_the_city_for_a_day(town: Session) -> None:
    day, here = date(2026, 11, 24), unit("420502").id
    commands.keep_day(who("jin"), here, day, (False, "停电检修"), at=NOON)
    assert not works(town, "2026-11-24", "420502", "4205")
    assert works(town, "2026-11-24", "420506", "4205")
    made = make.case()
    assert local(make.open_tasks(made)[0].due_at).strftime("%m-%d") == "11-25"
    commands.drop_day(who("jin"), here, day, at=NOON)
    assert works(town, "2026-11-24", "420502", "4205")


def test_a_district_may_work_on_a_holiday_of_the_city(town: Session) -> None:
    here = unit("420502").id
    commands.keep_day(who("jin"), here, date(2026, 10, 7), (True, "防汛值班"), at=NOON)
    assert works(town, "2026-10-07", "420502", "4205")
    assert not works(town, "2026-10-07", "4205")


@pytest.mark.parametrize("key", ["li", "zhao", "qian", "zhou", "yi", "ann"])
def test_only_the_administrator_keeps_a_calendar(town: Session, key: str) -> None:
    with pytest.raises(Forbidden):
        commands.keep_day(who(key), unit("420502").id, date(2026, 11, 24), (False, "停电"), at=NOON)


def test_a_department_has_no_calendar_of_its_own(town: Session) -> None:
    with pytest.raises(NotFound):
        commands.keep_day(
            who("jin"), unit("420502:housing").id, date(2026, 11, 24), (False, "停电"), at=NOON
        )


def test_a_day_says_why(town: Session) -> None:
    with pytest.raises(Invalid):
        commands.keep_day(who("jin"), unit("420502").id, date(2026, 11, 24), (False, "  "), at=NOON)


def test_a_year_without_data_counts_weekends_only_and_is_named(town: Session) -> None:
    city = unit("4205").id
    assert calendar.years_without_data(town, city, range(2025, 2029)) == [2027, 2028]
    assert works(town, "2028-10-02")
    assert not works(town, "2028-10-01")
    with pytest.raises(Invalid, match="2028"):
        commands.import_holidays(who("ning"), city, 2028, at=NOON)
    assert calendar.years_without_data(town, city, range(2028, 2029)) == [2028]


def test_what_the_city_has_entered_does_for_its_districts(town: Session) -> None:
    district = unit("420502")
    assert missing_years(town, district, 2026) == [2027]
    commands.keep_day(who("jin"), district.id, date(2027, 1, 1), (False, "元旦"), at=NOON)
    assert missing_years(town, district, 2026) == []
    assert missing_years(town, unit("420506"), 2026) == [2027]


def test_taking_a_year_over_again_keeps_one_row_a_day(town: Session) -> None:
    city = unit("4205").id
    before = [row.day for row in days_of(town, city, 2026)]
    assert commands.import_holidays(who("ning"), city, 2026, at=NOON) == len(before)
    assert [row.day for row in days_of(town, city, 2026)] == before


def test_everybody_keeps_only_their_own(town: Session) -> None:
    assert [kept.name for kept in units_kept(town, who("jin"))] == ["西陵区"]
    assert len(units_kept(town, who("ning"))) > 13
    with pytest.raises(Forbidden):
        units_kept(town, who("li"))
