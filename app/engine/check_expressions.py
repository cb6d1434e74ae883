"""Every expression of a drawing: it compiles, reads declared variables, stays within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from lxml import etree

from app.engine.feel import (
    Duration,
    FeelError,
    FeelSyntaxError,
    Program,
    compile_expression,
    compile_timer,
    read_date,
    read_duration,
    read_moment,
)
from app.engine.gate_model import Bundle, Flow, Node, Scope
from app.engine.gate_tags import called, owner
from app.engine.gate_words import BPMN, TO_DECLARE
from app.engine.timing import MAX_WORKDAYS, day_fault, length_fault, workdays_fault
from app.errors import Finding

_CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})
_TIMERS = ("timeDate", "timeDuration", "timeCycle")
_ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)


def check_expressions(bundle: Bundle, declared: frozenset[str]) -> Iterator[Finding]:
    """Conditions and timers of every file. `declared` are the routing variables that there are."""
    for scope in bundle.scopes():
        for node in scope.nodes.values():
            yield from _choices(node, scope)
        for flow in scope.flows:
            yield from _condition(flow, declared)
    for drawing in bundle.drawings:
        for timer in drawing.root.iter(f"{{{BPMN}}}timerEventDefinition"):
            yield from _timer(timer, declared)


def _choices(node: Node, scope: Scope) -> Iterator[Finding]:
    """Conditions stand where a choice is made, and every choice has a way out."""
    out = scope.out(node.id)
    default = node.element.get("default")
    if node.tag not in _CONDITIONAL:
        for flow in out:
            if flow.condition is not None:
                yield Finding(
                    "condition-misplaced",
                    flow.id,
                    f"{called(flow.element)}上的条件不起作用，条件只能写在排他或包容网关引出的连线上",
                )
        return
    if len(out) < 2:
        return
    for flow in out:
        if flow.id == default and flow.condition:
            yield Finding(
                "default-condition",
                flow.id,
                f"{called(flow.element)}是默认连线，不能再写条件，请删除条件",
            )
        elif flow.id != default and not flow.condition:
            yield Finding(
                "condition-missing",
                flow.id,
                f"{node.called}引出的{called(flow.element)}没有条件，请写上条件或设为默认连线",
            )


def _condition(flow: Flow, declared: frozenset[str]) -> Iterator[Finding]:
    if not flow.condition:
        return
    place = flow.id, f"{called(flow.element)}的条件“{_brief(flow.condition)}”"
    program, findings = _compiled(compile_expression, flow.condition, place)
    yield from findings
    if program is not None:
        yield from _undeclared(program, declared, place)
        if "workdays" in program.calls:
            yield Finding("expression", place[0], f"{place[1]}用了 workdays，它只能用在定时器里")
        if not program.names and not program.calls:
            yield from _constant(program, place)


def _constant(program: Program, place: tuple[str, str]) -> Iterator[Finding]:
    try:
        program.holds({})
    except FeelError as fault:
        yield Finding("expression", place[0], f"{place[1]}有误：{fault}")


def _brief(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= 60 else f"{short[:60]}…"


def _compiled(
    compile_text: Callable[[str], Program], text: str, place: tuple[str, str]
) -> tuple[Program | None, list[Finding]]:
    try:
        return compile_text(text), []
    except (FeelSyntaxError, FeelError) as fault:
        return None, [Finding("expression", place[0], f"{place[1]}有误：{fault}")]


def _undeclared(
    program: Program, declared: frozenset[str], place: tuple[str, str]
) -> Iterator[Finding]:
    for name in sorted(program.names - declared):
        known = "、".join(sorted(declared)[:12])
        yield Finding(
            "variable-unknown",
            place[0],
            f"{place[1]}用了未声明的变量“{name}”。可用的变量：{known}；{TO_DECLARE}",
        )


def _timer(timer: etree._Element, declared: frozenset[str]) -> Iterator[Finding]:
    around = timer.getparent()
    holder = owner(timer if around is None else around)
    where = holder.get("id", ""), called(holder)
    texts = [each for tag in _TIMERS for each in timer.findall(f"{{{BPMN}}}{tag}")]
    if len(texts) != 1:
        yield Finding(
            "timer", where[0], f"{where[1]}的定时器没有写明时间，或写了不止一个，请只写一个"
        )
        return
    text, kind = (texts[0].text or "").strip(), etree.QName(texts[0]).localname
    place = where[0], f"{where[1]}的定时“{_brief(text)}”"
    if kind == "timeCycle":
        what = f"{place[1]}是循环定时，系统不支持，请改用时长（timeDuration）或日期（timeDate）"
        yield Finding("timer", place[0], what)
        return
    program, findings = _compiled(compile_timer, text, place)
    yield from findings
    if program is None:
        return
    yield from _undeclared(program, declared, place)
    try:
        yield from _bounded(program, kind, place)
    except FeelError as fault:
        yield Finding("timer", place[0], f"{place[1]}有误：{fault}")


def _bounded(program: Program, kind: str, place: tuple[str, str]) -> Iterator[Finding]:
    """What the timer says on its own is checked now; what data will say is checked as it runs."""
    asked: list[int] = []

    def workdays(days: int) -> datetime:
        asked.append(days)
        return _ORIGIN + timedelta(days=max(1, min(days, MAX_WORKDAYS)))

    if program.names:
        return
    value = program.run({}, functions={"workdays": workdays})
    faults = [fault for days in asked if (fault := workdays_fault(days))]
    if fault := next(iter(faults), "") or _fault(value, kind):
        yield Finding("timer", place[0], f"{place[1]}不对：{fault}")


def _fault(value: object, kind: str) -> str:
    """What is wrong with a timer's own value, or nothing."""
    if kind == "timeDate":
        if isinstance(value, str):
            value = (read_moment if "T" in value else read_date)(value)
        if isinstance(value, date):
            return day_fault(value)
        return "应为日期时间，例如 2026-11-22T17:30:00，或 workdays(5)"
    if isinstance(value, datetime):
        return ""
    if isinstance(value, str):
        value = read_duration(value)
    return length_fault(value) if isinstance(value, Duration) else "应为时长，例如 P5D（5 天）"
