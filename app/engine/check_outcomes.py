"""What people press leads somewhere: gateways test what there is, each outcome has its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.engine.feel import FeelError, FeelSyntaxError, compile_expression
from app.engine.feel.lexer import tokens
from app.engine.gate_model import Bundle, Flow, Node
from app.engine.gate_tags import called
from app.engine.gate_walk import Step, Walk
from app.engine.policy import Policy
from app.engine.types import TaskPolicy
from app.errors import Finding

OUTCOME = "outcome"
_CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})
_SIGNS = frozenset({"=", "==", "!="})
_REFUSING = frozenset({"return", "reject", "refer"})


def check_outcomes(bundle: Bundle, walk: Walk, policy: Policy) -> Iterator[Finding]:
    """Both directions, between every task with outcomes and the gateways that it comes to."""
    ways = _ways_out(bundle)
    tasks = {
        id(step): task
        for step in walk.done()
        if (task := policy.tasks.get(step.node.id)) is not None
    }
    told: set[str] = set()
    for step in walk.steps:
        if id(step) in tasks and step.node.id not in told:
            told.add(step.node.id)
            yield from _from_task(step, tasks[id(step)], tasks, ways)
    for key in ways:
        gateways = [step for step in walk.steps if step.node.id == key]
        if gateways:
            yield from _at_gateway(gateways, ways[key], tasks)


def _ways_out(bundle: Bundle) -> dict[str, list[Flow]]:
    """The flows out of each gateway that makes a choice."""
    return {
        node.id: scope.out(node.id)
        for scope in bundle.scopes()
        for node in scope.nodes.values()
        if node.tag in _CONDITIONAL and len(scope.out(node.id)) > 1
    }


def _ahead(step: Step, tasks: Mapping[int, TaskPolicy]) -> list[Step]:
    """What this outcome reaches before the next task is done."""
    seen: dict[int, Step] = {}
    front = list(step.after)
    while front:
        each = front.pop()
        if id(each) not in seen and id(each) not in tasks:
            seen[id(each)] = each
            front.extend(each.after)
    return list(seen.values())


def _from_task(
    step: Step, task: TaskPolicy, tasks: Mapping[int, TaskPolicy], ways: Mapping[str, list[Flow]]
) -> Iterator[Finding]:
    keys = [outcome.key for outcome in task.outcomes]
    testing = [each.node for each in _ahead(step, tasks) if _tests(ways.get(each.node.id, []))]
    if not testing:
        readers = [each for each in _ahead(step, tasks) if each.node.tag == "businessRuleTask"]
        if len(keys) > 1 and _REFUSING & set(keys) and not readers:
            yield Finding(
                "outcome-untested",
                step.node.id,
                f"{step.node.called}可以退回或不予通过，但之后没有网关按结果（outcome）分路，请补上网关",
            )
        return
    first = _first_gateway(step, ways)
    if first is not None and first in testing:
        yield from _each_leads(step.node, first, task, ways[first.id])


def _first_gateway(step: Step, ways: Mapping[str, list[Flow]]) -> Node | None:
    """The gateway that a task comes to with nothing but plain steps between."""
    seen: set[int] = set()
    while len(step.after) == 1 and id(step) not in seen:
        seen.add(id(step))
        step = step.after[0]
        if step.node.id in ways:
            return step.node
    return None


def _each_leads(
    node: Node, gateway: Node, task: TaskPolicy, flows: list[Flow]
) -> Iterator[Finding]:
    default = gateway.element.get("default")
    conditions = [flow.condition or "" for flow in flows if flow.id != default]
    labels = {outcome.key: outcome.label or outcome.key for outcome in task.outcomes}
    lost = [key for key in labels if not any(may_hold(text, key) for text in conditions)]
    words = "、".join(f"{labels[key]}（{key}）" for key in lost)
    if lost and default is None:
        yield Finding(
            "outcome-lost",
            node.id,
            f"{node.called}的结果{words}在{gateway.called}没有去向，请补上连线和条件",
        )
    elif "approve" in lost and _REFUSING & set(lost):
        yield Finding(
            "outcome-shared",
            node.id,
            f"{node.called}的结果{words}在{gateway.called}走同一条默认连线，请给退回或不予通过单独写条件",
        )


def may_hold(condition: str, outcome: str) -> bool:
    """Whether a condition can be true for this outcome, whatever the other variables are."""
    try:
        program = compile_expression(condition)
        if program.names != {OUTCOME}:
            return outcome in _literals(condition) or OUTCOME not in program.names
        return program.holds({OUTCOME: outcome})
    except (FeelSyntaxError, FeelError):
        return True  # told elsewhere


def _tests(flows: list[Flow]) -> bool:
    return any(OUTCOME in _names(flow.condition) for flow in flows)


def _names(condition: str | None) -> frozenset[str]:
    try:
        return compile_expression(condition).names if condition else frozenset()
    except (FeelSyntaxError, FeelError):
        return frozenset()


def _literals(condition: str) -> set[str]:
    """What `outcome` is held against: `outcome = "x"`, `"x" = outcome`, `outcome in ("x", "y")`."""
    try:
        parts = tokens(condition)
    except (FeelSyntaxError, FeelError):
        return set()
    found: set[str] = set()
    for at, part in enumerate(parts):
        if part.kind not in {"name", "word"} or part.text != OUTCOME:
            continue
        if at >= 2 and parts[at - 1].text in _SIGNS and parts[at - 2].kind == "text":
            found.add(parts[at - 2].text)
        if at + 2 < len(parts) and parts[at + 1].text in _SIGNS and parts[at + 2].kind == "text":
            found.add(parts[at + 2].text)
        if at + 2 < len(parts) and parts[at + 1].text == "in":
            rest = parts[at + 2 :]
            end = next((i for i, each in enumerate(rest) if each.text in {")", "]"}), len(rest))
            found |= {each.text for each in rest[:end] if each.kind == "text"}
    return found


def _at_gateway(
    gateways: list[Step], flows: list[Flow], tasks: Mapping[int, TaskPolicy]
) -> Iterator[Finding]:
    tested = {flow.id: _literals(flow.condition) for flow in flows if flow.condition}
    if not _tests(flows):
        return
    before = [tasks[key] for step in gateways for key in _behind(step, tasks)]
    node = gateways[0].node
    if not before:
        yield Finding(
            "outcome-unset", node.id, f"{node.called}要看办理结果（outcome），但它之前没有人办理"
        )
        return
    known = {outcome.key for task in before for outcome in task.outcomes}
    names = "、".join(sorted({f"“{task.name or task.element}”" for task in before}))
    for flow in flows:
        for word in sorted(tested.get(flow.id, set()) - known):
            yield Finding(
                "outcome-unknown",
                flow.id,
                f"{called(flow.element)}判断的结果“{word}”在它之前的任务{names}里没有，"
                f"可用：{'、'.join(sorted(known))}",
            )


def _behind(gateway: Step, tasks: Mapping[int, TaskPolicy]) -> set[int]:
    """The tasks whose outcome may be the latest one when the case gets to this gateway."""
    seen: set[int] = set()
    found: set[int] = set()
    front = list(gateway.before)
    while front:
        step = front.pop()
        if id(step) in tasks:
            found.add(id(step))
        elif id(step) not in seen:
            seen.add(id(step))
            front.extend(step.before)
    return found
