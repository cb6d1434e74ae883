"""The register of works: in scope, as narrowed, page by page, and as a file."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.db import session
from app.identity.models import AuditEntry
from app.identity.provenance import narrowed
from app.smallworks import export, register
from app.smallworks.register import Wanted
from app.web.sheets import harmless
from app.workflow.queries.register import Wanted as Narrowed
from tests.identity.people import unit
from tests.smallworks.town import ELSEWHERE, Town, staff

MARK = "西陵区 瞿远航 2026年11月23日 12:00 导出"


def names(account: str, town: Town, **wanted: str) -> list[str]:
    found = register.works(session(), staff(account, town.at), Wanted(**wanted))
    return [work.name for work in found.rows]


def test_everybody_sees_the_works_of_their_own_area(town: Town) -> None:
    town.file(name="铁路坝的")
    town.file(name="夷陵的", division_code=ELSEWHERE)

    assert names("kuangda", town) == ["夷陵的", "铁路坝的"]
    assert names("quyuanhang", town) == ["铁路坝的"]
    assert names("shecundong", town) == ["铁路坝的"]
    assert names("chaiyiling", town) == ["夷陵的"]


def test_it_is_narrowed_by_place_trade_state_and_risk(town: Town) -> None:
    town.approve(town.file(name="装修"))
    town.file(name="拆墙", risk_flags=["demolition"])
    town.file(name="超限", investment_wan="88", area_sqm="1200")

    assert names("kuangda", town, state="filed") == ["装修"]
    assert names("kuangda", town, state="referred") == ["超限"]
    assert names("kuangda", town, risk="high") == ["拆墙"]
    assert names("kuangda", town, category="home_decoration", risk="low") == ["装修"]
    assert names("kuangda", town, kind="odd_job") == []
    assert len(names("kuangda", town, unit=unit("西陵区", "district").id)) == 3
    assert names("kuangda", town, unit=unit("夷陵区", "district").id) == []


def test_pages_follow_one_another_without_loss(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        town.file(name=f"工程{number}", address=f"路 {number} 号")
    monkeypatch.setattr(register, "PAGE", 2)
    me, seen, mark = staff("kuangda", town.at), [], ""
    while True:
        page = register.works(session(), me, Wanted(), mark)
        seen += [work.name for work in page.rows]
        mark = page.after
        if not mark:
            break
    assert seen == [f"工程{number}" for number in (4, 3, 2, 1, 0)]


def test_the_file_holds_exactly_what_was_asked_for(town: Town) -> None:
    town.approve(town.file(name="装修"))
    town.file(name="别处", division_code=ELSEWHERE)
    content = export.export(staff("quyuanhang", town.at), Wanted(state="filed"), at=town.at)
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))

    assert rows[0] == export.HEADINGS
    assert rows[-1][0] == MARK
    assert [row[:7] for row in rows[1:-1]] == [
        (
            "宜西小散备〔2026〕0001号",
            rows[1][1],
            "装修",
            "小散工程",
            "住宅室内装修",
            "低风险",
            "已备案",
        )
    ]
    told = session().scalars(select(AuditEntry).where(AuditEntry.verb == "works_exported")).one()
    assert told.detail == "1 rows, state=filed"


def test_it_says_who_took_it_and_when_wherever_it_is_looked_at(town: Town) -> None:
    town.file()
    content = export.export(staff("quyuanhang", town.at), Wanted(), at=town.at)
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet.cell(sheet.max_row, 1).value == MARK
    assert (sheet.oddHeader.right.text, sheet.oddFooter.right.text) == (MARK, MARK)
    assert (book.properties.creator, book.properties.description) == ("西陵区 瞿远航", MARK)


def test_what_was_typed_into_a_filter_is_not_written_down() -> None:
    typed = Narrowed(q="鄢小满", unit="13900002222", step="社区初审", state="red", own=True)
    assert narrowed(typed) == "own=True q=* state=red step=* unit=*"
    assert narrowed(Narrowed()) == "all"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0"])
def test_no_cell_of_it_runs(town: Town, text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_a_name_that_looks_like_a_formula_stays_a_name(town: Town) -> None:
    town.file(name='=HYPERLINK("http://x","点我")')
    content = export.export(staff("kuangda", town.at), Wanted(), at=town.at)
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet["C2"].data_type == "s"
    assert str(sheet["C2"].value).startswith("'=")


def test_risks_for_lists(town: Town) -> None:
    case = town.file()
    assert register.risks(session(), [case.id, "none"]) == {case.id: "low"}
