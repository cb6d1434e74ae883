"""The shipped diagrams as drawings: all is drawn, and nothing stands in the way of anything."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from lxml import etree

from tests.processes.walks import ROOT

NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
Box = tuple[float, float, float, float]
DIAGRAMS = sorted(path.name for path in (ROOT / "bpmn").glob("*.bpmn"))


def box(shape: etree._Element) -> Box:
    bounds = shape.find("dc:Bounds", NAMES)
    x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def shapes(root: etree._Element) -> dict[str, Box]:
    found = root.iterfind(".//bpmndi:BPMNShape", NAMES)
    return {shape.get("bpmnElement"): box(shape) for shape in found}


def within(inner: Box, outer: Box) -> bool:
    return (
        outer[0] <= inner[0] and outer[1] <= inner[1]
        and inner[2] <= outer[2] and inner[3] <= outer[3]
    )  # fmt: skip


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def touches(point: tuple[float, float], frame: Box) -> bool:
    x, y = point
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]


def around_flow(root: etree._Element, key: str) -> set[str]:
    """The sub-processes inside which an arrow runs."""
    flow = root.find(f".//bpmn:sequenceFlow[@id='{key}']", NAMES)
    return {scope.get("id") for scope in flow.iterancestors(f"{{{NAMES['bpmn']}}}subProcess")}


@pytest.fixture(params=DIAGRAMS)
def root(request: pytest.FixtureRequest) -> etree._Element:
    return etree.parse(ROOT / "bpmn" / request.param).getroot()


def test_every_element_is_drawn_inside_its_lane(root: etree._Element) -> None:
    drawn = shapes(root)
    for lane in root.iterfind(".//bpmn:lane", NAMES):
        for ref in lane.iterfind("bpmn:flowNodeRef", NAMES):
            assert within(drawn[ref.text], drawn[lane.get("id")]), ref.text


def test_every_element_stands_in_one_lane(root: etree._Element) -> None:
    process = root.find("bpmn:process", NAMES)
    nodes = [
        node.get("id")
        for node in process
        if etree.QName(node).localname not in ("laneSet", "sequenceFlow")
    ]
    assert sorted(ref.text for ref in root.iterfind(".//bpmn:flowNodeRef", NAMES)) == sorted(nodes)


def test_no_element_covers_another(root: etree._Element) -> None:
    hosts = {
        event.get("id"): event.get("attachedToRef")
        for event in root.iterfind(".//bpmn:boundaryEvent", NAMES)
    }
    refs = {ref.text for ref in root.iterfind(".//bpmn:flowNodeRef", NAMES)}
    drawn = {key: frame for key, frame in shapes(root).items() if key in refs}
    for one, other in combinations(drawn, 2):
        if hosts.get(one) != other and hosts.get(other) != one:
            assert not overlap(drawn[one], drawn[other]), (one, other)


def test_every_arrow_runs_from_its_source_to_its_target(root: etree._Element) -> None:
    drawn = shapes(root)
    edges = {
        edge.get("bpmnElement"): [
            (float(point.get("x")), float(point.get("y")))
            for point in edge.iterfind("di:waypoint", NAMES)
        ]
        for edge in root.iterfind(".//bpmndi:BPMNEdge", NAMES)
    }
    flows = root.findall(".//bpmn:sequenceFlow", NAMES)
    assert {flow.get("id") for flow in flows} == set(edges)
    for flow in flows:
        points = edges[flow.get("id")]
        assert touches(points[0], drawn[flow.get("sourceRef")]), flow.get("id")
        assert touches(points[-1], drawn[flow.get("targetRef")]), flow.get("id")


def test_arrows_run_straight_and_around_everything(root: etree._Element) -> None:
    drawn = shapes(root)
    refs = {ref.text for ref in root.iterfind(".//bpmn:flowNodeRef", NAMES)}
    ends = {
        flow.get("id"): {flow.get("sourceRef"), flow.get("targetRef")}
        for flow in root.iterfind(".//bpmn:sequenceFlow", NAMES)
    }
    for edge in root.iterfind(".//bpmndi:BPMNEdge", NAMES):
        key = edge.get("bpmnElement")
        points = [
            (float(point.get("x")), float(point.get("y")))
            for point in edge.iterfind("di:waypoint", NAMES)
        ]
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, key
            line = (min(x1, x2), min(y1, y2), max(x1, x2) + 0.1, max(y1, y2) + 0.1)
            around = around_flow(root, key)
            met = {ref for ref in refs - ends[key] - around if overlap(line, drawn[ref])}
            assert not met, (key, met)


def test_every_choice_says_on_its_arrow_what_it_is(root: etree._Element) -> None:
    for gateway in root.iterfind(".//bpmn:exclusiveGateway", NAMES):
        outgoing = [ref.text for ref in gateway.iterfind("bpmn:outgoing", NAMES)]
        for flow in root.iterfind(".//bpmn:sequenceFlow", NAMES):
            if flow.get("id") in outgoing and len(outgoing) > 1:
                assert flow.get("name"), flow.get("id")
