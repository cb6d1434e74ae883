"""What reviewers complain of elsewhere: the twenty of domain §5.6, each by its number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.workflow import commands
from app.workflow.commands.tasks import Decision
from app.workflow.publishing import ProcessVersion
from tests.stores import Store
from tests.workflow import (
    drawn,
    make,
    shapes,
    test_calendar,
    test_chasing,
    test_sending_back,
    test_vacancies,
    test_versions,
)
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened
from tests.workflow.test_sending_back import HOUR, walked


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process of every shape."""
    with opened(database, app, "shapes", shapes.publish) as work:
        yield work


@pytest.fixture
def demo(town: Session) -> ProcessVersion:
    """And one of two levels."""
    return drawn.publish("demo", drawn.two_levels("demo"))


def test_1_one_who_refuses_ends_the_step_and_the_siblings_close(town: Session) -> None:
    """1 会签: one refuses → node ends, siblings close."""
    made = walked("sign_all", "li")
    drawn.decide(made, "zhao", "reject", NOON + 2 * HOUR)
    assert make.fresh(made).result == "rejected"
    rows = [row for row in make.open_tasks(made, "done", "closed") if row.element == "together"]
    assert sorted(row.status for row in rows) == ["closed", "closed", "done"]
    assert all(row.close_reason for row in rows if row.status == "closed")


def test_2_where_one_signs_for_all_the_second_hears_that_it_is_done(town: Session) -> None:
    """2 或签: second click gets “handled by …”."""
    made = walked("sign_any", "li")
    mine = make.task(made, "qian")
    drawn.decide(made, "zhao", "approve", NOON + 2 * HOUR)
    late = Decision("approve", {"opinion": "同意"})
    with pytest.raises(Conflict, match=f"（{who('zhao').name} 2026-11-23 14:00办理）"):
        commands.decide(who("qian"), mine.id, late, at=NOON + 2 * HOUR)
    done = next(row for row in make.open_tasks(made, "done") if row.element == "together")
    with pytest.raises(Conflict, match=f"已由{who('zhao').name}于"):
        commands.decide(who("zhao"), done.id, late, at=NOON + 2 * HOUR)


def test_3_after_a_return_out_of_signing_everybody_signs_again(town: Session) -> None:
    """3 return from 会签 to applicant, resubmit, full re-run."""
    made = walked("sign_all", "li", "zhao")
    drawn.decide(made, "qian", "return", NOON + 3 * HOUR)
    assert make.waiting(made) == ["fix"]
    again = Decision("submit", {"title": "申请一件事"})
    commands.decide(who("ann"), make.task(made, "ann").id, again, at=NOON + 4 * HOUR)
    assert make.waiting(made) == ["first"]
    drawn.decide(made, "li", "approve", NOON + 5 * HOUR)
    assert make.waiting(made) == ["together"] * 3


def test_4_a_return_in_one_branch_leaves_the_other(town: Session) -> None:
    """4 return from one parallel branch."""
    test_sending_back.test_within_a_branch_the_other_branch_stays(town)


def test_5_it_is_taken_back_before_the_next_has_acted(town: Session) -> None:
    """5 撤回 before/after next acts: before."""
    test_sending_back.test_recall_before_the_next_has_acted(town)


def test_5_it_is_not_taken_back_after_the_next_has_acted(town: Session) -> None:
    """5 撤回 before/after next acts: after."""
    test_sending_back.test_recall_after_the_next_has_acted_is_refused(town)


def test_6_after_a_return_reminders_begin_anew(town: Session) -> None:
    """6 reminder fires again after return."""
    test_chasing.test_after_a_return_the_rungs_begin_anew(town)


def test_7_whose_account_is_shut_leaves_the_task_to_the_superior_unit(
    town: Session, demo: ProcessVersion
) -> None:
    """7 approver disabled mid-flow → superior."""
    test_vacancies.test_what_a_disabled_person_was_about_to_decide_goes_up(town)


def test_8_a_new_drawing_leaves_running_cases_and_their_drawing_alone(
    demo: ProcessVersion,
) -> None:
    """8 new BPMN version leaves running cases alone …"""
    test_versions.test_a_running_case_keeps_its_version(demo)


def test_8_the_old_drawing_stays_visible(demo: ProcessVersion) -> None:
    """8 … and old diagram visible."""
    test_versions.test_a_case_shows_the_drawing_of_its_own_version(demo)


def test_9_a_limit_over_the_national_holiday_counts_working_days(town: Session) -> None:
    """9 timeout over 国庆 adds working days only."""
    test_calendar.test_a_task_over_the_holiday_is_due_after_it(town)
