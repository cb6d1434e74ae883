"""A visit from its beginning to its conclusion, and what follows from it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Conflict, Forbidden, Invalid
from app.smallworks.patrols import commands
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.models import Hazard, Patrol
from app.workflow.models import Attachment, Case, Event
from tests.smallworks.accidents.made import register
from tests.smallworks.patrols import visits
from tests.smallworks.patrols.visits import (
    answer_all,
    begin,
    conclude,
    failing,
    filed,
    hazards_of,
    plan_of,
    save,
    snap,
    task_of,
)
from tests.smallworks.town import Town, staff

HEIGHT = {"risk_flags": ["height"], "project_type": "billboard", "kind": "odd_job"}


def events_of(case_id: str) -> list[str]:
    session().rollback()
    rows = select(Event.verb).where(Event.case_id == case_id).order_by(Event.seq)
    return list(session().scalars(rows))


def faults(town: Town, patrol, outcome: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        conclude(town, patrol, outcome)
    return dict(refused.value.fields)


def test_each_matter_of_a_work_is_called_by_its_own_name(town: Town):
    visits.hire_inspector(town.at)
    work = filed(town)
    conclude(town, failing(town, work, "person_helmet"), "rectify")
    visits.work_off(town.at)
    session().rollback()
    titles = select(Case.title).where(Case.subject_id == work.case_id).order_by(Case.id)
    assert {f"{work.name}{end}" for end in ("", " 现场巡查", " 隐患整改")} <= set(
        session().scalars(titles)
    )


def test_a_visit_that_finds_nothing_ends_and_plans_the_next(town: Town):
    work = filed(town)
    patrol = begin(town, work)
    answer_all(town, patrol)
    case = conclude(town, patrol, "normal")
    patrol = visits.patrol_of(work)
    assert (case.state, case.result) == ("ended", "done")
    assert (patrol.conclusion, patrol.concluded_at) == ("normal", town.at)
    plan = plan_of(work)
    assert (plan.every_days, plan.reason, plan.last_at) == (14, "risk", town.at)
    assert plan.next_on == date(2026, 12, 7)
    assert events_of(patrol.case_id) == ["filed", "saved", "decided"]


def test_every_item_must_be_answered(town: Town):
    patrol = begin(town, filed(town))
    save(town, patrol, answers={"papers_receipt": "ok"}, signed_name="冼南橘")
    found = faults(town, patrol, "normal")
    assert "answers.person_helmet" in found
    assert "answers.papers_receipt" not in found


def test_a_failed_item_is_a_hazard_with_what_the_list_says(town: Town):
    patrol = begin(town, filed(town))
    save(town, patrol, answers={"person_helmet": "bad"})
    (hazard,) = hazards_of(patrol)
    assert hazard.text == "不符合“进入现场戴安全帽”"
    assert (hazard.grade, hazard.default_grade, hazard.state) == ("general", "general", "open")
    assert hazard.measure.startswith("当场戴好安全帽")
    assert hazard.deadline is not None


def test_another_answer_strikes_the_hazard_out_and_keeps_it(town: Town):
    patrol = begin(town, filed(town))
    save(town, patrol, answers={"person_helmet": "bad"})
    save(town, patrol, answers={"person_helmet": "ok"})
    assert [one.state for one in hazards_of(patrol)] == ["void"]
    save(town, patrol, answers={"person_helmet": "bad"})
    assert [one.state for one in hazards_of(patrol)] == ["open"]


def test_each_hazard_needs_a_photo(town: Town):
    patrol = begin(town, filed(town))
    answer_all(town, patrol, person_helmet="bad")
    assert "hazards.item-person_helmet.photos" in faults(town, patrol, "rectify")
    snap(town, patrol, "hazard:item-person_helmet")
    assert conclude(town, patrol, "rectify").result == "done"


def test_an_order_needs_two_inspectors(town: Town):
    patrol = failing(town, filed(town), "person_helmet")
    save(town, patrol, inspectors=[{"name": "佘存栋", "number": ""}])
    assert "inspectors" in faults(town, patrol, "rectify")
    assert conclude(town, patrol, "verbal").result == "done"


def test_somebody_signs_or_a_witness_saw_that_nobody_would(town: Town):
    patrol = begin(town, filed(town))
    answer_all(town, patrol)
    save(town, patrol, signed_name="")
    assert "signed_name" in faults(town, patrol, "normal")
    save(town, patrol, refused=True)
    assert "witness" in faults(town, patrol, "normal")
    save(town, patrol, witness="物业 覃小寒")
    assert conclude(town, patrol, "normal").result == "done"


@pytest.mark.parametrize("outcome", ["normal"])
def test_hazards_forbid_a_milder_conclusion(town: Town, outcome: str):
    patrol = failing(town, filed(town), "person_helmet")
    assert "conclusion" in faults(town, patrol, outcome)


def test_no_order_without_a_hazard(town: Town):
    patrol = begin(town, filed(town))
    answer_all(town, patrol)
    assert "conclusion" in faults(town, patrol, "rectify")


def test_a_major_hazard_calls_for_a_stop(town: Town):
    patrol = failing(town, filed(town), "order_exit")
    for milder in ("normal", "verbal", "rectify"):
        assert "conclusion" in faults(town, patrol, milder)


def test_a_stop_stops_the_work_at_once_and_daily_visits_follow(town: Town):
    work = filed(town)
    patrol = failing(town, work, "order_exit")
    conclude(town, patrol, "stop", scope="all")
    session().rollback()
    assert session().get_one(type(work), work.id).state == "stopped"
    plan = plan_of(work)
    assert (plan.every_days, plan.reason) == (1, "stopped")
    keys = select(Case.process_key).where(Case.subject_id == work.case_id)
    assert set(session().scalars(keys)) == {"filing", "patrol", "stop_work"}


def test_a_softened_hazard_needs_a_reason_and_the_head(town: Town):
    visits.hire_inspector(town.at)
    work = filed(town)
    patrol = begin(town, work, "luyuanqiu")
    answer_all(town, patrol, "luyuanqiu", order_exit="bad")
    shot = visits.Shot("hazard:item-order_exit", "门.jpg", visits.picture())
    visits.photographs.take(staff("luyuanqiu", town.at), patrol.id, shot, at=town.at)
    name = "item-order_exit"
    save(town, patrol, "luyuanqiu", hazards=[{"client_id": name, "grade": "general"}])
    with pytest.raises(Invalid) as refused:
        conclude(town, patrol, "rectify", "luyuanqiu")
    assert f"hazards.{name}.downgrade_reason" in refused.value.fields
    save(
        town, patrol, "luyuanqiu",
        hazards=[{"client_id": name, "downgrade_reason": "当场已搬开大部分"}],
    )  # fmt: skip
    case = conclude(town, patrol, "rectify", "luyuanqiu")
    assert case.ended_at is None
    assert visits.patrol_of(work).concluded_at is None
    town.decide(case, "shecundong", "confirm")
    assert visits.patrol_of(work).concluded_at == town.at
    session().rollback()
    assert session().get_one(Case, case.id).result == "done"


def test_what_was_mended_on_the_spot_is_closed(town: Town):
    patrol = failing(town, filed(town), "person_helmet", "order_stack")
    conclude(town, patrol, "verbal")
    assert {one.state for one in hazards_of(patrol)} == {"closed"}


def test_a_concluded_visit_is_not_changed(town: Town):
    patrol = begin(town, filed(town))
    answer_all(town, patrol)
    conclude(town, patrol, "normal")
    with pytest.raises(Conflict):
        save(town, patrol, remark="补记")
    with pytest.raises(Conflict):
        snap(town, patrol, "site")


def test_one_visit_at_a_time(town: Town):
    work = filed(town)
    first = begin(town, work)
    assert begin(town, work).id == first.id


def test_the_same_device_begins_the_same_visit(town: Town):
    work = filed(town)
    who, wanted = staff("shecundong", town.at), Begin(work_id=work.id, client_id="a" * 32)
    first = commands.begin(who, wanted, at=town.at)
    answer_all(town, first)
    conclude(town, first, "normal")
    assert commands.begin(who, wanted, at=town.at).id == first.id


def test_nobody_begins_a_visit_out_of_their_area(town: Town):
    from app.errors import NotFound

    work = filed(town)
    with pytest.raises(NotFound):
        begin(town, work, "chaiyiling")


def about(town: Town, case: Case) -> Patrol:
    """A visit that somebody begins by the id of a case, as a page or a device sends it."""
    wanted = Begin(report_case_id=case.id)
    return commands.begin(staff("shecundong", town.at), wanted, at=town.at)


def test_any_case_of_a_work_leads_to_a_visit_of_the_work(town: Town):
    work = filed(town)
    first = begin(town, work)
    answer_all(town, first)
    visited = conclude(town, first, "normal")
    patrol = about(town, visited)
    assert (patrol.work_id, patrol.report_case_id, patrol.reason) == (work.id, None, "unplanned")


def test_the_site_of_a_report_is_visited(town: Town):
    report = visits.report(town)
    patrol = about(town, report)
    assert (patrol.work_id, patrol.report_case_id) == (None, report.id)
    assert (patrol.reason, patrol.level) == ("report", "community")
    answer_all(town, patrol)
    assert about(town, session().get_one(Case, patrol.case_id)).id == patrol.id


def test_what_is_neither_a_work_nor_a_report_is_not_visited(town: Town):
    with pytest.raises(Conflict, match="还没有备案"):
        about(town, town.file())
    with pytest.raises(Conflict, match="不是工程，也不是举报"):
        about(town, register(town))


def test_who_sends_others_says_whom(town: Town):
    work = filed(town)
    with pytest.raises(Invalid):
        begin(town, work, "quyuanhang")
    wanted = Begin(work_id=work.id, level="township")
    patrol = commands.begin(staff("quyuanhang", town.at), wanted, at=town.at)
    assert (patrol.level, patrol.started_at) == ("township", None)
    commands.start(staff("tangjichuan", town.at), patrol.id, at=town.at)
    assert task_of(patrol).claimed_by_id == staff("tangjichuan", town.at).id


@pytest.mark.parametrize("level", ["galaxy", "galactic-empire", "社区"])
def test_nobody_goes_for_a_level_that_there_is_not(town: Town, level: str):
    wanted = Begin(work_id=filed(town).id, level=level)
    with pytest.raises(Invalid, match="请选择由社区、乡镇还是主管部门去巡查"):
        commands.begin(staff("quyuanhang", town.at), wanted, at=town.at)
    assert session().scalars(select(Patrol)).all() == []


def test_only_who_has_the_visit_fills_in_its_sheet(town: Town):
    visits.hire_inspector(town.at)
    patrol = begin(town, filed(town))
    with pytest.raises(Conflict, match="佘存栋"):
        save(town, patrol, "luyuanqiu", remark="我来")
    with pytest.raises(Forbidden):
        save(town, patrol, "tangjichuan", remark="我来")


def test_the_record_is_a_paper(town: Town):
    work = filed(town)
    patrol = begin(town, work)
    answer_all(town, patrol)
    case = conclude(town, patrol, "normal")
    assert [paper.kind for paper in town.papers(case)] == ["patrol_record"]


def test_nothing_is_deleted(town: Town):
    patrol = failing(town, filed(town), "person_helmet")
    row = session().scalars(select(Attachment).where(Attachment.case_id == patrol.case_id)).one()
    from app.smallworks.patrols import photographs

    photographs.drop(staff("shecundong", town.at), patrol.id, row.id, at=town.at)
    photographs.drop(staff("shecundong", town.at), patrol.id, row.id, at=town.at)
    session().rollback()
    assert session().get_one(Attachment, row.id).field == "replaced"
    assert session().scalars(select(Hazard)).all()
