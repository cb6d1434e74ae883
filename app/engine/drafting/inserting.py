"""Inserting a review level: its task, its gateway, its ways out, and where they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree

from app.engine.drafting.lettering import words_above, words_along, words_beside, words_box
from app.engine.drafting.plan import Box, Point, along, dock, route, side_of
from app.engine.drafting.requests import ONWARD, InsertAfter, InsertBefore, Level, Way
from app.engine.drafting.sheet import TO_CANVAS, Sheet, policy
from app.engine.drafting.siting import Site, find_site, is_end
from app.engine.drafting.ways import asks_outcome, exit_of, task_of
from app.engine.drafting.written import limit_text, outcomes_text, party_words, step_name
from app.errors import Invalid

GATE_NAME = "本级结论"


@dataclass(frozen=True, slots=True)
class Made:
    """The ids of what is new."""

    task: str
    gateway: str


def insert_before(sheet: Sheet, asked: InsertBefore) -> str:
    """Before a step, on every flow by which a case comes to it for the first time."""
    task_of(sheet, asked.step)
    behind = sheet.scope.only_through(asked.step)
    first = [flow for flow in sheet.before(asked.step) if flow.get("sourceRef") not in behind]
    if not first:
        raise Invalid(f"没有连线通到这一步，{TO_CANVAS}")
    return _insert(sheet, first, asked.level, asked.step, behind=False)


def insert_after(sheet: Sheet, asked: InsertAfter) -> str:
    """After a step, on one of its ways."""
    leaving = exit_of(sheet, asked.step)
    way = next((way for way in leaving.ways if way.flow == asked.flow), None)
    name = sheet.node(asked.step).short
    if way is None:
        raise Invalid(f"“{name}”没有这条去向，可能刚被别人改了，请刷新")
    if not leaving.own:
        shared = sheet.node(leaving.gateway).short
        raise Invalid(f"“{name}”和别的步骤共用网关“{shared}”，不能插在它后面，{TO_CANVAS}")
    if (reader := asks_outcome(sheet, way.target)) is not None:
        raise Invalid(f"后面的“{reader.short}”还要看“{name}”的结果，不能插在中间，{TO_CANVAS}")
    flow = next(each.element for each in sheet.scope.flows if each.id == way.flow)
    return _insert(sheet, [flow], asked.level, asked.step, behind=True)


def _insert(
    sheet: Sheet, flows: Sequence[etree._Element], level: Level, anchor: str, *, behind: bool
) -> str:
    _refuse(sheet, level)
    onward = flows[0].get("targetRef", "")
    site = find_site(sheet, flows, level, behind)
    made = _place(sheet, level, site, anchor)
    for flow in flows:
        _lead_in(sheet, flow, made.task, site)
    _join(sheet, made, level, site, onward)
    return made.task


def _refuse(sheet: Sheet, level: Level) -> None:
    step_name(level.name)
    onward = [way for way in level.ways if way.target == ONWARD]
    if len(onward) != 1:
        raise Invalid("新增的一级要有一个结果让办件往下走", {"ways": "请选一个往下走的结果"})
    keys = [way.key for way in level.ways]
    if len(set(keys)) != len(keys):
        raise Invalid("办理结果有重复，请删除一个", {"ways": "办理结果有重复"})
    for way in level.ways:
        if way.target != ONWARD and (reader := asks_outcome(sheet, sheet.node(way.target).id)):
            raise Invalid(f"“{way.label}”通到的“{reader.short}”要看上一步的结果，{TO_CANVAS}")


def _place(sheet: Sheet, level: Level, site: Site, anchor: str) -> Made:
    """The task and, where it has several ways out, its gateway: model, lane, shapes."""
    made = Made(sheet.fresh("step"), "")
    given = {"id": made.task, "name": step_name(level.name)}
    roles, scope = party_words((level.party,))
    behind = sheet.node(anchor).element
    if site.lane is None or not _speaks_so(site.lane, roles, scope):
        given |= {policy("role"): roles, policy("scope"): scope}
    given |= {policy("form"): level.form, policy("outcomes"): outcomes_text(level.ways)}
    if level.limit is not None:
        given[policy("sla")] = limit_text(level.limit)
    task = sheet.add("userTask", given, behind)
    sheet.draw(made.task, site.task, anchor)
    if len(level.ways) > 1:
        made = replace(made, gateway=sheet.fresh(f"{made.task}_gate"))
        named = {"id": made.gateway, "name": GATE_NAME}
        sheet.add("exclusiveGateway", named, task)
        sheet.draw(made.gateway, site.gateway, made.task, words_above(site.gateway, named["name"]))
        sheet.mark_shape(made.gateway, isMarkerVisible="true")
    if site.lane is not None:
        for key in filter(None, (made.gateway, made.task)):
            sheet.stand_in(site.lane, key, anchor)
    sheet.renew()
    return made


def _speaks_so(lane: etree._Element, roles: str, scope: str) -> bool:
    return lane.get(policy("role")) == roles and lane.get(policy("scope")) == scope


def _lead_in(sheet: Sheet, flow: etree._Element, task: str, site: Site) -> None:
    """Let what came to the next step come to the new one."""
    key, source = flow.get("id", ""), flow.get("sourceRef", "")
    points = sheet.points(key)
    sheet.retarget(flow, task)
    if _touches(site.task, points[-1]):
        return
    points = route(points[0], side_of(sheet.box(source), points[0]), site.task)
    sheet.line(
        key, points, label=words_along(points, name) if (name := flow.get("name", "")) else None
    )


def _touches(box: Box, point: Point) -> bool:
    x, y = point
    inside = box.x <= x <= box.right and box.y <= y <= box.bottom
    return inside and (x in (box.x, box.right) or y in (box.y, box.bottom))


def _join(sheet: Sheet, made: Made, level: Level, site: Site, onward: str) -> None:
    """The flows out of the new step, with the ends that are its own."""
    last = sheet.scope.flows[-1].element
    source, box = made.task, site.task
    if made.gateway:
        key = f"f_{made.task}"
        last = sheet.add_flow(key, (made.task, made.gateway), ("", ""), last)
        sheet.line(key, [dock(site.task, "right"), dock(site.gateway, "left")], _some_line(sheet))
        source, box = made.gateway, site.gateway
    ends = 0
    for way in level.ways:
        target = onward if way.target == ONWARD else way.target
        if is_end(sheet, way):
            target = _copy_end(sheet, made, way, site.end(ends))
            ends += 1
        key = sheet.fresh(f"f_{made.task}_{way.key}")
        words = (way.label, f'outcome = "{way.key}"') if made.gateway else ("", "")
        last = sheet.add_flow(key, (source, target), words, last)
        points = way_to(sheet, box, target, onward)
        sheet.line(key, points, f"f_{made.task}" if made.gateway else _some_line(sheet),
                   words_beside(sheet, points, way.label) if made.gateway else None)  # fmt: skip
        sheet.renew()


def _some_line(sheet: Sheet) -> str:
    return [key for key, _ in sheet.edges()][-1]


def _copy_end(sheet: Sheet, made: Made, way: Way, box: Box) -> str:
    """An end like another one: its name and result, in the lane of the new step."""
    like = sheet.node(way.target).element
    key = sheet.fresh(f"{made.task}_{way.key}")
    name = like.get("name", "")
    given = {"id": key, "name": name}
    if result := like.get(policy("result")):
        given[policy("result")] = result
    sheet.add("endEvent", given, sheet.node(made.gateway or made.task).element)
    label = words_box(box.right + 6, box.y + 11, name)
    sheet.draw(key, box, made.gateway or made.task, label)
    if (lane := sheet.lane_of(made.task)) is not None:
        sheet.stand_in(lane.element, key, made.gateway or made.task)
    sheet.renew()
    return key


def way_to(sheet: Sheet, box: Box, target: str, onward: str = "") -> list[Point]:
    """The line from the new gateway: on to the right, down to its ends, by a channel to others."""
    goal = sheet.box(target)
    if sheet.node(target).tag == "endEvent" and target != onward and goal.x > box.middle[0]:
        x, y = dock(box, "bottom")
        return [(x, y), (x, goal.middle[1]), dock(goal, "left")]
    if target == onward and goal.x >= box.right + 20:
        return route(dock(box, "right"), "right", goal)
    side = "bottom" if goal.y > box.bottom else "top"
    start = dock(box, side)
    if goal.x <= start[0] <= goal.right:
        return [start, (start[0], dock(goal, "top" if side == "bottom" else "bottom")[1])]
    drawn = dict(sheet.edges())
    others = [flow.get("id", "") for flow in sheet.before(target)]
    found = along(start, [sheet.points(each) for each in others if each in drawn], side)
    return found or route(start, side, goal)
