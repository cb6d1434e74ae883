"""What follows from a filing: its work, its contractor, its number and its papers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app import vault
from app.db import session, transaction
from app.errors import Invalid
from app.smallworks import papers
from app.smallworks.models import Contractor, Paper
from app.smallworks.papers import numbering
from app.workflow import commands
from app.workflow.backstage import Counter, Job
from app.workflow.models import Case
from app.workflow.notice_models import Notice
from tests.identity.people import unit
from tests.smallworks.town import OWNER_ID, Town, credit_code, owner, staff


def kinds(issued: list[Paper]) -> list[str]:
    return [paper.kind for paper in issued]


def issue_and_fail(case_id: str, at: datetime) -> None:
    with transaction() as work:
        papers.issue(work, work.get_one(Case, case_id), "receipt", {}, at)
        raise RuntimeError("the power went")


def test_a_filing_is_a_work_from_the_start(town: Town) -> None:
    work = town.work(town.file())

    assert (work.name, work.state, work.number) == ("江畔花园 3 栋 602 室装修", "in_review", None)
    assert (work.kind, work.category, work.risk) == ("small_work", "home_decoration", "low")
    assert (work.investment_wan, work.area_sqm) == (Decimal("12.5"), Decimal(96))
    assert (work.planned_start, work.planned_end) == (date(2026, 12, 1), date(2027, 1, 15))
    assert work.place == "宜昌市西陵区西陵街道"
    assert work.warnings == []


def test_its_contractor_is_remembered_sealed_and_found_again(town: Town) -> None:
    town.file()
    second = town.file(
        name="二期",
        address="别处 1 号",
        qualification_no="D342000001",
    )
    contractors = session().scalars(select(Contractor)).all()

    assert [(c.name, c.legal_rep) for c in contractors] == [("宜昌橘颂装饰有限公司", "冼南橘")]
    contractor = contractors[0]
    assert town.work(second).contractor_id == contractor.id
    assert contractor.code.startswith("enc:")
    assert vault.unseal(contractor.code) == credit_code()
    assert contractor.qualification_no == "D342000001"


def test_approval_numbers_the_work_and_issues_receipt_and_risk_notice(town: Town) -> None:
    case = town.approve(town.file())
    work, issued = town.work(case), town.papers(case)

    assert (case.state, case.result) == ("ended", "approved")
    assert (work.state, work.number) == ("filed", "宜西小散备〔2026〕0001号")
    assert work.filed_at == town.at
    assert {paper.kind: paper.number for paper in issued} == {
        "receipt": "宜西小散备〔2026〕0001号",
        "risk_notice": "宜西小散险〔2026〕0001号",
    }
    jobs = session().scalars(select(Job.payload).where(Job.kind == "paper")).all()
    assert {job["paper"] for job in jobs} == {paper.id for paper in issued}


def test_numbers_have_no_gaps_though_a_transaction_is_undone(town: Town) -> None:
    first, second = town.file(), town.file(name="二期", address="别处 1 号")
    assert town.work(town.approve(first)).number == "宜西小散备〔2026〕0001号"

    with pytest.raises(RuntimeError):
        issue_and_fail(second.id, town.at)

    assert town.work(town.approve(second)).number == "宜西小散备〔2026〕0002号"
    counted = session().scalars(select(Counter).where(Counter.name.like("paper:备:%"))).one()
    assert counted.value == 2


def test_each_unit_and_each_year_counts_from_one(town: Town) -> None:
    here, there = unit("西陵区", "district"), unit("夷陵区", "district")
    with transaction() as work:
        taken = [
            numbering.next_number(work, place, mark, year)
            for place, mark, year in (
                (here, "备", 2026), (here, "备", 2026), (there, "备", 2026), (here, "备", 2027),
                (here, "补", 2026),
            )
        ]  # fmt: skip
    assert taken == [
        "宜西小散备〔2026〕0001号",
        "宜西小散备〔2026〕0002号",
        "宜夷小散备〔2026〕0001号",
        "宜西小散备〔2027〕0001号",
        "宜西小散补〔2026〕0001号",
    ]


def test_a_high_risk_is_signed_by_government_and_department(town: Town) -> None:
    case = town.file(risk_flags=["demolition"])
    assert town.work(case).risk == "high"
    town.approve(case)
    town.decide(case, "quyuanhang", "approve", opinion="同意")
    assert town.work(case).state == "in_review"

    case = town.decide(case, "shuangshu", "approve", opinion="同意")
    assert (case.result, town.work(case).state) == ("approved", "filed")


def test_one_dissent_of_the_district_decides_at_once(town: Town) -> None:
    case = town.file(risk_flags=["demolition"])
    town.approve(case)
    case = town.decide(case, "shuangshu", "reject", opinion="拆除方案不可行")

    assert (case.result, town.work(case).state) == ("rejected", "rejected")
    notice = town.papers(case)[-1]
    assert (notice.kind, notice.number) == ("rejection", "宜西小散拒〔2026〕0001号")
    assert notice.facts["items"] == ["拆除方案不可行。"]
    assert notice.facts["issuer"] == "西陵区"


def test_a_raised_risk_takes_the_case_up_and_is_never_lowered(town: Town) -> None:
    case = town.file()
    town.decide(case, "shecundong", "approve")
    answers = {"risk_floor": "high", "risk_reason": "邻近学校，人员密集"}
    case = town.decide(case, "muyulan", "approve", **answers)

    assert town.work(case).risk == "high"
    assert town.task(case, staff("quyuanhang", town.at)).element == "district_countersign"


def test_over_the_limit_is_referred_to_the_housing_department(town: Town) -> None:
    case = town.file(investment_wan="88", area_sqm="1200")
    work, issued = town.work(case), town.papers(case)

    assert (case.state, work.state, work.risk) == ("referred", "referred", "")
    assert kinds(issued) == ["permit_notice"]
    assert issued[0].facts["limit"] == "投资额不超过 30 万元或建筑面积不超过 300 平方米"
    told = session().scalars(select(Notice).where(Notice.case_id == case.id)).one()
    assert told.person_id == owner(town.at).id
    assert "已转办施工许可" in told.text
    task = town.task(case, staff("shuangshu", town.at))
    assert task.name == "督办施工许可"

    case = town.decide(
        case, "shuangshu", "permitted", permit_no="420502202612010101", permit_date="2026-11-20"
    )
    work = town.work(case)
    assert (case.result, work.state, work.permit_no) == (
        "referred", "referred", "420502202612010101",
    )  # fmt: skip


def test_a_reviewer_refers_with_a_reason(town: Town) -> None:
    case = town.decide(town.file(), "shecundong", "refer", opinion="实为整栋改造，超出限额")

    assert (case.state, case.ended_at) == ("referred", None)
    assert town.papers(case)[0].facts["reason"] == "实为整栋改造，超出限额。"


def test_a_return_lists_what_is_missing_in_words(town: Town) -> None:
    case = town.decide(
        town.file(), "shecundong", "return",
        missing_items=["contract", "plan"], opinion="合同缺签名页",
    )  # fmt: skip
    notice = town.papers(case)[0]

    assert (case.state, notice.kind) == ("correcting", "correction")
    assert notice.facts["items"] == ["施工（承揽）合同", "施工方案、专项安全方案", "合同缺签名页"]


def test_withdrawal_is_the_works_end_too(town: Town) -> None:
    case = town.file()
    commands.withdraw(owner(town.at), case.id, at=town.at)
    assert town.work(case).state == "withdrawn"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"planned_start": "2026-11-22"}, "planned_start"),
        ({"planned_start": "2026-11-21", "emergency_repair": "true"}, "planned_start"),
        ({"planned_end": "2026-11-30"}, "planned_end"),
        ({"workers": [{"name": "庾山", "trade": "电工", "cert_no": "T1",
                       "cert_valid_to": "2026-12-20"}]}, "workers.0.cert_valid_to"),
    ],
)  # fmt: skip
def test_dates_and_certificates_must_hold(
    town: Town, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        town.file(**changed)
    assert list(refusal.value.fields) == [field]


def test_an_emergency_repair_may_be_filed_the_day_after(town: Town) -> None:
    work = town.work(town.file(planned_start="2026-11-22", emergency_repair="true"))
    assert work.warnings == ["抢修工程，开工后补报"]


def test_a_certificate_that_ends_soon_is_a_warning(town: Town) -> None:
    worker = {"name": "庾山", "trade": "电工", "cert_no": "T1", "cert_valid_to": "2026-12-18"}
    work = town.work(town.file(planned_end="2026-12-10", workers=[worker]))
    assert work.warnings == ["庾山的特种作业证 2026-12-18 到期"]


def test_works_that_may_be_one_are_pointed_out(town: Town) -> None:
    town.file()
    again = town.file(name="江畔花园 602 二期", address="沿江大道88号 江畔花园3栋602室")
    assert town.work(again).warnings == [
        "同一地址 90 日内另有 1 项备案，请核实是否拆分工程",
        "同一业主 90 日内另有 1 项备案，请核实是否拆分工程",
        "同一施工方在本社区（村） 90 日内另有 1 项备案，请核实是否拆分工程",
    ]


def test_a_withdrawn_or_an_old_work_is_no_part_of_another(town: Town) -> None:
    gone = town.file()
    commands.withdraw(owner(town.at), gone.id, at=town.at)
    assert town.work(town.file()).warnings == []

    later = town.at + timedelta(days=91)
    dates = {"planned_start": "2027-03-01", "planned_end": "2027-03-20"}
    assert town.work(town.file(later, **dates)).warnings == []


def test_no_secret_reaches_works_or_papers(town: Town) -> None:
    case = town.approve(town.file())
    work = town.work(case)
    rows = [str(work.__dict__), *(str(paper.facts) for paper in town.papers(case))]
    assert not any(secret in row for row in rows for secret in (OWNER_ID, "13900002222"))


def test_a_strangers_filing_does_not_rename_a_firm(town: Town) -> None:
    town.file()
    town.file(contractor_name="宜昌假冒装饰有限公司", contractor_legal_rep="假冒人")
    firm = session().scalars(select(Contractor)).one()
    assert (firm.name, firm.legal_rep) == ("宜昌橘颂装饰有限公司", "冼南橘")
