"""Claims on which nobody works go back to their pools."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.clock import local
from app.workflow import commands
from app.workflow.commands.handing import Handing
from app.workflow.commands.substitutes import Absence
from app.workflow.commands.talk import Words, ask_opinion
from app.workflow.commands.upkeep import free_idle
from app.workflow.models import Case
from tests.workflow import make
from tests.workflow.people import NOON, who

WEDNESDAY = datetime.fromisoformat("2026-11-25T18:00+08:00")
"""After the end of the second working day behind Monday noon."""


def claimed(key: str = "li") -> Case:
    made = make.case()
    commands.claim(who(key), make.open_tasks(made)[0].id, at=NOON)
    return made


def holder(made: Case) -> str | None:
    return make.open_tasks(made)[0].claimed_by_id


def test_an_idle_claim_goes_back_and_its_holder_hears_of_it(town: Session) -> None:
    made = claimed()
    free_idle(at=NOON + timedelta(days=1))
    assert holder(made) == who("li").id
    free_idle(at=WEDNESDAY)
    assert holder(made) is None
    told = make.events(made)[-1]
    assert (told.verb, told.outcome, told.actor_id) == ("freed", "idle", None)
    assert [one.kind for one in make.notices("li")] == ["freed"]
    assert make.decide(made, "wang", "approve", when=WEDNESDAY).state == "in_review"


def test_a_look_or_a_draft_shows_that_it_is_worked_on(town: Session) -> None:
    looked, typed = claimed(), claimed("wang")
    commands.look(who("li"), looked.id, 1, at=WEDNESDAY - timedelta(hours=3))
    task = make.open_tasks(typed)[0].id
    commands.save_task_draft(who("wang"), task, {"opinion": "待核"}, at=WEDNESDAY)
    free_idle(at=WEDNESDAY)
    assert (holder(looked), holder(typed)) == (who("li").id, who("wang").id)


def test_what_was_given_out_for_an_opinion_goes_back_to_its_giver(town: Session) -> None:
    made = make.case()
    task = make.open_tasks(made)[0].id
    commands.delegate(who("li"), task, Handing(who("wang").id, "请看"), at=NOON)
    free_idle(at=WEDNESDAY)
    assert holder(made) == who("li").id
    assert [one.kind for one in make.notices("li")] == ["freed"]
    assert "由您办理" in make.notices("li")[0].text
    assert "已退回委派人" in make.notices("wang")[-1].text


def test_who_waits_for_an_opinion_is_not_idle(town: Session) -> None:
    made = claimed()
    ask_opinion(who("li"), made.id, Words("请看", (who("wang").id,)), at=NOON)
    free_idle(at=WEDNESDAY)
    assert holder(made) == who("li").id
    free_idle(at=WEDNESDAY + timedelta(days=7))
    assert holder(made) is None


def test_a_weekend_is_not_counted(town: Session) -> None:
    made = make.case()
    friday = datetime.fromisoformat("2026-11-27T10:00+08:00")
    commands.claim(who("li", friday), make.open_tasks(made)[0].id, at=friday)
    free_idle(at=datetime.fromisoformat("2026-11-30T18:00+08:00"))
    assert holder(made) == who("li").id


def test_while_a_case_rests_and_after_it_nobody_is_hurried(town: Session) -> None:
    made = claimed()
    commands.suspend(who("han"), made.id, "等测绘报告", at=NOON)
    free_idle(at=WEDNESDAY)
    commands.resume(who("han"), made.id, "报告已到", at=WEDNESDAY)
    free_idle(at=WEDNESDAY + timedelta(days=1))
    assert holder(made) == who("li").id


def test_a_substitute_at_work_shows_it_too_also_after_their_last_day(town: Session) -> None:
    made, left = make.case("township_review"), make.case("township_review")
    for case in (made, left):
        commands.claim(who("zhao"), make.open_tasks(case)[0].id, at=NOON)
    day = local(NOON).date()
    absence = Absence(who("qian").id, day, day + timedelta(days=1), ("filing",))
    commands.set_substitute(who("zhao"), absence, at=NOON)
    commands.look(who("qian"), made.id, 1, at=NOON + timedelta(days=1))
    free_idle(at=WEDNESDAY)
    assert (holder(made), holder(left)) == (who("zhao").id, None)


def test_who_stood_in_before_the_claim_shows_nothing(town: Session) -> None:
    made, later = make.case("township_review"), NOON + timedelta(hours=1)
    today = local(NOON).date()
    absence = Absence(who("qian").id, today, today + timedelta(days=7), (), "休假")
    row = commands.set_substitute(who("zhao"), absence, at=NOON)
    commands.end_substitute(who("zhao"), row.id, at=NOON)
    commands.claim(who("zhao"), make.open_tasks(made)[0].id, at=later)
    ask_opinion(who("qian"), made.id, Words("请看", (who("he").id,)), at=later)
    free_idle(at=WEDNESDAY)
    assert holder(made) is None
