"""One fault put into a shipped decision table, by chance from a seed; and asking what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from random import Random

from lxml import etree

from app.engine import Scalar
from app.engine.check import Bounds, Vocabulary
from app.engine.decisions import Decision, read_decisions
from app.errors import BrokenProcess

Element = etree._Element
HITS = ("UNIQUE", "FIRST", "ANY")
ASKED = 60
NUMBERS = (Decimal(0), Decimal("0.5"), *map(Decimal, (1, 2, 3, 5, 11, 12, 30, 31, 300, 301, 5000)))


class TableSpoiler:
    """The tables of one process, and a fault to come into one of them."""

    def __init__(self, tables: Mapping[str, bytes], chance: Random) -> None:
        self.roots = {name: etree.fromstring(text) for name, text in tables.items()}
        self.chance = chance

    @property
    def tables(self) -> dict[str, bytes]:
        return {name: etree.tostring(root) for name, root in self.roots.items()}

    def put(self, kind: str) -> bool:
        """One fault of this kind; whether there was anything to spoil that way."""
        found = [table for root in self.roots.values() for table in root.iter("{*}decisionTable")]
        if not found:
            return False
        before = self.tables
        TABLE_FAULTS[kind](self, self.chance.choice(found))
        return self.tables != before

    def row(self, table: Element) -> Element:
        return self.chance.choice(table.findall("{*}rule"))

    def row_deleted(self, table: Element) -> None:
        table.remove(self.row(table))

    def row_written_twice(self, table: Element) -> None:
        again = deepcopy(self.row(table))
        for each in again.iter("{*}rule", "{*}inputEntry", "{*}outputEntry"):
            each.set("id", f"{each.get('id', '')}_again")
        table.append(again)

    def rows_swapped(self, table: Element) -> None:
        rules = table.findall("{*}rule")
        one, other = (rules.index(each) for each in self.chance.sample(rules, 2))
        first, second = table.index(rules[one]), table.index(rules[other])
        table[first], table[second] = deepcopy(rules[other]), deepcopy(rules[one])

    def cell_of_another_row(self, table: Element) -> None:
        """What one row asks of a column is asked by another."""
        self._copied(table, "{*}inputEntry/{*}text")

    def cell_changed(self, table: Element) -> None:
        cell = self.chance.choice(table.findall("{*}rule/{*}inputEntry/{*}text"))
        pairs = [("true", "false"), ("false", "true"), (">= ", "> "), ("> ", "< "), ('"', '"x')]
        fits = [(a, b) for a, b in pairs if a in (cell.text or "")] or [("", "true")]
        one, other = self.chance.choice(fits)
        cell.text = (cell.text or "").replace(one, other, 1) if one else other

    def cell_emptied(self, table: Element) -> None:
        self.chance.choice(table.findall("{*}rule/{*}inputEntry/{*}text")).text = "-"

    def cell_answers_as_another_row(self, table: Element) -> None:
        self._copied(table, "{*}outputEntry/{*}text")

    def hit_policy_changed(self, table: Element) -> None:
        table.attrib.pop("aggregation", None)
        table.set("hitPolicy", self.chance.choice(HITS))

    def default_taken_away(self, table: Element) -> None:
        for entry in table.findall("{*}output/{*}defaultOutputEntry"):
            entry.getparent().remove(entry)

    def _copied(self, table: Element, path: str) -> None:
        one, other = self.row(table).findall(path), self.row(table).findall(path)
        at = self.chance.randrange(len(one))
        one[at].text = other[at].text


TABLE_FAULTS: dict[str, Callable[[TableSpoiler, Element], None]] = {
    name: each
    for name, each in vars(TableSpoiler).items()
    if name.split("_")[0] in {"row", "rows", "cell", "hit", "default"} and name != "row"
}


def unanswered(
    tables: Mapping[str, bytes], words: Vocabulary, known: Mapping[str, Scalar], chance: Random
) -> Iterator[str]:
    """Cases for which a table has no answer, among many that are made up from what is declared."""
    sources = [*sorted(words.forms), ""]  # what the domain says goes before what a form says
    listed = {n: v for source in sources for n, v in words.values.get(source, {}).items()}
    bounds = {n: b for source in sources for n, b in words.bounds.get(source, {}).items()}
    for name, text in tables.items():
        for decision in read_decisions(text, name).values():
            for _ in range(ASKED):
                data = {**known, **dict(_made_up(decision, listed, bounds, chance))}
                if decision.inputs <= data.keys():
                    yield from _asked(decision, data)


def _asked(decision: Decision, data: Mapping[str, Scalar]) -> Iterator[str]:
    try:
        decision.decide(data)
    except BrokenProcess as broken:
        yield f"{broken.message}: { {name: data[name] for name in sorted(decision.inputs)} }"


def _made_up(
    decision: Decision,
    listed: Mapping[str, tuple[Scalar, ...]],
    bounds: Mapping[str, Bounds],
    chance: Random,
) -> Iterator[tuple[str, Scalar]]:
    for name in sorted(decision.inputs):
        if name in listed:
            yield name, chance.choice(listed[name])
        elif name in bounds and bounds[name].kind in {"number", "integer"}:
            said = bounds[name]
            fits = [n for n in NUMBERS if said.kind == "number" or n == int(n)]
            fits = [n for n in fits if n > (said.low or 0) or (n == said.low and not said.above)]
            yield name, chance.choice([*fits, *([None] if said.empty else [])])
