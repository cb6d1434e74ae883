"""Making room: everything behind a cut moves aside, and lines, lanes and pools stretch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lxml import etree

from app.engine.drafting.elements import read_box, write_box
from app.engine.drafting.plan import Box, Point, tidy
from app.engine.drafting.sheet import Sheet
from app.engine.gate_model import Scope
from app.engine.gate_words import BPMNDI, DC
from app.engine.gate_xml import mark

RIGHT, DOWN = 0, 1
_STRETCHED = frozenset({"participant", "lane"})


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a drawing is opened: at `at`, but in some bands of the other axis elsewhere."""

    axis: int
    at: float
    by: float
    bands: Sequence[tuple[float, float, float]] = field(default=())
    """(from, to, at): within these bounds of the other axis the cut lies there."""

    def behind(self, point: Point) -> bool:
        """Whether a place moves."""
        return point[self.axis] >= self._here(point[1 - self.axis])

    def _here(self, across: float) -> float:
        return next((at for low, high, at in self.bands if low <= across < high), self.at)

    def border(self, a: float, b: float) -> float:
        """Between two places, where the cut jumps aside."""
        low, high = min(a, b), max(a, b)
        edges = [edge for band in self.bands for edge in band[:2] if low < edge < high]
        return edges[0] if edges else (a + b) / 2

    def moved(self, point: Point) -> Point:
        return (
            (point[0] + self.by, point[1]) if self.axis == RIGHT else (point[0], point[1] + self.by)
        )


def make_room(sheet: Sheet, cut: Cut, staying: frozenset[str] = frozenset()) -> None:
    """Open the drawing. Shapes move as wholes, by their middle; boundary events with their host.

    The ends of the `staying` lines do not move with the shape that they touch.
    """
    tags = {each.get("id", ""): mark(each)[1] for each in sheet.root.iter() if each.get("id")}
    goes = _goes(sheet, cut)
    before = {key: _box_of(shape) for key, shape in sheet.shapes()}
    for key, shape in sheet.shapes():
        if tags.get(key) in _STRETCHED:
            _stretch(shape, cut)
        elif goes(key):
            _move(shape, cut)
    ends = {
        each.get("id", ""): (each.get("sourceRef", ""), each.get("targetRef", ""))
        for each in sheet.root.iter()
        if each.get("sourceRef")
    }
    for key, edge in sheet.edges():
        source, target = ends.get(key, ("", ""))
        known = source in before and target in before
        points = sheet.points(key)
        first, last = (
            (goes(source), goes(target)) if known else map(cut.behind, (points[0], points[-1]))
        )
        shifted = _bent(points, first, last and key not in staying, cut)
        if shifted != points:
            sheet.line(key, shifted)
        _move_label(edge, cut)


def _goes(sheet: Sheet, cut: Cut) -> Callable[[str], bool]:
    """Which shapes move. What lies in a sub-process goes with it."""
    hosts: dict[str, str] = {}

    def note(scope: Scope, holder: str) -> None:
        for key, node in scope.nodes.items():
            host = node.element.get("attachedToRef") or holder
            if host:
                hosts[key] = host
            if node.inside is not None:
                note(node.inside, key)

    note(sheet.scope, "")

    told = {key: cut.behind(_box_of(shape).middle) for key, shape in sheet.shapes()}

    def goes(key: str) -> bool:
        while key in hosts:
            key = hosts[key]
        return told.get(key, False)

    return goes


def _box_of(shape: etree._Element) -> Box:
    bounds = shape.find(f"{{{DC}}}Bounds")
    return Box(0, 0, 0, 0) if bounds is None else read_box(bounds)


def _stretch(shape: etree._Element, cut: Cut) -> None:
    """A pool or lane that the cut goes through grows; one that lies behind it moves."""
    bounds = shape.find(f"{{{DC}}}Bounds")
    if bounds is None:
        return
    box = read_box(bounds)
    start, length = (box.x, box.width) if cut.axis == RIGHT else (box.y, box.height)
    if start >= cut.at:
        _move(shape, cut)
    elif start + length >= cut.at:
        wider, higher = (cut.by, 0) if cut.axis == RIGHT else (0, cut.by)
        write_box(bounds, Box(box.x, box.y, box.width + wider, box.height + higher))


def _move(drawn: etree._Element, cut: Cut) -> None:
    for bounds in drawn.iter(f"{{{DC}}}Bounds"):
        box = read_box(bounds)
        x, y = cut.moved((box.x, box.y))
        write_box(bounds, Box(x, y, box.width, box.height))


def _move_label(edge: etree._Element, cut: Cut) -> None:
    label = edge.find(f"{{{BPMNDI}}}BPMNLabel")
    if label is not None and cut.behind(_box_of(label).middle):
        _move(label, cut)


def _bent(points: Sequence[Point], first: bool, last: bool, cut: Cut) -> list[Point]:
    """The way of a line afterwards: its ends go with their shapes, corners with what they align."""
    goes = [cut.behind(point) for point in points]
    goes[0], goes[-1] = first, last
    for at in range(1, len(points) - 1):  # what stands upright at a moved end stays upright
        if points[at][cut.axis] != points[at - 1][cut.axis]:
            break
        goes[at] = goes[at - 1]
    for at in range(len(points) - 2, 0, -1):
        if points[at][cut.axis] != points[at + 1][cut.axis]:
            break
        goes[at] = goes[at + 1]
    made: list[Point] = []
    for at, point in enumerate(points):
        now = cut.moved(point) if goes[at] else point
        upright = at and points[at - 1][cut.axis] == point[cut.axis]
        if upright and goes[at] != goes[at - 1]:
            across = cut.border(points[at - 1][1 - cut.axis], point[1 - cut.axis])
            made += [_at(made[-1], across, cut.axis), _at(now, across, cut.axis)]
        made.append(now)
    return tidy(made) if made != list(points) else list(points)


def _at(point: Point, across: float, axis: int) -> Point:
    return (point[0], across) if axis == RIGHT else (across, point[1])
