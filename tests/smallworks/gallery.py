"""A work in each state of its life, each made by what people do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.smallworks.models import Work
from app.workflow import commands
from app.workflow.models import Case
from tests.smallworks.patrols import visits
from tests.smallworks.rectifications import orders
from tests.smallworks.stops import site
from tests.smallworks.town import Town, owner, staff

CHECKED: dict[str, Any] = {
    "checked_on": site.TODAY, "checkers": "佘存栋", "findings": "已完工，场地已清理",
}  # fmt: skip


def one_of_each(town: Town) -> None:
    """In review, filed, in progress, rectifying, stopped, completed, closed, and over otherwise."""
    _lapsed(town)
    town.file(address="明珠路 1 号")
    site.filed(town, address="明珠路 2 号")
    site.begun(town, address="明珠路 3 号")
    _rectifying(town, site.begun(town, address="明珠路 4 号"))
    site.stop(town, site.begun(town, address="明珠路 5 号"))
    _put_right(town, site.begun(town, address="明珠路 13 号"))
    _looked_at(town, site.begun(town, address="明珠路 14 号"))
    _reported(town, site.begun(town, address="明珠路 6 号"))
    _closed(town, site.begun(town, address="明珠路 7 号"))
    _cancelled(town, site.filed(town, address="明珠路 8 号"))
    rejected = town.file(address="明珠路 9 号")
    town.decide(rejected, "shecundong", "approve")
    town.decide(rejected, "muyulan", "reject", opinion="施工方没有按要求补齐材料")
    withdrawn = town.file(address="明珠路 10 号")
    commands.withdraw(owner(town.at), withdrawn.id, at=town.at)
    over = town.file(address="明珠路 11 号")
    town.decide(over, "shecundong", "refer", opinion="超过限额，请办理施工许可")
    site.work_off(town.at)


def _lapsed(town: Town) -> None:
    """Sent back to be completed, and nobody did."""
    earlier = replace(town, at=town.at - timedelta(days=20))
    case = earlier.file(address="明珠路 12 号")
    asked = {"opinion": "缺少施工合同", "missing_items": ["contract"]}
    earlier.decide(case, "shecundong", "return", **asked)
    site.work_off(town.at - timedelta(days=5))


def _rectifying(town: Town, work: Work) -> None:
    patrol = visits.failing(town, work, "person_helmet", "order_stack")
    visits.conclude(town, patrol, "rectify")
    site.work_off(town.at)


def _put_right(town: Town, work: Work) -> None:
    """One hazard closed for good; of another visit's two, both answered and not yet looked at."""
    _rectifying(town, work)
    case = orders.case_of(work)
    orders.report(town, case)
    orders.conclude(town, case)
    _rectifying(town, work)
    orders.report(town, orders.case_of(work))


def _looked_at(town: Town, work: Work) -> None:
    """A visit under way, with a hazard that has no photo yet."""
    patrol = visits.begin(town, work)
    visits.answer_all(town, patrol, person_helmet="bad")


def _reported(town: Town, work: Work) -> Case:
    return site.about(town, work, "completion", **site.DONE)


def _closed(town: Town, work: Work) -> None:
    case, checker = _reported(town, work), staff("shecundong", town.at)
    site.attach(checker, case, town.at, "completion_photos")
    site.decide(checker, case, "pass", town.at, **CHECKED)


def _cancelled(town: Town, work: Work) -> None:
    values = {"change_kind": "cancel", "site_state": "never", "reason": "业主不装修了"}
    case = site.about(town, work, "change", **values)
    town.approve(case)
