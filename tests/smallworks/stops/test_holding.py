"""While a work is stopped its other cases wait, whatever step they are in; then they go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.db import session
from app.errors import Conflict
from app.workflow import commands as workflow
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case
from tests.smallworks.stops import site
from tests.smallworks.town import Town, owner, staff

STEPS = {
    "community": [],
    "correction": [("shecundong", "return", {"opinion": "请写明新的完工日期依据"})],
    "township": [("shecundong", "approve", {})],
}
"""What was decided of a change before the stop."""


def changing(town: Town, step: str) -> tuple[Case, datetime]:
    work = site.begun(town)
    case = site.about(town, work, "change", **site.EXTENSION)
    for account, outcome, answers in STEPS[step]:
        town.decide(case, account, outcome, **answers)
    due = site.open_tasks(case)[0].due_at
    assert due is not None
    return case, due


@pytest.mark.parametrize("step", STEPS)
def test_a_change_waits_in_every_step_and_goes_on_with_all_its_time(town: Town, step: str) -> None:
    case, due = changing(town, step)
    work = town.work(session().get_one(Case, case.subject_id))
    order = site.confirmed(town, work)
    task = site.open_tasks(case)[0]
    hands = {"community": "shecundong", "township": "muyulan"}
    who = staff(hands[step], town.at) if step in hands else owner(town.at)
    with pytest.raises(Conflict, match="已停工"):
        workflow.decide(who, task.id, Decision("approve", {}), at=town.at)
    later = replace(town, at=town.at + timedelta(days=14))
    site.work_off(later.at)
    assert [one.id for one in site.open_tasks(case)] == [task.id]  # no timer fired meanwhile
    site.resume(later, order)
    assert site.open_tasks(case)[0].due_at == due + timedelta(days=14)
    assert site.verbs(case)[-2:] == ["held", "unheld"]
    if step == "township":
        later.decide(case, "muyulan", "approve")
        assert later.work(work.case).extensions == 1


def test_a_correction_lapses_only_after_its_own_five_days(town: Town) -> None:
    case, _due = changing(town, "correction")
    work = town.work(session().get_one(Case, case.subject_id))
    order = site.confirmed(town, work)
    later = replace(town, at=town.at + timedelta(days=30))
    site.work_off(later.at)
    assert session().get_one(Case, case.id).ended_at is None
    site.resume(later, order)
    site.work_off(later.at + timedelta(days=3))
    session().rollback()
    assert session().get_one(Case, case.id).ended_at is None
    site.work_off(later.at + timedelta(days=12))
    session().rollback()
    assert session().get_one(Case, case.id).result == "lapsed"


def test_nothing_about_a_stopped_work_begins(town: Town) -> None:
    work = site.begun(town)
    site.confirmed(town, work)
    with pytest.raises(Conflict):
        site.about(town, work, "completion", **site.DONE)
    with pytest.raises(Conflict):
        site.about(town, work, "change", **site.EXTENSION)


def test_a_reported_end_waits_too(town: Town) -> None:
    work = site.begun(town)
    case = site.about(town, work, "completion", **site.DONE)
    assert town.work(work.case).state == "completed"
    order = site.confirmed(town, work)
    with pytest.raises(Conflict):
        town.decide(case, "shecundong", "pass", findings="已完工")
    site.resume(town, order)
    assert town.work(work.case).state == "completed"


def test_a_start_report_waits_and_its_ninety_days_with_it(town: Town) -> None:
    work = site.filed(town)
    order = site.confirmed(town, work)
    later = replace(town, at=town.at + timedelta(days=100))
    site.work_off(later.at)
    assert town.work(work.case).state == "stopped"
    site.resume(later, order)
    assert town.work(work.case).state == "filed"
    site.work_off(later.at + timedelta(days=89))
    assert town.work(work.case).state == "filed"
    site.work_off(later.at + timedelta(days=91))
    assert town.work(work.case).state == "lapsed"


def test_a_work_stopped_before_its_start_was_asked_for_is_asked_later(town: Town) -> None:
    case = town.file()
    town.approve(case)
    work = town.work(case)
    order = site.stop(town, work)
    site.work_off(town.at)
    town.decide(order.case, "muyulan", "revoke", opinion="现场没有人施工")
    site.work_off(town.at)
    assert site.case_of(work, "start_report").ended_at is None
