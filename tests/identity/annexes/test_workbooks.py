"""Files that are no workbook of ours, and such as would hurt whoever opens them."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from app.errors import Invalid
from app.identity.annexes import workbooks
from tests.identity.annexes.books import DONGYUAN, annex

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


@pytest.mark.parametrize("name", ["名单.xls", "名单.et", "加密.xlsx"])
def test_old_kinds_are_told_how_to_be_saved(name: str) -> None:
    with pytest.raises(Invalid, match="另存为") as refused:
        workbooks.refuse_others(name, OLD)
    assert "xls、et" in refused.value.message


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [("名单.csv", "乡镇,姓名".encode(), "csv"), ("名单.pdf", b"%PDF-1.4", "pdf")],
)
def test_other_kinds_are_told_how_to_be_saved(name: str, content: bytes, word: str) -> None:
    with pytest.raises(Invalid, match=f"不能读取 {word} 文件") as refused:
        workbooks.refuse_others(name, content)
    assert "Excel 文件（*.xlsx）" in refused.value.message


def with_member(name: str, text: bytes) -> bytes:
    """A good workbook in which one member is another."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(annex("1", DONGYUAN))) as good,
        zipfile.ZipFile(out, "w") as made,
    ):
        for member in good.infolist():
            made.writestr(member.filename, text if member.filename == name else good.read(member))
    return out.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>'
)


@pytest.mark.parametrize(
    "text", [LAUGHS, LAUGHS.decode().encode("utf-16"), b"<sst", b"", bytes(4000)]
)
def test_a_hostile_or_broken_part_is_refused_in_words(text: bytes) -> None:
    with pytest.raises(Invalid, match="这个表格打不开"):
        workbooks.sheets_of(with_member("xl/worksheets/sheet1.xml", text))


def test_a_sheet_that_claims_a_million_rows_is_read_to_its_end() -> None:
    made = Workbook()
    made.worksheets[0].cell(1_048_576, 60).value = "x"
    out = io.BytesIO()
    made.save(out)
    found = workbooks.sheets_of(out.getvalue())
    assert found[0].rows == []


def test_reasons_stand_beside_their_lines_in_the_same_workbook() -> None:
    marks: dict[str, workbooks.Marks] = {"Sheet1": {"head": 3, "rows": {5: "石磊峰：缺少电话"}}}
    made = load_workbook(io.BytesIO(workbooks.marked(annex("1", DONGYUAN), "原因", marks)))
    sheet = made["Sheet1"]
    assert (sheet["I3"].value, sheet["I5"].value) == ("原因", "石磊峰：缺少电话")
    assert sheet["B5"].value == "石磊峰"
    assert "A1:H1" in {str(cells) for cells in sheet.merged_cells.ranges}
