"""What a visit is judged by stands under a lock: whoever comes at the same moment waits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.db import session
from app.smallworks.patrols.models import Patrol
from app.workflow import events
from app.workflow.models import Case
from tests.smallworks.patrols.visits import (
    PLANNED_START,
    answer_all,
    begin,
    filed,
    morning_of,
    task_of,
)
from tests.smallworks.town import Town, staff
from tests.workflow.test_races import ROUNDS, Track, lost, track, tracks, won

__all__ = ["track", "tracks"]


def fresh(patrol: Patrol) -> Patrol:
    session().rollback()
    session().expire_all()
    return session().get_one(Patrol, patrol.id)


def test_no_visit_begins_at_a_work_that_ends_at_the_same_moment(town: Town, track: Track):
    for turn in range(ROUNDS):
        work = filed(town, name=f"第 {turn} 处外墙修补")
        who = staff("shecundong", town.at).id
        ended, begun = track.race(
            {"verb": "over", "work": work.id},
            {"verb": "visit", "work": work.id, "who": who, "at": town.at.isoformat()},
        )
        session().rollback()
        session().expire_all()
        visited = select(Case.id).where(Case.subject_id == work.case_id)
        visited = visited.where(Case.process_key == "patrol")
        if ended["done"] == "0":
            assert begun["lost"] == "该工程现在不需要巡查：还没有备案，或者已经办结"
            assert session().scalars(visited).all() == []
        else:
            assert session().scalars(visited).all() == [begun["done"]]


def test_a_planned_visit_and_one_that_somebody_begins_are_one(town: Town, track: Track):
    at = morning_of(PLANNED_START).isoformat()
    for turn in range(ROUNDS):
        work = filed(town, name=f"第 {turn} 处外墙修补")
        who = staff("shecundong", town.at).id
        _opened, begun = track.race(
            {"verb": "work", "at": at}, {"verb": "visit", "work": work.id, "who": who, "at": at}
        )
        session().rollback()
        session().expire_all()
        visited = select(Case.id).where(Case.subject_id == work.case_id)
        visited = visited.where(Case.process_key == "patrol")
        assert session().scalars(visited).all() == [begun["done"]]


def test_no_planned_visit_opens_at_a_work_that_ends_at_the_same_moment(town: Town, track: Track):
    at = morning_of(PLANNED_START).isoformat()
    for turn in range(ROUNDS):
        work = filed(town, name=f"第 {turn} 处外墙修补")
        ended, _opened = track.race(
            {"verb": "over", "work": work.id, "at": at}, {"verb": "work", "at": at}
        )
        session().rollback()
        session().expire_all()
        visited = select(Case.id).where(Case.subject_id == work.case_id)
        visited = visited.where(Case.process_key == "patrol")
        assert len(session().scalars(visited).all()) == int(ended["done"])


def test_nobody_concludes_by_a_sheet_that_is_changed_at_the_same_moment(town: Town, track: Track):
    for turn in range(ROUNDS):
        patrol = begin(town, filed(town, name=f"第 {turn} 处外墙修补"))
        seen = answer_all(town, patrol).revision
        mine: dict[str, Any] = {
            "who": staff("shecundong", town.at).id,
            "seen": seen,
            "at": town.at.isoformat(),
        }
        answers = track.race(
            mine | {"verb": "fill_in", "patrol": patrol.id, "values": {"remark": "门口有积水"}},
            mine | {"verb": "decide", "task": task_of(patrol).id, "outcome": "normal",
                    "sent": {}, "key": ""},
        )  # fmt: skip
        assert (len(won(answers)), len(lost(answers))) == (1, 1)
        now = fresh(patrol)
        if "done" in answers[0]:
            assert answers[1]["lost"] == "这次巡查在别处改过，请核对后再下结论"
            assert (now.remark, now.conclusion) == ("门口有积水", "")
        else:
            assert answers[0]["lost"] == "这次巡查已经下了结论，不能再改"
            assert (now.remark, now.conclusion) == ("", "normal")
        assert events.broken_link(now.case.events) is None
        assert task_of(patrol).status == ("open" if "done" in answers[0] else "done")
