"""Accidents: registered, confirmed, corrected by a new version; and the statistics made of them."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.clock import local
from app.db import session
from app.errors import Forbidden, Invalid, NotFound
from app.identity.models import Division, Person
from app.identity.queries import actor_for
from app.smallworks.accidents import export, queries
from app.smallworks.accidents.models import Accident
from app.smallworks.accidents.queries import Wanted
from app.workflow import commands as workflow
from app.workflow import definitions, jobs, publishing
from app.workflow.backstage import Job
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Task
from app.workflow.publishing import Publication
from app.workflow.queries import access
from app.workflow.queries import register as register_of
from app.workflow.reach import readable_case, reads
from tests.identity import people
from tests.smallworks.accidents.made import FELL, confirmed, register
from tests.smallworks.town import COMMUNITY, Town, staff

NOTICE = [
    # what the notice of November 2020 sums up: 11 accidents, 13 dead, 4 injured since January
    ("small_work", "house_build", 2, 0), ("small_work", "building_repair", 1, 1),
    ("small_work", "decoration", 1, 0), ("small_work", "farm_house", 2, 1),
    ("small_work", "home_decoration", 1, 0), ("odd_job", "roof_waterproof", 1, 0),
    ("odd_job", "facade_cleaning", 1, 0), ("odd_job", "billboard", 1, 1),
    ("odd_job", "confined_space", 1, 0), ("odd_job", "aircon_install", 1, 0),
    ("odd_job", "demolition", 1, 1),
]  # fmt: skip


def versions(case: Case) -> list[tuple[int, str, int]]:
    session().rollback()
    rows = select(Accident).where(Accident.case_id == case.id).order_by(Accident.version)
    return [(row.version, row.state, row.dead) for row in session().scalars(rows)]


def figures(town: Town, account: str, **wanted: str) -> queries.Figures:
    return queries.figures(session(), staff(account, town.at), Wanted(**wanted), 100)


def test_an_accident_counts_once_it_is_confirmed(town: Town) -> None:
    case = register(town)
    assert versions(case) == [(1, "registered", 1)]
    assert figures(town, "quyuanhang").total.count == 0
    town.decide(case, "yuzhengyan", "approve", opinion="属实")
    assert versions(case) == [(1, "confirmed", 1)]
    assert figures(town, "quyuanhang").total == queries.Line("合计", 1, 1, 0)


def test_a_correction_is_a_new_version_and_the_old_one_stays(town: Town) -> None:
    case = register(town)
    town.decide(case, "yuzhengyan", "return", opinion="死亡人数有误")
    town.decide(case, "tangjichuan", "submit", **{**FELL, "dead": "2"})
    assert versions(case) == [(1, "replaced", 1), (2, "registered", 2)]
    town.decide(case, "yuzhengyan", "approve", opinion="属实")
    assert figures(town, "quyuanhang").total.dead == 2


def test_a_confirmed_accident_is_corrected_by_another(town: Town) -> None:
    first = confirmed(town)
    second = register(town, dead="2", corrects=first.number)
    assert figures(town, "quyuanhang").total.dead == 1
    town.decide(second, "yuzhengyan", "approve", opinion="属实")
    assert versions(first) == [(1, "replaced", 1)]
    assert figures(town, "quyuanhang").total == queries.Line("合计", 1, 2, 0)
    with pytest.raises(Invalid) as refused:
        register(town, corrects="2026-999999")
    assert set(refused.value.fields) == {"corrects"}


def test_what_is_no_accident_counts_nowhere(town: Town) -> None:
    case = town.decide(register(town), "yuzhengyan", "reject", opinion="突发疾病")
    assert versions(case) == [(1, "dropped", 1)]
    assert figures(town, "quyuanhang").total.count == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"happened_on": "2026-11-24"}, "happened_on"),
        ({"reported_on": "2026-11-19"}, "reported_on"),
        ({"happened_time": "25:00"}, "happened_time"),
        ({"dead": "-1"}, "dead"),
        ({"project_type": ""}, "project_type"),
    ],
)
def test_what_cannot_be_is_refused(town: Town, changed: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        register(town, **changed)
    assert field in refused.value.fields


def test_who_registers_and_who_confirms(town: Town) -> None:
    with pytest.raises(Forbidden):
        register(town, by="shecundong")
    case = register(town)
    (task,) = session().scalars(select(Task).where(Task.case_id == case.id)).all()
    for account in ("chuhuaijin", "muyulan", "tangjichuan"):
        with pytest.raises(Forbidden):
            workflow.decide(staff(account, town.at), task.id, Decision("approve"), at=town.at)


def test_only_a_department_confirms_however_a_district_draws_it(town: Town) -> None:
    shipped = definitions.shipped_files("accident")["accident.bpmn"]
    who, where = "district_dept_user head leader safety_officer", "district:emergency"
    desk = f'flow:role="{who}" flow:scope="{where}"'
    drawn = shipped.replace(desk, 'flow:role="head" flow:scope="township"')
    assert drawn != shipped
    unit = people.unit("西陵区", "district").id
    files = {"accident.bpmn": drawn.encode()}
    redrawn = Publication(unit, "accident", files, "改由乡镇确认", despite=True)
    publishing.publish(staff("jinhezhu", town.at), redrawn, at=town.at)
    case = register(town)
    with pytest.raises(Forbidden, match="行业主管部门"):
        town.decide(case, "muyulan", "approve")
    assert versions(case) == [(1, "registered", 1)]


def test_no_timer_confirms_an_accident_however_a_district_draws_it(town: Town) -> None:
    shipped = definitions.shipped_files("accident")["accident.bpmn"]
    late = (
        '<bpmn:boundaryEvent id="late" name="逾期" attachedToRef="confirm">'
        "<bpmn:outgoing>f_late</bpmn:outgoing><bpmn:timerEventDefinition>"
        '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT24H</bpmn:timeDuration>'
        "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:sequenceFlow id="f_late" sourceRef="late" targetRef="confirm_accident" />'
    )
    where = '<bpmn:serviceTask id="confirm_accident"'
    drawn = shipped.replace(where, late + where)
    assert drawn != shipped
    unit = people.unit("西陵区", "district").id
    redrawn = Publication(unit, "accident", {"accident.bpmn": drawn.encode()}, "逾期自动确认")
    publishing.publish(staff("jinhezhu", town.at), redrawn, at=town.at)
    case = register(town)
    jobs.run_due(town.at + timedelta(hours=25), most=100)
    session().rollback()
    assert versions(case) == [(1, "registered", 1)]
    failed = select(Job.error).where(Job.kind == "wake", Job.tries > 0)
    assert "事故由行业主管部门确认" in str(session().scalar(failed))


def test_the_statistics_of_the_notice_come_out_of_such_rows(town: Town) -> None:
    for month, (sector, trade, dead, injured) in enumerate(NOTICE, 1):
        day = f"2020-{min(month, 11):02}-09"
        confirmed(
            town, sector=sector, project_type=trade, dead=str(dead), injured=str(injured),
            happened_on=day, reported_on=day,
        )  # fmt: skip
    for _ in range(16):
        confirmed(
            town, sector="other", project_type="", dead="1",
            happened_on="2020-06-01", reported_on="2020-06-01",
        )  # fmt: skip
    found = figures(town, "quyuanhang", year="2020")
    assert found.small == queries.Line("小散工程和零星作业", 11, 13, 4)
    assert found.share == 41  # about 40 percent, as the notice says
    assert sum(line.count for line in found.months) == found.total.count == 27
    assert [line.name for line in found.years] == ["2020 年"]
    assert [line.name for line in found.districts] == ["西陵区"]
    assert figures(town, "quyuanhang", year="2019").total.count == 0
    assert figures(town, "quyuanhang", sector="odd_job").total.count == 6


def test_figures_keep_to_the_scope_and_emergency_sees_every_trade(town: Town) -> None:
    confirmed(town, project_type="home_decoration", sector="small_work")
    assert figures(town, "muyulan").total.count == 1
    assert figures(town, "kuangda").total.count == 1
    assert figures(town, "chaiyiling").total.count == 0
    assert figures(town, "chuhuaijin").total.count == 1  # of their own trade
    assert figures(town, "yuzhengyan").total.count == 1
    confirmed(town)
    assert figures(town, "chuhuaijin").total.count == 1
    assert figures(town, "yuzhengyan").total.count == 2


def test_the_workbook_holds_what_was_asked_for(town: Town) -> None:
    confirmed(town, late="true")
    register(town)
    book = export.export(staff("quyuanhang", town.at), Wanted(), at=town.at)
    heads, row, mark = load_workbook(io.BytesIO(book)).active.values
    assert "瞿远航" in str(mark[0])  # who took it out
    said = dict(zip(heads, row, strict=True))
    assert (said["死亡人数"], said["是否迟报"], said["状态"]) == (1, "是", "已确认")


def listed(town: Town, account: str) -> list[str]:
    """The cases of accidents in somebody's list of cases."""
    page = register_of.cases(session(), staff(account, town.at), register_of.Wanted(), at=town.at)
    return [line.case.id for line in page.rows if line.case.process_key == "accident"]


