"""One decision table at work: which rows fit the data, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TypeGuard

from app.engine.feel import Env, FeelError, Program, Value, added
from app.engine.types import Scalar
from app.errors import BrokenProcess, Finding

AGGREGATORS: Mapping[str, str] = {"SUM": "sum", "MIN": "min", "MAX": "max"}
_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "文字"),
    "boolean": ((bool,), " true 或 false"),
    **dict.fromkeys(("number", "integer", "long", "double"), ((int, Decimal), "数字")),
}


@dataclass(frozen=True, slots=True)
class Column:
    """An input: its element, its heading and the expression that gives its value."""

    element: str
    label: str
    value: Program


@dataclass(frozen=True, slots=True)
class Output:
    """An output: the name that the process sees, its heading, its declared type and its default."""

    element: str
    name: str
    label: str
    type: str
    default: Program | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: one test per input, one value per output."""

    element: str
    number: int
    tests: tuple[Program, ...]
    values: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table. `hit` is UNIQUE, FIRST, ANY or COLLECT; `total` only with the last."""

    element: str
    name: str
    hit: str
    total: str
    columns: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    def decide(self, env: Env) -> dict[str, Scalar]:
        """The outputs by name. No row, or several where one is allowed, is a refusal."""
        inputs = [self._input(column, env) for column in self.columns]
        hits = self._hits(inputs, env)
        if self.total == "COUNT":
            return {self.outputs[0].name: len(list(hits))}
        if self.hit == "FIRST":
            return self._row(next(hits, None), env)
        found = list(hits)
        if self.hit == "COLLECT" and found:
            return self._collected(found, env)
        if self.hit == "ANY" and found:
            return self._agreed(found, env)
        if len(found) > 1:
            raise self.broken(
                "decision-several-rows",
                found[1].element,
                f"第 {_numbers(found)} 行同时符合，但命中策略 UNIQUE 只许一行，"
                "请改条件或改用 FIRST（从上往下取第一行）",
            )
        return self._row(found[0] if found else None, env)

    def broken(self, code: str, element: str, what: str) -> BrokenProcess:
        """The refusal, with the table named."""
        message = f"决策“{self.name}”{what}"
        return BrokenProcess(message, [Finding(code, element, message)])

    def _input(self, column: Column, env: Env) -> Value:
        try:
            return column.value.within(env)
        except FeelError as fault:
            raise self._failed(column.element, f"的输入“{column.label}”：{fault}") from None

    def _failed(self, element: str, what: str) -> BrokenProcess:
        return self.broken("decision-failed", element, what)

    def _hits(self, inputs: Sequence[Value], env: Env) -> Iterator[Rule]:
        for rule in self.rules:
            if all(self._fits(rule, at, value, env) for at, value in enumerate(inputs)):
                yield rule

    def _fits(self, rule: Rule, at: int, value: Value, env: Env) -> bool:
        try:
            return rule.tests[at].within(env, value) is True
        except FeelError as fault:
            place = f"第 {rule.number} 行“{self.columns[at].label}”"
            raise self._failed(rule.element, f"{place}：{fault}") from None

    def _row(self, rule: Rule | None, env: Env) -> dict[str, Scalar]:
        if rule is not None:
            return {
                output.name: self._output(
                    output, program, rule.element, f"第 {rule.number} 行", env
                )
                for output, program in zip(self.outputs, rule.values, strict=True)
            }
        answer = {}
        for output in self.outputs:
            if output.default is None:
                raise self.broken(
                    "decision-no-row",
                    self.element,
                    "没有一行符合这些数据，请补上这种情形的行，或给输出写默认值",
                )
            answer[output.name] = self._output(output, output.default, self.element, "默认值", env)
        return answer

    def _output(
        self, output: Output, program: Program, element: str, place: str, env: Env
    ) -> Scalar:
        try:
            answer = scalar(program.within(env))
        except FeelError as fault:
            raise self._failed(element, f"{place}输出“{output.name}”：{fault}") from None
        if why := unfit(output, answer):
            raise self._failed(element, f"{place}输出“{output.name}”{why}")
        return answer

    def _agreed(self, found: Sequence[Rule], env: Env) -> dict[str, Scalar]:
        first = self._row(found[0], env)
        for rule in found[1:]:
            if self._row(rule, env) != first:
                raise self.broken(
                    "decision-rows-disagree",
                    rule.element,
                    f"第 {found[0].number}、{rule.number} 行同时符合而输出不同，"
                    "命中策略 ANY 要求它们一样",
                )
        return first

    def _collected(self, found: Sequence[Rule], env: Env) -> dict[str, Scalar]:
        name, total = self.outputs[0].name, AGGREGATORS[self.total]
        given = [self._row(rule, env)[name] for rule in found]
        numbers = [each for each in given if summable(each)]
        if len(numbers) < len(given):
            raise self._failed(self.element, f"的输出“{name}”要汇总，每行都应为数字")
        try:
            return {name: folded(total, numbers)}
        except FeelError as fault:
            raise self._failed(self.element, f"的输出“{name}”汇总时：{fault}") from None


def folded(total: str, numbers: Sequence[int | Decimal]) -> int | Decimal:
    """The sum, the least or the greatest of some numbers."""
    match total:
        case "min":
            return min(numbers)
        case "max":
            return max(numbers)
    return reduce(added, numbers)


def summable(value: object) -> TypeGuard[int | Decimal]:
    """Whether a value can be put together with others; true and false are no numbers."""
    return type(value) in {int, Decimal}


def unfit(output: Output, value: Scalar) -> str:
    """What a value should be instead, where its column does not take it."""
    kinds, wanted = _KINDS.get(output.type, ((), ""))
    return f"应为{wanted}" if kinds and value is not None and type(value) not in kinds else ""


def scalar(value: Value) -> Scalar:
    """What a case can keep of a value. Raises FeelError."""
    if value is None or isinstance(value, str | int | Decimal):
        return value
    raise FeelError("结果应为文字、数字或 true/false；日期请用 string(…) 变成文字")


def _numbers(rules: Sequence[Rule]) -> str:
    return "、".join(str(rule.number) for rule in rules[:5])
