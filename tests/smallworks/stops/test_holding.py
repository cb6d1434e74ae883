"""While a work is stopped its other cases wait, whatever step they are in; then they go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.db import session
from app.errors import Conflict
from app.smallworks.models import Work
from app.workflow import commands as workflow
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case
from tests.smallworks.stops import site
from tests.smallworks.town import Town, credit_code, owner, staff

STEPS = {
    "community": [],
    "correction": [("shecundong", "return", {"opinion": "请写明新的完工日期依据"})],
    "township": [("shecundong", "approve", {})],
}
"""What was decided of a change before the stop."""
OTHER_CONTRACTOR: Mapping[str, str] = {
    "change_kind": "contractor", "contractor_type": "enterprise",
    "contractor_name": "宜昌栀子建筑有限公司", "contractor_legal_rep": "仲栀子",
    "contractor_legal_rep_id": "420502197503150036", "contractor_phone": "13900005555",
    "site_manager": "仲栀子", "reason": "原施工方退场",
    "contractor_credit_code": credit_code("91420502MA4KXH138"),
}  # fmt: skip


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


def test_a_countersigned_change_waits_half_signed_and_needs_the_rest(town: Town) -> None:
    """One of two has signed when the site is stopped: the other signs once it goes on."""
    work = site.filed(town, risk_flags=["demolition"])
    case = site.about(town, work, "change", **OTHER_CONTRACTOR)
    for account in ("shecundong", "muyulan", "quyuanhang"):
        town.decide(case, account, "approve")
    (task,) = site.open_tasks(case)
    due = task.due_at
    assert due is not None
    order = site.confirmed(town, work)
    with pytest.raises(Conflict, match="已停工"):
        workflow.decide(staff("shuangshu", town.at), task.id, Decision("approve", {}), at=town.at)
    later = replace(town, at=town.at + timedelta(days=14))
    site.work_off(later.at)
    assert site.open_tasks(case)[0].id == task.id
    site.resume(later, order)
    (task,) = site.open_tasks(case)
    assert task.due_at == due + timedelta(days=14)
    assert hired(town, work) == "宜昌橘颂装饰有限公司"
    later.decide(case, "shuangshu", "approve")
    assert session().get_one(Case, case.id).result == "approved"
    assert hired(town, work) == OTHER_CONTRACTOR["contractor_name"]


def hired(town: Town, work: Work) -> str:
    contractor = town.work(work.case).contractor
    return contractor.name if contractor else ""


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