def test_only_who_has_the_right_reads_an_accident(town: Town) -> None:
    case = confirmed(town)
    for account in ("muyulan", "tangjichuan", "quyuanhang", "kuangda", "yuzhengyan"):
        assert readable_case(session(), staff(account, town.at), case.id).id == case.id
        assert listed(town, account) == [case.id]
    for account in ("shecundong", "wenruoqing", "chuhuaijin"):  # of the community where it happened
        with pytest.raises(NotFound):
            readable_case(session(), staff(account, town.at), case.id)
        assert listed(town, account) == []
    filed = town.file()  # whatever else lies there they read as before
    assert readable_case(session(), staff("wenruoqing", town.at), filed.id).id == filed.id


def test_who_is_said_to_read_an_accident_reads_it(town: Town) -> None:
    """The page of who may see a case asks for the kind's own right, and knows the coordinator."""
    case, day = register(town), local(town.at).date()
    everybody = session().scalars(select(Person).where(Person.staff, Person.status == "active"))
    able = {
        one.id
        for one in everybody.all()
        if reads(session(), actor_for(one.id, town.at), case)
    }  # fmt: skip
    told = access.readers(session(), case, day)
    assert {one.member.person.id for one in told} == able
    coordinator = staff("yuzhengyan", town.at)  # of the emergency department, not of the trade
    (cover,) = access.answer(session(), case, coordinator.id, day).covers
    assert (cover.area, cover.right, cover.trade) == (True, True, True)
    assert case.category not in (cover.hold.categories or ())


def test_numbers_from_elsewhere_are_answered_like_those_that_are_not_there(town: Town) -> None:
    communities = select(Division.code).where(
        Division.level == "community", Division.code.startswith(COMMUNITY[:6]),
        ~Division.code.startswith(COMMUNITY[:9]),
    )  # fmt: skip
    place = session().scalars(communities.order_by(Division.code)).first()
    work = town.file(division_code=place)
    accident = register(town, by="quyuanhang", place=place)
    town.decide(accident, "yuzhengyan", "approve", opinion="属实")
    for field, number in (("filing_number", work.number), ("corrects", accident.number)):
        said = []
        for one in ("2026-999999", number):
            with pytest.raises(Invalid) as refused:
                register(town, **{field: one})
            said.append(refused.value.fields)
        assert said[0] == said[1]
        assert set(said[0]) == {field}
        assert register(town, by="quyuanhang", **{field: number}).state == "in_review"


def test_the_work_of_an_accident_is_found_by_its_number(town: Town) -> None:
    work = town.file()
    case = register(town, filing_number=work.number)
    rows = select(Accident.work_id).where(Accident.case_id == case.id)
    assert session().scalars(rows).all() == [town.work(work).id]
