"""Every kind of paper, made of real rows, says every field that it must."""

from __future__ import annotations

from typing import Any

import pytest

from app.db import session, transaction
from app.smallworks import papers
from app.smallworks.models import Work
from app.smallworks.papers import said, unnumbered
from app.workflow.models import Case
from tests.smallworks.papers.scene import LAW, Site, filed, pages_of, pictures_of, text_of
from tests.smallworks.rectifications.orders import foreman, ordered
from tests.smallworks.town import OWNER_ID, OWNER_PHONE, Town, credit_code, owner, staff

SITE = ("江畔花园屋面翻修", "宜西小散备〔2026〕0001号", "宜昌橘颂装饰有限公司", "西陵街道")
WHOLE = (*SITE, "宜昌市西陵区西陵街道沿江大道88号江畔花园3栋602室")
INSPECTED = ("穆玉兰（证号鄂巡001）", "汤济川（证号鄂巡002）")
HAZARDS = ("屋面作业人员未系安全带", "檐口没有防护栏杆")
SERVED = ("受送达人签收", "送达人", "见证人", "拒签或留置", "一式两份", "（盖章）")
CHECK = ("/check/", "第1页共")
SECRET = (OWNER_ID, OWNER_PHONE, "13900003333")


@pytest.fixture
def site(town: Town) -> Site:
    return filed(town)


def pdf_of(site: Site, kind: str, facts: dict[str, Any], case: Case) -> bytes:
    """Issued within a transaction of its own; what was made for it is committed with it."""
    with transaction() as work:
        paper = site.paper(work, work.get_one(Case, case.id), kind, facts)
    return papers.render(paper.id)


def missing(pdf: bytes, *wanted: str) -> list[str]:
    text = text_of(pdf)
    assert not [secret for secret in SECRET if secret in text]
    return [words for words in wanted if "".join(words.split()) not in text]


def test_the_record_of_a_patrol(site: Site) -> None:
    with transaction() as work:
        row = site.patrol(work)
        site.picture(work, row.case_id, "site")
        facts, case = said.patrol_record(work, row, site.at), row.case
        asked = [item["text"] for group in facts["groups"] for item in group["items"]]
    pdf = pdf_of(site, "patrol_record", facts, case)
    assert not missing(
        pdf, *WHOLE, *HAZARDS, *asked, *CHECK, "巡查记录表", "鄢小满",
        "宜西西陵小散查〔2026〕0001号", "2026年11月23日11时25分至2026年11月23日12时00分",
        "东经111.2865，北纬30.6916，误差约12米", "穆玉兰（证号鄂巡001）、汤济川（证号鄂巡002）",
        "共检查3项，不合格1项", "合格", "不涉及", "重大隐患", "一般隐患", "依据：高处作业安全要求",
        "立即整改第1项", "限期整改", "檐口风大", "现场负责人", "冼南橘", "2026年11月23日",
    )  # fmt: skip
    assert pictures_of(pdf) == 3


def test_the_contractor_is_named_as_the_site_names_them(town: Town) -> None:
    """Anybody may have cited a firm's public number first, under a name of their own."""
    town.file(contractor_name="宜昌冒名装饰有限公司", address="沿江大道 9 号")
    row = filed(town).work
    assert row.contractor is not None
    assert row.contractor.name == "宜昌冒名装饰有限公司"
    facts = said.completion_receipt(session(), row, town.at)
    assert (facts["contractor"], facts["addressed"]) == ("宜昌橘颂装饰有限公司",) * 2


def test_a_patrol_that_nobody_would_sign(site: Site) -> None:
    with transaction() as work:
        row = site.patrol(work, signed_name="", refused=True, witness="物业祁某")
        facts, case = said.patrol_record(work, row, site.at), row.case
    pdf = pdf_of(site, "patrol_record", facts, case)
    assert not missing(pdf, "现场拒绝签字，见证人：物业祁某")


def test_the_order_to_put_hazards_right(site: Site) -> None:
    with transaction() as work:
        row = site.rectification(work, site.patrol(work))
        facts, case = said.rectification_notice(work, row, site.at), row.case
    pdf = pdf_of(site, "rectification_notice", facts, case)
    assert not missing(
        pdf, *WHOLE, *HAZARDS, *INSPECTED, *SERVED, *CHECK, "责令整改通知书", "西陵街道",
        "宜西西陵小散改〔2026〕0001号", "宜昌橘颂装饰有限公司：", "2026年11月23日12时00分",
        "序号", "依据：高处作业安全要求", "立即整改第1项", "立即整改第2项", "重大隐患", "一般隐患",
        "于2026年11月25日前（含当日）整改完毕", "期限：2026年11月25日",
        "记入不良档案", "陈述和申辩", "2026年11月23日",
    )  # fmt: skip
    assert pictures_of(pdf) == 2


