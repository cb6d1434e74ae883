"""Complaints about filed works: by a paper's code, or by a number that an official reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import vault
from app.db import session
from app.errors import Conflict, Invalid, NotFound
from app.identity.models import Division
from app.smallworks.reports.models import SiteReport
from app.workflow import commands as workflow
from app.workflow.commands.filing import Filing
from app.workflow.models import Case
from app.workflow.reach import readable_case
from tests.smallworks.records.market import filed, propose, record, work_off
from tests.smallworks.reports.made import FOUND, SEEN, complaint, report_of, reported, urged
from tests.smallworks.town import COMMUNITY, Town, owner, staff


def test_a_complaint_by_the_papers_code_is_about_its_work(town: Town) -> None:
    work, case = complaint(town)
    report = report_of(case)
    assert (report.kind, report.work_id) == ("complaint", town.work(work).id)
    assert (case.subject_id, case.category) == (work.id, work.category)
    town.decide(case, "shecundong", "handled", findings="已当面纠正", reply="围挡已经补上")
    assert report_of(case).answer == "反映的问题已经处理。围挡已经补上"
    with pytest.raises(NotFound):
        reported(town, paper="no-such-code")


def test_the_owner_neither_reads_nor_hears_of_a_complaint(town: Town) -> None:
    _work, case = complaint(town)
    with pytest.raises(NotFound):
        readable_case(session(), owner(town.at), case.id)


def test_outcomes_that_do_not_fit_are_refused(town: Town) -> None:
    _work, case = complaint(town)
    answers = {"findings": FOUND, "project_type": "home_decoration"}
    with pytest.raises(Conflict, match="不需要督促备案"):
        town.decide(case, "shecundong", "urge", **answers)
    with pytest.raises(Conflict, match="请督促备案或责令停工"):
        town.decide(reported(town).case, "shecundong", "handled", findings=FOUND)


def named(town: Town, number: str, by: str = "wenruoqing") -> Case:
    """An official writes a complaint down, and the number of the work that it is about."""
    values = {
        "kind": "complaint", "source": "inspector", "address": "胜利四路 8 号", "what": SEEN,
        "filing_number": number,
    }  # fmt: skip
    return workflow.file_values(staff(by, town.at), Filing("report", COMMUNITY, values), at=town.at)


def answered(town: Town, number: str, by: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        named(town, number, by)
    return refused.value.fields


def elsewhere(town: Town) -> Case:
    """A work in another township of the district."""
    far = select(Division.code).where(
        Division.level == "community", Division.code.startswith(COMMUNITY[:6]),
        ~Division.code.startswith(COMMUNITY[:9]),
    )  # fmt: skip
    return town.file(division_code=session().scalars(far.order_by(Division.code)).first())


def test_a_work_of_ones_own_place_is_named_by_either_number(town: Town) -> None:
    work = filed(town)
    for number in (work.number, town.work(work).number or ""):
        case = named(town, number)
        assert report_of(case).work_id == town.work(work).id
        assert case.title == f"投诉：{work.title}"


def test_a_number_from_elsewhere_is_answered_like_one_that_is_not_there(town: Town) -> None:
    far = elsewhere(town)
    for account in ("wenruoqing", "tangjichuan", "quyuanhang"):
        unknown = answered(town, "2026-999999", account)
        assert unknown == {"filing_number": "所选地点没有这个备案号或受理号，请核对；不清楚的不填"}
        assert answered(town, far.number, account) == unknown
    assert session().scalars(select(SiteReport)).all() == []


def test_a_filing_from_elsewhere_settles_no_report(town: Town) -> None:
    far, case = elsewhere(town), urged(town)
    work_off(town.at + timedelta(days=2))
    said = []
    for number in ("2026-999999", far.number):
        with pytest.raises(Invalid) as refused:
            town.decide(case, "shecundong", "filed", findings=FOUND, filing_number=number)
        said.append(refused.value.fields)
    assert said[0] == said[1] == {"filing_number": "您的辖区没有这个受理号或备案号，请核对"}
    assert report_of(case).filed_case_id is None


def test_a_record_out_of_a_complaint_names_whom_the_works_filing_names(town: Town) -> None:
    """Nobody else was found on site; the register of contractors says what a stranger typed."""
    town.file(contractor_name="宜昌冒名装饰有限公司", contractor_phone="13900009999",
              address="沿江大道 9 号")  # fmt: skip
    work = filed(town)
    made = record(propose(town, named(town, work.number)))
    assert made.contractor.name == "宜昌冒名装饰有限公司"
    assert (made.name, vault.unseal(made.phone)) == ("宜昌橘颂装饰有限公司", "13900003333")
