"""What may be changed in a filed work, how often, by whom; and that the work follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Conflict, Invalid
from app.identity.actor import Actor
from app.smallworks.changes.kind import compared
from app.smallworks.changes.models import WorkChange
from app.smallworks.models import Work
from app.workflow import starting
from app.workflow.models import Case
from app.workflow.reach import readable_case
from tests.smallworks.patrols import visits
from tests.smallworks.rectifications.orders import conclude, foreman, ordered, report
from tests.smallworks.stops import site
from tests.smallworks.town import Town, credit_code, owner

OTHER: Mapping[str, Any] = {
    "change_kind": "contractor", "contractor_type": "enterprise",
    "contractor_name": "宜昌栀子建筑有限公司", "contractor_legal_rep": "仲栀子",
    "contractor_legal_rep_id": "420502197503150036", "contractor_phone": "13900005555",
    "site_manager": "仲栀子", "reason": "原施工方退场",
}  # fmt: skip


def other() -> dict[str, Any]:
    return {**OTHER, "contractor_credit_code": credit_code("91420502MA4KXH138")}


def agreed(town: Town, case: Case) -> None:
    town.decide(case, "shecundong", "approve")
    town.decide(case, "muyulan", "approve")


def change_of(case: Case) -> WorkChange:
    session().rollback()
    return session().scalars(select(WorkChange).where(WorkChange.case_id == case.id)).one()


def test_an_extension_moves_the_end_and_leaves_its_notice(town: Town) -> None:
    work = site.begun(town)
    case = site.about(town, work, "change", **site.EXTENSION)
    assert compared(change_of(case)) == [["计划完工", "2027-01-15", "2027-02-20"]]
    assert town.work(work.case).extensions == 0
    agreed(town, case)
    now = town.work(work.case)
    assert (now.planned_end, now.extensions) == (date(2027, 2, 20), 1)
    assert [paper.kind for paper in town.papers(case)] == ["change_notice"]
    assert change_of(case).applied_at == town.at
    assert site.verbs(case) == ["filed", "decided", "decided"]


def test_a_third_extension_is_refused_when_it_is_asked_for(town: Town) -> None:
    work = site.begun(town)
    for end in ("2027-02-20", "2027-03-20"):
        agreed(town, site.about(town, work, "change", **{**site.EXTENSION, "planned_end": end}))
    with pytest.raises(Conflict, match="次数已满"):
        site.about(town, work, "change", **{**site.EXTENSION, "planned_end": "2027-04-20"})
    assert town.work(work.case).extensions == 2


def test_another_contractor(town: Town) -> None:
    work = site.begun(town)
    case = site.about(town, work, "change", **other())
    rows = compared(change_of(case))
    assert rows[0] == ["施工方", "宜昌橘颂装饰有限公司", "宜昌栀子建筑有限公司"]
    agreed(town, case)
    now = town.work(work.case)
    assert now.contractor is not None
    assert now.contractor.name == "宜昌栀子建筑有限公司"


def test_who_was_replaced_begins_nothing_more_but_reads_what_was_theirs(town: Town) -> None:
    visits.hire_inspector(town.at)
    work, order = ordered(town, inspector=False)
    former = foreman(town.at)
    assert begun_by(town, former, work) == {"change"}  # hazards are left: no completion yet
    report(town, order)
    conclude(town, order)
    assert begun_by(town, former, work) == {"change", "completion"}
    agreed(town, site.about(town, work, "change", **other()))
    session().expire_all()
    assert begun_by(town, former, work) == set()
    assert begun_by(town, owner(town.at), work) == {"change", "completion"}
    assert readable_case(session(), former, order.id).id == order.id


def begun_by(town: Town, who: Actor, work: Work) -> set[str]:
    """What somebody may begin about a work."""
    first = session().get_one(Case, work.case_id)
    return {kind.key for kind, _version in starting.openable(session(), who, first, town.at)}


def test_another_contractor_of_a_risky_work_goes_to_the_district(town: Town) -> None:
    work = site.filed(town, risk_flags=["demolition"])
    case = site.about(town, work, "change", **other())
    agreed(town, case)
    assert [task.name for task in site.open_tasks(case)] == ["区县会签", "区县会签"]
    town.decide(case, "quyuanhang", "approve")
    town.decide(case, "shuangshu", "approve")
    assert session().get_one(Case, case.id).result == "approved"


def test_dates_move_before_the_start_only(town: Town) -> None:
    work = site.filed(town)
    dates = {
        "change_kind": "dates", "planned_start": "2026-12-10", "planned_end": "2027-01-30",
        "reason": "等待材料到货",
    }  # fmt: skip
    agreed(town, site.about(town, work, "change", **dates))
    now = town.work(work.case)
    assert (now.planned_start, now.planned_end) == (date(2026, 12, 10), date(2027, 1, 30))


def test_dates_do_not_move_once_it_started(town: Town) -> None:
    work = site.begun(town)
    dates = {
        "change_kind": "dates", "planned_start": "2026-12-10", "planned_end": "2027-01-30",
        "reason": "等待材料到货",
    }  # fmt: skip
    with pytest.raises(Conflict, match="申请延期"):
        site.about(town, work, "change", **dates)


def test_a_work_is_cancelled(town: Town) -> None:
    work = site.filed(town)
    asked = {"change_kind": "cancel", "site_state": "never", "reason": "不装修了"}
    agreed(town, site.about(town, work, "change", **asked))
    assert town.work(work.case).state == "cancelled"
    assert site.case_of(work, "start_report").result == "over"


def test_a_new_content_is_what_the_next_change_compares_with(town: Town) -> None:
    work = site.begun(town)
    first = {"change_kind": "content", "content": "只翻新客厅墙面", "reason": "减少内容"}
    agreed(town, site.about(town, work, "change", **first))
    again = {"change_kind": "content", "content": "翻新客厅和厨房墙面", "reason": "增加内容"}
    case = site.about(town, work, "change", **again)
    assert compared(change_of(case)) == [["作业内容", "只翻新客厅墙面", "翻新客厅和厨房墙面"]]


def test_a_refusal_leaves_its_notice_and_the_work_as_it_is(town: Town) -> None:
    work = site.begun(town)
    case = site.about(town, work, "change", **site.EXTENSION)
    town.decide(case, "shecundong", "reject", opinion="没有延期理由")
    assert [paper.kind for paper in town.papers(case)] == ["change_notice"]
    assert town.work(work.case).planned_end == date(2027, 1, 15)


def test_one_change_at_a_time_and_pressed_twice_once(town: Town) -> None:
    work = site.begun(town)
    first = site.about(town, work, "change", key="k", **site.EXTENSION)
    assert site.about(town, work, "change", key="k", **site.EXTENSION).id == first.id
    with pytest.raises(Conflict, match="正在办理"):
        site.about(town, work, "change", **site.EXTENSION)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({**site.EXTENSION, "planned_end": "2027-01-15"}, "planned_end"),
        ({**site.EXTENSION, "planned_end": ""}, "planned_end"),
        ({**OTHER, "contractor_credit_code": credit_code()}, "contractor_credit_code"),
    ],
)
def test_what_cannot_be_taken(town: Town, values: dict[str, Any], field: str) -> None:
    work = site.begun(town)
    with pytest.raises(Invalid) as refused:
        site.about(town, work, "change", **values)
    assert field in refused.value.fields


def test_nothing_changes_before_it_is_filed(town: Town) -> None:
    case = town.file()
    with pytest.raises(Conflict, match="审核中"):
        site.about(town, town.work(case), "change", **site.EXTENSION)
