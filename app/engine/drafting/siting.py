"""Where a new level is drawn: its lane, its row, and the room that is made for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lxml import etree

from app.engine.drafting.plan import Box
from app.engine.drafting.requests import ONWARD, Level, Way
from app.engine.drafting.sheet import TO_CANVAS, Lane, Sheet, policy
from app.engine.drafting.space import DOWN, RIGHT, Cut, make_room
from app.engine.drafting.written import party_words
from app.engine.gate_words import NODES
from app.engine.gate_xml import mark
from app.engine.policy import HUMAN, SCOPES
from app.errors import Invalid

TASK_WIDTH, TASK_HEIGHT, GATE, END = 100.0, 80.0, 50.0, 36.0
GAP, ROOM, ROOM_WITH_ENDS = 40.0, 250.0, 320.0
FIRST_END, NEXT_END = 48.0, 52.0
"""How far below the gateway the middle of the first end lies, and each next one."""
NEW_LANE = 190.0
MARGIN = 15.0


@dataclass(frozen=True, slots=True)
class Site:
    """Where the parts of a new level come to stand."""

    task: Box
    ends: int
    lane: etree._Element | None = None

    @property
    def gateway(self) -> Box:
        x, y = self.task.right + GAP, self.task.middle[1] - GATE / 2
        return Box(x, y, GATE, GATE)

    def end(self, number: int) -> Box:
        """The end events stand to the right below the gateway, one beneath the other."""
        gate = self.gateway
        middle = gate.bottom + FIRST_END + number * NEXT_END
        return Box(gate.middle[0] + 35, middle - END / 2, END, END)

    def parts(self) -> list[Box]:
        """Everything that must have a place of its own; ends with their words."""
        ends = [self.end(number) for number in range(self.ends)]
        return [self.task, self.gateway, *(Box(e.x, e.y, 120, e.height) for e in ends)]

    @property
    def bottom(self) -> float:
        return max(part.bottom for part in self.parts()) + 2 * MARGIN


def find_site(sheet: Sheet, flows: Sequence[etree._Element], level: Level, behind: bool) -> Site:
    """Choose the place, open the drawing there, and say where it is.

    In the lane of the next step the new one takes its place, and that one moves on with all that
    stands behind it; in another lane it comes above or below that place. One that is wanted
    `behind` a step, and cannot stand before the next one, comes right behind it.
    """
    ends = sum(1 for way in level.ways if is_end(sheet, way))
    lane = _lane_for(sheet, flows, level)
    onward, source = (sheet.box(flows[0].get(f"{end}Ref", "")) for end in ("target", "source"))
    home = _same(lane, sheet.lane_of(flows[0].get("targetRef", "")))
    ahead = onward.middle[0] > source.middle[0]
    if not behind or (home and ahead):
        x, cut = onward.x, onward.middle[0] - 0.5
    else:
        x, cut = source.right + GAP, source.right + 1
    row = onward.middle[1] if home and x == onward.x else _row(sheet, lane, source)
    site = Site(_task_at(x, row), ends, None if lane is None else lane.element)
    opened = Cut(RIGHT, cut, 0, _kept(sheet, flows, cut))
    if not (home and x == onward.x) or not _is_free(sheet, site, opened):
        site = _free_row(sheet, site, opened)
    room = site.task.x - x + (ROOM_WITH_ENDS if ends else ROOM)
    staying = frozenset(flow.get("id", "") for flow in flows)
    make_room(sheet, replace(opened, by=room), staying)
    return _within_lane(sheet, site)


def is_end(sheet: Sheet, way: Way) -> bool:
    """Whether an outcome of the new level ends the case."""
    return way.target != ONWARD and sheet.node(way.target).tag == "endEvent"


def _task_at(x: float, middle: float) -> Box:
    return Box(x, middle - TASK_HEIGHT / 2, TASK_WIDTH, TASK_HEIGHT)


def _same(a: Lane | None, b: Lane | None) -> bool:
    return (a is None and b is None) or (a is not None and b is not None and a.id == b.id)


def _kept(
    sheet: Sheet, flows: Sequence[etree._Element], cut: float
) -> list[tuple[float, float, float]]:
    """Lanes whose step stands right above or below: there the cut lies behind that step."""
    here = sheet.lane_of(flows[0].get("targetRef", ""))
    found: dict[str, tuple[float, float, float]] = {}
    for flow in flows:
        key = flow.get("sourceRef", "")
        source, lane = sheet.box(key), sheet.lane_of(key)
        if lane is None or _same(lane, here) or source.middle[0] < cut:
            continue
        if source.middle[0] - cut < TASK_WIDTH:
            at = max(source.right + 1, found.get(lane.id, (0, 0, 0))[2])
            found[lane.id] = (lane.box.y, lane.box.bottom, at)
    return list(found.values())


def _lane_for(sheet: Sheet, flows: Sequence[etree._Element], level: Level) -> Lane | None:
    """A lane that speaks of this level, the nearest one; else a new one at its rank."""
    lanes = sheet.lanes()
    if not lanes:
        return None
    middle = sheet.box(flows[0].get("targetRef", "")).middle[1]
    alike = [lane for lane in lanes if lane.level == level.party.scope]
    if alike:
        return min(alike, key=lambda lane: abs(lane.box.middle[1] - middle))
    return _new_lane(sheet, lanes, level)


def _new_lane(sheet: Sheet, lanes: Sequence[Lane], level: Level) -> Lane:
    """Beneath the lanes of lower levels, above those of higher ones."""
    rank = _rank(level.party.scope)
    lower = [lane for lane in lanes if _rank(lane.level) <= rank]
    above = lower[-1] if lower else lanes[0]
    at = above.box.bottom
    make_room(sheet, Cut(DOWN, at, NEW_LANE))
    sheet.resize(above.id, above.box)
    key = sheet.fresh(f"lane_{level.party.scope.replace(':', '_')}")
    roles, scope = party_words((level.party,))
    given = {
        "id": key,
        "name": level.lane or level.name,
        policy("role"): roles,
        policy("scope"): scope,
    }
    lane = sheet.add("lane", given, above.element)
    box = Box(above.box.x, at, above.box.width, NEW_LANE)
    sheet.draw(key, box, above.id)
    sheet.mark_shape(key, isHorizontal="true")
    sheet.renew()
    return Lane(lane, box)


def _tag(sheet: Sheet, key: str) -> str:
    found = next((each for each in sheet.root.iter() if each.get("id") == key), None)
    return "" if found is None else mark(found)[1]


def _rank(scope: str) -> int:
    level = scope.partition(":")[0]
    return SCOPES.index(level) if level in SCOPES else -1


def _row(sheet: Sheet, lane: Lane | None, source: Box) -> float:
    """The middle of the row in which the steps of a lane stand."""
    if lane is None:
        return source.middle[1]
    rows = [
        sheet.box(node.id).middle[1]
        for node in sheet.scope.nodes.values()
        if node.tag in HUMAN and _same(sheet.lane_of(node.id), lane)
    ]
    here = lane.box.y < source.middle[1] < lane.box.bottom
    return source.middle[1] if here else rows[0] if rows else lane.box.y + 80


def _nodes(sheet: Sheet) -> Iterable[Box]:
    for key, _ in sheet.shapes():
        if _tag(sheet, key) in NODES:
            yield sheet.box(key)


def _free_row(sheet: Sheet, site: Site, cut: Cut) -> Site:
    """Lower, where lines run across at this height; further right, where shapes reach over."""
    staying = [box for box in _nodes(sheet) if not cut.behind(box.middle)]
    across = [sheet.points(key) for key, _ in sheet.edges()]
    for lower in range(0, 400, 10):
        tried = replace(site, task=site.task._replace(y=site.task.y + lower))
        band = Box(cut.at, tried.task.y, 1, TASK_HEIGHT)
        if any(_runs_over(band, points) for points in across):
            continue
        beside = [
            box
            for part in tried.parts()
            for box in staying
            if box.y < part.bottom + MARGIN and box.bottom > part.y - MARGIN
        ]
        reach = [box.right + 25 for box in beside]
        x = max([tried.task.x, *reach])
        if x - tried.task.x < 200:
            return replace(tried, task=tried.task._replace(x=x))
    raise Invalid(f"这里画不下新的一级，{TO_CANVAS}")


def _runs_over(band: Box, points: Sequence[tuple[float, float]]) -> bool:
    """Whether a line runs from left to right through the band."""
    return any(
        a[1] == b[1]
        and band.y - 5 < a[1] < band.bottom + 5
        and min(a[0], b[0]) <= band.x <= max(a[0], b[0])
        for a, b in pairwise(points)
    )


def _is_free(sheet: Sheet, site: Site, cut: Cut) -> bool:
    """Whether nothing that stays would lie beneath the new shapes."""
    staying = [box for box in _nodes(sheet) if not cut.behind(box.middle)]
    return not any(part.meets(box, 2) for part in site.parts() for box in staying)


def _within_lane(sheet: Sheet, site: Site) -> Site:
    """The lane grows downwards until everything new lies within it."""
    if site.lane is None:
        return site
    box = sheet.box(site.lane.get("id", ""))
    lacking = site.bottom - box.bottom
    if lacking > 0:
        make_room(sheet, Cut(DOWN, box.bottom, 10 * -(-lacking // 10)))
    return site
