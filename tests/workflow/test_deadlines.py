"""Limits with pauses: the arithmetic for any days and pauses, and the clock of a whole case."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.clock import IsWorkday, add_workdays, local, workdays_between
from app.engine.types import Limit
from app.workflow import calendar, commands, jobs, lights
from app.workflow.models import Case
from app.workflow.queries import register
from app.workflow.queries.register import Wanted
from tests.workflow import make, works
from tests.workflow.people import NOON, who
from tests.workflow.test_chasing import moment, rungs, sweep, told

FIRST = date(2026, 9, 1)
MONTHS = 150
DAYS = Limit(3, "wd")

days_off = st.sets(st.integers(0, MONTHS), max_size=60)
"""Holidays by their distance from the first day; all other days are worked, weekends too."""
instants = st.integers(0, (MONTHS - 60) * 24 * 60).map(
    lambda minutes: moment("09-01 00:00") + timedelta(minutes=minutes)
)


def calendar_without(off: set[int]) -> IsWorkday:
    return lambda day: (day - FIRST).days not in off


def began(at: datetime, limit: int, is_workday: IsWorkday) -> datetime:
    return calendar.due(Limit(limit, "wd"), at, is_workday)


@given(days_off, instants, st.integers(1, 9), st.lists(st.integers(0, 9000), max_size=8))
@example(set(), moment("09-01 09:00"), 1, [1440 + 9 * 60, 15 * 60])  # late by an evening
def test_however_often_it_stood_still_the_days_that_ran_are_the_limit(
    off: set[int], at: datetime, limit: int, gaps: list[int]
) -> None:
    """Every pause adds the working days that passed in it, and at most one to come back in time."""
    is_workday = calendar_without(off)
    due, clock, paused, given_back = began(at, limit, is_workday), at, 0, 0
    for run, stand in zip(gaps[::2], gaps[1::2], strict=False):
        since = clock + timedelta(minutes=run)
        clock = since + timedelta(minutes=stand)
        moved = calendar.resumed(due, since, clock, DAYS, is_workday)
        passed = workdays_between(since, clock, is_workday)
        added = workdays_between(due, moved, is_workday)
        assert added in (passed, passed + 1)
        assert (moved > clock) is (since <= due)  # in time comes back in time, late stays late
        due, paused, given_back = moved, paused + passed, given_back + added - passed
    assert workdays_between(at, due, is_workday) == limit + paused + given_back


@given(days_off, instants, st.integers(1, 9), st.integers(0, 20000), st.integers(0, 20000))
def test_a_longer_pause_never_brings_the_due_time_nearer(
    off: set[int], at: datetime, limit: int, one: int, other: int
) -> None:
    is_workday = calendar_without(off)
    due = began(at, limit, is_workday)
    short, long = sorted((one, other))
    ends = [at + timedelta(minutes=60 + length) for length in (short, long)]
    since = at + timedelta(minutes=60)
    first, last = (calendar.resumed(due, since, end, DAYS, is_workday) for end in ends)
    assert due <= first <= last


@given(instants, st.integers(1, 400), st.integers(0, 9000), st.integers(0, 9000))
def test_hours_move_by_the_length_of_the_pause(at: datetime, hours: int, run: int, stand: int):
    due = calendar.due(Limit(hours, "h"), at, lambda _day: False)
    since = at + timedelta(minutes=run)
    until = since + timedelta(minutes=stand)
    moved = calendar.resumed(due, since, until, Limit(hours, "h"), lambda _day: False)
    assert moved - at == timedelta(hours=hours) + (until - since)


@given(days_off, instants, instants)
def test_the_light_turns_yellow_where_the_first_rung_is(off: set[int], due: datetime, at: datetime):
    """One rule in two forms: the page's light by `at`, the sweep's moment by the due time."""
    is_workday = calendar_without(off)
    if not any(is_workday(local(at).date() + timedelta(days=n)) for n in range(40)):
        return
    yellow = due < lights.green_from(at, is_workday)
    assert yellow is (calendar.turns_yellow(due, is_workday) <= at)


def at_work(day: str) -> datetime:
    return moment(f"{day} 10:00")


def clock(made: Case) -> tuple[datetime | None, bool]:
    """Until when the whole case is limited, and whether its clock runs."""
    now = make.fresh(made)
    return now.due_at, now.stopped_at is None


def test_a_filing_has_nine_days_in_all_from_the_day_after_its_receipt(town: Session) -> None:
    assert clock(make.case()) == (moment("12-04 17:30"), True)


def test_correction_stops_the_clock_of_the_case(town: Session) -> None:
    made = make.case()
    make.decide(made, "li", "return", when=at_work("11-24"))
    assert clock(made) == (moment("12-04 17:30"), False)
    make.decide(made, "ann", "submit", when=at_work("11-27"))
    assert clock(made) == (moment("12-09 17:30"), True)  # three working days later


def test_so_does_the_check_on_site_whose_own_limit_runs(town: Session) -> None:
    made = make.case("site_check", when=at_work("11-23"))
    (task,) = make.open_tasks(made)
    assert clock(made) == (moment("12-04 17:30"), False)
    assert task.due_at == moment("11-25 17:30")
    sweep("11-26 09:00")
    assert [rung for rung, _ in rungs(made)] == [0]  # it is late, the case is not
    make.decide(made, "sun", "submit", when=at_work("11-26"))
    assert clock(made) == (moment("12-09 17:30"), True)


def test_a_hold_moves_the_limit_of_the_case_once(town: Session) -> None:
    works.kind("stop", goes_on_while_held=True, starter="system")
    made = make.case("correction", when=at_work("11-23"))
    by = works.opened(made, "stop", at=at_work("11-24"))
    works.hold(made, by, at_work("11-24"))
    works.lift(made, by, at_work("11-26"))
    assert clock(made) == (moment("12-04 17:30"), False)
    make.decide(made, "ann", "submit", when=at_work("11-27"))
    assert clock(made) == (moment("12-10 17:30"), True)  # four: the hold lay in the correction
    works.hold(made, by, at_work("11-30"))
    works.lift(made, by, at_work("12-01"))
    assert clock(made) == (moment("12-11 17:30"), True)


def test_a_step_that_is_late_counts_though_the_case_is_in_time(town: Session) -> None:
    made = make.case()
    at = at_work("11-25")
    (line,) = register.cases(town, who("zhao"), Wanted(light=lights.RED), at=at).rows
    assert line.light == lights.RED
    is_workday = calendar.workday_test(town, made.l2, made.l1)
    assert lights.of_case(made, at, is_workday).light == lights.GREEN


def test_a_case_that_is_late_is_red_though_its_step_is_in_time(town: Session) -> None:
    made = make.case()
    make.decide(made, "li", "approve", when=moment("12-07 09:00"))
    at = moment("12-07 10:00")
    (row,) = make.open_tasks(made)
    is_workday = calendar.workday_test(town, made.l2, made.l1)
    assert lights.due(row, at, is_workday).light == lights.GREEN
    (line,) = register.cases(town, who("zhao"), Wanted(light=lights.RED), at=at).rows
    assert line.light == lights.RED
    (counted,) = register.tallies(town, who("li"), None, at=at)
    assert counted.overdue == 1


def test_the_case_climbs_the_ladder_too(town: Session) -> None:
    made = make.case()
    make.decide(made, "li", "approve", when=moment("12-03 16:00"))
    before = make.fresh(made).revision
    sweep("12-03 17:31")
    assert told(made) == {"zhao": ["due_soon"]}
    assert "整件办理" in make.notices("zhao")[-1].text
    assert make.fresh(made).revision == before  # nobody who has it before them saw a change
    assert make.events(made)[-1].task_id is None


@pytest.mark.parametrize("light", lights.WORST_FIRST)
def test_a_light_and_its_filter_agree_for_cases_with_a_limit(town: Session, light: str) -> None:
    for when in ("11-20 10:00", "11-23 10:00", "11-25 10:00"):
        make.case(when=moment(when))
    for day in range(20):
        at = moment("11-25 11:00") + timedelta(days=day)
        shown = register.cases(town, who("zheng"), Wanted(), at=at).rows
        asked = register.cases(town, who("zheng"), Wanted(light=light), at=at).rows
        lit = {line.case.id for line in shown if line.light == light}
        assert lit <= {line.case.id for line in asked}
        if light == lights.RED:
            assert lit == {line.case.id for line in asked}


def test_a_limit_over_the_national_day_adds_working_days_only(town: Session) -> None:
    """Received on the last day before it; 10 October, a Saturday, is worked."""
    made = make.case(when=moment("09-30 10:00"))
    assert make.open_tasks(made)[0].due_at == moment("10-08 17:30")
    assert clock(made)[0] == add_workdays(
        moment("09-30 10:00"), 9, calendar.workday_test(town, made.l2, made.l1)
    )
    assert local(clock(made)[0]).strftime("%m-%d") == "10-19"
    sweep("10-08 08:00")
    assert rungs(made) == [(-1, 2)]
    commands.claim(who("li"), make.task(made, "li").id, at=NOON)
    jobs.run_due(moment("10-08 17:31"))
    assert rungs(made)[-1][0] == 0
