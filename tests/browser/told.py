"""What the pages and the papers of a finished work tell, to whoever reads them afterwards."""

from __future__ import annotations

from app import clock
from app.smallworks.models import Work
from tests.browser.company import Company
from tests.smallworks.roof import Story
from tests.smallworks.town import LEGAL_REP_ID, Town

SHEETS = {"application.pdf", "commitment.pdf", "sign-off.pdf"}
"""Printed from the record of a case, without a number."""
PAPERS = (
    ("receipt", "绣球巷5号屋面防水翻修"), ("risk_notice", "2米以上作业必须系挂安全带"),
    ("site_stop", "停工范围全部停工"), ("patrol_record", "结论责令停工"),
    ("rectification_notice", "配齐并系好安全带"), ("stop_notice", "2米以上作业系安全带"),
    ("reinspection", "东侧两人仍没有系安全带"), ("second_notice", "东侧两人仍没有系安全带"),
    ("reinspection", "复查合格"), ("resume_notice", "同意自"),
    ("completion_receipt", "共发现2处，已整改2处"),
)  # fmt: skip
"""What people were handed, in this order, and what each says."""
TOLD = {
    "开工报告": ["系统 系统自动发起", "鄢小满 报告开工 提交开工报告"],
    "现场巡查": ["系统 系统自动发起", "佘存栋 开始巡查", "佘存栋 社区巡查 责令停工"],
    "停工与复工": [
        "佘存栋 由关联办件发起", "穆玉兰 确认停工", "武青瓦 申请复工 提交申请",
        "陆远秋 现场复查 复查合格", "穆玉兰 会签复工 同意", "双澍 会签复工 同意",
    ],
    "乡街吹哨、部门报到": ["系统 由关联办件发起", "双澍 部门报到 已知悉"],
    "隐患整改": [
        "系统 由关联办件发起",
        "武青瓦 整改 提交整改报告", "陆远秋 社区复查 提交复查结论：1 条不合格",
        "武青瓦 整改 提交整改报告", "陆远秋 社区复查 提交复查结论：全部合格",
    ],
    "完工销案": ["鄢小满 提交申报", "佘存栋 现场核查 核查合格"],
    "评价施工方": ["系统 由关联办件发起", "鄢小满 评价施工方 提交评价"],
}  # fmt: skip
"""What the page of each case records, oldest first: without single answers and uploads, and without
reminders and calls for overdue work, which hang on the weekday."""
LINES = """
return [...document.querySelectorAll(".log .line")].reverse().map((line) => {
  const [who, , act] = [...line.children].map((one) => one.textContent.trim());
  return `${who} ${act}`;
}).filter((said) => !/上传材料|填写|逐条复查|将到期，提醒|超期，/.test(said));
"""


def told_again(desk: Company, work: Work) -> None:
    """The pages and the papers tell whoever reads them afterwards what happened."""
    desk.open(f"/works/{work.id}").until("已销案")
    told, papers = {}, {}
    for page in desk.links("main a[href*='/cases/']"):
        matter = desk.open(page).find("header:has(.diagram-key) .quiet").text
        told[matter.partition(" 第")[0]] = desk.driver.execute_script(LINES)
        papers |= {path: desk.pdf(path) for path in desk.links("main a[href$='.pdf']")}
    assert told.pop("小散工程和零星作业备案")[-2:] == ["佘存栋 中止办理", "双澍 恢复办理"]
    assert told == TOLD, told
    issued = Story(Town(clock.now()), work.case).papers()
    assert len(issued) == len(PAPERS)
    for paper, (kind, words) in zip(issued, PAPERS, strict=True):
        said = papers.pop(f"/papers/{paper.id}.pdf")
        assert paper.kind == kind
        for each in (words, paper.number, f"/check/{paper.code}"):
            assert each in said, (kind, each)
        assert LEGAL_REP_ID not in said
    assert {path.rpartition("/")[2] for path in papers} == SHEETS
