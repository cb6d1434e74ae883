"""What the states say of a drawing, each fault with the shortest way to it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from app.engine.gate_model import Node
from app.engine.gate_tags import called
from app.engine.proof.choices import Fault
from app.engine.proof.explore import MAX_STATES, Found
from app.engine.proof.game import elements
from app.engine.proof.loops import loops
from app.engine.proof.net import Net, Spot
from app.errors import Finding

Way = list[tuple[str, str]]


def judge(net: Net, found: Found, key: str) -> Iterator[Finding]:
    """Every finding. What could never happen is only said where nothing was cut short."""
    doubled = any(code == "doubled" for code, _ in found.faults)
    told: set[str] = set()
    for (code, _), each in found.faults.items():
        follows = code == "results-differ" and doubled
        if not follows and each[0].words not in told:  # a table that several steps ask, once
            told.add(each[0].words)
            yield _told(*each, found)
    rounds = list(loops(found))
    for loop in rounds:
        yield from _loop(net, loop, found)
    if not found.whole:
        what = (
            f"流程可能出现的状态超过 {MAX_STATES} 种，没有证明它总能办结，"
            "请减少并行分支，或用“会签方式”（flow:sign） 代替"
        )
        yield Finding("not-proved", key, what)
        return
    stuck = [] if rounds else list(_stuck(net, found))
    yield from stuck
    if not stuck and not rounds and not found.faults:
        yield from _dead(net, found)


def _told(fault: Fault, state: int, passed: tuple[tuple[str, str], ...], found: Found) -> Finding:
    return _finding(fault.code, fault.element, fault.words, found.way(state, passed))


def _finding(code: str, element: str, words: str, way: Way) -> Finding:
    path = tuple(key for key, _ in groupby(each for each, _ in way))
    steps = tuple(key for key, _ in groupby(said for _, said in way if said))
    return Finding(code, element, words, path, steps)


# -- rounds without rest ---------------------------------------------------------------------------
def _loop(net: Net, states: list[int], found: Found) -> Iterator[Finding]:
    """A round of moves that wait for nobody."""
    passes = [
        next(edge.passed for edge in found.edges[here] if edge.target == there)
        for here, there in zip(states, [*states[1:], states[0]], strict=True)
    ]
    nodes = _nodes(net)
    round_ = [nodes[key] for key, _ in elements(passes) if key in nodes]
    shown = [node for node in round_ if not node.tag.endswith("Gateway")] or round_
    names = " → ".join(dict.fromkeys(node.short for node in shown))
    head = min(round_, key=lambda node: list(nodes).index(node.id))
    what = (
        f"{head.called}所在的回路没有人办理、也不等待（{names}），"
        "流程会不停空转，请在回路中加入用户任务、接收任务或定时器"
    )
    way = [*found.way(states[0]), *elements(passes)]
    yield Finding("loop", head.id, what, tuple(key for key, _ in groupby(k for k, _ in way)))


def _nodes(net: Net) -> dict[str, Node]:
    return {spot.node.id: spot.node for spot in net.spots.values()}


# -- states that lead nowhere --------------------------------------------------------------------
def _stuck(net: Net, found: Found) -> Iterator[Finding]:
    """The first state of each kind from which no end can be come to."""
    told: set[str] = set()
    lost = _lost(found)
    for state in lost:
        if any(edge.target in lost for edge in found.edges[state]):
            continue  # it only leads to the place where it stops
        for fault in _waiting(net, found, state):
            if fault.element not in told:
                told.add(fault.element)
                way = [*found.way(state), *_standing(net, found, state)]
                yield _finding(fault.code, fault.element, fault.words, way)
    if lost and not told:
        state, spot = next((s, spot) for s in lost for spot in _resting(net, found, s))
        what = f"走到{spot.node.called}以后，无论怎么办都不能办结，请补上出路"
        yield _finding("no-end-ahead", spot.node.id, what, found.way(state))


def _standing(net: Net, found: Found, state: int) -> Iterator[tuple[str, str]]:
    """The flows on which tokens stand before a gateway, to be shown with the way."""
    places = sorted(found.states[state].tokens & net.arcs.keys())
    return ((net.arcs[place].flow.id, "") for place in places)


def _lost(found: Found) -> dict[int, None]:
    """States without a way to the end, nearest first. One where a move went wrong is let pass."""
    before: list[list[int]] = [[] for _ in found.states]
    for here, edges in enumerate(found.edges):
        for edge in edges:
            before[edge.target].append(here)
    good = {at for at, state in enumerate(found.states) if not state.tokens} | found.stopped
    front = list(good)
    while front:
        for each in before[front.pop()]:
            if each not in good:
                good.add(each)
                front.append(each)
    return dict.fromkeys(at for at in range(len(found.states)) if at not in good)


def _waiting(net: Net, found: Found, state: int) -> Iterator[Fault]:
    """What the tokens of a state that has no move wait for in vain."""
    tokens = found.states[state].tokens
    gateways = dict.fromkeys(net.arcs[place].target for place in sorted(tokens & net.arcs.keys()))
    for spot in gateways:
        lacking = [arc for arc in spot.into if arc.place not in tokens]
        names = "、".join(f"“{arc.source.node.short}”" for arc in lacking[:3])
        what = (
            f"{spot.node.called}会一直等下去：从{names}来的线走不到了。"
            "若前面是选一条，请用排他网关汇合；若有一路会提前结束，请让它也通到汇合处"
        )
        yield Fault("join-never", spot.node.id, what)
    for spot in [] if gateways else _resting(net, found, state):
        if not spot.inner:
            what = f"{spot.node.called}等的事不会发生，会一直等下去，请补上发出它的步骤，或加定时器"
            yield Fault("waits-in-vain", spot.node.id, what)


def _resting(net: Net, found: Found, state: int) -> list[Spot]:
    places = sorted(found.states[state].tokens & net.spots.keys())
    return [net.spots[place] for place in places if net.spots[place].tag != "boundaryEvent"]


# -- what never happens --------------------------------------------------------------------------
def _dead(net: Net, found: Found) -> Iterator[Finding]:
    """Nodes and flows that no case ever passes; a default flow may be there for safety."""
    passed = {key for edges in found.edges for edge in edges for key, _ in edge.passed}
    passed |= {key for _, each in found.came for key, _ in each}
    alive = passed | {spot.node.id for spot in _begun(net, found)}
    told: set[str] = set()
    for spot in net.spots.values():
        key = spot.node.id
        if key in alive or key in told:
            continue
        told.add(key)
        behind = [arc.source.node.id for arc in spot.into]
        if spot.host is not None:
            behind.append(spot.host.node.id)
        if not behind or any(each in alive for each in behind):
            what = f"没有一种情况会走到{spot.node.called}，请改正它前面的条件或事件，或者删除它"
            yield Finding("dead", key, what, (key,))
    yield from _dead_flows(net, alive)


def _begun(net: Net, found: Found) -> Iterator[Spot]:
    """The start events: of the process, and of every scope that was entered."""
    for state in found.states:
        for place in state.tokens & net.spots.keys():
            inner = net.spots[place].inner
            if inner is not None and inner.start is not None:
                yield inner.start


def _dead_flows(net: Net, alive: set[str]) -> Iterator[Finding]:
    told: set[str] = set()
    for arc in net.arcs.values():
        flow = arc.flow
        default = arc.source.node.element.get("default") == flow.id
        if flow.id in alive or flow.id in told or default or arc.source.node.id not in alive:
            continue
        told.add(flow.id)
        if arc.target.node.id in alive:
            what = f"{called(flow.element)}的条件永远不会成立，请改正条件，或者删除这条连线"
            yield Finding("dead", flow.id, what, (flow.id,))
