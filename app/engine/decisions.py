"""Decisions (DMN): read once from XML that is already in hand, then asked as often as wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from app.engine.data import RESERVED
from app.engine.decision_tables import AGGREGATORS, Column, Output, Rule, Table
from app.engine.feel import (
    HOST_FUNCTIONS,
    Env,
    FeelSyntaxError,
    Program,
    compile_expression,
    compile_unary_tests,
)
from app.engine.gate_xml import read_xml
from app.engine.types import Data, Scalar
from app.errors import BrokenProcess, Finding

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    }
)
MAX_RULES, MAX_COLUMNS, MAX_DECISIONS = 500, 30, 20
FUEL = 100_000
"""Steps that one decision may take, those it depends on included."""

_NAME = re.compile(r"[^\W\d_]\w{0,63}")
_LANGUAGE = re.compile(r"(?i)feel|https?://www\.omg\.org/spec/(?:DMN/\d{8}/)?FEEL(?:/[\d.]*)?/?")


def _nameable(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in RESERVED


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision and, in the order in which they are asked, those of its file that it rests on."""

    id: str
    name: str
    tables: tuple[Table, ...]
    inputs: frozenset[str]
    """The variables that it reads from the case, its required decisions included."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names that `decide` answers with."""
        return tuple(output.name for output in self.tables[-1].outputs)

    def decide(self, data: Data) -> dict[str, Scalar]:
        """The outputs for this data; a decision that has no answer is a BrokenProcess."""
        known: dict[str, object] = dict(data)
        env = Env(known, fuel=FUEL)
        answer: dict[str, Scalar] = {}
        for table in self.tables:
            answer = table.decide(env)
            known.update(answer)
            if len(answer) == 1:
                known[table.element] = next(iter(answer.values()))
        return answer


def read_decisions(xml: bytes, name: str) -> dict[str, Decision]:
    """All decisions of one file by id; every fault of the file is found at once."""
    root, findings = read_xml(xml, name)
    if root is not None:
        reader = _Reader(root, name)
        tables = reader.tables()
        findings = reader.findings
        if not findings:
            return {key: _decision(key, tables, reader.requires) for key in tables}
    raise BrokenProcess(f"决策文件 {name} 不能使用", findings)


def _decision(key: str, tables: Mapping[str, Table], requires: Mapping[str, list[str]]) -> Decision:
    ordered = [tables[each] for each in _before(key, requires)]
    read: set[str] = set()
    given: set[str] = set()
    for table in ordered:
        read |= _names(table) - given
        given |= {output.name for output in table.outputs}
        if len(table.outputs) == 1:
            given.add(table.element)
    return Decision(key, tables[key].name, tuple(ordered), frozenset(read))


def _before(key: str, requires: Mapping[str, list[str]], seen: tuple[str, ...] = ()) -> list[str]:
    """The decision behind everything that it requires, each once. Cycles were refused before."""
    order = list(seen)
    for required in requires[key]:
        if required not in order:
            order = _before(required, requires, tuple(order))
    return [*order, key]


def _names(table: Table) -> frozenset[str]:
    programs = [column.value for column in table.columns]
    programs += [output.default for output in table.outputs if output.default is not None]
    programs += [program for rule in table.rules for program in (*rule.tests, *rule.values)]
    return frozenset().union(*(program.names for program in programs))


