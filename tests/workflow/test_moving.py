"""Running cases move onto a newer version: rows follow, no token is lost, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import crashing
from app.db import session
from app.engine import drafting
from app.errors import Conflict, Forbidden
from app.workflow import commands, events, jobs
from app.workflow.commands.moving import Moving
from app.workflow.notice_models import Notice
from app.workflow.studio.models import FlowMove
from tests.stores import Store
from tests.workflow import drawn, edited, everybody, make, measures
from tests.workflow.moves import inserted, item, move, seen, undo, version
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    with opened(database, app, "everybody", everybody.settle) as work:
        yield work


def publish(key: str, text: str) -> None:
    drawn.publish(key, text)


def test_a_case_goes_on_in_the_newer_version_where_it_stood(town: Session) -> None:
    made = drawn.file("plain")
    task = make.task(made, "li")
    commands.claim(who("li"), task.id, at=NOON)
    old = made.version_id
    publish("plain", inserted("plain", "second"))
    asked = move(made)
    assert (item(asked, made).status, item(asked, made).why) == ("moved", "")
    now = make.fresh(made)
    assert now.version_id == version("plain").id != old
    (kept,) = make.open_tasks(made)
    assert (kept.id, kept.claimed_by_id) == (task.id, who("li").id)
    assert [event.verb for event in make.events(made)][-1] == "moved"
    assert events.broken_link(measures.told(made)) is None
    drawn.decide(made, "li", "approve")
    assert make.waiting(made) == ["step_1"]
    drawn.decide(made, "he", "return")
    assert make.waiting(made) == ["fix"]


def removed(key: str, step: str) -> str:
    text = edited.shape(key)
    ways = drafting.ways_out(drafting.Sheet(text, key), step)
    return drafting.edit(text, key, drafting.Remove(step, ways[0].flow if ways else ""))


def test_where_its_step_was_removed_somebody_says_where_it_goes(town: Session) -> None:
    made = drawn.file("plain")
    drawn.decide(made, "li", "approve")
    assert make.waiting(made) == ["second"]
    old = made.version_id
    publish("plain", removed("plain", "second"))
    asked = move(made)
    assert item(asked, made).status == "skipped"
    assert "second" in item(asked, made).why
    assert (make.fresh(made).version_id, make.waiting(made)) == (old, ["second"])
    asked = move(made, targets={old: {"second": "third"}})
    assert item(asked, made).status == "moved"
    assert make.waiting(made) == ["third"]
    left = next(row for row in make.fresh(made).tasks if row.element == "second")
    assert (left.status, left.version_id) == ("closed", old)
    told = select(Notice).where(Notice.case_id == made.id, Notice.kind == "flow_moved")
    assert who("qian").id in {one.person_id for one in session().scalars(told)}
    drawn.decide(made, "qian", "approve")
    assert make.waiting(made) == ["last"]


def test_what_was_touched_since_the_preview_is_left_alone(town: Session) -> None:
    made, other = drawn.file("plain"), drawn.file("plain", "另一件")
    publish("plain", inserted("plain", "second"))
    known = {one.id: seen(one) for one in (made, other)}
    drawn.decide(made, "li", "approve")
    wanted = Moving(version("plain").id, known, "加一级审核", key="once")
    asked = commands.begin_move(who("ning"), wanted, at=NOON)
    assert commands.begin_move(who("ning"), wanted, at=NOON).id == asked.id
    while jobs.run_due(NOON):
        pass
    assert (item(asked, made).status, item(asked, other).status) == ("skipped", "moved")
    assert "有人办过" in item(asked, made).why
    assert make.waiting(made) == ["second"]
    assert session().get_one(FlowMove, asked.id, populate_existing=True).ended_at == NOON


def test_only_what_nobody_touched_since_comes_back(town: Session) -> None:
    made, other = drawn.file("plain"), drawn.file("plain", "另一件")
    old, before = made.version_id, measures.rows(other)
    publish("plain", inserted("plain", "first"))
    asked = move(made, other)
    drawn.decide(made, "li", "approve")
    undo(asked)
    assert (item(asked, made).status, item(asked, other).status) == ("kept", "undone")
    assert make.fresh(made).version_id != old
    assert (make.fresh(other).version_id, measures.rows(other)) == (old, before)
    with pytest.raises(Conflict):
        commands.undo_move(who("ning"), asked.id, at=NOON)


def test_signatures_stay_and_a_signed_step_is_asked_of_nobody_else(town: Session) -> None:
    made = drawn.file("sign_all")
    drawn.decide(made, "li", "approve")
    drawn.decide(made, "zhao", "approve")
    publish("sign_all", inserted("sign_all", "last"))
    asked = move(made)
    assert item(asked, made).status == "moved"
    assert [row.status for row in make.fresh(made).tasks if row.element == "together"].count(
        "done"
    ) == 1
    text = edited.shape("sign_all")
    alone = drafting.Change(
        "together", "together", (edited.NEW,), "demo/review",
        tuple((one.key, one.label) for one in drafting.policies(drafting.Sheet(text, "sign_all"))[
            "together"].outcomes),
    )  # fmt: skip
    publish("sign_all", drafting.edit(text, "sign_all", alone))
    again = move(made)
    assert "已有人签署" in item(again, made).why


def test_the_clocks_of_a_suspended_case_stay_where_they_stood(town: Session) -> None:
    """Suspended for two days, moved in the middle: the new step has its whole limit afterwards."""
    made = drawn.file("plain")
    drawn.decide(made, "li", "approve")
    commands.suspend(who("han"), made.id, "等材料", at=NOON)
    old = made.version_id
    publish("plain", removed("plain", "second"))
    onto = version("plain")
    wanted = Moving(onto.id, {made.id: seen(made)}, "删一级", {old: {"second": "third"}})
    later = NOON + timedelta(days=1)
    commands.begin_move(who("ning"), wanted, at=later)
    while jobs.run_due(later):
        pass
    assert make.fresh(made).held_at == NOON
    commands.resume(who("han"), made.id, at=NOON + timedelta(days=2))
    (row,) = make.open_tasks(made)
    assert row.element == "third"
    assert row.due_at is not None
    assert row.due_at.date() == (NOON + timedelta(days=3)).date()


def test_nobody_moves_cases_beyond_their_flows(town: Session) -> None:
    made = drawn.file("plain")
    publish("plain", inserted("plain", "second"))
    wanted = Moving(version("plain").id, {made.id: seen(made)}, "越权")
    for stranger in ("han", "li", "ann"):
        with pytest.raises(Forbidden):
            commands.begin_move(who(stranger), wanted, at=NOON)


class Killed(BaseException):
    """The process ends here, whatever it was about."""


def test_killed_again_and_again_it_moves_each_case_once(town: Session) -> None:
    """It dies at its first place, then at its second, and so on, until it gets to its end."""
    cases = [drawn.file("plain", f"第 {n} 件") for n in range(3)]
    publish("plain", inserted("plain", "second"))
    wanted = Moving(version("plain").id, {one.id: seen(one) for one in cases}, "加一级审核")
    asked = commands.begin_move(who("ning"), wanted, at=NOON)
    deaths, at = 0, NOON
    while True:
        left = [deaths]

        def watch(_place: str) -> None:
            left[0] -= 1  # noqa: B023
            if left[0] < 0:  # noqa: B023
                raise Killed

        crashing.watchers.append(watch)
        try:
            while jobs.run_due(at):
                pass
            break
        except Killed:
            session().rollback()
            deaths, at = deaths + 1, at + timedelta(minutes=2)  # the lease of the dead is over
        finally:
            crashing.watchers.remove(watch)
    assert deaths > 5
    for made in cases:
        assert item(asked, made).status == "moved"
        assert [event.verb for event in make.events(made)].count("moved") == 1
        assert len(make.open_tasks(made)) == 1
        assert events.broken_link(measures.told(made)) is None
