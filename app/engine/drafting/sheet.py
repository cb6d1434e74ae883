"""A drawing in hand: its steps, its shapes and its lines, to be changed and written back.

Whatever is not touched is written as it was read, so that the difference of two texts is the edit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from app.engine.drafting.elements import indent, put_behind, read_box, take_out, write_box
from app.engine.drafting.plan import Box, Point, near
from app.engine.gate_model import Node, Scope, read_drawing
from app.engine.gate_words import BPMN, BPMNDI, DC, DI, FLOW, XSI
from app.engine.gate_xml import read_xml
from app.engine.policy import read_policy
from app.engine.types import TaskPolicy
from app.errors import Invalid

STEP = "step"
TO_CANVAS = "请在画布上修改"
TO_FILE = "请换一份流程图上传，或者改回以前"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def model(tag: str) -> str:
    """The full name of an element of the model."""
    return f"{{{BPMN}}}{tag}"


def policy(name: str) -> str:
    """The full name of an attribute of ours."""
    return f"{{{FLOW}}}{name}"


@dataclass(slots=True)
class Lane:
    """A lane without lanes inside."""

    element: etree._Element
    box: Box

    @property
    def id(self) -> str:
        return str(self.element.get("id", ""))

    @property
    def level(self) -> str:
        """The scope that it speaks of: `township`, `district:housing`, or nothing."""
        return str(self.element.get(policy("scope"), "")).strip()


class Sheet:
    """One file, and in it the process that is edited."""

    def __init__(self, text: str, key: str) -> None:
        root, _ = read_xml(text.encode(), f"{key}.bpmn")
        if root is None:
            raise Invalid(f"流程图不是完好的 XML，{TO_FILE}")
        scope = read_drawing(root, f"{key}.bpmn").processes.get(key)
        if scope is None:
            raise Invalid(f"图中没有流程“{key}”，{TO_FILE}")
        self.root, self.key, self.scope = root, key, scope
        self.ids = {each.get("id") for each in root.iter() if each.get("id")}
        self._shapes = self._drawn("BPMNShape")
        self._edges = self._drawn("BPMNEdge")
        self._tasks: dict[str, TaskPolicy] | None = None

    def _drawn(self, tag: str) -> dict[str, etree._Element]:
        found = self.root.iter(f"{{{BPMNDI}}}{tag}")
        return {each.get("bpmnElement", ""): each for each in found}

    def text(self) -> str:
        """The whole file, as bpmn-js writes it."""
        written = etree.tostring(self.root, encoding="unicode")
        return _DECLARATION + written.replace("/>", " />").rstrip() + "\n"

    # -- the model -----------------------------------------------------------------------------
    def node(self, key: str) -> Node:
        """A node of the process itself; what lies in a sub-process is for the canvas."""
        found = self.scope.nodes.get(key)
        if found is not None:
            return found
        if any(key in inner.nodes for inner in self.scope.all()):
            raise Invalid(f"这一步在分环节里面，表格改不了，{TO_CANVAS}")
        raise Invalid("图中没有这一步，可能刚被别人删除，请刷新")

    def before(self, key: str) -> list[etree._Element]:
        """The flows that come to a node."""
        return [flow.element for flow in self.scope.flows if flow.target == key]

    def after(self, key: str) -> list[etree._Element]:
        """The flows that leave a node."""
        return [flow.element for flow in self.scope.out(key)]

    def fresh(self, stem: str) -> str:
        """An id that is not taken: steps are numbered, others only where they must be."""
        tried = [stem] * (stem != STEP) + [f"{stem}_{n}" for n in range(1, len(self.ids) + 2)]
        found = next(each for each in tried if each not in self.ids)
        self.ids.add(found)
        return found

    def tasks(self) -> dict[str, TaskPolicy]:
        """What is said of each step of people, read once."""
        if self._tasks is None:
            self._tasks = read_policy(self.root).tasks
        return self._tasks

    def renew(self) -> Scope:
        """The process as it stands after elements came or went."""
        self._tasks = None
        self.scope = read_drawing(self.root, "").processes[self.key]
        return self.scope

    def add(self, tag: str, given: Mapping[str, str], behind: etree._Element) -> etree._Element:
        """A new element of the model, right behind another one of its parent."""
        made = etree.Element(model(tag))
        for name, value in given.items():
            made.set(name, value)
        put_behind(behind, made)
        return made

    def add_flow(
        self, key: str, ends: tuple[str, str], words: tuple[str, str], behind: etree._Element
    ) -> etree._Element:
        """A new flow between two nodes: its name, and its condition if it has one."""
        name, condition = words
        given = {"id": key} | ({"name": name} if name else {})
        flow = self.add(
            "sequenceFlow", given | {"sourceRef": ends[0], "targetRef": ends[1]}, behind
        )
        if condition:
            tested = etree.SubElement(flow, model("conditionExpression"))
            tested.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
            tested.text = condition
            indent(flow)
        self._refer(ends[0], "outgoing", key)
        self._refer(ends[1], "incoming", key)
        return flow

    def retarget(self, flow: etree._Element, target: str) -> None:
        """Let a flow end at another node."""
        key = flow.get("id", "")
        self._unrefer(flow.get("targetRef", ""), "incoming", key)
        flow.set("targetRef", target)
        self._refer(target, "incoming", key)
        self.renew()

    def _element(self, key: str) -> etree._Element:
        return next(each for each in self.scope.element if each.get("id") == key)

    def _refer(self, node: str, side: str, flow: str) -> None:
        """Note a flow at a node, behind those of its side, in the order of the standard."""
        holder = self._element(node)
        earlier = ["documentation", "extensionElements", "incoming"]
        if side == "outgoing":
            earlier.append("outgoing")
        made = etree.Element(model(side))
        made.text = flow
        last = [each for each in holder if etree.QName(each).localname in earlier]
        if last:
            put_behind(last[-1], made)
        else:
            holder.insert(0, made)
            indent(holder)

    def _unrefer(self, node: str, side: str, flow: str) -> None:
        for each in self._element(node).findall(model(side)):
            if (each.text or "").strip() == flow:
                take_out(each)

    def drop_flow(self, flow: etree._Element) -> None:
        """Take a flow out, with its line and where nodes speak of it."""
        key = flow.get("id", "")
        self._unrefer(flow.get("sourceRef", ""), "outgoing", key)
        self._unrefer(flow.get("targetRef", ""), "incoming", key)
        source = self._element(flow.get("sourceRef", ""))
        if source.get("default") == key:
            del source.attrib["default"]
        take_out(flow)
        if (drawn := self._edges.pop(key, None)) is not None:
            take_out(drawn)

    def drop_node(self, key: str) -> None:
        """Take a node out that no flow touches any more, with its shape and its place in a lane."""
        take_out(self._element(key))
        for ref in self.scope.element.iter(model("flowNodeRef")):
            if (ref.text or "").strip() == key:
                take_out(ref)
                break
        if (drawn := self._shapes.pop(key, None)) is not None:
            take_out(drawn)

    # -- lanes ---------------------------------------------------------------------------------
    def lanes(self) -> list[Lane]:
        """Those that hold steps, from top to bottom."""
        drawn = [
            Lane(lane, self.box(lane.get("id", "")))
            for lane in self.scope.element.iter(model("lane"))
            if lane.find(model("childLaneSet")) is None
        ]
        return sorted(drawn, key=lambda lane: lane.box.y)

    def lane_of(self, key: str) -> Lane | None:
        """The lane in which a node stands."""
        for lane in self.lanes():
            if any((ref.text or "").strip() == key for ref in lane.element):
                return lane
        return None

    def stand_in(self, lane: etree._Element, key: str, behind: str = "") -> None:
        """Let a node stand in a lane."""
        ref = etree.Element(model("flowNodeRef"))
        ref.text = key
        others = lane.findall(model("flowNodeRef"))
        last = next((each for each in others if (each.text or "").strip() == behind), None)
        if others:
            put_behind(last if last is not None else others[-1], ref)
        else:
            lane.append(ref)
            indent(lane)

    # -- the drawing ---------------------------------------------------------------------------
    def box(self, key: str) -> Box:
        """Where a shape is drawn."""
        drawn = self._shapes.get(key)
        bounds = None if drawn is None else drawn.find(f"{{{DC}}}Bounds")
        if bounds is None:
            raise Invalid(f"图上有没有画出来的部分，表格改不了，{TO_CANVAS}")
        return read_box(bounds)

    def points(self, key: str) -> list[Point]:
        """The way of a line."""
        drawn = self._edges.get(key)
        found = [] if drawn is None else drawn.findall(f"{{{DI}}}waypoint")
        if len(found) < 2:
            raise Invalid(f"图上有没有画出来的连线，表格改不了，{TO_CANVAS}")
        return [(float(each.get("x", 0)), float(each.get("y", 0))) for each in found]

    def shapes(self) -> Iterator[tuple[str, etree._Element]]:
        """Every shape by what it stands for."""
        yield from self._shapes.items()

    def edges(self) -> Iterator[tuple[str, etree._Element]]:
        """Every line by what it stands for."""
        yield from self._edges.items()

    def draw(self, key: str, box: Box, behind: str, label: Box | None = None) -> None:
        """A shape for a new element, behind that of another one in the file."""
        shape = etree.Element(f"{{{BPMNDI}}}BPMNShape")
        shape.set("id", f"{key}_di")
        shape.set("bpmnElement", key)
        bounds = etree.SubElement(shape, f"{{{DC}}}Bounds")
        write_box(bounds, box)
        _label(shape, label)
        put_behind(self._shapes[behind], shape)
        self._shapes[key] = shape

    def resize(self, key: str, box: Box) -> None:
        """Give a shape other bounds."""
        for bounds in self._shapes[key].findall(f"{{{DC}}}Bounds"):
            write_box(bounds, box)

    def mark_shape(self, key: str, **given: str) -> None:
        """Set what bpmn-js notes on the shape of a gateway or a lane."""
        for name, value in given.items():
            self._shapes[key].set(name, value)

    def line(
        self, key: str, points: list[Point], behind: str = "", label: Box | None = None
    ) -> None:
        """The way of a line, new or changed."""
        drawn = self._edges.get(key)
        if drawn is None:
            drawn = etree.Element(f"{{{BPMNDI}}}BPMNEdge")
            drawn.set("id", f"{key}_di")
            drawn.set("bpmnElement", key)
            put_behind(self._edges[behind], drawn)
            self._edges[key] = drawn
        for each in drawn.findall(f"{{{DI}}}waypoint"):
            drawn.remove(each)
        for at, (x, y) in enumerate(points):
            made = etree.Element(f"{{{DI}}}waypoint")
            made.set("x", near(x))
            made.set("y", near(y))
            drawn.insert(at, made)
        _label(drawn, label)
        indent(drawn)


def _label(drawn: etree._Element, box: Box | None) -> None:
    if box is None:
        return
    for each in drawn.findall(f"{{{BPMNDI}}}BPMNLabel"):
        drawn.remove(each)
    write_box(
        etree.SubElement(etree.SubElement(drawn, f"{{{BPMNDI}}}BPMNLabel"), f"{{{DC}}}Bounds"), box
    )
