"""The ways that lead on from a step, and whether a level can stand on one of them."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from app.engine.check_outcomes import OUTCOME, may_hold
from app.engine.drafting.sheet import TO_CANVAS, Sheet, model
from app.engine.feel import FeelError, FeelSyntaxError, compile_expression
from app.engine.gate_model import Node
from app.engine.policy import HUMAN
from app.engine.types import TaskPolicy
from app.errors import Invalid


@dataclass(frozen=True, slots=True)
class WayOut:
    """One flow on which a step is left, and the outcomes that may lead there."""

    flow: str
    name: str
    target: str
    keys: tuple[str, ...]
    condition: str


@dataclass(frozen=True, slots=True)
class Exit:
    """How a step is left: through a gateway of its own, one that others share, or straight."""

    gateway: str
    own: bool
    ways: tuple[WayOut, ...]


def task_of(sheet: Sheet, step: str) -> TaskPolicy:
    """What the drawing says of a step of people."""
    found = sheet.tasks().get(step)
    if found is None or sheet.node(step).tag not in HUMAN:
        raise Invalid(f"只有由人办理的步骤能在表格里改，其他的{TO_CANVAS}")
    return found


def exit_of(sheet: Sheet, step: str) -> Exit:
    """The ways out of a step of people. Raises Invalid where it is not left in one way."""
    keys = tuple(outcome.key for outcome in task_of(sheet, step).outcomes)
    leaving = sheet.after(step)
    if len(leaving) != 1:
        raise Invalid(f"“{sheet.node(step).short}”引出的连线不是一条，表格改不了，{TO_CANVAS}")
    node = sheet.scope.nodes.get(leaving[0].get("targetRef", ""))
    flows = sheet.after(node.id) if node is not None else []
    if node is None or node.tag != "exclusiveGateway" or len(flows) < 2:
        return Exit("", True, (_way(leaving[0], keys),))
    default = node.element.get("default", "")
    told = [_way(flow, keys) for flow in flows if flow.get("id") != default]
    sure = [way for way in told if names(way.condition) <= {OUTCOME}]
    left = tuple(key for key in keys if not any(key in way.keys for way in sure))
    own = len(sheet.before(node.id)) == 1
    ways = (
        _default(flow, left) if flow.get("id") == default else _way(flow, keys) for flow in flows
    )
    return Exit(node.id, own, tuple(ways))


def _default(flow: etree._Element, keys: tuple[str, ...]) -> WayOut:
    """What no other flow takes for sure; a condition on it is never asked."""
    name, target = flow.get("name", ""), flow.get("targetRef", "")
    return WayOut(flow.get("id", ""), name, target, keys, "")


def _way(flow: etree._Element, keys: tuple[str, ...]) -> WayOut:
    said = flow.find(model("conditionExpression"))
    text = "" if said is None else (said.text or "").strip()
    held = tuple(key for key in keys if not text or may_hold(text, key))
    name, target = flow.get("name", ""), flow.get("targetRef", "")
    return WayOut(flow.get("id", ""), name, target, held, text)


def asks_outcome(sheet: Sheet, start: str) -> Node | None:
    """What reads the last outcome from here on before somebody has decided anew."""
    seen: set[str] = set()
    front = [start]
    while front:
        key = front.pop()
        node = sheet.scope.nodes.get(key)
        if key in seen or node is None or node.tag in HUMAN:
            continue
        seen.add(key)
        flows = sheet.scope.out(key)
        if any(flow.condition and OUTCOME in names(flow.condition) for flow in flows):
            return node
        front += [flow.target for flow in flows]
    return None


def names(condition: str) -> frozenset[str]:
    """The variables that a condition reads; none where it cannot be read."""
    try:
        return compile_expression(condition).names
    except (FeelSyntaxError, FeelError):
        return frozenset()
