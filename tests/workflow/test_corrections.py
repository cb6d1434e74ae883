"""Returned, corrected, lapsed, withdrawn: what becomes of a case in its applicant's hands."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow import commands, jobs
from app.workflow.commands.tasks import Decision
from app.workflow.models import Submission
from app.workflow.queries import casefile, register
from app.workflow.queries.register import Wanted
from tests.workflow import make
from tests.workflow.people import NOON, who

DAY = timedelta(days=1)
LAPSES = datetime.fromisoformat("2026-11-30T17:30+08:00")
"""Five working days after the Monday on which it was returned."""


def test_a_returned_case_is_its_applicants(town: Session) -> None:
    made = make.case("correction")
    (task,) = make.open_tasks(made)
    assert (task.person_id, task.unit_id, task.due_at) == (who("ann").id, None, LAPSES)
    assert make.fresh(made).state == "correcting"
    assert make.fresh(made).wake_at == LAPSES


def test_the_applicant_reads_the_whole_list_at_once(town: Session) -> None:
    made = make.case("correction")
    handling = casefile.handling(town, who("ann"), make.open_tasks(made)[0].id)
    assert handling.returned["missing_items"] == ["contract", "plan"]
    assert handling.returned["opinion"] == "请补合同和方案"


def test_a_return_is_told_to_the_applicant(town: Session) -> None:
    made = make.case("correction")
    (told,) = make.notices("ann")
    assert (told.kind, told.case_id, told.read_at) == ("returned", made.id, None)
    assert "补正" in told.text


def test_no_officials_clock_runs_while_the_applicant_corrects(town: Session) -> None:
    made = make.case("correction")
    late = NOON + 20 * DAY
    (line,) = register.cases(town, who("li"), Wanted(), at=late).rows
    assert line.light == "grey"
    make.decide(made, "ann", "submit", when=NOON + 3 * DAY)
    (task,) = make.open_tasks(made)
    assert local(task.due_at).strftime("%m-%d %H:%M") == "11-27 17:30"


def test_a_correction_goes_through_the_whole_chain_again(town: Session) -> None:
    made = make.case("district_countersign")
    make.decide(made, "zhou", "return")
    make.decide(made, "ann", "submit", **make.RISKY)
    assert make.waiting(made) == ["community_check"]
    assert make.fresh(made).state == "in_review"
    assert make.verbs(made)[-1] == "resubmitted"


def test_a_correction_is_judged_anew(town: Session) -> None:
    made = make.case("correction")
    make.decide(made, "ann", "submit", **make.OVER)
    assert make.waiting(made) == ["permit_follow_up"]


def test_a_correction_replaces_what_lists_and_searches_say(town: Session) -> None:
    made = make.case("correction")
    make.decide(made, "ann", "submit", name="竹园粉刷", address="竹园 1 栋")
    fresh = make.fresh(made)
    assert fresh.title == "竹园粉刷"
    assert "竹园 1 栋" in fresh.place
    assert register.count(town, who("li"), Wanted(q="竹园"), at=NOON) == 1
    assert register.count(town, who("li"), Wanted(q="梅园"), at=NOON) == 0


def test_every_submission_is_kept(town: Session) -> None:
    made = make.case("correction")
    make.decide(made, "ann", "submit", content="只刷墙面")
    forms = town.scalars(select(Submission).where(Submission.case_id == made.id)).all()
    starts = [one.values["content"] for one in forms if one.form == "smallworks/filing"]
    assert starts == [make.FORM["content"], "只刷墙面"]


def test_only_the_applicant_corrects(town: Session) -> None:
    made = make.case("correction")
    (task,) = make.open_tasks(made)
    for key in ("ben", "li", "zhao"):
        with pytest.raises(Forbidden):
            commands.decide(who(key), task.id, Decision("submit", make.values()), at=NOON)


def test_a_faulty_correction_stays_where_it_is(town: Session) -> None:
    made = make.case("correction")
    with pytest.raises(Invalid):
        make.decide(made, "ann", "submit", measures="")
    assert make.waiting(made) == ["correction"]


def test_uncorrected_it_lapses_when_its_time_is_up(town: Session) -> None:
    made = make.case("correction")
    commands.wake_case(made.id, at=LAPSES - timedelta(minutes=1))
    assert make.waiting(made) == ["correction"]
    commands.wake_case(made.id, at=LAPSES)
    fresh = make.fresh(made)
    assert (fresh.state, fresh.result, fresh.ended_at) == ("ended", "lapsed", LAPSES)
    assert make.waiting(made) == []
    last = make.events(made)[-1]
    assert (last.verb, last.actor_id) == ("lapsed", None)


def test_the_background_lapses_it_and_tells_the_applicant(town: Session) -> None:
    made = make.case("correction")
    for at in (LAPSES - DAY, LAPSES):
        while jobs.run_due(at):
            pass
    assert make.fresh(made).result == "lapsed"
    assert [told.kind for told in make.notices("ann")] == ["returned", "lapsing", "result"]


def test_a_coming_lapse_is_told_one_working_day_before(town: Session) -> None:
    make.case("correction")
    friday = datetime.fromisoformat("2026-11-27T17:30+08:00")
    jobs.run_due(friday - timedelta(minutes=1))
    assert make.notices("ann")[-1].kind == "returned"
    jobs.run_due(friday)
    told = make.notices("ann")[-1]
    assert told.kind == "lapsing"
    assert "2026年11月30日" in told.text


def test_nobody_is_reminded_of_what_is_done(town: Session) -> None:
    made = make.case("correction")
    make.decide(made, "ann", "submit", when=NOON + DAY)
    while jobs.run_due(LAPSES):
        pass
    assert [told.kind for told in make.notices("ann")] == ["returned"]
    assert make.waiting(made) == ["community_check"]


def test_returned_again_the_time_begins_anew(town: Session) -> None:
    made = make.case("correction")
    make.decide(made, "ann", "submit", when=NOON + DAY)
    make.decide(made, "li", "return", when=NOON + 2 * DAY)
    assert make.fresh(made).wake_at == datetime.fromisoformat("2026-12-02T17:30+08:00")
    commands.wake_case(made.id, at=LAPSES)
    assert make.waiting(made) == ["correction"]


@pytest.mark.parametrize("at", ["community_check", "township_review", "correction", "city_review"])
def test_the_applicant_withdraws(town: Session, at: str) -> None:
    made = make.case(at)
    commands.withdraw(who("ann"), made.id, at=NOON)
    fresh = make.fresh(made)
    assert (fresh.state, fresh.result, fresh.wake_at) == ("ended", "withdrawn", None)
    assert make.waiting(made) == []
    assert make.verbs(made)[-1] == "withdrew"


@pytest.mark.parametrize("key", ["ben", "li", "zhao", "han"])
def test_nobody_else_withdraws(town: Session, key: str) -> None:
    made = make.case()
    with pytest.raises(NotFound):
        commands.withdraw(who(key), made.id, at=NOON)
    assert make.fresh(made).state == "in_review"


def test_who_filed_for_somebody_may_withdraw(town: Session) -> None:
    made = make.case(by="wang", applicant_name="邱老栓", behalf_reason="counter")
    commands.withdraw(who("wang"), made.id, at=NOON)
    assert make.fresh(made).result == "withdrawn"


@pytest.mark.parametrize("at", ["approved", "rejected", "referred"])
def test_what_has_ended_is_not_withdrawn(town: Session, at: str) -> None:
    made = make.case(at)
    with pytest.raises(Conflict):
        commands.withdraw(who("ann"), made.id, at=NOON)


def test_what_was_referred_is_not_withdrawn(town: Session) -> None:
    made = make.case("permit_follow_up")
    with pytest.raises(Forbidden):
        commands.withdraw(who("ann"), made.id, at=NOON)


def test_withdrawing_twice_with_one_key_is_one_withdrawal(town: Session) -> None:
    made = make.case()
    for _ in range(2):
        assert commands.withdraw(who("ann"), made.id, "k1", at=NOON).id == made.id
    assert make.verbs(made) == ["filed", "withdrew"]


def test_a_result_is_told_to_the_applicant(town: Session) -> None:
    make.case("approved")
    (told,) = make.notices("ann")
    assert told.kind == "result"


def test_the_time_of_a_withdrawn_case_does_not_run_out(town: Session) -> None:
    made = make.case("correction")
    commands.withdraw(who("ann"), made.id, at=NOON)
    while jobs.run_due(LAPSES + DAY):
        pass
    assert make.fresh(made).result == "withdrawn"
    assert make.verbs(made)[-1] == "withdrew"
