"""Races about one work: a stop against a decision, two stops, two who begin the same."""

from __future__ import annotations

from app.workflow import events, kinds
from app.workflow.models import Case
from tests.workflow import drawn, make, works
from tests.workflow.people import who
from tests.workflow.test_races import RACERS, ROUNDS, Track, lost, track, tracks, won

__all__ = ["track", "tracks"]


def stop_of(made: Case) -> Case:
    """A case that may hold the work."""
    return works.opened(made, "stop")


def test_of_a_stop_and_a_decision_at_once_none_is_half_done(track: Track) -> None:
    works.kind("stop", goes_on_while_held=True)
    for _ in range(ROUNDS):
        made = make.case()
        task = {"verb": "decide", "task": make.task(made, "li").id, "who": who("li").id}
        sent = {"outcome": "approve", "sent": {"opinion": "同意"}, "key": ""}
        answers = track.race(task | sent, {"verb": "hold", "case": stop_of(made).id})
        verbs = make.verbs(made)
        assert "done" in answers[1]
        assert make.fresh(made).held_at is not None
        if "done" in answers[0]:
            assert verbs == ["filed", "decided", "held"]
        else:
            assert verbs == ["filed", "held"]
            assert "中止办理" in answers[0]["lost"]


def test_of_stops_at_once_one_holds(track: Track) -> None:
    """They lock each other's cases in opposite orders: one may have to give way, none breaks."""
    works.kind("stop")
    for _ in range(ROUNDS):
        made = make.case()
        stops = [stop_of(made) for _ in range(RACERS)]
        answers = track.race(*({"verb": "hold", "case": one.id} for one in stops))
        assert len(won(answers)) + len(lost(answers)) == RACERS
        assert won(answers)
        for case in (made, *stops):
            verbs = make.verbs(case)
            assert verbs.count("held") == (1 if make.fresh(case).held_at else 0)
            assert events.broken_link(make.events(case)) is None
        assert make.verbs(made) == ["filed", "held"]


def test_of_those_who_begin_the_same_at_once_one_does(track: Track) -> None:
    kinds.register(works.ONE_AT_A_TIME)
    drawn.publish("single", works.visit("single"))
    for place in range(ROUNDS):
        made = make.case()
        asked = [
            {"verb": "about", "case": made.id, "process": "single", "who": who(key).id,
             "key": f"{place}-{key}"}
            for key in ("ann", "wang", "li")
        ]  # fmt: skip
        answers = track.race(*asked, asked[0])
        assert len({*won(answers)}) == 1
        assert all(
            "在办" in answer["lost"] or "正在办理" in answer["lost"] for answer in lost(answers)
        )
