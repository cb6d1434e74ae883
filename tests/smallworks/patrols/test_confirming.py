"""Who confirms that a major hazard was called a general one; never who reported it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Forbidden
from app.identity.models import Person
from app.workflow import commands as workflow
from app.workflow.models import Case, Event, Task
from tests.smallworks.patrols import visits
from tests.smallworks.patrols.visits import begin, conclude, filed, patrol_of, save, soften
from tests.smallworks.town import Town, staff

OTHER_HEAD = ("xianyuchun", "鲜于春")


def asked(case: Case) -> str:
    """The step at which a case waits."""
    session().rollback()
    waiting = select(Task.element).where(Task.case_id == case.id, Task.status == "open")
    return session().scalars(waiting).one()


def test_a_head_does_not_confirm_their_own_report(town: Town):
    visits.hire(*OTHER_HEAD, "head", town.at)
    case = soften(town, filed(town), "shecundong")
    assert asked(case) == "confirm_community"
    task = town.task(case, staff("shecundong", town.at))
    with pytest.raises(Forbidden, match="应当回避"):
        workflow.claim(staff("shecundong", town.at), task.id, at=town.at)
    with pytest.raises(Forbidden, match="应当回避"):
        town.decide(case, "shecundong", "confirm")
    town.decide(case, OTHER_HEAD[0], "confirm")
    session().rollback()
    assert session().get_one(Case, case.id).result == "done"


@pytest.mark.parametrize(
    ("reporter", "step", "above"),
    [
        ("shecundong", "confirm_township", "muyulan"),
        ("muyulan", "confirm_district", "quyuanhang"),
        ("tangjichuan", "confirm_township", "muyulan"),
        ("shuangshu", "confirm_district", "quyuanhang"),
    ],
)
def test_where_nobody_else_sits_there_the_next_above_confirms(
    town: Town, reporter: str, step: str, above: str
):
    case = soften(town, filed(town), reporter)
    assert asked(case) == step
    town.decide(case, above, "confirm")
    session().rollback()
    assert session().get_one(Case, case.id).result == "done"


def test_who_softened_it_does_not_confirm_what_an_inspector_found_and_concluded(town: Town):
    """The head takes the visit over, softens the hazard, and hands the visit back."""
    visits.hire_inspector(town.at)
    head, inspector = staff("shecundong", town.at), staff("luyuanqiu", town.at)
    patrol = begin(town, filed(town), "luyuanqiu")
    visits.answer_all(town, patrol, "luyuanqiu", order_exit="bad")
    visits.snap(town, patrol, "hazard:item-order_exit", "#000000", "luyuanqiu")
    visits.commands.hand_over(head, patrol.id, head.id, at=town.at)
    soft = {"client_id": "item-order_exit", "grade": "general", "downgrade_reason": "只是临时"}
    save(town, patrol, hazards=[soft])
    visits.commands.hand_over(head, patrol.id, inspector.id, at=town.at)
    case = conclude(town, patrol, "rectify", "luyuanqiu")
    assert asked(case) == "confirm_township"
    town.decide(case, "muyulan", "confirm")


def test_a_head_who_has_left_confirms_nothing(town: Town):
    visits.hire(*OTHER_HEAD, "head", town.at)
    work = filed(town)
    found = select(Person).where(Person.account == OTHER_HEAD[0])
    session().scalars(found).one().status = "disabled"
    session().commit()
    assert asked(soften(town, work, "shecundong")) == "confirm_township"


def test_the_step_is_kept_in_the_record(town: Town):
    case = soften(town, filed(town), "shecundong")
    rows = select(Event).where(Event.case_id == case.id, Event.verb == "decided")
    assert session().scalars(rows).one().routing["confirmer"] == "confirm_township"


def test_what_the_head_above_refuses_comes_back_to_the_sheet(town: Town):
    work = filed(town)
    case = soften(town, work, "shecundong")
    town.decide(case, "muyulan", "refuse", opinion="通道全堵了，应当停工")
    patrol = patrol_of(work)
    assert patrol.conclusion == ""
    assert visits.task_of(patrol).chase_at is not None  # its new limit is watched as any other
    begin(town, work)
    save(town, patrol, hazards=[{"client_id": "item-order_exit", "grade": "major"}])
    assert conclude(town, patrol, "stop", scope="part", part="一楼").result == "done"


def test_who_found_it_does_not_confirm_what_a_colleague_concluded(town: Town):
    """The head softens the hazard, then hands the visit to an inspector, who concludes it."""
    visits.hire_inspector(town.at)
    work = filed(town)
    patrol = visits.failing(town, work, "order_exit")
    soft = {"client_id": "item-order_exit", "grade": "general", "downgrade_reason": "只是临时"}
    save(town, patrol, hazards=[soft])
    inspector = staff("luyuanqiu", town.at)
    visits.commands.hand_over(staff("shecundong", town.at), patrol.id, inspector.id, at=town.at)
    case = conclude(town, patrol, "rectify", "luyuanqiu")
    assert asked(case) == "confirm_township"
