"""Limits that a move changes: as long as the new version says, and nobody late by the move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.engine.types import Limit
from app.workflow import calendar, commands, jobs
from app.workflow.commands.moving import Moving
from app.workflow.models import Case, Task
from app.workflow.studio import outlook
from app.workflow.studio.models import FlowMove
from tests.stores import Store
from tests.workflow import drawn, edited, everybody, make
from tests.workflow.moves import item, seen, version
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened
from tests.workflow.test_chasing import moment, rungs, sweep

DAY = timedelta(days=1)


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    with opened(database, app, "everybody", everybody.settle) as work:
        yield work


def limited(limit: str, key: str = "plain") -> None:
    """The shape once more, with another limit of every step; it has a working day before."""
    said = f'flow:sla="{limit}"' if limit else ""
    drawn.publish(key, edited.shape(key).replace('flow:sla="1wd"', said))


def moved(made: Case, at: datetime) -> FlowMove:
    """Moved at a moment; what the preview said of its steps then holds of its rows."""
    onto = version(made.process_key)
    foreseen = outlook.outlook(session(), who("ning"), onto, {}, at)
    teller = outlook.Teller(session(), onto, at)
    (seats,) = [teller.told(one).seats for one in foreseen.lines if one.case.id == made.id]
    wanted = Moving(onto.id, {made.id: seen(made)}, "改时限")
    asked = commands.begin_move(who("ning"), wanted, at=at)
    work_off(at)
    assert item(asked, made).status == "moved", item(asked, made).why
    rows = [
        None if row.due_at == calendar.NO_LIMIT else row.due_at for row in make.open_tasks(made)
    ]
    assert [seat.due for seat in seats] == rows
    return asked


def work_off(at: datetime) -> None:
    while jobs.run_due(at):
        pass


def due(made: Case) -> datetime:
    (row,) = make.open_tasks(made)
    assert row.due_at is not None
    return row.due_at


def test_a_longer_limit_counts_from_when_the_step_was_opened(town: Session) -> None:
    made = drawn.file("plain")
    assert due(made) == moment("11-24 17:30")
    limited("4wd")
    moved(made, moment("11-24 09:00"))
    assert due(made) == moment("11-27 17:30")


def test_a_shorter_limit_counts_from_the_move_and_no_later_than_before(town: Session) -> None:
    limited("4wd")
    made, later = drawn.file("plain"), drawn.file("plain", "另一件")
    limited("2wd")
    moved(made, moment("11-24 09:00"))
    assert due(made) == moment("11-26 17:30")
    moved(later, moment("11-26 09:00"))
    assert due(later) == moment("11-27 17:30")


def test_what_was_late_stays_late_and_is_not_told_of_again(town: Session) -> None:
    limited("2wd")
    made = drawn.file("plain")
    sweep("11-26 09:00")
    heard = rungs(made)
    assert [rung for rung, _whom in heard] == [0]
    limited("1wd")
    moved(made, moment("11-26 10:00"))
    assert due(made) == moment("11-25 17:30")
    sweep("11-26 11:00")
    assert rungs(made) == heard


def test_no_limit_any_more_and_one_where_there_was_none(town: Session) -> None:
    made = drawn.file("plain")
    limited("")
    moved(made, moment("11-30 09:00"))
    assert due(made) == calendar.NO_LIMIT
    limited("48h")
    moved(made, moment("11-30 10:00"))
    assert due(made) == moment("12-02 10:00")


def test_a_pause_counts_for_a_longer_limit_too(town: Session) -> None:
    made = drawn.file("plain")
    commands.suspend(who("han"), made.id, "等材料", at=NOON)
    commands.resume(who("han"), made.id, at=NOON + 2 * DAY)
    assert due(made) == moment("11-26 17:30")
    limited("3wd")
    moved(made, NOON + 2 * DAY)
    assert due(made) == moment("11-28 17:30") + 2 * DAY  # a weekend lies between


def test_a_limit_that_changes_while_a_case_rests_runs_on_with_it(town: Session) -> None:
    limited("4wd")
    made = drawn.file("plain")
    commands.suspend(who("han"), made.id, "等材料", at=moment("11-23 15:00"))
    limited("1wd")
    moved(made, moment("11-25 15:00"))
    assert due(made) == moment("11-24 17:30")
    commands.resume(who("han"), made.id, at=moment("11-25 15:00"))
    assert due(made) == moment("11-26 17:30")


def test_taken_back_it_is_due_as_before_and_no_reminder_comes_twice(town: Session) -> None:
    made = drawn.file("plain")
    before = due(made)
    limited("4wd")
    asked = moved(made, moment("11-24 09:00"))
    sweep("11-26 18:00")
    commands.undo_move(who("ning"), asked.id, at=moment("11-26 19:00"))
    work_off(moment("11-26 19:00"))
    assert item(asked, made).status == "undone"
    assert due(made) == before
    sweep("11-26 20:00")
    heard = [rung for rung, _whom in rungs(made)]
    assert heard[0] == -1
    assert heard == sorted(set(heard))


def test_an_applicant_keeps_the_time_that_the_clock_of_the_drawing_has(town: Session) -> None:
    made = drawn.file("plain")
    drawn.decide(made, "li", "return")
    with transaction() as work:
        mine = Task.case_id == made.id, Task.status == "open"
        work.execute(update(Task).where(*mine).values(due_at=moment("11-30 17:30")))
    text = edited.shape("plain").replace(
        'flow:outcomes="submit', 'flow:sla="9wd" flow:outcomes="submit'
    )
    drawn.publish("plain", text)
    moved(made, moment("11-24 09:00"))
    assert due(made) == moment("11-30 17:30")


def test_the_limit_of_the_whole_case_follows_the_same_rule(town: Session) -> None:
    whole = edited.shape("plain").replace("<bpmn:process ", '<bpmn:process flow:sla="9wd" ')
    drawn.publish("plain", whole)
    made = drawn.file("plain")
    assert make.fresh(made).due_at == moment("12-04 17:30")
    drawn.publish("plain", whole.replace('"9wd"', '"20wd"'))
    moved(made, moment("11-26 09:00"))
    assert make.fresh(made).due_at == moment("12-21 17:30")
    drawn.publish("plain", whole.replace('"9wd"', '"5wd"'))
    moved(made, moment("11-26 10:00"))
    assert make.fresh(made).due_at == moment("12-03 17:30")


def asked_of(limit: str = "1wd", **to: str) -> None:
    """The plain shape, its first step asked of others, and with that limit."""
    text = edited.shape("plain").replace('flow:sla="1wd"', f'flow:sla="{limit}"')
    at = text.index('id="first"')
    for old, new in to.items():
        text = text[:at] + text[at:].replace(f'"{old}"', f'"{new}"', 1)
    drawn.publish("plain", text)


def test_the_desk_that_was_asked_before_gets_no_new_time(town: Session) -> None:
    made = drawn.file("plain")
    sweep("11-25 09:00")
    heard = rungs(made)
    assert [rung for rung, _whom in heard] == [0]
    asked_of(head="head inspector")
    before = make.task(made, "li").id
    asked = moved(made, moment("11-25 10:00"))
    assert make.task(made, "li").id != before
    assert due(made) == moment("11-24 17:30")
    sweep("11-25 11:00")
    assert rungs(made) == heard
    commands.undo_move(who("ning"), asked.id, at=moment("11-25 12:00"))
    work_off(moment("11-25 12:00"))
    assert (make.task(made, "li").id, due(made)) == (before, moment("11-24 17:30"))


def test_its_time_changes_as_the_limit_does(town: Session) -> None:
    made = drawn.file("plain")
    asked_of("4wd", head="head inspector")
    moved(made, moment("11-24 09:00"))
    assert due(made) == moment("11-27 17:30")


def test_another_unit_has_the_whole_time(town: Session) -> None:
    made = drawn.file("plain")
    asked_of(community="township")
    moved(made, moment("11-25 10:00"))
    assert due(made) == moment("11-26 17:30")


limits = st.one_of(
    st.none(), st.builds(Limit, st.integers(1, 30), st.just("wd")),
    st.builds(Limit, st.integers(1, 400), st.just("h")),
)  # fmt: skip


@given(st.tuples(limits, limits), st.integers(0, 60 * 24 * 60), st.integers(0, 20 * 24 * 60))
def test_nobody_is_late_by_a_change_nor_in_time_by_a_shorter_limit(
    both: tuple[Limit | None, Limit | None], run: int, pause: int
) -> None:
    """Whatever the limits are, and however long it ran and stood still before."""

    def weekday(day: datetime) -> bool:
        return day.weekday() < 5

    opened, at = NOON, NOON + timedelta(minutes=run)
    was = calendar.due(both[0], opened, weekday)
    if both[0] is not None:
        was = calendar.resumed(was, opened, opened + timedelta(minutes=pause), both[0], weekday)
    now = calendar.relimited(was, opened, both, at, weekday)
    shorter = calendar.due(both[1], opened, weekday) < calendar.due(both[0], opened, weekday)
    assert (now <= was) if shorter else (now >= was)
    assert (now > at) == (was > at) if shorter else (now > at) >= (was > at)
    if not shorter and not pause:
        assert now == max(was, calendar.due(both[1], opened, weekday))
