"""The drawing as a graph: all of it can be reached and left along its lines, and it stays small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.engine.gate_model import Bundle, Node, Scope
from app.engine.gate_tags import called
from app.errors import Finding

MAX_PATHS = 1500
Graph = Mapping[str, list[str]]
_CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})
_CATCHES = frozenset({"intermediateCatchEvent", "receiveTask"})


def check_graph(bundle: Bundle) -> Iterator[Finding]:
    """Shape, scope by scope. What happens on it is gone through by the proof, where this holds."""
    for scope in bundle.scopes():
        yield from _ends(scope)
        yield from _shape(scope)
        yield from _reach(scope)
        yield from _size(scope)


def _ends(scope: Scope) -> Iterator[Finding]:
    starts = [node for node in scope.nodes.values() if node.tag == "startEvent"]
    ends = [node for node in scope.nodes.values() if node.tag == "endEvent"]
    place = called(scope.element)
    if not starts:
        yield Finding("no-start", scope.id, f"{place}没有开始事件，请补上")
    if not ends:
        yield Finding("no-end", scope.id, f"{place}没有结束事件，请补上")
    if len(starts) > 1:
        yield Finding("two-starts", scope.id, f"{place}有 {len(starts)} 个开始事件，只能有一个")


def _shape(scope: Scope) -> Iterator[Finding]:
    incoming: dict[str, int] = {}
    for flow in scope.flows:
        incoming[flow.target] = incoming.get(flow.target, 0) + 1
    for node in scope.nodes.values():
        out = scope.out(node.id)
        if node.tag in {"startEvent", "boundaryEvent"} and incoming.get(node.id):
            yield Finding(
                "flow-into-start", node.id, f"{node.called}不能有进来的连线，请改接到后面的元素"
            )
        if node.tag == "endEvent" and out:
            yield Finding("flow-out-of-end", node.id, f"{node.called}不能有出去的连线，请删除")
        if len(out) > 1 and not node.tag.endswith("Gateway"):
            yield Finding(
                "split-implicit",
                node.id,
                f"{node.called}引出了 {len(out)} 条连线，请用网关写明是选一条还是并行",
            )
        if node.tag == "eventBasedGateway":
            yield from _after_event_gateway(node, scope)


def _after_event_gateway(node: Node, scope: Scope) -> Iterator[Finding]:
    for flow in scope.out(node.id):
        after = scope.nodes.get(flow.target)
        if after is not None and after.tag not in _CATCHES:
            yield Finding(
                "event-gateway",
                node.id,
                f"{node.called}之后只能接捕获事件或接收任务，不能接{after.called}",
            )


def _reach(scope: Scope) -> Iterator[Finding]:
    """From a start to everything, and from everything to an end."""
    after = scope.next()
    before: dict[str, list[str]] = {key: [] for key in scope.nodes}
    for source, targets in after.items():
        for target in targets:
            before[target].append(source)
    tagged = {
        tag: [key for key, n in scope.nodes.items() if n.tag == tag]
        for tag in ("startEvent", "endEvent")
    }
    reached = spread(tagged["startEvent"], after)
    leads_out = spread(tagged["endEvent"], before)
    if tagged["startEvent"]:
        yield from _unreached(scope, after, reached)
    for key in reached - leads_out if tagged["endEvent"] else ():
        node = scope.nodes[key]
        yield Finding("dead-end", key, f"{node.called}之后走不到结束事件，请接上连线")


def _unreached(scope: Scope, after: Graph, reached: set[str]) -> Iterator[Finding]:
    """One finding for each place where the line is broken, not for everything behind it."""
    left = [key for key in scope.nodes if key not in reached]
    fed = {target for key in left for target in after[key] if target != key}
    told: set[str] = set()
    for key in [*(key for key in left if key not in fed), *left]:
        if key in told:
            continue
        behind = spread([key], after) - reached - told
        told |= behind
        more = f"和它后面的 {len(behind) - 1} 个元素" if len(behind) > 1 else ""
        what = f"{scope.nodes[key].called}{more}从开始事件走不到，请接上连线或删除"
        yield Finding("unreachable", key, what)


def spread(sources: Iterable[str], graph: Graph) -> set[str]:
    """Everything that can be reached from `sources`, they included."""
    seen: set[str] = set()
    front = list(sources)
    while front:
        key = front.pop()
        if key not in seen:
            seen.add(key)
            front.extend(graph.get(key, ()))
    return seen


def _size(scope: Scope) -> Iterator[Finding]:
    """SpiffWorkflow unrolls branches of consecutive parallel splits ahead of time: a product."""
    after = scope.next()
    known: dict[str, int] = {}
    for key in _leaves_first(after):
        if scope.nodes[key].tag in _CHOICES:
            known[key] = 1
        else:
            known[key] = min(1 + sum(known.get(each, 1) for each in after[key]), 10 * MAX_PATHS)
    worst = max(known, key=lambda key: known[key], default="")
    if worst and known[worst] > MAX_PATHS:
        yield Finding(
            "too-many-paths",
            worst,
            f"{scope.nodes[worst].called}之后的并行分支相乘超过 {MAX_PATHS} 条路径，"
            "请减少连续的并行，或用“会签方式”（flow:sign） 代替",
        )


def _leaves_first(graph: Graph) -> list[str]:
    """Depth-first post-order without recursion, so that a deep drawing cannot exhaust the stack."""
    order: list[str] = []
    seen: set[str] = set()
    for root in graph:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(graph[root]))]
        while stack:
            key, rest = stack[-1]
            child = next(rest, None)
            if child is None:
                order.append(key)
                stack.pop()
            elif child not in seen:
                seen.add(child)
                stack.append((child, iter(graph[child])))
    return order
