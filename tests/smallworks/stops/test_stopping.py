"""A stop from the site to its end: in force at once, confirmed, resumed, revoked, given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.smallworks.patrols.changes import MOST_HAZARDS
from app.smallworks.stops import commands
from app.smallworks.stops.commands import Seen
from app.smallworks.stops.models import StopBreach
from app.workflow import definitions, jobs, publishing, submissions
from app.workflow.backstage import Job
from app.workflow.forms.survey import Asked
from app.workflow.models import Case
from app.workflow.notice_models import Notice
from app.workflow.publishing import Publication
from app.workflow.reach import readable_case
from tests.identity import people
from tests.smallworks.patrols import visits
from tests.smallworks.stops import site
from tests.smallworks.stops.site import INSPECTOR, LEADER
from tests.smallworks.town import Town, owner, staff


def test_a_stop_is_in_force_at_once(town: Town) -> None:
    work = site.begun(town)
    order = site.stop(town, work)
    now = town.work(work.case)
    assert (now.state, now.state_before_stop, now.stopped_at) == ("stopped", "in_progress", town.at)
    assert (order.effective_at, order.confirmed_at, order.major) == (town.at, None, False)
    assert [task.name for task in site.open_tasks(order.case)] == ["确认停工"]
    kinds = [paper.kind for paper in town.papers(order.case)]
    assert kinds == ["site_stop"]
    assert site.verbs(order.case) == ["filed"]


def test_confirmed_noticed_and_resumed(town: Town) -> None:
    work = site.begun(town)
    order = site.confirmed(town, work)
    assert order.confirmed_by is not None
    assert (order.confirmed_at, order.confirmed_by.name) == (town.at, "穆玉兰")
    who = site.addressee(order, town.at)
    assert who.name == "冼南橘"
    site.resume(town, order)
    order, now = site.order_of(work), town.work(work.case)
    assert (now.state, order.outcome, order.lifted_at) == ("in_progress", "resumed", town.at)
    kinds = [paper.kind for paper in town.papers(order.case)]
    assert sorted(kinds) == ["resume_notice", "site_stop", "stop_notice"]
    assert {order.site_paper_id, order.notice_paper_id, order.resume_paper_id} == {
        paper.id for paper in town.papers(order.case)
    }
    done = ["filed", "decided", "attached", "decided", "attached", "decided", "decided"]
    assert site.verbs(order.case) == done


def test_the_contractors_person_is_called_as_the_works_own_filing_says(town: Town) -> None:
    """The register of contractors has whom a stranger typed who cited the firm first."""
    town.file(contractor_legal_rep="祝无咎", address="沿江大道 9 号")
    order = site.stop(town, site.begun(town))
    assert site.addressee(order, town.at).name == "冼南橘"


def test_the_department_is_called_and_blocks_nothing(town: Town) -> None:
    work = site.begun(town)
    order = site.confirmed(town, work)
    site.work_off(town.at)
    call = site.case_of(work, "department_call")
    assert call.parent_id == order.case_id
    site.resume(town, order)
    assert town.work(work.case).state == "in_progress"
    town.decide(call, "shuangshu", "attend", opinion="派人今天下午到场")
    assert site.case_of(work, "department_call").result == "done"


def test_what_officials_say_among_themselves_is_read_by_nobody_outside(town: Town) -> None:
    work = site.begun(town)
    order = site.confirmed(town, work)
    site.work_off(town.at)
    call = site.case_of(work, "department_call")
    assert call.applicant_id is None
    contractor = site.addressee(order, town.at)
    for outside in (contractor, owner(town.at)):
        with pytest.raises(NotFound):
            readable_case(session(), outside, call.id)
    assert readable_case(session(), contractor, order.case_id).id == order.case_id


def test_unconfirmed_after_a_day_it_alarms_and_stays_in_force(town: Town) -> None:
    work = site.begun(town)
    order = site.stop(town, work)
    site.work_off(town.at + timedelta(hours=23))
    assert site.order_of(work).alarmed_at is None
    site.work_off(town.at + timedelta(hours=24, minutes=1))
    order = site.order_of(work)
    assert order.alarmed_at is not None
    assert (town.work(work.case).state, order.lifted_at) == ("stopped", None)
    leader = staff(LEADER[0], town.at)
    told = session().scalars(select(Notice.kind).where(Notice.person_id == leader.id)).all()
    assert "alarm" in told
    later = replace(town, at=town.at + timedelta(hours=30))
    later.decide(order.case, LEADER[0], "confirm")
    assert [task.name for task in site.open_tasks(order.case)] == ["申请复工"]


def test_a_revoked_stop_leaves_everything_as_it_was(town: Town) -> None:
    work = site.begun(town)
    order = site.stop(town, work)
    with pytest.raises(Invalid):
        town.decide(order.case, "muyulan", "revoke")
    town.decide(order.case, "muyulan", "revoke", opinion="现场已系安全带，照片有误")
    order = site.order_of(work)
    assert (town.work(work.case).state, order.outcome) == ("in_progress", "revoked")
    assert session().get_one(Case, order.case_id).result == "revoked"


def test_the_head_of_a_township_needs_nobody_to_confirm(town: Town) -> None:
    work = site.begun(town)
    order = site.stop(town, work, "muyulan")
    assert order.confirmed_by_id == staff("muyulan", town.at).id
    assert [paper.kind for paper in town.papers(order.case)] == ["site_stop", "stop_notice"]
    assert [task.name for task in site.open_tasks(order.case)] == ["申请复工"]


def test_a_failed_recheck_goes_back_to_the_contractor(town: Town) -> None:
    order = site.confirmed(town, site.begun(town))
    site.ask(town, order)
    site.recheck(town, order, "fail")
    assert [task.name for task in site.open_tasks(order.case)] == ["申请复工"]


def test_given_up_the_work_is_cancelled_and_its_cases_end(town: Town) -> None:
    work = site.begun(town)
    change = site.about(town, work, "change", **site.EXTENSION)
    order = site.confirmed(town, work)
    site.resume(town, order, "abandon")
    assert (town.work(work.case).state, site.order_of(work).outcome) == ("cancelled", "cancelled")
    assert session().get_one(Case, change.id).result == "over"
    assert site.verbs(change) == ["filed", "held", "unheld", "closed_with_work"]


def test_only_who_has_that_right_confirms_a_stop_however_a_district_draws_it(town: Town) -> None:
    shipped = definitions.shipped_files("stop_work")["stop_work.bpmn"]
    drawn = shipped.replace(
        'name="确认停工" flow:role="head leader" flow:scope="township"',
        'name="确认停工" flow:role="head" flow:scope="community"',
    )
    assert drawn != shipped
    unit, files = people.unit("西陵区", "district").id, {"stop_work.bpmn": drawn.encode()}
    redrawn = Publication(unit, "stop_work", files, "改由社区确认", despite=True)
    publishing.publish(staff("jinhezhu", town.at), redrawn, at=town.at)
    order = site.stop(town, site.begun(town))
    for outcome in ("confirm", "revoke"):
        with pytest.raises(Forbidden, match="乡镇"):
            town.decide(order.case, "shecundong", outcome, opinion="已核对现场")
    standing = site.order_of(order.work)
    assert (standing.confirmed_at, standing.lifted_at) == (None, None)


@pytest.mark.parametrize("action", ["revoke_stop", "issue_stop_notice"])
def test_no_timer_confirms_or_ends_a_stop_however_a_district_draws_it(
    town: Town, action: str
) -> None:
    shipped = definitions.shipped_files("stop_work")["stop_work.bpmn"]
    drawn = shipped.replace('flow:action="alarm_leader"', f'flow:action="{action}"')
    assert drawn != shipped
    unit = people.unit("西陵区", "district").id
    redrawn = Publication(unit, "stop_work", {"stop_work.bpmn": drawn.encode()}, "逾期自动处理")
    publishing.publish(staff("jinhezhu", town.at), redrawn, at=town.at)
    order = site.stop(town, site.begun(town))
    for hours in range(25, 30):
        jobs.run_due(town.at + timedelta(hours=hours), most=100)
    standing = site.order_of(order.work)
    assert (standing.confirmed_at, standing.lifted_at) == (None, None)
    failed = select(Job.error).where(Job.kind == "wake", Job.tries > 0)
    assert "停工、复工由乡镇" in str(session().scalar(failed))


def test_a_second_stop_hears_who_was_first(town: Town) -> None:
    work = site.begun(town)
    site.stop(town, work)
    with pytest.raises(Conflict, match="闻若青") as refused:
        site.stop(town, work, "shecundong")
    assert refused.value.who == INSPECTOR[1]


def test_pressing_twice_orders_once(town: Town) -> None:
    work = site.begun(town)
    first = site.stop(town, work, key="k1")
    again = site.stop(town, work, key="k1")
    assert first.id == again.id
    assert len(town.papers(first.case)) == 1


@pytest.mark.parametrize(
    ("but", "field"),
    [
        ({"own": ""}, "own"), ({"scope": ""}, "scope"), ({"scope": "part"}, "part"),
        ({"photos": []}, "photos"), ({"photos": [site.picture() for _ in range(10)]}, "photos"),
        ({"law": "不是法律"}, "law"), ({"own": "甲" * 401}, "own"),
    ],
)  # fmt: skip
def test_what_a_stop_must_say(town: Town, but: dict[str, object], field: str) -> None:
    work = site.begun(town)
    with pytest.raises(Invalid) as refused:
        site.stop(town, work, **but)
    assert set(refused.value.fields) == {field}
    assert town.work(work.case).state == "in_progress"


def test_only_those_on_site_may_order_it(town: Town) -> None:
    work = site.begun(town)
    with pytest.raises(NotFound):
        site.stop(town, work, "chaiyiling")
    with pytest.raises(Forbidden):
        site.stop(town, work, LEADER[0])


def test_a_work_in_review_cannot_be_stopped(town: Town) -> None:
    case = town.file()
    with pytest.raises(Conflict, match="审核中"):
        site.stop(town, town.work(case))


def test_work_under_a_stop_proposes_a_bad_record_at_once(town: Town) -> None:
    work = site.begun(town)
    order = site.confirmed(town, work)
    who = staff(INSPECTOR[0], town.at)
    first, again = (
        commands.report_breach(
            who, order.id, Seen("三名工人仍在屋面施工", [site.picture()]), "k2", at=town.at
        )
        for _time in range(2)
    )
    assert first.id == again.id
    assert site.verbs(order.case)[-1] == "breached"
    site.work_off(town.at)
    proposed = site.case_of(work, "bad_record")
    assert (proposed.parent_id, proposed.subject_id) == (order.case_id, work.case_id)
    found = session().scalars(select(StopBreach).where(StopBreach.order_id == order.id)).all()
    assert [one.fact for one in found] == ["三名工人仍在屋面施工"]


def test_nothing_is_reported_under_a_lifted_stop(town: Town) -> None:
    work = site.begun(town)
    order = site.stop(town, work)
    town.decide(order.case, "muyulan", "revoke", opinion="现场已整改，照片有误")
    with pytest.raises(Conflict, match="已经解除"):
        commands.report_breach(
            staff(INSPECTOR[0], town.at), order.id, Seen("还在干"), "", at=town.at
        )


def test_a_breach_says_what_was_seen(town: Town) -> None:
    order = site.stop(town, site.begun(town))
    with pytest.raises(Invalid):
        commands.report_breach(staff(INSPECTOR[0], town.at), order.id, Seen(" "), "", at=town.at)
    with pytest.raises(Forbidden):
        commands.report_breach(owner(town.at), order.id, Seen("还在干"), "", at=town.at)


def test_a_major_hazard_is_let_go_by_township_and_department_together(town: Town) -> None:
    work = site.begun(town)
    order = site.stop(town, work, own_major=True)
    assert order.major
    town.decide(order.case, "muyulan", "confirm")
    site.ask(town, order)
    site.recheck(town, order, "pass")
    assert [task.name for task in site.open_tasks(order.case)] == ["会签复工", "会签复工"]
    town.decide(order.case, "muyulan", "approve")
    assert town.work(work.case).state == "stopped"
    town.decide(order.case, "shuangshu", "approve")
    assert town.work(work.case).state == "in_progress"


def test_a_visit_that_found_as_much_as_it_may_stops_the_work_for_all_of_it(town: Town) -> None:
    work = visits.filed(town)
    patrol = visits.begin(town, work)
    visits.answer_all(town, patrol)
    told = [
        {"client_id": f"own-{n}", "text": f"第 {n} 处洞口没有盖板", "measure": "加盖板",
         "grade": "general", "deadline": "2026-11-25"}
        for n in range(MOST_HAZARDS)
    ]  # fmt: skip
    visits.save(town, patrol, hazards=told)
    for n in range(MOST_HAZARDS):
        visits.snap(town, patrol, f"hazard:own-{n}", f"#{n:02}{n:02}20")
    visits.conclude(town, patrol, "stop", scope="all")
    order = site.order_of(work)
    found = [one.id for one in visits.hazards_of(patrol)]
    assert [one["hazard_id"] for one in order.reasons] == found
    definition = definitions.get(session(), order.case.version_id)
    form = definition.form(definition.process.start_form)
    sent = submissions.start_values(session(), order.case, definition)
    assert not {"reasons", "hazards"} & form.faults(sent, Asked()).keys()
