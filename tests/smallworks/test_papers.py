"""Papers as they come out: what they say, what they keep to themselves, how they are checked."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from app.db import session, transaction
from app.errors import NotFound
from app.smallworks import papers
from app.smallworks.models import Paper
from app.smallworks.papers import checking, layout, unnumbered
from app.workflow import jobs
from tests.smallworks.town import OWNER_ID, OWNER_PHONE, Town, credit_code, owner, staff

PRIVATE = (OWNER_ID, OWNER_PHONE, credit_code(), "13900003333")
HOME = ("602室", "沿江大道")


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def test_the_receipt_says_what_hangs_at_the_site(town: Town) -> None:
    case = town.approve(town.file(name="江畔花园装修"))
    receipt = next(paper for paper in town.papers(case) if paper.kind == "receipt")
    said = text_of(papers.readable(owner(town.at), receipt.id).content)

    for words in (
        "备案回执", "宜西小散备〔2026〕0001号", "江畔花园装修", "小散工程·住宅室内装修",
        "宜昌市西陵区西陵街道沿江大道88号江畔花园3栋602室", "鄢小满", "宜昌橘颂装饰有限公司",
        "2026年12月1日至2027年1月15日",
        "低风险", "不是施工许可", "2026年11月23日", "第1页共1页", f"/check/{receipt.code}",
    ):  # fmt: skip
        assert words in said
    assert not [secret for secret in PRIVATE if secret in said]


def test_the_risk_notice_names_the_risks_that_were_declared(town: Town) -> None:
    case = town.file(risk_flags=["demolition"])
    town.approve(case)
    town.decide(case, "quyuanhang", "approve", opinion="同意")
    case = town.decide(case, "shuangshu", "approve", opinion="同意")
    notice = next(paper for paper in town.papers(case) if paper.kind == "risk_notice")
    said = text_of(papers.render(notice.id))
    assert "高风险" in said
    assert "严禁底部掏空" in said
    assert "有限空间" not in said


@pytest.mark.parametrize(
    ("outcome", "answers", "words"),
    [
        ("return", {"missing_items": ["contract"], "opinion": "合同缺签名页"},
         ["补正通知书", "施工（承揽）合同", "合同缺签名页", "5个工作日内补正", "一次性告知"]),
        ("reject", {"opinion": "该房屋属于违法建筑"},
         ["不予备案通知书", "该房屋属于违法建筑。", "铁路坝社区"]),
        ("refer", {"opinion": "实为整栋改造"},
         ["报建（施工许可）告知单", "实为整栋改造。", "取得施工许可前不得开工", "投资额12.5万元"]),
    ],
)  # fmt: skip
def test_notices_of_reviewers(
    town: Town, outcome: str, answers: dict[str, object], words: list[str]
) -> None:
    case = town.decide(town.file(), "shecundong", outcome, **answers)
    said = text_of(papers.render(town.papers(case)[0].id))
    assert not [word for word in words if word not in said]


def test_what_people_type_is_text_and_never_markup(town: Town) -> None:
    name = '#panic("x") *加粗* $ <标签> @引用 \\ [括号'
    case = town.approve(town.file(name=name))
    receipt = town.papers(case)[0]
    assert name.replace(" ", "") in text_of(papers.render(receipt.id))


def test_a_paper_is_rendered_in_the_background_once_and_kept(town: Town) -> None:
    case = town.approve(town.file())
    receipt = town.papers(case)[0]
    assert receipt.stored == ""
    while jobs.run_due(town.at + timedelta(minutes=1)):
        session().rollback()
    stored = session().get_one(Paper, receipt.id, populate_existing=True).stored

    assert len(stored) == 64
    papers.render(receipt.id)
    assert session().get_one(Paper, receipt.id, populate_existing=True).stored == stored


def test_a_lost_file_is_made_again_to_the_byte(town: Town) -> None:
    receipt = town.papers(town.approve(town.file()))[0]
    first = papers.render(receipt.id)
    with transaction() as work:
        work.execute(update(Paper).values(stored="0" * 64))
    session().expire_all()
    assert papers.render(receipt.id) == first


def test_a_paper_is_read_by_those_who_may_see_its_case(town: Town) -> None:
    receipt = town.papers(town.approve(town.file()))[0]
    assert papers.readable(staff("quyuanhang", town.at), receipt.id).name.startswith("备案回执")
    with pytest.raises(NotFound):
        papers.readable(staff("chaiyiling", town.at), receipt.id)


def test_the_application_is_the_filing_to_be_signed_with_secrets_masked(town: Town) -> None:
    case = town.file()
    said = text_of(unnumbered.application(session(), owner(town.at), case.id).content)
    assert "备案申请表" in said
    assert "沿江大道88号江畔花园3栋602室" in said
    assert OWNER_ID not in said
    assert OWNER_PHONE not in said
    with pytest.raises(NotFound):
        unnumbered.application(session(), staff("chaiyiling", town.at), case.id)


def test_anybody_may_check_a_paper_and_learns_nothing_private(town: Town) -> None:
    case = town.approve(town.file(name="江畔花园装修"))
    receipt = town.papers(case)[0]
    checked = checking.check(session(), receipt.code)

    assert checked.work is not None
    assert (checked.number, checked.work.state, checked.void) == (receipt.number, "已备案", False)
    assert checked.work.place == "宜昌市西陵区西陵街道"
    assert not [secret for secret in (*PRIVATE, *HOME, "鄢小满") if secret in str(checked)]
    with pytest.raises(NotFound):
        checking.check(session(), receipt.code[:-1])


def test_layouts_see_no_file_outside_their_folder() -> None:
    assert {path.suffix for path in layout.LAYOUTS.iterdir()} == {".typ"}
    names = {kind.layout for kind in papers.KINDS.values()} | set(papers.SHEETS) | {"frame"}
    assert {path.stem for path in layout.LAYOUTS.iterdir()} == names