class _Reader:
    """One file on its way to tables, with the faults found so far."""

    def __init__(self, root: etree._Element, file: str) -> None:
        self.root = root
        self.file = file
        self.findings: list[Finding] = []
        self.requires: dict[str, list[str]] = {}
        mark = etree.QName(root)
        self.space = mark.namespace or ""
        if self.space not in NAMESPACES or mark.localname != "definitions":
            self.fault("dmn-root", file, f"文件 {file} 不是 DMN 1.1 至 1.5 的决策文件，请重新导出")

    def fault(self, code: str, element: str, message: str) -> None:
        self.findings.append(Finding(code, element, message))

    def children(self, parent: etree._Element, tag: str) -> list[etree._Element]:
        return parent.findall(f"{{{self.space}}}{tag}")

    def text(self, parent: etree._Element) -> str:
        return (parent.findtext(f"{{{self.space}}}text") or "").strip()

    def tables(self) -> dict[str, Table]:
        if self.findings:
            return {}
        decisions = self.children(self.root, "decision")
        if not 1 <= len(decisions) <= MAX_DECISIONS:
            self.fault("dmn-size", self.file, f"文件 {self.file} 应有 1 至 {MAX_DECISIONS} 个决策")
            return {}
        found: dict[str, Table] = {}
        for decision in decisions:
            key = decision.get("id") or ""
            if not key or key in found:
                self.fault(
                    "id-unusable", key or self.file, f"文件 {self.file} 有决策缺 id 或 id 重复"
                )
                continue
            found[key] = self.table(key, decision)
            self.requires[key] = list(self.required(decision))
        self.check_requirements(found)
        return found

    # -- one table -----------------------------------------------------------------------------
    def table(self, key: str, decision: etree._Element) -> Table:
        name = decision.get("name") or key
        found = self.children(decision, "decisionTable")
        if len(found) != 1:
            self.fault("decision-no-table", key, f"决策“{name}”应有一张决策表，不支持其他写法")
            return Table(key, name, "UNIQUE", "", (), (), ())
        table = found[0]
        hit, total = self.policy(key, name, table)
        inputs, outputs = self.children(table, "input"), self.children(table, "output")
        rules = self.children(table, "rule")
        if max(len(inputs), len(outputs)) > MAX_COLUMNS or not 1 <= len(rules) <= MAX_RULES:
            what = f"应有 1 至 {MAX_RULES} 行，输入、输出各不超过 {MAX_COLUMNS} 列"
            self.fault("dmn-size", key, f"决策“{name}”{what}")
            rules = []
        columns = tuple(self.column(name, at, each) for at, each in enumerate(inputs, 1))
        named = self.outputs(key, name, outputs)
        if hit == "COLLECT" and len(named) != 1:
            self.fault("decision-hit-policy", key, f"决策“{name}”用 COLLECT 时只能有一个输出")
        rows = tuple(
            self.rule(name, at, each, (len(columns), len(named)))
            for at, each in enumerate(rules, 1)
        )
        return Table(key, name, hit, total, columns, named, rows)

    def policy(self, key: str, name: str, table: etree._Element) -> tuple[str, str]:
        hit, total = table.get("hitPolicy", "UNIQUE"), table.get("aggregation", "")
        if hit not in ("UNIQUE", "FIRST", "ANY", "COLLECT"):
            what = f"的命中策略 {hit[:20]} 不支持，请用 UNIQUE、FIRST、ANY，或带汇总的 COLLECT"
            self.fault("decision-hit-policy", key, f"决策“{name}”{what}")
        elif hit == "COLLECT" and total not in ("COUNT", *AGGREGATORS):
            what = "用 COLLECT 时要选汇总方式：合计、最小、最大或计数"
            self.fault("decision-hit-policy", key, f"决策“{name}”{what}")
        return hit, total if hit == "COLLECT" else ""

    def column(self, name: str, at: int, element: etree._Element) -> Column:
        label = element.get("label") or f"输入 {at}"
        found = self.children(element, "inputExpression")
        cell = found[0] if found else element
        place = f"决策“{name}”的输入“{label}”"
        program = self.compiled(compile_expression, cell, element.get("id", name), place)
        return Column(element.get("id", ""), label, program)

    def outputs(self, key: str, name: str, elements: list[etree._Element]) -> tuple[Output, ...]:
        names = [element.get("name") or "" for element in elements]
        if not names or len(set(names)) < len(names) or not all(map(_nameable, names)):
            what = "每个输出要有名字，互不相同，不含空格，不以下划线或数字开头，也不是系统保留的词"
            self.fault("decision-output-name", key, f"决策“{name}”{what}")
        found = tuple(
            Output(
                each.get("id", key),
                each.get("name") or "",
                each.get("label") or "",
                each.get("typeRef", "").lower().rpartition(":")[2],
                self.default(name, each),
            )
            for each in elements
        )
        if len({output.default is None for output in found}) > 1:
            self.fault("decision-default", key, f"决策“{name}”的默认值要么每个输出都写，要么都不写")
        return found

    def default(self, name: str, element: etree._Element) -> Program | None:
        found = self.children(element, "defaultOutputEntry")
        if not found:
            return None
        place = f"决策“{name}”输出“{element.get('name', '')}”的默认值"
        return self.compiled(compile_expression, found[0], element.get("id", name), place)

    def rule(self, name: str, at: int, element: etree._Element, wanted: tuple[int, int]) -> Rule:
        key, place = element.get("id") or name, f"决策“{name}”第 {at} 行"
        tests, values = self.children(element, "inputEntry"), self.children(element, "outputEntry")
        if (len(tests), len(values)) != wanted:
            self.fault("decision-row-width", key, f"{place}的格数与表头不一致")
        return Rule(
            key,
            at,
            tuple(
                self.compiled(compile_unary_tests, each, key, place, may_be_empty=True)
                for each in tests
            ),
            tuple(self.compiled(compile_expression, each, key, place) for each in values),
        )

    def compiled(
        self,
        reads: Callable[[str], Program],
        cell: etree._Element,
        element: str,
        place: str,
        *,
        may_be_empty: bool = False,
    ) -> Program:
        """The program of one cell; a fault is noted and an empty test stands in for it."""
        text, language = self.text(cell), cell.get("expressionLanguage", "feel")
        if not _LANGUAGE.fullmatch(language):
            self.fault("decision-language", element, f"{place}用了 {language[:40]}，只支持 FEEL")
        elif not text and not may_be_empty:
            self.fault("decision-empty-cell", element, f"{place}有空格没有填，没有值请写 null")
        else:
            try:
                return self.closed(reads(text), element, place)
            except FeelSyntaxError as fault:
                self.fault("expression", element, f"{place}“{text[:60]}”：{fault}")
        return compile_unary_tests("")

    def closed(self, program: Program, element: str, place: str) -> Program:
        for call in program.calls & HOST_FUNCTIONS.keys():
            self.fault("expression", element, f"{place}用了 {call}(…)，它只能用在定时器里")
        return program

    # -- requirements --------------------------------------------------------------------------
    def required(self, decision: etree._Element) -> Iterator[str]:
        for requirement in self.children(decision, "informationRequirement"):
            for link in self.children(requirement, "requiredDecision"):
                yield (link.get("href") or "").removeprefix("#")

    def check_requirements(self, found: Mapping[str, Table]) -> None:
        for key, required in self.requires.items():
            for other in required:
                if other not in found:
                    what = f"依赖的决策“{other[:60]}”不在本文件里"
                    self.fault("decision-unknown", key, f"决策“{found[key].name}”{what}")
        for key in self.circular():
            what = "绕了一圈又依赖自己，请断开其中一条依赖"
            self.fault("decision-cycle", key, f"决策“{found[key].name}”{what}")
        if not self.findings:
            for key in found:
                self.check_names(key, found)

    def check_names(self, key: str, found: Mapping[str, Table]) -> None:
        """What one decision sees of the others must have one meaning."""
        behind = _before(key, self.requires)[:-1]
        names = [output.name for each in behind for output in found[each].outputs]
        for name in sorted({name for name in names if names.count(name) > 1}):
            what = f"依赖的几个决策都有输出“{name}”，请改成不同的名字"
            self.fault("decision-output-name", key, f"决策“{found[key].name}”{what}")

    def circular(self) -> list[str]:
        """The decisions that no order can satisfy."""
        left = {key: set(required) & set(self.requires) for key, required in self.requires.items()}
        while ready := {key for key, waits in left.items() if not waits}:
            left = {key: waits - ready for key, waits in left.items() if key not in ready}
        return list(left)
