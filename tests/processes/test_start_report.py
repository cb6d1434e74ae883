"""The start of a filed work: reported, or never."""

from __future__ import annotations

from tests.processes.walks import Walk, open_elements


def test_a_report_begins_the_work() -> None:
    walk = Walk("start_report", {}).move("report", "submit")
    assert (walk.step.result, walk.actions) == ("done", ["begin_work"])
    assert walk.step.wake_at is None


def test_ninety_days_without_one_let_the_filing_lapse() -> None:
    walk = Walk("start_report", {}).wait(89)
    assert (open_elements(walk.step), walk.actions) == (["report"], [])
    walk.wait(1)
    assert (walk.step.ended, walk.step.result, walk.actions) == (True, "lapsed", ["lapse_work"])
