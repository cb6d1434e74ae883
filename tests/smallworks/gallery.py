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
    """In review, filed, in progress, rectifying, stopped, completed, closed, and over otherwise.

    Works that got on site have been stopped, visited and put right before they came to an end.
    """
    _lapsed(town)
    _never_begun(town)
    _returned(town, town.file(address="明珠路 1 号"))
    site.filed(town, address="明珠路 2 号")
    _let_go_on(town, site.filed(town, address="明珠路 16 号"))
    site.begun(town, address="明珠路 3 号")
    _rectifying(town, site.begun(town, address="明珠路 4 号"))
    _stopped(town, site.begun(town, address="明珠路 5 号"))
    _put_right(town, site.begun(town, address="明珠路 13 号"))
    _eventful(town, address="明珠路 14 号")
    _reported(town, _eventful(town, address="明珠路 6 号"))
    _closed(town, _eventful(town, address="明珠路 7 号"))
    _cancelled(town, _eventful(town, address="明珠路 8 号"))
    rejected = town.file(address="明珠路 9 号")
    town.decide(rejected, "shecundong", "approve")
    town.decide(rejected, "muyulan", "reject", opinion="施工方没有按要求补齐材料")
    withdrawn = town.file(address="明珠路 10 号")
    _returned(town, withdrawn)
    commands.withdraw(owner(town.at), withdrawn.id, at=town.at)
    over = town.file(address="明珠路 11 号")
    town.decide(over, "shecundong", "refer", opinion="超过限额，请办理施工许可")
    site.work_off(town.at)


def _returned(town: Town, case: Case) -> None:
    asked = {"opinion": "缺少施工合同", "missing_items": ["contract"]}
    town.decide(case, "shecundong", "return", **asked)


def _eventful(town: Town, **changed: Any) -> Work:
    """Begun, put right after a first visit, stopped and let go on; a second visit is under way."""
    work = site.begun(town, **changed)
    _closed_hazards(town, work)
    _let_go_on(town, work)
    return work


def _lapsed(town: Town) -> None:
    """Sent back to be completed, and nobody did."""
    earlier = replace(town, at=town.at - timedelta(days=20))
    _returned(earlier, earlier.file(address="明珠路 12 号"))
    site.work_off(town.at - timedelta(days=5))


def _never_begun(town: Town) -> None:
    """Stopped before it began, let go on, looked at, and never begun."""
    earlier = replace(town, at=town.at - timedelta(days=100))
    _let_go_on(earlier, site.filed(earlier, address="明珠路 15 号"))
    site.work_off(town.at - timedelta(days=5))


def _let_go_on(town: Town, work: Work) -> None:
    """It was stopped; a visit is under way again."""
    site.resume(town, site.confirmed(town, work))
    _looked_at(town, work)


def _stopped(town: Town, work: Work) -> None:
    """While its hazards were being put right."""
    _rectifying(town, work)
    site.stop(town, work)


def _rectifying(town: Town, work: Work) -> None:
    patrol = visits.failing(town, work, "person_helmet", "order_stack")
    visits.conclude(town, patrol, "rectify")
    site.work_off(town.at)


def _put_right(town: Town, work: Work) -> None:
    """Stopped and let go on; one hazard closed for good; of another visit's two, both answered and
    not yet looked at.
    """
    site.resume(town, site.confirmed(town, work))
    _closed_hazards(town, work)
    _rectifying(town, work)
    orders.report(town, orders.case_of(work))


def _closed_hazards(town: Town, work: Work) -> None:
    _rectifying(town, work)
    case = orders.case_of(work)
    orders.report(town, case)
    orders.conclude(town, case)


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
    values = {"change_kind": "cancel", "site_state": "stopped", "reason": "业主不装修了"}
    case = site.about(town, work, "change", **values)
    town.approve(case)
