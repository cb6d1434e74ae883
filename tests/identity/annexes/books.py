"""Workbooks as officials send them, built cell by cell; everybody in them is invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]

TITLES = {
    "1": "县市区、乡镇（街道）安全管控人员及管理权限汇总表",
    "2": "社区（村）安全管控人员及管理权限汇总表",
    "3": "行业安全管控人员及管理权限汇总表",
}
OWNERS = {"1": "所属县市区：西陵区", "2": "所属乡镇：东苑街道", "3": "所属县市：西陵区"}
HEADS: dict[str, Rows] = {
    "1": (
        ("乡镇（街道）", "分管领导", None, "负责人", None, "巡查人员", None, "角色"),
        (None, "姓名", "电话", "姓名", "电话", "姓名", "电话", None),
    ),
    "2": (
        ("社区（村）", "分管领导", None, "负责人", None, "巡查人员", None, "角色"),
        (None, "姓名", "电话", "姓名", "电话", "姓名", "电话", None),
    ),
    "3": (("所属行业", "分管领导 姓名电话", "负责人 姓名电话", "安控人员 姓名电话", "角色"),),
}
DONGYUAN = (
    "东苑街道", "石磊峰", "13900000021", "温如玉", "13900000022", "方晓禾", "13900000023",
    "区级政府用户",
)  # fmt: skip
"""A line of annex 1 as the notice wants it."""


def book(rows: Rows, *, title: str = "Sheet1", merged: Sequence[str] = ()) -> bytes:
    """One sheet of these rows."""
    made = Workbook()
    fill(made.worksheets[0], rows, merged)
    made.worksheets[0].title = title
    return saved(made)


def annex(number: str, *rows: Sequence[Cell], owner: str | None = None) -> bytes:
    """An annex with its title, whose people it lists, its head, and these lines."""
    said = OWNERS[number] if owner is None else owner
    return book([(TITLES[number],), (said,), *HEADS[number], *rows], merged=["A1:H1"])


def fill(sheet: Any, rows: Rows, merged: Sequence[str] = ()) -> None:
    """Write rows into a sheet, then merge."""
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)


def saved(made: Workbook) -> bytes:
    """The bytes of a workbook."""
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()