def test_the_second_notice_orders_what_failed(site: Site) -> None:
    with transaction() as work:
        patrol = site.patrol(work)
        row = site.rectification(work, patrol)
        facts, case = said.rectification_notice(work, row, site.at), row.case
        row.notice_paper_id = site.paper(work, case, "rectification_notice", facts).id
        site.answered(work, row, patrol)
        from_rows = said.second_notice(work, row, site.at)
    pdf = pdf_of(site, "second_notice", from_rows, case)
    assert not missing(
        pdf, *WHOLE, *SERVED, *CHECK, "第二次整改通知书", "宜西西陵小散催〔2026〕0001号",
        "（宜西西陵小散改〔2026〕0001号）", "再次责令你（单位）于2026年11月25日前",
        HAZARDS[1],
        "复查意见：只拉了警示带", "检查人员：汤济川", "2026年11月23日15时00分", "陈述和申辩",
    )  # fmt: skip


def test_what_a_reinspection_found(site: Site) -> None:
    with transaction() as work:
        patrol = site.patrol(work)
        row = site.rectification(work, patrol)
        facts, case = said.rectification_notice(work, row, site.at), row.case
        row.notice_paper_id = site.paper(work, case, "rectification_notice", facts).id
        site.answered(work, row, patrol)
        from_rows = said.reinspection(work, row, site.at)
    pdf = pdf_of(site, "reinspection", from_rows, case)
    assert not missing(
        pdf, *WHOLE, *HAZARDS, *CHECK, "整改复查意见书", "宜西西陵小散复〔2026〕0001号",
        "宜西西陵小散改〔2026〕0001号", "2026年11月23日15时00分", "第1项已处理", "第2项已处理",
        "合格", "不合格", "只拉了警示带", "复查不合格", "检查人员：汤济川", "受送达人签收",
    )  # fmt: skip
    assert pictures_of(pdf) == 4


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("site_stop", ("现场停工通知书", "宜西西陵小散现〔2026〕0001号", "24小时内确认")),
        ("stop_notice", ("停工通知书", "宜西西陵小散停〔2026〕0001号", "行政复议")),
    ],
)
def test_a_stop(site: Site, kind: str, words: tuple[str, ...]) -> None:
    with transaction() as work:
        order = site.stop(work, site.patrol(work))
        facts, case = said.stop_notice(work, order, site.at), order.case
    pdf = pdf_of(site, kind, facts, case)
    assert not missing(
        pdf, *words, *WHOLE, *HAZARDS, *INSPECTED, *SERVED, *CHECK, "局部停工：屋面作业",
        "（重大隐患）", "依据：高处作业安全要求", "2026年11月23日12时00分", LAW, "撤出作业人员",
        "不得擅自复工", "陈述和申辩", "施工现场张贴",
    )  # fmt: skip
    assert pictures_of(pdf) == 2


def test_the_end_of_a_stop(site: Site) -> None:
    with transaction() as work:
        patrol = site.patrol(work)
        order = site.stop(work, patrol)
        told = said.stop_notice(work, order, site.at)
        order.notice_paper_id = site.paper(work, order.case, "stop_notice", told).id
        patrol.hazards[0].closed_at = order.lifted_at = site.at
        work.flush()
        facts, case = said.resume_notice(work, order, site.at), order.case
    pdf = pdf_of(site, "resume_notice", facts, case)
    assert not missing(
        pdf, *WHOLE, *HAZARDS, *CHECK, "复工通知书", "宜西西陵小散工〔2026〕0001号",
        "宜西西陵小散停〔2026〕0001号", "同意自2026年11月23日12时00分起恢复施工",
        "局部停工：屋面作业",
        "已整改，2026年11月23日复查合格", "经现场复查已消除", "受送达人签收",
    )  # fmt: skip


def test_the_notice_before_a_bad_record(site: Site) -> None:
    with transaction() as work:
        record = site.bad_record(work)
        facts, case = said.bad_record_notice(work, record, site.at), record.case
    pdf = pdf_of(site, "bad_record_notice", facts, case)
    assert not missing(
        pdf, *WHOLE, *SERVED[:4], *CHECK, "不良行为告知书", "宜西西陵小散诫〔2026〕0001号",
        credit_code(), "逾期不整改、整改不彻底", "期限届满后经两次复查仍未整改。", "记4分",
        "备案回执（宜西小散备〔2026〕0001号）", "3个工作日内进行陈述和申辩",
    )  # fmt: skip


def test_the_decision_on_a_bad_record_that_ends_in_a_ban(site: Site) -> None:
    with transaction() as work:
        record = site.bad_record(work, published_at=site.at, banned=True)
        site.ban(work, record)
        facts, case = said.bad_record_decision(work, record, site.at), record.case
    pdf = pdf_of(site, "bad_record_decision", facts, case)
    assert not missing(
        pdf, *WHOLE, *SERVED[:4], *CHECK, "不良行为决定书", "宜西西陵小散决〔2026〕0001号",
        credit_code(), "逾期不整改、整改不彻底", "未提出陈述和申辩", "4分", "自2026年11月23日至",
        "自2026年11月23日至2027年11月22日清除出市场", "清除出小散工程和零星作业市场",
        "提出异议", "5个工作日内答复", "公示",
    )  # fmt: skip


