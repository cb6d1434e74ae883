"""The start and the end of a work: reported, checked, closed, chased, rated; or never begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db import session, transaction
from app.errors import Conflict, Invalid
from app.smallworks import life
from app.smallworks.completions.models import Rating
from app.smallworks.models import Work
from app.smallworks.patrols import visiting
from app.smallworks.patrols.models import Patrol, PatrolPlan
from app.smallworks.patrols.visiting import Visit
from app.workflow.commands.locked import locked_case
from app.workflow.models import Case
from app.workflow.notice_models import Notice
from tests.smallworks.stops import site
from tests.smallworks.town import Town, owner, staff
from tests.stores import Store
from tests.workflow.waiting import Waiting, waits

CHECKED: dict[str, Any] = {
    "checked_on": site.TODAY, "checkers": "佘存栋", "findings": "已完工，场地已清理",
}  # fmt: skip


def check(town: Town, case: Case, outcome: str) -> None:
    who = staff("shecundong", town.at)
    site.attach(who, case, town.at, "completion_photos")
    site.decide(who, case, outcome, town.at, **CHECKED)


def closed(town: Town) -> tuple[Work, Case]:
    work = site.begun(town)
    case = site.about(town, work, "completion", **site.DONE)
    check(town, case, "pass")
    return town.work(work.case), case


def test_a_start_is_reported(town: Town) -> None:
    work = site.begun(town)
    assert work.state == "in_progress"
    assert work.started_at is not None
    assert work.started_at.date() == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("but", "field"),
    [({"started_on": "2026-11-24"}, "started_on"), ({"briefed_on": "2026-11-24"}, "briefed_on")],
)
def test_a_start_that_cannot_be_true(town: Town, but: dict[str, str], field: str) -> None:
    work = site.filed(town)
    case = site.case_of(work, "start_report")
    site.attach(owner(town.at), case, town.at, "briefing_record", "start_photos")
    told = {
        "started_on": site.TODAY, "site_manager": "冼南橘", "briefed_on": site.TODAY,
        "briefed_by": "冼南橘", "briefed_count": "4",
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        town.decide(case, "", "submit", **{**told, **but})
    assert field in refused.value.fields


def test_never_begun_it_lapses_and_nothing_chases_it(town: Town) -> None:
    work = site.filed(town, planned_start="2027-02-01", planned_end="2027-03-30")
    site.work_off(town.at + timedelta(days=91))
    assert town.work(work.case).state == "lapsed"
    site.work_off(town.at + timedelta(days=200))
    found = select(Case).where(Case.subject_id == work.case_id, Case.process_key == "overdue")
    assert session().scalars(found).first() is None


def test_checked_and_closed(town: Town) -> None:
    work, case = closed(town)
    assert (work.state, work.actual_end, work.closed_by_staff) == (
        "closed",
        date(2026, 11, 23),
        False,
    )
    assert work.kept_until == date(2031, 11, 23)
    assert [paper.kind for paper in town.papers(case)] == ["completion_receipt"]
    assert site.verbs(case) == ["filed", "attached", "decided"]
    with pytest.raises(Conflict):
        site.about(town, work, "change", **site.EXTENSION)
    with pytest.raises(Conflict):
        site.stop(town, work)


def test_a_returned_report_lets_the_work_go_on(town: Town) -> None:
    work = site.begun(town)
    case = site.about(town, work, "completion", **site.DONE)
    check(town, case, "return")
    assert town.work(work.case).state == "in_progress"
    town.decide(case, "", "submit", **site.DONE)
    assert town.work(work.case).state == "completed"


def test_a_report_taken_back_too(town: Town) -> None:
    from app.workflow import commands

    work = site.begun(town)
    case = site.about(town, work, "completion", **site.DONE)
    commands.withdraw(owner(town.at), case.id, at=town.at)
    assert town.work(work.case).state == "in_progress"


def test_no_end_while_hazards_are_left(town: Town) -> None:
    work = site.begun(town)
    row = session().get_one(Work, work.id)
    life.enter(row, life.RECTIFYING, town.at)
    session().commit()
    with pytest.raises(Conflict, match="隐患"):
        site.about(town, work, "completion", **site.DONE)


@pytest.mark.parametrize(
    ("but", "field"),
    [
        ({"actual_end": "2026-11-24"}, "actual_end"), ({"actual_end": "2026-11-20"}, "actual_end"),
        ({"self_accepted": ""}, "self_accepted"),
        ({"shared_or_structural": "true"}, "acceptance_papers"),
    ],
)  # fmt: skip
def test_an_end_that_cannot_be_taken(town: Town, but: dict[str, str], field: str) -> None:
    work = site.begun(town)
    with pytest.raises(Invalid) as refused:
        site.about(town, work, "completion", **{**site.DONE, **but})
    assert field in refused.value.fields


def test_shared_places_need_somebodys_acceptance(town: Town) -> None:
    work = site.begun(town, workplace_kind="estate")
    with pytest.raises(Invalid) as refused:
        site.about(town, work, "completion", **site.DONE)
    assert "shared_or_structural" in refused.value.fields


def test_the_owner_rates_the_contractor(town: Town) -> None:
    work, _case = closed(town)
    site.work_off(town.at)
    rating = site.case_of(work, "rating")
    town.decide(rating, "", "submit", stars="4", comment="按时完工")
    kept = session().scalars(select(Rating).where(Rating.work_id == work.id)).one()
    assert (kept.stars, kept.contractor_id) == (4, work.contractor_id)


def test_nobody_waits_for_a_rating(town: Town) -> None:
    work, _case = closed(town)
    site.work_off(town.at)
    site.work_off(town.at + timedelta(days=15, minutes=1))
    assert site.case_of(work, "rating").result == "lapsed"
    assert town.work(work.case).state == "closed"


def test_past_its_end_it_is_chased_and_closed_ex_officio(town: Town) -> None:
    work = site.begun(town)
    over = replace(town, at=town.at.replace(year=2027, month=1, day=15) + timedelta(days=1))
    site.work_off(over.at)
    chase = site.case_of(work, "overdue")
    site.work_off(over.at + timedelta(days=4))
    told = select(Notice.kind).where(Notice.person_id == owner(town.at).id)
    assert "term_over" in session().scalars(told).all()
    later = replace(town, at=over.at + timedelta(days=6))
    site.work_off(later.at)
    visits = select(Patrol).where(Patrol.work_id == work.id, Patrol.reason == "completion")
    assert session().scalars(visits).all() or site.case_of(work, "patrol")
    who = staff("shecundong", later.at)
    site.attach(who, chase, later.at, "overdue_photos")
    found = {"checked_on": "2027-01-20", "findings": "现场已完工，业主外出打工没有报告"}
    site.decide(who, chase, "close", later.at, **found)
    now = town.work(work.case)
    assert (now.state, now.closed_by_staff, now.actual_end) == ("closed", True, date(2027, 1, 20))


def test_the_chase_opens_no_visit_beside_one_that_somebody_begins(
    town: Town, database: Store
) -> None:
    work = site.begun(town)
    over = town.at.replace(year=2027, month=1, day=16)
    with transaction() as opened:
        opened.query(PatrolPlan).filter_by(work_id=work.id).update({"ended_at": town.at})
    for days in (0, 4):
        site.work_off(over + timedelta(days=days))
    later = over + timedelta(days=6)
    chase = Waiting(lambda: site.work_off(later), [])
    with transaction() as opened:
        locked_case(opened, work.case_id)
        chase.start()
        waits(database)
        row = opened.get_one(Work, work.id)
        visiting.open_visit(opened, row, Visit("unplanned", "community"), None, at=later)
    chase.join(timeout=60)
    visits = select(Patrol.reason).where(Patrol.work_id == work.id)
    assert list(session().scalars(visits)) == ["unplanned"]
    assert [task.element for task in site.open_tasks(site.case_of(work, "overdue"))] == ["settle"]


def test_an_extension_ends_the_chase(town: Town) -> None:
    work = site.begun(town)
    over = replace(town, at=town.at.replace(year=2027, month=1, day=16))
    site.work_off(over.at)
    chase = site.case_of(work, "overdue")
    case = site.about(over, work, "change", **site.EXTENSION)
    over.decide(case, "shecundong", "approve")
    over.decide(case, "muyulan", "approve")
    assert session().get_one(Case, chase.id).result == "over"
    site.work_off(over.at + timedelta(days=60))
    assert site.case_of(work, "overdue").id != chase.id
