"""What differs between two states of a file of decision tables, row by row, as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.drafting.tables import Row, Tables
from app.engine.telling import Difference, Words
from app.errors import BrokenProcess
from app.workflow.studio import table_rows
from app.workflow.studio.table_rows import Column, Side, paired

HITS = {
    "UNIQUE": "只能有一行命中", "FIRST": "取最先命中的一行", "ANY": "命中的结果要一样",
    "COLLECT SUM": "汇总：合计", "COLLECT MIN": "汇总：最小", "COLLECT MAX": "汇总：最大",
    "COLLECT COUNT": "汇总：计数",
}  # fmt: skip
_TYPES = {"string": "文字", "number": "数字", "boolean": "是或否"}
_PLAIN = {"true": "“是”", "false": "“否”", "null": "“空”"}
_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_BOUND = re.compile(r"(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TEXTS = re.compile(r'"[^"\\]*"(?:\s*,\s*"[^"\\]*")*')
_TEXT = re.compile(r'"([^"\\]*)"')
_NEUTRAL = ("", "-")


@dataclass(frozen=True, slots=True)
class State:
    """One file as it was or is, and what the house called things then."""

    text: str
    words: Words


def differing(before: State, after: State, name: str) -> Iterator[Difference]:
    """All that a reader of the tables before finds otherwise after; where one cannot be read, so.

    Of what stands in no row and no column, that it is otherwise, and nothing more.
    """
    try:
        old, new = Tables(before.text, name), Tables(after.text, name)
    except BrokenProcess:
        yield Difference("changed", "", f"决策表 {name} 有修改，不能逐行对照，请下载文件查看")
        return
    was, now = _sides(old), _sides(new)
    told = [
        one
        for key, side in now.items()
        for one in (
            _Pair(was[key], side, before.words, after.words).told()
            if key in was
            else _added(side, after.words)
        )
    ]
    told += [
        Difference("removed", "", f"不再用决策表“{side.grid.name}”")
        for key, side in was.items()
        if key not in now
    ]
    yield from told
    if table_rows.besides(old) != table_rows.besides(new):
        rest = f"决策表 {name} 的说明、依赖或取值范围有修改，请下载文件查看"
        yield Difference("changed", "", rest)
    elif not told:
        same = f"决策表 {name} 的行和列都没有变，只改了编号、排版或图形位置"
        yield Difference("changed", "", same)


def _sides(tables: Tables) -> dict[str, Side]:
    return {grid.id: Side.of(tables, grid) for grid in tables.grids()}


def _added(side: Side, words: Words) -> Iterator[Difference]:
    """A table that is new, with all its rows."""
    grid = side.grid
    said = f"新增决策表“{grid.name}”：{len(grid.rows)} 行，{_hit(grid.hit)}"
    yield Difference("added", "", said)
    for number, row in enumerate(grid.rows, 1):
        yield Difference(
            "added", "", f"决策表“{grid.name}”第 {number} 行：{_row(side, row, words)}"
        )


def new_file(after: State, name: str) -> Iterator[Difference]:
    """The tables of a file that is new."""
    try:
        found = _sides(Tables(after.text, name))
    except BrokenProcess:
        yield Difference("added", "", f"新增决策表 {name}，不能逐行对照，请下载文件查看")
        return
    for side in found.values():
        yield from _added(side, after.words)


def gone(text: str, name: str) -> Difference:
    """A file that is used no more, by the names of its tables; one that cannot be read, by its."""
    try:
        called = "、".join(f"“{grid.name}”" for grid in Tables(text, name).grids())
    except BrokenProcess:
        called = f" {name}"
    return Difference("removed", "", f"不再用决策表{called}")


def _hit(said: str) -> str:
    return f"“{HITS.get(said, said)}”"


def _row(side: Side, row: Row, words: Words) -> str:
    """`投资额 ≥ 100，面积“大” → 限额以内“否”`."""
    cells = [
        (one, _joined(one.called, cell_words(row.cells[one.at], one, words)))
        for one in side.columns
        if one.at < len(row.cells) and (one.output or row.cells[one.at] not in _NEUTRAL)
    ]
    return _sentence(cells) + (f"（备注：{row.note}）" if row.note else "")


def _sentence(cells: list[tuple[Column, str]]) -> str:
    asked = "，".join(said for one, said in cells if not one.output) or "不论什么情形"
    return f"{asked} → {'，'.join(said for one, said in cells if one.output)}"


def _joined(name: str, words: str) -> str:
    return name + words if words.startswith(("“", "〔", "不限", "没有")) else f"{name} {words}"


def cell_words(text: str, column: Column, words: Words) -> str:
    """A cell as an official reads it; a formula as it is written, in brackets."""
    if text in _NEUTRAL and not column.output:
        return "不限"
    if text in _PLAIN:
        return _PLAIN[text]
    if found := _BOUND.fullmatch(text):
        return f"{_SIGNS[found[1]]} {found[2]}"
    if _NUMBER.fullmatch(text):
        return text
    if _TEXTS.fullmatch(text):
        field = words.fields.get(column.reads)
        values = {**words.values, **(field.values if field else {})}
        return "或".join(f"“{values.get(one, one)}”" for one in _TEXT.findall(text))
    return f"〔{text}〕"


class _Pair:
    """One table before and after: its columns and its rows, each found again."""

    def __init__(self, was: Side, now: Side, old_words: Words, words: Words) -> None:
        self.was, self.now = was, now
        self.old_words, self.words = old_words, words
        self.columns = paired(
            was.columns, now.columns,
            lambda one: (one.output, one.id) if one.id else None,
            lambda one: (one.output, one.label, one.reads),
        )  # fmt: skip
        self.rows = table_rows.rows_again(was, now, self.columns)

    def told(self) -> Iterator[Difference]:
        """Each sentence with the table named."""
        for kind, said in (*self._heads(), *self._rows()):
            yield Difference(kind, "", f"决策表“{self.now.grid.name}”{said}")

    # -- heads ---------------------------------------------------------------------------------
    def _heads(self) -> Iterator[tuple[str, str]]:
        old, new = self.was.grid, self.now.grid
        if old.name != new.name:
            yield "changed", f"原名“{old.name}”"
        if old.hit != new.hit:
            yield "changed", f"几行都成立时，由{_hit(old.hit)}改为{_hit(new.hit)}"
        yield from self._columns()
        for at, to in self.columns:
            yield from self._head(self.was.columns[at], self.now.columns[to])
        order = [to for _, to in sorted(self.columns)]
        if order != sorted(order):
            yield "changed", "各列的次序有变，判定不变"

    def _columns(self) -> Iterator[tuple[str, str]]:
        again, kept = {to for _, to in self.columns}, {at for at, _ in self.columns}
        for one in self.now.columns:
            if one.at not in again:
                yield "added", f"新增{self._filled(self.now, one, self.words)}"
        for one in self.was.columns:
            if one.at not in kept:
                yield "removed", f"删除{self._filled(self.was, one, self.old_words)}"

    def _filled(self, side: Side, one: Column, words: Words) -> str:
        """A column with what it says in each row."""
        cells = [cell_words(row.cells[one.at], one, words) for row in side.grid.rows]
        if len(set(cells)) == 1:
            rows = f"各行都是{cells[0]}"
        else:
            rows = "，".join(_joined(f"第 {at} 行", said) for at, said in enumerate(cells, 1))
        typed = _TYPES.get(one.type, one.type)
        what = f"变量名 {one.reads}" if one.output else f"取〔{one.reads}〕"
        default = self._default(one, words)
        return f"{one.told}（{what}，{typed}）：{rows}" + (
            f"；没有一行符合时{default}" if one.default else ""
        )

    def _default(self, one: Column, words: Words) -> str:
        return cell_words(one.default, one, words) if one.default else "没有结果"

    def _head(self, old: Column, new: Column) -> Iterator[tuple[str, str]]:
        if old.label != new.label:
            yield "changed", f"{new.told}原名“{old.called}”"
        if old.reads != new.reads:
            what = "变量名" if new.output else "取的值"
            yield "changed", f"{new.told}的{what}由〔{old.reads}〕改为〔{new.reads}〕"
        if old.type != new.type:
            was, now = (_TYPES.get(each.type, each.type) or "没有写明" for each in (old, new))
            yield "changed", f"{new.told}的类型由“{was}”改为“{now}”"
        if old.default != new.default:
            was, now = self._default(old, self.old_words), self._default(new, self.words)
            yield "changed", f"{new.told}没有一行符合时，由{was}改为{now}"

    # -- rows ----------------------------------------------------------------------------------
    def _rows(self) -> Iterator[tuple[str, str]]:
        old, new = self.was.grid.rows, self.now.grid.rows
        again, kept = {to for _, to in self.rows}, {at for at, _ in self.rows}
        for to, row in enumerate(new):
            if to not in again:
                yield "added", f"新增第 {to + 1} 行：{_row(self.now, row, self.words)}"
        for at, row in enumerate(old):
            if at not in kept:
                yield "removed", f"删除原第 {at + 1} 行：{_row(self.was, row, self.old_words)}"
        moved = table_rows.moved(self.rows)
        for at, to in self.rows:
            said, differs = self._turned(old[at], new[to])
            if not differs and at not in moved:
                continue
            came = f"（原第 {at + 1} 行{'，移到这里' if at in moved else ''}）"
            yield "changed", f"第 {to + 1} 行{came if at in moved or at != to else ''}：{said}"

    def _turned(self, old: Row, new: Row) -> tuple[str, bool]:
        """The row as it is, with what each cell was where it was otherwise; and whether one was."""
        cells, differs = [], False
        for at, to in sorted(self.columns, key=lambda each: each[1]):
            one, was, now = self.now.columns[to], old.cells[at], new.cells[to]
            if was != now:
                differs = True
                cells.append((one, self._cell(self.was.columns[at], one, was, now)))
            elif one.output or now not in _NEUTRAL:
                cells.append((one, _joined(one.called, cell_words(now, one, self.words))))
        said = _sentence(cells)
        if old.note != new.note:
            said += f"；备注由“{old.note or '无'}”改为“{new.note or '无'}”"
        return said, differs or old.note != new.note

    def _cell(self, old: Column, new: Column, was: str, now: str) -> str:
        before, after = cell_words(was, old, self.old_words), cell_words(now, new, self.words)
        if before == after:  # two that read alike are not alike to the engine
            before, after = f"〔{was}〕", f"〔{now}〕"
        turned = _joined(f"{new.called}由", before)
        return _joined(f"{turned}{' ' if turned[-1].isdigit() else ''}改为", after)