def test_a_craftsmans_identity_number_is_masked(site: Site) -> None:
    with transaction() as work:
        record = site.bad_record(work)
        record.contractor.kind = "craftsman"
        facts, case = said.bad_record_notice(work, record, site.at), record.case
    text = text_of(pdf_of(site, "bad_record_notice", facts, case))
    assert credit_code() not in text
    assert credit_code()[:4] + "*" in text


def test_the_receipt_of_completion(site: Site) -> None:
    with transaction() as work:
        patrol = site.patrol(work)
        for hazard in patrol.hazards:
            hazard.state, hazard.closed_at = "closed", site.at
        work.flush()
        row = work.get_one(Work, site.work.id)
        row.actual_end, row.closed_at = row.planned_end, site.at
        facts, case = said.completion_receipt(work, row, site.at), row.case
    pdf = pdf_of(site, "completion_receipt", facts, case)
    assert not missing(
        pdf, *WHOLE, *CHECK, "完工回执", "宜西西陵小散完〔2026〕0001号", "鄢小满",
        "小散工程·住宅室内装修",
        "2026年12月1日至2027年1月15日", "实际完工2027年1月15日", "共发现2处，已整改2处",
        "销案日期2026年11月23日", "不是竣工验收文件",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "decision", "words"),
    [
        ("change", "approved", ("变更申请，经审核同意", "其他备案内容不变", "变更为")),
        (
            "extend",
            "rejected",
            ("延期申请，经审核不予同意", "理由：工期已经延过两次。", "申请变更为"),
        ),
        ("cancel", "approved", ("注销申请，经审核同意", "该工程的备案注销")),
    ],
)
def test_decisions_on_changes(site: Site, kind: str, decision: str, words: tuple[str, ...]) -> None:
    what = {
        "kind": kind, "decision": decision, "reason": "工期已经延过两次",
        "changes": [["计划完工", "2027年1月15日", "2027年2月5日"]],
    }  # fmt: skip
    with transaction() as work:
        facts = said.change_notice(work, work.get_one(Work, site.work.id), what, site.at)
    pdf = pdf_of(site, "change_notice", facts, site.case)
    assert not missing(
        pdf, *WHOLE, *words, *CHECK, "变更决定书", "宜西西陵小散变〔2026〕0001号", "鄢小满：",
        "计划完工2027年1月15日2027年2月5日",
    )  # fmt: skip


def test_the_commitment_of_owner_and_contractor(site: Site) -> None:
    pdf = unnumbered.commitment(session(), owner(site.at), site.case.id).content
    assert not missing(
        pdf, "安全承诺书（业主）", "安全承诺书（施工方）", "江畔花园屋面翻修", "鄢小满",
        "宜昌橘颂装饰有限公司", "沿江大道88号江畔花园3栋602室", "不擅自改动主体和承重结构",
        "特种作业人员持有效证件上岗", "承诺人（签名或盖章）", "责令停工时立即停工",
        site.case.number,
    )  # fmt: skip
    assert pages_of(pdf) == 2


def test_the_sheet_of_everything_done_in_a_case(site: Site) -> None:
    who = staff("quyuanhang", site.at)
    pdf = unnumbered.sign_off(session(), who, site.case.id, at=site.at).content
    assert not missing(
        pdf, "审批流程记录表", site.case.number, "江畔花园屋面翻修", "业主鄢小满", "提交申报",
        "社区初审通过", "佘存栋", "铁路坝社区负责人", "穆玉兰", "西陵街道负责人", "2026-11-2312:00",
        "用时0分", "已备案", "备案回执（宜西小散备〔2026〕0001号）", "打印时间：2026-11-23",
    )  # fmt: skip


def test_the_owner_reads_no_officials_name_on_that_sheet(site: Site) -> None:
    pdf = unnumbered.sign_off(session(), owner(site.at), site.case.id, at=site.at).content
    text = text_of(pdf)
    assert "铁路坝社区" in text
    assert "佘存栋" not in text


def test_that_sheet_of_an_order_names_the_owner_of_the_work(town: Town) -> None:
    _work, case = ordered(town)  # it addresses 冼南橘
    pdf = unnumbered.sign_off(session(), staff("quyuanhang", town.at), case.id, at=town.at).content
    assert not missing(pdf, "审批流程记录表", case.number, "业主鄢小满")
    theirs = unnumbered.sign_off(session(), foreman(town.at), case.id, at=town.at).content
    assert "业主不公开" in text_of(theirs)
    assert "鄢小满" not in text_of(theirs)
