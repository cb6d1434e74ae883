"""A work that is held: nothing of it moves, nothing runs out, and everything goes on afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.workflow import commands, events, jobs
from app.workflow.backstage import Job
from app.workflow.commands.filing import Filing
from app.workflow.holds import Held
from app.workflow.models import Case
from app.workflow.queries import casefile, inbox, register
from app.workflow.queries.register import Wanted
from tests.workflow import drawn, make, works
from tests.workflow.people import NOON, who
from tests.workflow.test_corrections import LAPSES
from tests.workflow.test_relations import ASKING, CHECKING

DAY = timedelta(days=1)
FOUR = timedelta(days=4)


@pytest.fixture
def stop(town: Session) -> str:
    """The kind of case that holds works; itself it goes on."""
    return works.kind("stop", goes_on_while_held=True, starter="system").key


def stopped(made: Case, at: datetime = NOON) -> Case:
    """Held by a case of its own work."""
    by = works.opened(made, "stop", at=at)
    works.hold(made, by, at)
    return by


def test_a_held_case_takes_no_step(stop: str, town: Session) -> None:
    made = make.case()
    task = make.task(made, "li")
    stopped(made)
    for act in (
        lambda: commands.claim(who("li"), task.id, at=NOON),
        lambda: make.decide(made, "li", "approve"),
        lambda: commands.withdraw(who("ann"), made.id, at=NOON),
    ):
        with pytest.raises(Held) as refused:
            act()
        assert refused.value.message == "工程已停工，本办件中止办理，恢复后继续"
    assert make.verbs(made) == ["filed", "held"]


def test_a_claimed_task_stays_where_it_is(stop: str, town: Session) -> None:
    made = make.case()
    task = commands.claim(who("li"), make.task(made, "li").id, at=NOON)
    stopped(made)
    with pytest.raises(Held):
        commands.release(who("li"), task.id, at=NOON)
    assert make.open_tasks(made)[0].claimed_by_id == who("li").id


def test_after_the_hold_it_goes_on_where_it_was(stop: str, town: Session) -> None:
    made = make.case()
    by = stopped(made)
    assert works.lift(made, by, NOON + DAY) == [made.id]
    make.decide(made, "li", "approve", when=NOON + DAY)
    assert make.waiting(made) == ["township_review"]
    assert make.verbs(made) == ["filed", "held", "unheld", "decided"]
    assert events.broken_link(make.events(made)) is None


def test_limits_move_by_the_length_of_the_hold(stop: str, town: Session) -> None:
    made = make.case()
    (before,) = make.open_tasks(made)
    due = before.due_at
    works.lift(made, stopped(made), NOON + 2 * DAY)
    assert make.open_tasks(made)[0].due_at == due + 2 * DAY


def test_an_officials_limit_ends_on_a_working_day(stop: str, town: Session) -> None:
    made = make.case()  # due on Tuesday
    works.lift(made, stopped(made), NOON + FOUR)
    (task,) = make.open_tasks(made)
    assert task.due_at
    assert f"{local(task.due_at):%a %m-%d %H:%M}" == "Mon 11-30 17:30"


def test_no_timer_runs_out_while_it_is_held(stop: str, town: Session) -> None:
    made = make.case("correction")
    stopped(made, NOON + DAY)
    jobs.run_due(LAPSES + 30 * DAY)
    now = make.fresh(made)
    assert (now.result, now.state, now.incident) == (None, "correcting", None)


def test_a_timer_fires_later_by_the_length_of_the_hold(stop: str, town: Session) -> None:
    made = make.case("correction")
    works.lift(made, stopped(made, NOON + DAY), NOON + DAY + FOUR)
    assert make.fresh(made).wake_at == LAPSES + FOUR
    jobs.run_due(LAPSES + FOUR - timedelta(minutes=1))
    assert make.fresh(made).state == "correcting"
    jobs.run_due(LAPSES + FOUR)
    assert make.fresh(made).result == "lapsed"


def test_two_holds_add_up(stop: str, town: Session) -> None:
    made = make.case("correction")
    works.lift(made, stopped(made, NOON), NOON + DAY)
    works.lift(made, stopped(made, NOON + 2 * DAY), NOON + 3 * DAY)
    assert make.fresh(made).wake_at == LAPSES + 2 * DAY
    jobs.run_due(LAPSES + DAY)
    assert make.fresh(made).state == "correcting"
    jobs.run_due(LAPSES + 2 * DAY)
    assert make.fresh(made).result == "lapsed"


def test_who_answers_after_the_old_limit_but_within_the_new_is_in_time(
    stop: str, town: Session
) -> None:
    made = make.case("correction")
    works.lift(made, stopped(made, NOON + DAY), NOON + DAY + 10 * DAY)
    make.decide(made, "ann", "submit", when=LAPSES + 2 * DAY)
    assert make.waiting(made) == ["community_check"]


def test_a_timer_that_begins_after_the_hold_counts_from_then(stop: str, town: Session) -> None:
    made = make.case()
    works.lift(made, stopped(made), NOON + FOUR)  # Friday
    make.decide(made, "li", "return", when=NOON + FOUR)
    wakes = make.fresh(made).wake_at
    assert wakes is not None
    assert f"{local(wakes):%m-%d %H:%M}" == "12-04 17:30"  # five working days on


def test_a_reminder_moves_too(stop: str, town: Session) -> None:
    made = make.case("correction")
    by = stopped(made, NOON + DAY)
    jobs.run_due(LAPSES - DAY)
    assert [told.kind for told in make.notices("ann")] == ["returned", "held"]
    works.lift(made, by, NOON + DAY + 7 * DAY)
    friday = datetime.fromisoformat("2026-12-04T17:30+08:00")
    jobs.run_due(friday - timedelta(minutes=1))
    assert make.notices("ann")[-1].kind == "held"
    jobs.run_due(friday)
    assert make.notices("ann")[-1].kind == "lapsing"


def test_those_concerned_are_told(stop: str, town: Session) -> None:
    made = make.case()
    commands.claim(who("li"), make.task(made, "li").id, at=NOON)
    by = stopped(made)
    works.lift(made, by, NOON + DAY)
    for key in ("ann", "li"):
        first, second = make.notices(key)
        assert "中止办理" in first.text
        assert "恢复办理" in second.text


def test_what_holds_and_what_goes_on_are_left_alone(stop: str, town: Session) -> None:
    works.kind("patrolling", goes_on_while_held=True)
    works.kind("changing")
    made = make.case()
    going, waiting = works.opened(made, "patrolling"), works.opened(made, "changing")
    by = works.opened(made, "stop")
    assert set(works.hold(made, by)) == {made.id, waiting.id}
    drawn.decide(going, "li", "approve")
    assert make.fresh(going).result == "done"


def test_nothing_begins_that_would_have_to_wait(stop: str, town: Session) -> None:
    works.kind("patrolling", goes_on_while_held=True)
    works.kind("changing", about=True)
    made = make.case("approved")
    stopped(make.fresh(made))
    assert make.fresh(made).held_at == NOON
    with pytest.raises(Held):
        works.opened(made, "changing")
    with pytest.raises(Held):
        commands.file_about(who("ann"), made.id, Filing("changing", values={"title": "x"}), at=NOON)
    assert works.opened(made, "patrolling").state == "in_review"


def test_only_who_holds_can_lift(stop: str, town: Session) -> None:
    made = make.case()
    first = stopped(made)
    second = works.opened(made, "stop")
    assert works.hold(made, second, NOON + DAY) == []
    assert works.lift(made, second, NOON + DAY) == []
    assert make.fresh(made).held_by_id == first.id
    assert works.lift(made, first, NOON + DAY) == [made.id]


def test_another_work_is_not_touched(stop: str, town: Session) -> None:
    made, other = make.case(), make.case(by="ben", name="别处")
    stopped(made)
    make.decide(other, "li", "approve")
    assert make.waiting(other) == ["township_review"]


def test_a_held_case_counts_as_neither_late_nor_soon_due(stop: str, town: Session) -> None:
    made = make.case()
    stopped(made)
    late = NOON + 20 * DAY
    for light in ("red", "yellow", "green"):
        assert register.cases(town, who("li"), Wanted(light=light), at=late).rows == []
    (line,) = register.cases(town, who("li"), Wanted(state="held"), at=late).rows
    assert (line.case.id, line.light) == (made.id, "grey")
    assert sum(tally.overdue for tally in register.tallies(town, who("zheng"), None, at=late)) == 0
    rows = inbox.tasks(town, who("li"), "claimable", inbox.Asked(), at=late).rows
    assert [row.light for row in rows if row.case.id == made.id] == ["grey"]


def test_what_lies_ahead_is_still_shown(stop: str, town: Session) -> None:
    made = make.case()
    works.lift(made, stopped(made), NOON + DAY)
    file = casefile.read(town, who("li"), made.id)
    assert [stage.element for stage in file.stages] == ["community_check", "township_review"]


def asked(stop: str) -> tuple[Case, Case]:
    """A case that waits for the answer of its child, which is on its way."""
    drawn.publish("asking", ASKING)
    drawn.publish("checking", CHECKING)
    return asking("老桥加固")


def asking(title: str) -> tuple[Case, Case]:
    made = drawn.file("asking", title, amount="7")
    drawn.decide(made, "li", "approve")
    jobs.run_due(NOON)
    (child,) = make.session().scalars(select(Case).where(Case.parent_id == made.id)).all()
    drawn.decide(child, "li", "approve")
    return made, child


def test_a_message_to_a_held_case_waits_with_it(stop: str, town: Session) -> None:
    made, child = asked(stop)
    by = stopped(made)
    jobs.run_due(NOON + DAY)
    assert make.waiting(made) == []
    assert (make.fresh(child).incident, make.fresh(made).incident) == (None, None)
    message = town.scalars(select(Job).where(Job.kind == "message", Job.status == "due")).one()
    assert message.tries == 0
    works.lift(made, by, NOON + DAY)
    jobs.run_due(NOON + DAY)
    assert make.waiting(made) == ["second"]


def test_a_lifted_hold_frees_its_own_messages_alone(stop: str, town: Session) -> None:
    made, child = asked(stop)
    by = stopped(made)
    other, _child_of_other = asking("新桥加固")
    stopped(other)
    while jobs.run_due(NOON):
        pass
    works.lift(made, by, NOON)
    waiting = select(Job.payload).where(Job.kind == "message", Job.status == "due")
    asked_at_once = town.scalars(waiting.where(Job.run_at <= NOON)).all()
    assert [one["case"] for one in asked_at_once] == [child.id]
    jobs.run_due(NOON)
    assert (make.waiting(made), make.waiting(other)) == (["second"], [])


def test_a_message_handed_over_by_hand_is_refused(stop: str, town: Session) -> None:
    made, _child = asked(stop)
    stopped(made)
    with pytest.raises(Held):
        commands.deliver_message(made.id, "核查完毕", at=NOON)
