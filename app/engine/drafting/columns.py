"""The columns of a decision table and how its rows are hit: changed, put in, taken out."""

from __future__ import annotations

from lxml import etree

from app.engine.decisions import MAX_COLUMNS
from app.engine.drafting.tables import Tables
from app.errors import Invalid

INPUT, OUTPUT = "input", "output"
TYPES = ("string", "number", "boolean")
HITS = (
    "UNIQUE", "FIRST", "ANY", "COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT",
)  # fmt: skip
_EMPTY = {INPUT: "-", OUTPUT: "null"}


def write(tables: Tables, decision: str, at: int, said: tuple[str, str, str]) -> None:
    """Give a column another label, another expression or name, another type; the same stays."""
    column, kind = _column(tables, decision, at)
    label, reads, typed = said
    grid = next(each for each in tables.grids() if each.id == decision)
    if (label.strip(), reads.strip(), typed) == (*grid.heads[at], grid.types[at]):
        return
    tables.fit(label, reads)
    if label.strip() != grid.heads[at][0]:
        column.set("label", label.strip())
    if reads.strip() != grid.heads[at][1]:
        _read(tables, column, kind, reads.strip())
    if typed in TYPES and typed != grid.types[at]:
        holder = column if kind == OUTPUT else tables.all(column, "inputExpression")[0]
        holder.set("typeRef", typed)


def add(tables: Tables, decision: str, kind: str, said: tuple[str, str, str]) -> None:
    """A column at the end of its kind; each row gets a cell that changes nothing yet."""
    table = tables.table(decision)
    label, reads, typed = said
    if not reads.strip():
        words = "写上取什么值，如 area_sqm" if kind == INPUT else "写上变量名，如 in_limit"
        raise Invalid(f"新的一列没有写全：{words}")
    if len(tables.all(table, kind)) >= MAX_COLUMNS:
        raise Invalid(f"决策表的输入、输出各不超过 {MAX_COLUMNS} 列")
    tables.fit(label, reads)
    column = _made(tables, table, decision, kind)
    column.set("label", label.strip())
    _read(tables, column, kind, reads.strip())
    holder = column if kind == OUTPUT else tables.all(column, "inputExpression")[0]
    holder.set("typeRef", typed if typed in TYPES else TYPES[0])
    for rule in tables.all(table, "rule"):
        cell = _made(tables, rule, decision, f"{kind}Entry")
        etree.SubElement(cell, tables.tag("text")).text = _EMPTY[kind]


def drop(tables: Tables, decision: str, at: int) -> None:
    """Take a column out, with its cell in each row; the last output stays."""
    column, kind = _column(tables, decision, at)
    table = tables.table(decision)
    alike = tables.all(table, kind)
    if kind == OUTPUT and len(alike) < 2:
        raise Invalid("至少要留一个结果列")
    place = alike.index(column)
    for rule in tables.all(table, "rule"):
        cells = tables.all(rule, f"{kind}Entry")
        if place < len(cells):
            _remove(cells[place])
    _remove(column)


def _remove(element: etree._Element) -> None:
    """With the blanks behind it, unless they are those of the end of its parent."""
    holder, before = element.getparent(), element.getprevious()
    if before is not None and element.getnext() is None:
        before.tail = element.tail
    if holder is not None:
        holder.remove(element)


def hit(tables: Tables, decision: str, said: str) -> None:
    """Which of the rows that hold decides: one of `HITS`."""
    table = tables.table(decision)
    grid = next(each for each in tables.grids() if each.id == decision)
    if said == grid.hit:
        return
    if said not in HITS:
        raise Invalid("请选一种命中方式")
    policy, _, total = said.partition(" ")
    table.set("hitPolicy", policy)
    if "aggregation" in table.attrib:
        del table.attrib["aggregation"]
    if total:
        table.set("aggregation", total)


def _column(tables: Tables, decision: str, at: int) -> tuple[etree._Element, str]:
    table = tables.table(decision)
    inputs, outputs = tables.all(table, INPUT), tables.all(table, OUTPUT)
    if not 0 <= at < len(inputs) + len(outputs):
        raise Invalid("表里没有这一列，可能刚被别人删除，请刷新后再改")
    return (inputs[at], INPUT) if at < len(inputs) else (outputs[at - len(inputs)], OUTPUT)


def _read(tables: Tables, column: etree._Element, kind: str, reads: str) -> None:
    if kind == OUTPUT:
        column.set("name", reads)
        return
    found = tables.all(column, "inputExpression")
    tables.put(found[0], "text", reads)


def _made(tables: Tables, holder: etree._Element, decision: str, kind: str) -> etree._Element:
    """An empty element behind the last of its kind, written as that one is."""
    alike = tables.all(holder, kind)
    made = etree.Element(tables.tag(kind), id=tables.fresh(f"{decision}_{kind}"))
    if kind == INPUT:
        named = tables.fresh(f"{decision}_expression")
        etree.SubElement(made, tables.tag("inputExpression"), id=named)
    if alike:
        made.tail, alike[-1].tail = alike[-1].tail, holder.text
        alike[-1].addnext(made)
    else:  # inputs stand before outputs, and their cells before theirs
        behind = tables.all(holder, kind.replace(INPUT, OUTPUT))
        behind[0].addprevious(made)
    return made
