"""Races for the next task and for handing one on: nobody gets what another has."""

from __future__ import annotations

from app.workflow import commands
from tests.workflow import make
from tests.workflow.people import NOON, who
from tests.workflow.test_races import (  # noqa: F401 - fixtures
    RACERS,
    ROUNDS,
    Track,
    lost,
    track,
    tracks,
    verbs,
    won,
)


def test_of_those_who_take_the_next_one_at_once_each_gets_another(track: Track) -> None:  # noqa: F811
    for _ in range(ROUNDS):
        made = [make.file() for _each in range(RACERS)]
        parts = [{"verb": "take_next", "who": who(key).id} for key in ("li", "wang") * 2]
        answers = track.race(*parts)
        taken = won(answers)
        assert len(taken) == len(set(taken))  # nobody got what another has
        assert {"done", "lost"} >= {key for one in answers for key in one if key != "who"}
        for case in made:
            holder = make.open_tasks(case)[0].claimed_by_id
            assert verbs(case) == {"filed": 1, **({"claimed": 1} if holder else {})}
            if holder is None:
                make.decide(case, "li", "reject")
            else:
                make.decide(case, "li" if holder == who("li").id else "wang", "reject")


def test_of_a_transfer_and_a_claim_at_once_one_counts(track: Track) -> None:  # noqa: F811
    for _ in range(ROUNDS):
        made = make.file()
        task = make.open_tasks(made)[0].id
        li, wang = who("li").id, who("wang").id
        answers = track.race(
            {"verb": "transfer", "who": li, "task": task, "to": wang},
            {"verb": "claim", "who": li, "task": task},
        )
        holder = make.open_tasks(made)[0].claimed_by_id
        assert holder in (li, wang)
        told = verbs(made)
        assert told["transferred"] == len([one for one in answers[:1] if "done" in one])
        assert holder == (wang if told["transferred"] else li)
        assert len(lost(answers)) <= 1


def test_of_two_who_name_each_other_at_once_one_is_away(track: Track) -> None:  # noqa: F811
    li, wang = who("li"), who("wang")
    for _ in range(ROUNDS):
        answers = track.race(
            {"verb": "go_away", "who": li.id, "substitute": wang.id},
            {"verb": "go_away", "who": wang.id, "substitute": li.id},
        )
        (row,) = won(answers)
        commands.end_substitute(li, row, at=NOON)
