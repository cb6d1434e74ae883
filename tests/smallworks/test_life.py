"""The life of a work: every state against every state, and the stop from everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from app.errors import Conflict
from app.smallworks import life, words
from app.smallworks.models import Work

AT = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)

FOLLOWS = {
    "in_review": "in_review filed referred rejected withdrawn lapsed cancelled",
    "referred": "referred cancelled",
    "filed": "in_progress rectifying stopped completed closed cancelled lapsed",
    "in_progress": "in_progress rectifying stopped completed closed cancelled",
    "rectifying": "rectifying in_progress stopped",
    # while stopped: what it comes back to may change, and it may be given up
    "stopped": "in_progress rectifying cancelled",
    "completed": "in_progress rectifying stopped closed",
    "closed": "", "cancelled": "", "lapsed": "", "rejected": "", "withdrawn": "",
}  # fmt: skip
"""What may follow each state, typed by hand."""


def work(state: str) -> Work:
    return Work(state=state, state_before_stop="in_progress" if state == "stopped" else "")


def test_every_state_has_words_a_tone_and_a_row() -> None:
    assert set(FOLLOWS) == set(words.STATES) == set(words.TONES) == set(life.TRANSITIONS)


@pytest.mark.parametrize(("now", "then"), list(product(FOLLOWS, FOLLOWS)))
def test_what_may_follow(now: str, then: str) -> None:
    row = work(now)
    if then not in FOLLOWS[now].split():
        with pytest.raises(Conflict):
            life.enter(row, then, AT)
        assert row.state == now
        return
    life.enter(row, then, AT)
    stays = now == "stopped" and then != "cancelled"
    assert row.state == ("stopped" if stays else then)


@pytest.mark.parametrize("now", ["filed", "in_progress", "rectifying", "completed"])
def test_a_stopped_work_comes_back_to_where_it_was(now: str) -> None:
    row = work(now)
    life.enter(row, "stopped", AT)
    assert (row.state, row.stopped_at, row.state_before_stop) == ("stopped", AT, now)
    assert life.resume(row) == row.state == now
    assert row.state_before_stop == ""


@pytest.mark.parametrize("now", [state for state in FOLLOWS if state != "stopped"])
def test_only_a_stopped_work_resumes(now: str) -> None:
    with pytest.raises(Conflict, match="没有停工"):
        life.resume(work(now))


def test_hazards_put_right_while_stopped_count_once_it_resumes() -> None:
    row = work("rectifying")
    life.enter(row, "stopped", AT)
    life.enter(row, "in_progress", LATER)
    assert row.state == "stopped"
    assert life.resume(row) == "in_progress"


@pytest.mark.parametrize(
    ("state", "stamp"),
    [
        ("filed", "filed_at"), ("in_progress", "started_at"), ("stopped", "stopped_at"),
        ("completed", "completed_at"), ("closed", "closed_at"), ("cancelled", "closed_at"),
    ],
)  # fmt: skip
def test_states_stamp_their_moment(state: str, stamp: str) -> None:
    row = work({"filed": "in_review"}.get(state, "filed"))
    life.enter(row, state, AT)
    assert getattr(row, stamp) == AT


def test_the_first_start_counts_and_the_last_report() -> None:
    row = work("filed")
    life.enter(row, "in_progress", AT)
    life.enter(row, "completed", AT)
    life.enter(row, "in_progress", LATER)
    life.enter(row, "completed", LATER)
    assert (row.started_at, row.completed_at) == (AT, LATER)
