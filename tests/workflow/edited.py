"""Random edits of the shapes by the table of steps, on drawings with a plain layout."""

from __future__ import annotations

import random
from collections.abc import Iterator

from lxml import etree

from app.engine import drafting
from app.engine.drafting import Change, InsertAfter, InsertBefore, Level, Remove, Sheet
from app.engine.types import Limit, Party, Sign
from app.errors import Refusal
from tests.engine.drawings import document
from tests.workflow import shapes

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPACES = ('xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
          'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
          'xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"')  # fmt: skip
NEW = Party(("leader",), "township")
_PARTIES = (Party(("head",), "township"), Party(("district_gov_user",), "district"))


def laid_out(text: str, key: str) -> str:
    """The same with every node in a row and every flow a line."""
    root = etree.fromstring(text.encode())
    nodes = [one for one in root.iter(f"{BPMN}*") if one.find(f"{BPMN}incoming") is not None
             or one.tag.endswith(("Event", "Task", "Gateway", "subProcess"))]  # fmt: skip
    at = {one.get("id"): 100 + 180 * place for place, one in enumerate(nodes)}
    drawn = "".join(
        f'<di:BPMNShape id="{name}_di" bpmnElement="{name}">'
        f'<dc:Bounds x="{x}" y="200" width="100" height="80"/></di:BPMNShape>'
        for name, x in at.items()
    )
    for flow in root.iter(f"{BPMN}sequenceFlow"):
        ends = (at[flow.get("sourceRef")] + 50, at[flow.get("targetRef")] + 50)
        points = "".join(f'<dd:waypoint x="{x}" y="240"/>' for x in ends)
        name = flow.get("id")
        drawn += f'<di:BPMNEdge id="{name}_di" bpmnElement="{name}">{points}</di:BPMNEdge>'
    plane = f'<di:BPMNPlane id="plane" bpmnElement="{key}">{drawn}</di:BPMNPlane>'
    diagram = f'<di:BPMNDiagram {SPACES} id="diagram">{plane}</di:BPMNDiagram>'
    end = "</bpmn:definitions>"
    return text.replace(end, diagram + end)


def shape(key: str) -> str:
    """A shape as it is published."""
    drawing = {**shapes.SHAPES, **shapes.BESIDES}[key]
    return laid_out(document(*drawing(), key=key), key)


def edited(text: str, key: str, chance: random.Random) -> str:
    """One to three edits, each at a step by chance; an edit that the table refuses is left out."""
    for _ in range(chance.randint(1, 3)):
        for one in _tries(text, key, chance):
            try:
                text = drafting.edit(text, key, one)
                break
            except Refusal:
                continue
    return text


def without(text: str, key: str, step: str) -> str:
    """Without this step, where the table takes it out."""
    try:
        ways = drafting.ways_out(Sheet(text, key), step)
        return drafting.edit(text, key, Remove(step, ways[0].flow if ways else ""))
    except Refusal:
        return text


def _tries(text: str, key: str, chance: random.Random) -> Iterator[drafting.Edit]:
    for _ in range(6):
        sheet = Sheet(text, key)
        policies = drafting.policies(sheet)
        step = chance.choice(sorted(policies))
        kind = chance.choice(("before", "after", "remove", "remove", "change"))
        policy = policies[step]
        try:
            ways = drafting.ways_out(sheet, step)
        except Refusal:
            continue
        flow = chance.choice(ways).flow if ways else ""
        if kind == "remove":
            agreed = (one for one in ways if policy.outcomes[0].key in one.keys)
            yield Remove(step, next(agreed, ways[0]).flow if ways else "")
        elif kind == "change" and policy.form == "demo/review":
            parties = chance.choice((policy.parties, (chance.choice(_PARTIES),), _PARTIES))
            sign = Sign("all") if len(parties) > 1 else Sign()
            labels = tuple((one.key, one.label) for one in policy.outcomes)
            limit = Limit(chance.randint(1, 5), "wd")
            yield Change(step, policy.name, parties, policy.form, labels, limit, sign)
        elif kind in ("before", "after"):
            like = drafting.ways_like(sheet, step, after=kind == "after")
            level = Level("街道分管领导审核", NEW, "demo/review", like, Limit(2, "wd"))
            yield InsertBefore(step, level) if kind == "before" else InsertAfter(step, flow, level)
