"""What is wrong with a drawing to the eye: shapes on one another, lines that lead past them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from app.engine.drafting.lettering import labels
from app.engine.drafting.plan import Box
from app.engine.drafting.sheet import Sheet
from app.engine.gate_model import Scope
from app.engine.gate_words import NODES
from app.engine.gate_xml import mark


def held(scope: Scope, holder: str = "") -> Iterator[tuple[str, str]]:
    """Each node and the sub-process that it lies in."""
    for key, node in scope.nodes.items():
        yield key, holder
        if node.inside is not None:
            yield from held(node.inside, key)


def misplaced(sheet: Sheet) -> Iterator[str]:
    """Shapes that lie on another, or outside their lane; lanes that overlap."""
    tags = {each.get("id"): mark(each)[1] for each in sheet.root.iter() if each.get("id")}
    boxes, around = {each: sheet.box(each) for each, _ in sheet.shapes()}, dict(held(sheet.scope))
    solid = [each for each in boxes if tags.get(each) in NODES and tags[each] != "boundaryEvent"]
    for a, b in combinations(solid, 2):
        if boxes[a].meets(boxes[b]) and around[a] != b and around[b] != a:
            yield f"{a} on {b}"
    for lane in sheet.lanes():
        for ref in lane.element:
            box, room = boxes.get((ref.text or "").strip(), lane.box), lane.box
            beside = box.x < room.x or box.right > room.right
            if beside or box.y < room.y or box.bottom > room.bottom:
                yield f"{ref.text} outside {lane.id}"
    for one, other in combinations(sheet.lanes(), 2):
        if one.box.meets(other.box):
            yield f"{one.id} on {other.id}"


def misled(sheet: Sheet) -> Iterator[str]:
    """Lines that run aslant, or do not touch what they join."""
    for flow in (each for scope in sheet.scope.all() for each in scope.flows):
        points = sheet.points(flow.id)
        if any(a[0] != b[0] and a[1] != b[1] for a, b in pairwise(points)):
            yield f"{flow.id} aslant"
        for end, (x, y) in ((flow.source, points[0]), (flow.target, points[-1])):
            if not sheet.box(end).meets(Box(x, y, 0, 0), 3):
                yield f"{flow.id} loose at {end}"


def overwritten(text: str, key: str) -> set[frozenset[str]]:
    """Words that stand on other words, by what both are of."""
    found = labels(Sheet(text, key))
    return {frozenset((a, b)) for a, b in combinations(found, 2) if found[a].meets(found[b])}


def misdrawn(text: str, key: str) -> list[str]:
    sheet = Sheet(text, key)
    return [*misplaced(sheet), *misled(sheet)]
