"""Every way to the end of a work: reported and checked, chased, closed ex officio, rated."""

from __future__ import annotations

from app.engine.types import Limit
from tests.processes.walks import Walk, open_elements, shipped


def test_checked_and_closed_and_the_owner_asked() -> None:
    walk = Walk("completion", {}).move("site_check", "pass")
    assert (walk.step.result, walk.actions) == ("done", ["close_work"])
    assert [(one.name, one.to) for one in walk.step.messages] == [("work.closed", "child")]


def test_a_returned_report_comes_again() -> None:
    walk = Walk("completion", {}).move("site_check", "return").move("correction", "submit")
    assert walk.step.wake_at is None
    assert walk.move("site_check", "pass").step.result == "done"


def test_one_never_sent_again_lapses_after_fifteen_working_days() -> None:
    walk = Walk("completion", {}).move("site_check", "return").wait(14)
    assert open_elements(walk.step) == ["correction"]
    walk.wait(1)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, "lapsed", [])


def test_the_community_has_two_working_days() -> None:
    policy = shipped("completion").tasks["site_check"]
    assert policy.limit == Limit(2, "wd")
    assert [(set(p.roles), p.scope) for p in policy.parties] == [
        ({"head", "inspector"}, "community")
    ]


def test_a_rating_is_kept() -> None:
    walk = Walk("rating", {}).move("rate", "submit")
    assert (walk.step.result, walk.actions) == ("done", ["keep_rating"])


def test_a_rating_not_given_in_fifteen_days_is_not_waited_for() -> None:
    walk = Walk("rating", {}).wait(14)
    assert open_elements(walk.step) == ["rate"]
    walk.wait(1)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, "lapsed", [])


def test_three_days_past_the_end_the_owner_is_reminded_then_somebody_goes() -> None:
    walk = Walk("overdue", {}).wait(2)
    assert walk.actions == []
    assert walk.wait(1).actions == ["remind_owner"]
    assert (walk.wait(1).actions, open_elements(walk.step)) == (["remind_owner"], [])
    walk.wait(1)
    assert walk.actions == ["remind_owner", "order_patrol"]
    assert open_elements(walk.step) == ["settle"]


def test_a_work_that_is_done_is_closed_by_the_community() -> None:
    walk = Walk("overdue", {}).wait(3).wait(2).move("settle", "close")
    assert (walk.step.result, walk.actions[-1]) == ("done", "close_ex_officio")


def test_one_that_goes_on_is_chased_again_a_week_later() -> None:
    walk = Walk("overdue", {}).wait(3).wait(2).move("settle", "wait")
    assert not walk.step.ended
    assert walk.wait(6).actions.count("remind_owner") == 1
    assert walk.wait(1).actions.count("remind_owner") == 2
    assert open_elements(walk.wait(2).step) == ["settle"]
