"""A decision table as rows that can be edited: cells, notes, rows put in, moved and dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

from lxml import etree

from app.engine.decisions import MAX_RULES, NAMESPACES
from app.engine.gate_xml import mark, read_xml
from app.errors import BrokenProcess, Finding, Invalid

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its key on the page, its cells in the order of the columns, its note."""

    key: str
    cells: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Grid:
    """One decision of a file. `heads` are (what it is called, what it reads) of each column,
    `hit` the policy with its aggregation.

    `names` hold for columns as long as they read the same, `marks` as long as their heads stand
    as they are: what was typed for another column than is there now finds no place.
    """

    id: str
    name: str
    hit: str
    heads: tuple[tuple[str, str], ...]
    types: tuple[str, ...]
    inputs: int
    rows: tuple[Row, ...]
    names: tuple[str, ...]
    marks: tuple[str, ...]


class Tables:
    """All tables of one DMN file. Raises BrokenProcess for what is no table of decisions."""

    def __init__(self, text: str, name: str) -> None:
        root, findings = read_xml(text.encode(), name)
        if root is None:
            raise BrokenProcess(f"决策表 {name} 打不开", findings)
        space, tag = mark(root)
        if space not in NAMESPACES or tag != "definitions":
            self._refuse(name, f"文件 {name} 不是 DMN 决策表")
        self._space, self._root = space, root
        self._tables = dict(self._found(name))
        if not self._tables:
            self._refuse(name, f"文件 {name} 里没有决策表")

    def _refuse(self, name: str, words: str) -> None:
        said = f"{words}，这里只能改决策表；请下载后用别的编辑器修改"
        raise BrokenProcess(said, [Finding("decision-no-table", name, said)])

    def _found(self, name: str) -> Iterator[tuple[str, etree._Element]]:
        for decision in self.all(self._root, "decision"):
            tables = self.all(decision, "decisionTable")
            called = decision.get("name") or decision.get("id") or name
            if len(tables) != 1:
                self._refuse(name, f"决策“{called}”不是表格")
            yield decision.get("id") or "", tables[0]

    def tag(self, name: str) -> str:
        """As this file spells it."""
        return f"{{{self._space}}}{name}"

    def all(self, parent: etree._Element, tag: str) -> list[etree._Element]:
        """The children of that tag."""
        return parent.findall(self.tag(tag))

    def table(self, decision: str) -> etree._Element:
        """The table of a decision. Raises Invalid."""
        if decision not in self._tables:
            raise Invalid("文件里没有这张表，可能刚被别人换掉，请刷新后再改")
        return self._tables[decision]

    def fresh(self, stem: str) -> str:
        """An id that nothing in the file has."""
        taken = {one.get("id") for one in self._root.iter() if one.get("id")}
        return next(each for n in range(1, 99999) if (each := f"{stem}_{n}") not in taken)

    def _text(self, parent: etree._Element, tag: str = "text") -> str:
        return (parent.findtext(f"{{{self._space}}}{tag}") or "").strip()

    def grids(self) -> list[Grid]:
        """Every table as it stands, cells at fault included."""
        return [self._grid(key, table) for key, table in self._tables.items()]

    def _grid(self, key: str, table: etree._Element) -> Grid:
        inputs, outputs = self.all(table, "input"), self.all(table, "output")
        heads = [(one.get("label") or "", self._reads(one)) for one in inputs]
        heads += [(one.get("label") or "", one.get("name") or "") for one in outputs]
        decision = table.getparent()
        called = (decision.get("name") if decision is not None else "") or key
        rows = tuple(
            Row(
                _key(rule, at),
                tuple(self._text(each) for each in self._cells(rule)),
                self._text(rule, "description"),
            )
            for at, rule in enumerate(self.all(table, "rule"))
        )
        hit = f"{table.get('hitPolicy', 'UNIQUE')} {table.get('aggregation', '')}".strip()
        types = tuple(self._typed(each) for each in (*inputs, *outputs))
        ids = [one.get("id") or f"-{at}" for at, one in enumerate((*inputs, *outputs))]
        names = tuple(short(one, heads[at][1]) for at, one in enumerate(ids))
        marks = tuple(short(one, *heads[at], types[at]) for at, one in enumerate(ids))
        return Grid(key, called, hit, tuple(heads), types, len(inputs), rows, names, marks)

    def _typed(self, column: etree._Element) -> str:
        found = self.all(column, "inputExpression")
        return (found[0] if found else column).get("typeRef", "")

    def _reads(self, column: etree._Element) -> str:
        found = self.all(column, "inputExpression")
        return self._text(found[0]) if found else ""

    def _cells(self, rule: etree._Element) -> list[etree._Element]:
        return [*self.all(rule, "inputEntry"), *self.all(rule, "outputEntry")]

    def _rule(self, decision: str, row: str) -> tuple[etree._Element, etree._Element]:
        table = self._tables.get(decision)
        rules = self.all(table, "rule") if table is not None else []
        found = next((one for at, one in enumerate(rules) if _key(one, at) == row), None)
        if table is None or found is None:
            raise Invalid("表里没有这一行，可能刚被别人删除，请刷新后再改")
        return table, found

    def write(self, decision: str, row: str, cells: Mapping[int, str], note: str | None) -> None:
        """Put these texts into cells of a row, and its note; what is the same is left alone."""
        _, rule = self._rule(decision, row)
        for at, cell in enumerate(self._cells(rule)):
            if at in cells and cells[at].strip() != self._text(cell):
                self.put(cell, "text", cells[at].strip())
        if note is not None and note.strip() != self._text(rule, "description"):
            self.put(rule, "description", note.strip())

    def fit(self, *texts: str) -> None:
        """Raises Invalid for a text that no cell can hold."""
        for text in texts:
            if len(text) > LONGEST or not all(each.isprintable() for each in text):
                raise Invalid(f"每格最多 {LONGEST} 个字，不能有换行和看不见的符号")

    def put(self, holder: etree._Element, tag: str, text: str) -> None:
        """The text of a child, which is made where there is none. Raises Invalid."""
        self.fit(text)
        found = holder.find(self.tag(tag))
        if found is None:
            found = etree.Element(self.tag(tag))
            holder.insert(0, found)
        found.text = text

    def add(self, decision: str, row: str) -> None:
        """A row like this one, right below it."""
        table, rule = self._rule(decision, row)
        if len(self.all(table, "rule")) >= MAX_RULES:
            raise Invalid(f"决策表最多 {MAX_RULES} 行，请合并或拆成几张")
        base = self.fresh(f"{decision}_row")
        made = etree.fromstring(etree.tostring(rule))
        made.tail = rule.tail
        made.set("id", base)
        for at, cell in enumerate(self._cells(made), 1):
            cell.set("id", f"{base}_{at}")
        rule.addnext(made)

    def drop(self, decision: str, row: str) -> None:
        """Take a row out; the last one stays."""
        table, rule = self._rule(decision, row)
        if len(self.all(table, "rule")) < 2:
            raise Invalid("至少要留一行")
        table.remove(rule)

    def move(self, decision: str, row: str, by: int) -> None:
        """One place up or down."""
        table, rule = self._rule(decision, row)
        rules = self.all(table, "rule")
        place = rules.index(rule) + by
        if 0 <= place < len(rules):
            at = table.index(rules[place])
            tails = rule.tail, rules[place].tail
            table.remove(rule)
            table.insert(at, rule)
            rule.tail, rules[place].tail = (
                tails[::-1] if len(rules) - 1 in (place, place - by) else tails
            )

    def text(self) -> str:
        """The file as it is to be kept."""
        said = '<?xml version="1.0" encoding="UTF-8"?>\n'
        written = etree.tostring(self._root, encoding="unicode")
        return said + written.replace("/>", " />").rstrip() + "\n"


def _key(rule: etree._Element, at: int) -> str:
    return rule.get("id") or f"-{at}"


def short(*texts: str) -> str:
    """As good as the texts, in eight letters."""
    return f"{crc32(chr(0).join(texts).encode()):08x}"
