"""Rungs of the ladder: who is told of a limit that comes near or is past, when, and how often."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workflow import commands, jobs
from app.workflow.commands.filing import Filing
from app.workflow.models import Case, Task
from tests.workflow import drawn, make, works
from tests.workflow.people import HERE, NOON, STAFF, who

DAY = timedelta(days=1)


def moment(text: str) -> datetime:
    """`11-24 17:30`, of the year of these tests, in Yichang."""
    return datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}+08:00")


def sweep(text: str) -> None:
    """Everything of the background that is due by then, and nothing twice."""
    while jobs.run_due(moment(text)):
        pass


LATENESS = ("due_soon", "overdue", "escalated")


def told(made: Case) -> dict[str, list[str]]:
    """What each official was told of this case's limits, in order."""
    kinds = {
        key: [one.kind for one in make.notices(key)
              if one.case_id == made.id and one.kind in LATENESS]
        for key in STAFF
    }  # fmt: skip
    return {key: heard for key, heard in kinds.items() if heard}


def rungs(made: Case) -> list[tuple[object, object]]:
    """The rungs that stand in its record, and how many were told."""
    found = [event.routing for event in make.events(made) if event.verb == "chased"]
    return [(said["rung"], len(said["whom"].split())) for said in found]


def test_each_rung_tells_those_it_names_and_once(town: Session) -> None:
    made = make.case()  # with the community until Tuesday 17:30
    sweep("11-23 17:29")
    assert told(made) == {}
    sweep("11-23 17:30")
    assert told(made) == {"li": ["due_soon"], "wang": ["due_soon"]}
    sweep("11-24 17:29")
    sweep("11-24 17:31")
    late = {"li": ["due_soon", "overdue"], "wang": ["due_soon", "overdue"]}
    assert told(made) == late
    sweep("11-25 17:31")
    assert told(made) == {**late, "he": ["escalated"]}
    sweep("11-27 17:29")
    assert told(made) == {**late, "he": ["escalated"]}
    for text in ("11-27 17:31", "11-28 09:00", "12-02 09:00"):
        sweep(text)
        assert told(made) == {**late, "he": ["escalated"], "han": ["escalated"]}
    assert rungs(made) == [(-1, 2), (0, 2), (1, 1), (3, 1)]
    assert make.waiting(made) == ["community_check"]  # however late, it decides nothing


def test_who_has_it_in_hand_is_the_handler_and_the_head_hears_at_red(town: Session) -> None:
    made = make.case()
    commands.claim(who("wang"), make.task(made, "wang").id, at=NOON)
    sweep("11-23 17:31")
    sweep("11-24 17:31")
    assert told(made) == {"wang": ["due_soon", "overdue"], "li": ["escalated"]}
    (_, red) = [event for event in make.events(made) if event.verb == "chased"]
    assert red.routing["whom"].split() == [who("wang").id, who("li").id]
    assert (red.actor_id, red.element) == (None, "community_check")


def test_after_a_month_of_silence_only_the_highest_rung_is_told(town: Session) -> None:
    drawn.publish("silence", drawn.two_levels("silence"))
    cases = [drawn.file("silence") for _ in range(3)]
    sweep("12-24 09:00")
    for made in cases:
        assert told(made) == {"han": ["escalated"]}
    sweep("12-31 09:00")
    assert [rungs(made) for made in cases] == [[(3, 1)]] * 3


def test_after_a_return_the_rungs_begin_anew(town: Session) -> None:
    made = make.case()
    sweep("11-23 17:31")
    make.decide(made, "li", "return", when=moment("11-24 09:00"))
    make.decide(made, "ann", "submit", when=moment("11-25 09:00"))
    assert rungs(made) == [(-1, 2)]
    sweep("11-25 17:31")
    sweep("11-26 17:31")
    assert rungs(made) == [(-1, 2), (-1, 2), (0, 2)]


def test_nobody_hears_of_what_was_decided_in_time(town: Session) -> None:
    made = make.case()
    make.decide(made, "li", "approve", when=moment("11-23 15:00"))
    make.decide(made, "zhao", "approve", when=moment("11-23 16:00"))
    sweep("12-24 09:00")
    assert told(made) == {}


def test_whose_own_matter_it_is_hears_nothing_of_it(town: Session) -> None:
    drawn.publish("own", drawn.two_levels("own"))
    mine = Filing("own", HERE, {"title": "本人的一件事"})
    made = commands.file_values(who("li"), mine, at=NOON)
    sweep("11-23 17:31")
    assert "li" not in told(made)
    assert [rung for rung, _ in rungs(made)] == [-1]


def test_rungs_move_with_a_hold_and_wait_while_it_lasts(town: Session) -> None:
    works.kind("stop", goes_on_while_held=True, starter="system")
    made = make.case()
    sweep("11-23 17:31")
    by = works.opened(made, "stop", at=moment("11-24 09:00"))
    works.hold(made, by, moment("11-24 09:00"))
    sweep("12-03 09:00")
    assert rungs(made) == [(-1, 2)]
    works.lift(made, by, moment("12-03 09:00"))  # a Thursday: due on its last day, as before
    (task,) = make.open_tasks(made)
    assert task.due_at == moment("12-03 17:30")
    sweep("12-03 17:29")
    assert rungs(made) == [(-1, 2)]  # it was told, and still is the last day
    sweep("12-03 17:31")
    assert rungs(made) == [(-1, 2), (0, 2)]


def test_what_lies_ahead_again_after_a_hold_is_told_again(town: Session) -> None:
    works.kind("stop", goes_on_while_held=True, starter="system")
    made = make.case("township_review")  # two days
    sweep("11-24 17:31")
    by = works.opened(made, "stop", at=moment("11-24 18:00"))
    works.hold(made, by, moment("11-24 18:00"))
    works.lift(made, by, moment("11-27 09:00"))
    assert make.open_tasks(made)[0].due_at == moment("11-30 17:30")
    sweep("11-27 17:29")
    assert rungs(made) == [(-1, 1)]
    sweep("11-27 17:31")
    assert rungs(made) == [(-1, 1), (-1, 1)]


def test_hours_run_through_nights_and_days_off(town: Session) -> None:
    drawn.publish("hours", drawn.two_levels("hours", "48h"))
    made = drawn.file("hours", when=moment("11-27 10:00"))  # a Friday
    assert make.open_tasks(made)[0].due_at == moment("11-29 10:00")
    sweep("11-27 17:31")
    sweep("11-29 10:01")
    assert rungs(made) == [(-1, 1), (0, 1)]
    sweep("11-30 17:31")  # a working day later
    assert rungs(made)[-1] == (1, 1)


def test_a_late_look_notes_when_to_look_again(town: Session) -> None:
    made = make.case()
    sweep("11-23 17:31")
    looks = select(Task.chase_at, Task.chased).where(Task.case_id == made.id)
    assert town.execute(looks).one() == (moment("11-24 17:30"), -1)
    sweep("12-24 09:00")
    town.rollback()
    assert town.execute(looks).one() == (None, 3)


@pytest.mark.parametrize("at", ["correction", "approved"])
def test_nobody_is_chased_for_what_no_official_has(town: Session, at: str) -> None:
    made = make.case(at)
    sweep("11-30 17:29")
    assert told(made) == {}
