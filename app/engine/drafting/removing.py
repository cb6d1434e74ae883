"""Removing a step: what came to it goes on, and what only it led to goes with it."""

from __future__ import annotations

from lxml import etree

from app.engine.drafting.plan import squared
from app.engine.drafting.requests import Remove
from app.engine.drafting.sheet import TO_CANVAS, Sheet
from app.engine.drafting.ways import Exit, WayOut, exit_of, task_of
from app.engine.gate_model import Node
from app.engine.policy import HUMAN
from app.errors import Invalid


def remove(sheet: Sheet, asked: Remove) -> None:
    """Take the step out, with its gateway, its boundary events and the ends that were its own."""
    task = task_of(sheet, asked.step)
    leaving = exit_of(sheet, asked.step)
    name = task.name or asked.step
    way = _chosen(leaving, asked.flow, name)
    going = {asked.step, *(each.id for each in sheet.scope.attached(asked.step))}
    if leaving.gateway and leaving.own:
        going.add(leaving.gateway)
    if way.target in going:
        raise Invalid(f"“{name}”的这个结果回到它自己，删除后无处可去，{TO_CANVAS}")
    incoming = [flow for flow in sheet.before(asked.step) if flow.get("sourceRef") not in going]
    _refuse_back(sheet, incoming, way.target, name)
    gone = _gone(sheet, going, way.target, name)
    for flow in incoming:
        if flow.get("sourceRef") not in gone:
            _lead_on(sheet, flow, asked.step, leaving, way)
    for flow in [each.element for each in sheet.scope.flows]:
        if {flow.get("sourceRef"), flow.get("targetRef")} & gone:
            sheet.drop_flow(flow)
    for key in gone:
        sheet.drop_node(key)
    sheet.renew()


def _chosen(leaving: Exit, flow: str, name: str) -> WayOut:
    """The way on which a case goes on: that which was said, or that of the first outcome."""
    if flow:
        found = [way for way in leaving.ways if way.flow == flow]
    else:
        first = leaving.ways[0].keys[:1]
        found = [way for way in leaving.ways if way.keys[:1] == first]
    if len(found) != 1:
        raise Invalid(f"请选定删除“{name}”后办件往哪里走", {"flow": "请选一条去向"})
    return found[0]


def _refuse_back(sheet: Sheet, incoming: list[etree._Element], target: str, name: str) -> None:
    """Led on, a refusal could come back to whoever refused, with nobody asked between."""
    ahead = sheet.scope.next()
    behind: dict[str, list[str]] = {key: [] for key in ahead}
    for key, after in ahead.items():
        for each in after:
            behind[each].append(key)
    following = _people(sheet, ahead, target)
    for flow in incoming:
        met = sorted(following & _people(sheet, behind, flow.get("sourceRef", "")))
        if met:
            who, said = sheet.node(met[0]).short, flow.get("name") or "结果"
            raise Invalid(f"删除“{name}”后，“{who}”的“{said}”会回到它自己，请先删除或改掉这个结果")


def _people(sheet: Sheet, ways: dict[str, list[str]], start: str) -> set[str]:
    """The first steps of people that are met along these ways."""
    found: set[str] = set()
    seen: set[str] = set()
    front = [start]
    while front:
        key = front.pop()
        if key in seen or key not in sheet.scope.nodes:
            continue
        seen.add(key)
        if sheet.node(key).tag in HUMAN:
            found.add(key)
        else:
            front += ways[key]
    return found


def _gone(sheet: Sheet, going: set[str], onward: str, name: str) -> set[str]:
    """All that goes: ends that nothing else leads to go as well; steps do not, they are named."""
    after = sheet.scope.next()
    entries = {flow.source for flow in sheet.scope.flows if flow.target in going} - going
    reached: set[str] = set()
    front = [node.id for node in sheet.scope.nodes.values() if node.tag == "startEvent"]
    while front:
        key = front.pop()
        if key in reached or key in going:
            continue
        reached.add(key)
        front += after[key] + ([onward] if key in entries else [])
    lost = [sheet.node(key) for key in sheet.scope.nodes if key not in reached | going]
    steps = [node for node in lost if not _is_end(node)]
    if steps:
        words = "、".join(f"“{node.short}”" for node in steps[:5])
        raise Invalid(f"{words}只有经过“{name}”才能到达，请先删除它们或改它们的来路，再删除这一步")
    return going | {node.id for node in lost}


def _is_end(node: Node) -> bool:
    return node.tag == "endEvent"


def _lead_on(sheet: Sheet, flow: etree._Element, step: str, leaving: Exit, way: WayOut) -> None:
    """One line out of two: up to where the step stood, through it, and on."""
    key = flow.get("id", "")
    through = [sheet.box(step).middle]
    if leaving.gateway and leaving.own:
        through.append(sheet.box(leaving.gateway).middle)
    elif leaving.gateway:
        through += sheet.points(sheet.after(step)[0].get("id", ""))[:-1]
        through.append(sheet.box(leaving.gateway).middle)
    points = [*sheet.points(key)[:-1], *through, *sheet.points(way.flow)[1:]]
    sheet.retarget(flow, way.target)
    sheet.line(key, squared(points))
