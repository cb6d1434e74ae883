"""Background work: once, later, again after a failure, given up; and what a failed step shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.errors import Conflict, Forbidden, NotFound
from app.workflow import commands, jobs
from app.workflow.backstage import Counter, Job
from app.workflow.commands.upkeep import forget_old
from app.workflow.jobs import LEASE, MOST_TRIES, Handler, Payload
from app.workflow.models import Case
from app.workflow.numbers import take
from app.workflow.queries import health
from tests.engine.drawings import document, end, flow, flows, gate, review, start, wait
from tests.workflow import drawn, make
from tests.workflow.people import NOON, who

HOUR = timedelta(hours=1)


class Errand:
    """A kind of job that counts in the store, and fails as long as it is told to."""

    def __init__(self) -> None:
        self.failures = 0
        self.outside: list[str] = []
        self.given_up: list[str] = []

    def inside(self, work: Session, payload: Payload, _at: datetime) -> None:
        take(work, "errands")
        self._perhaps_fail()

    def leave(self, payload: Payload, dedupe: str, _at: datetime) -> None:
        self.outside.append(dedupe)
        self._perhaps_fail()

    def portion(self, work: Session, payload: Payload, at: datetime) -> None:
        name, turn = payload["name"], payload["turn"]
        self.outside.append(f"{name} {turn}")
        if turn < 2:
            jobs.enqueue(work, "long", f"{name}:{turn}", {"name": name, "turn": turn + 1}, at)

    def failed(self, _work: Session, _payload: Payload, fault: str, _at: datetime) -> None:
        self.given_up.append(fault)

    def _perhaps_fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise Conflict("还不行")


@pytest.fixture
def errand(town: Session) -> Iterator[Errand]:
    made = Errand()
    jobs.handlers["errand"] = Handler(inside=made.inside, failed=made.failed)
    jobs.handlers["letter"] = Handler(outside=made.leave)
    jobs.handlers["long"] = Handler(inside=made.portion, long=True)
    yield made
    del jobs.handlers["errand"], jobs.handlers["letter"], jobs.handlers["long"]


def ask(kind: str = "errand", dedupe: str = "one", run_at: datetime = NOON) -> None:
    with transaction() as work:
        jobs.enqueue(work, kind, dedupe, {"case": ""}, run_at)


def job(work: Session, dedupe: str = "one") -> Job:
    work.rollback()
    return work.scalars(select(Job).where(Job.dedupe == dedupe)).one()


def done(work: Session) -> int:
    work.rollback()
    return work.scalar(select(Counter.value).where(Counter.name == "errands")) or 0


def test_a_job_is_done_once_and_not_before_its_time(errand: Errand, town: Session) -> None:
    ask(run_at=NOON + HOUR)
    assert jobs.run_due(NOON) == 0
    assert jobs.run_due(NOON + HOUR) == 1
    assert jobs.run_due(NOON + HOUR) == 0
    assert (done(town), job(town).status) == (1, "done")


def test_jobs_are_done_in_the_order_of_their_time(errand: Errand, town: Session) -> None:
    for minute in (3, 1, 2):
        ask("letter", f"at {minute}", NOON + timedelta(minutes=minute))
    jobs.run_due(NOON + HOUR)
    assert errand.outside == ["at 1", "at 2", "at 3"]


def test_long_work_goes_by_turns_and_lets_all_else_by(errand: Errand, town: Session) -> None:
    with transaction() as work:
        for name in ("first", "second"):
            errand.portion(work, {"name": name, "turn": 0}, NOON)
    for minute in (1, 2, 3, 4, 5):
        at = NOON + timedelta(minutes=minute)
        if minute < 4:
            ask("letter", f"letter {minute}", at)
        jobs.run_due(at)
    assert errand.outside == [
        "first 0", "second 0", "letter 1", "first 1", "letter 2", "second 1", "letter 3", "first 2",
        "second 2",
    ]  # fmt: skip


def test_the_same_work_is_not_asked_for_twice(errand: Errand, town: Session) -> None:
    ask()
    with pytest.raises(IntegrityError):
        ask()
    jobs.run_due(NOON)
    assert done(town) == 1


def test_what_a_failed_job_wrote_is_gone(errand: Errand, town: Session) -> None:
    errand.failures = 1
    ask()
    jobs.run_due(NOON)
    assert done(town) == 0
    assert (job(town).status, job(town).tries, job(town).error) == ("due", 1, "还不行")


def test_a_failed_job_waits_twice_as_long_each_time(errand: Errand, town: Session) -> None:
    errand.failures = MOST_TRIES
    ask()
    pauses, at = [], NOON
    for _ in range(5):
        jobs.run_due(at)
        pauses.append((job(town).run_at - at).total_seconds())
        at = job(town).run_at
    assert pauses == [10, 20, 40, 80, 160]
    assert jobs.run_due(at - timedelta(seconds=1)) == 0


def test_a_job_that_fails_ten_times_is_given_up(errand: Errand, town: Session) -> None:
    errand.failures = 99
    ask()
    at = NOON
    for _ in range(MOST_TRIES):
        assert jobs.run_due(at) == 1
        at = job(town).run_at
    assert (job(town).status, job(town).tries) == ("dead", MOST_TRIES)
    assert at - job(town).run_at <= HOUR
    assert jobs.run_due(at + 100 * HOUR) == 0
    assert errand.given_up == ["还不行"] * MOST_TRIES
    assert health.state()["jobs_dead"] == 1


def test_a_job_may_succeed_at_last(errand: Errand, town: Session) -> None:
    errand.failures = 2
    ask()
    at = NOON
    for _ in range(3):
        jobs.run_due(at)
        at = job(town).run_at
    assert (done(town), job(town).status, job(town).error) == (1, "done", "")


def test_one_failing_job_does_not_hold_up_the_others(errand: Errand, town: Session) -> None:
    errand.failures = 1
    ask(dedupe="bad")
    ask(dedupe="good")
    assert jobs.run_due(NOON) == 2
    assert (job(town, "bad").status, job(town, "good").status) == ("due", "done")


def test_a_worker_that_died_gives_its_job_back_after_the_lease(
    errand: Errand, town: Session
) -> None:
    ask()
    with transaction():
        job(town).leased_until = NOON + LEASE
    assert jobs.run_due(NOON + LEASE / 2) == 0
    assert jobs.run_due(NOON + LEASE * 2) == 1
    assert done(town) == 1


def test_a_worker_outlives_the_connection_that_a_job_was_reading_on(
    errand: Errand, town: Session
) -> None:
    def lose_line(_payload: Payload, _dedupe: str, _at: datetime) -> None:
        session().connection().invalidate()
        session().execute(select(1))

    jobs.handlers["letter"] = Handler(outside=lose_line)
    ask("letter")
    assert jobs.run_due(NOON) == 1
    assert (job(town).status, job(town).tries) == ("due", 1)
    assert "rollback" in job(town).error


def test_a_letter_leaves_again_if_nobody_noted_that_it_left(errand: Errand, town: Session) -> None:
    errand.failures = 1
    ask("letter")
    jobs.run_due(NOON)
    jobs.run_due(job(town).run_at)
    assert errand.outside == ["one", "one"]
    assert job(town).status == "done"


def test_done_jobs_are_swept_after_a_month_and_dead_ones_kept(
    errand: Errand, town: Session
) -> None:
    ask(dedupe="old")
    jobs.run_due(NOON)
    ask(dedupe="new", run_at=NOON + timedelta(days=31))
    forget_old(at=NOON + timedelta(days=31))
    assert town.scalars(select(Job.dedupe)).all() == ["new"]


def stuck() -> Case:
    """A case that no proof has seen: its timer leads to a gateway, and nobody said the amount."""
    drawn.freeze_unproved(
        "stuck",
        document(
            start(),
            review("first", "community", "approve:通过"),
            wait("pause", "timeDuration", 'duration("PT1H")'),
            gate("how_much"),
            review("second", "township", "approve:通过"),
            end("yes", "approved"),
            flows("begin", "first", "pause", "how_much"),
            flow("how_much", "second", "amount > 5"),
            flow("how_much", "yes", "amount <= 5"),
            flows("second", "yes"),
            key="stuck",
        ),
    )
    made = drawn.file("stuck")
    drawn.decide(made, "li", "approve")
    return made


def test_a_step_that_fails_shows_on_its_case(town: Session) -> None:
    made = stuck()
    jobs.run_due(NOON + HOUR)
    broken = make.fresh(made)
    assert broken.incident
    assert broken.state == "in_review"
    assert make.verbs(made) == ["filed", "decided"]


def test_an_administrator_has_it_tried_again(town: Session) -> None:
    made = stuck()
    jobs.run_due(NOON + HOUR)
    commands.retry(who("han"), made.id, at=NOON + 2 * HOUR)
    assert make.fresh(made).incident is None
    assert make.verbs(made)[-1] == "retried"
    jobs.run_due(NOON + 2 * HOUR)
    assert make.fresh(made).incident


@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        ("li", Forbidden), ("qian", Forbidden), ("ann", Forbidden), ("qin", Forbidden),
        ("yi", NotFound),  # of another district, where the case is not there at all
    ],
)  # fmt: skip
def test_only_its_administrator_may(town: Session, key: str, refusal: type[Exception]) -> None:
    made = stuck()
    jobs.run_due(NOON + HOUR)
    with pytest.raises(refusal):
        commands.retry(who(key), made.id, at=NOON + HOUR)


def test_there_is_nothing_to_retry_without_a_fault(town: Session) -> None:
    with pytest.raises(Conflict):
        commands.retry(who("han"), make.case().id, at=NOON)


def test_a_timer_is_waited_for_and_then_goes_on(town: Session) -> None:
    drawn.publish(
        "pausing",
        document(
            start(),
            review("first", "community", "approve:通过"),
            wait("pause", "timeDuration", 'duration("PT1H")'),
            review("second", "township", "approve:通过"),
            end("yes", "approved"),
            flows("begin", "first", "pause", "second", "yes"),
            key="pausing",
        ),
    )
    made = drawn.file("pausing")
    drawn.decide(made, "li", "approve")
    assert make.waiting(made) == []
    assert make.fresh(made).wake_at == NOON + HOUR
    jobs.run_due(NOON + HOUR)
    assert make.waiting(made) == ["second"]
    assert make.verbs(made) == ["filed", "decided", "timed"]
