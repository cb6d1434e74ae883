"""One fault put into a shipped drawing, by chance from a seed: what a slip of the hand may do."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from lxml import etree

from app.engine.gate_words import BPMN, BPMNDI, FLOW

GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")
SCOPES = ("community", "township", "district", "city")
NODES = frozenset({
    "startEvent", "endEvent", "userTask", "businessRuleTask", "serviceTask", "boundaryEvent",
    "intermediateCatchEvent", "intermediateThrowEvent", "exclusiveGateway", "subProcess",
})  # fmt: skip
PASSED = frozenset({"businessRuleTask", "serviceTask", "intermediateCatchEvent", "userTask"})
Element = etree._Element


def tag(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def local(element: Element) -> str:
    return etree.QName(element).localname


class Spoiler:
    """A drawing without its shapes, and a fault to come. `put` says which, or that it had none."""

    def __init__(self, text: str, chance: Random) -> None:
        self.root = etree.fromstring(text.encode())
        for drawn in self.root.findall(f"{{{BPMNDI}}}BPMNDiagram"):
            self.root.remove(drawn)
        for mark in [*self.root.iter(tag("incoming")), *self.root.iter(tag("outgoing"))]:
            mark.getparent().remove(mark)
        self.chance = chance

    @property
    def text(self) -> bytes:
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True)

    def put(self, kind: str) -> bool:
        """One fault of this kind; whether there was anything to spoil that way."""
        before = self.text
        FAULTS[kind](self)
        return self.text != before

    # -- what there is -----------------------------------------------------------------------------
    def all(self, *names: str) -> list[Element]:
        return list(self.root.iter(*(tag(name) for name in names)))

    def flows(self) -> list[Element]:
        return self.all("sequenceFlow")

    def one(self, found: list[Element]) -> Element | None:
        return self.chance.choice(found) if found else None

    def beside(self, element: Element) -> list[str]:
        """The ids of the nodes in the same scope."""
        around = element.getparent()
        return [each.get("id", "") for each in around if local(each) in NODES]

    def out(self, element: Element) -> list[Element]:
        return [f for f in self.flows() if f.get("sourceRef") == element.get("id")]

    def into(self, element: Element) -> list[Element]:
        return [f for f in self.flows() if f.get("targetRef") == element.get("id")]

    def gone(self, element: Element) -> None:
        element.getparent().remove(element)
        for ref in self.all("flowNodeRef"):
            if ref.text == element.get("id"):
                ref.getparent().remove(ref)

    def drawn(self, around: Element, source: str, target: str) -> Element:
        key = f"new_{len(self.flows())}"
        return etree.SubElement(
            around, tag("sequenceFlow"), id=key, sourceRef=source, targetRef=target
        )

    # -- faults of lines ---------------------------------------------------------------------------
    def line_dropped(self) -> None:
        if (flow := self.one(self.flows())) is not None:
            flow.getparent().remove(flow)

    def line_ends_elsewhere(self) -> None:
        if (flow := self.one(self.flows())) is not None:
            flow.set("targetRef", self.chance.choice(self.beside(flow)))

    def line_begins_elsewhere(self) -> None:
        if (flow := self.one(self.flows())) is not None:
            flow.set("sourceRef", self.chance.choice(self.beside(flow)))

    def line_added(self) -> None:
        if (flow := self.one(self.flows())) is not None:
            ends = self.beside(flow)
            self.drawn(flow.getparent(), self.chance.choice(ends), self.chance.choice(ends))

    def ends_of_lines_swapped(self) -> None:
        gateway = self.one([g for g in self.all(*GATEWAYS) if len(self.out(g)) > 1])
        if gateway is not None:
            one, other = self.chance.sample(self.out(gateway), 2)
            first, second = one.get("targetRef", ""), other.get("targetRef", "")
            one.set("targetRef", second)
            other.set("targetRef", first)

    # -- faults of gateways ------------------------------------------------------------------------
    def gateway_of_another_kind(self) -> None:
        if (gateway := self.one(self.all(*GATEWAYS))) is not None:
            others = [kind for kind in GATEWAYS if kind != local(gateway)]
            gateway.tag = tag(self.chance.choice(others))

    def gateway_of_another_kind_without_conditions(self) -> None:
        if (gateway := self.one(self.all("exclusiveGateway"))) is not None:
            gateway.tag = tag("parallelGateway")
            gateway.attrib.pop("default", None)
            for flow in self.out(gateway):
                for condition in flow.findall(tag("conditionExpression")):
                    flow.remove(condition)

    def condition_dropped(self) -> None:
        if (condition := self.one(self.all("conditionExpression"))) is not None:
            condition.getparent().remove(condition)

    def condition_turned(self) -> None:
        if (condition := self.one(self.all("conditionExpression"))) is not None:
            text = condition.text or ""
            pairs = [(" = ", " != "), ("true", "false"), ("false", "true"), (" or ", " and ")]
            fits = [(a, b) for a, b in pairs if a in text]
            if fits:
                condition.text = text.replace(*self.chance.choice(fits), 1)

    def condition_of_a_neighbour(self) -> None:
        gateway = self.one([g for g in self.all(*GATEWAYS) if len(self.out(g)) > 1])
        asked = (
            [c for f in self.out(gateway) for c in f.findall(tag("conditionExpression"))]
            if gateway is not None
            else []
        )
        if len(asked) > 1:
            one, other = self.chance.sample(asked, 2)
            one.text = other.text

    def default_moved(self) -> None:
        if (gateway := self.one(self.all("exclusiveGateway"))) is None or not self.out(gateway):
            return
        flow = self.chance.choice(self.out(gateway))
        gateway.set("default", flow.get("id", ""))
        for condition in flow.findall(tag("conditionExpression")):
            flow.remove(condition)

    def default_dropped(self) -> None:
        if (gateway := self.one([g for g in self.all(*GATEWAYS) if g.get("default")])) is not None:
            gateway.attrib.pop("default")

    def gateway_removed(self) -> None:
        """What came to it goes on to one of the places behind it."""
        self._bypass(self.one(self.all(*GATEWAYS)))

    def split_put_in(self) -> None:
        """Two things at once where one was."""
        if (flow := self.one(self.flows())) is None:
            return
        around, ends = flow.getparent(), self.beside(flow)
        etree.SubElement(around, tag("parallelGateway"), id="new_split", name="同时")
        target = flow.get("targetRef", "")
        flow.set("targetRef", "new_split")
        self.drawn(around, "new_split", target)
        self.drawn(around, "new_split", self.chance.choice(ends))

    def join_put_in(self) -> None:
        """Lines that come to one place one at a time are waited for all together."""
        several = [n for n in self.root.iter() if local(n) in NODES and len(self.into(n)) > 1]
        if (node := self.one(several)) is None:
            return
        around = node.getparent()
        etree.SubElement(around, tag("parallelGateway"), id="new_join", name="汇合")
        for flow in self.into(node):
            flow.set("targetRef", "new_join")
        self.drawn(around, "new_join", node.get("id", ""))

    # -- faults of steps ---------------------------------------------------------------------------
    def step_removed(self) -> None:
        self._bypass(self.one(self.all(*PASSED)))

    def _bypass(self, node: Element | None) -> None:
        if node is None or not self.out(node):
            return
        onward = self.chance.choice(self.out(node))
        for flow in self.into(node):
            flow.set("targetRef", onward.get("targetRef", ""))
        for flow in self.out(node):
            flow.getparent().remove(flow)
        for edge in [
            e for e in self.all("boundaryEvent") if e.get("attachedToRef") == node.get("id")
        ]:
            for flow in self.out(edge):
                flow.getparent().remove(flow)
            self.gone(edge)
        self.gone(node)

    def steps_swapped(self) -> None:
        """Two steps change places: their people, forms and buttons go with them."""
        tasks = self.all("userTask")
        if len(tasks) < 2:
            return
        one, other = (each.get("id", "") for each in self.chance.sample(tasks, 2))
        swap = {one: other, other: one}
        for flow in self.flows():
            for end in ("sourceRef", "targetRef"):
                flow.set(end, swap.get(flow.get(end, ""), flow.get(end, "")))

    def level_changed(self) -> None:
        tasks = [t for t in self.all("userTask") if t.get(f"{{{FLOW}}}scope") in SCOPES]
        if (task := self.one(tasks)) is not None:
            task.set(f"{{{FLOW}}}scope", self.chance.choice(SCOPES))

    def levels_swapped(self) -> None:
        tasks = [t for t in self.all("userTask") if t.get(f"{{{FLOW}}}scope") in SCOPES]
        if len(tasks) > 1:
            one, other = self.chance.sample(tasks, 2)
            for word in ("scope", "role"):
                name = f"{{{FLOW}}}{word}"
                first, second = one.get(name, ""), other.get(name, "")
                one.set(name, second)
                other.set(name, first)

    def step_of_the_applicant(self) -> None:
        if (task := self.one(self.all("userTask"))) is not None:
            task.set(f"{{{FLOW}}}role", "applicant")
            task.attrib.pop(f"{{{FLOW}}}scope", None)

    def outcome_dropped(self) -> None:
        if (task := self.one(self.all("userTask"))) is not None:
            said = task.get(f"{{{FLOW}}}outcomes", "").split()
            said.remove(self.chance.choice(said))
            task.set(f"{{{FLOW}}}outcomes", " ".join(said))

    def outcome_added(self) -> None:
        if (task := self.one(self.all("userTask"))) is not None:
            said = task.get(f"{{{FLOW}}}outcomes", "")
            task.set(f"{{{FLOW}}}outcomes", f"{said} {self.chance.choice(EXTRA)}")

    def outcome_renamed(self) -> None:
        if (task := self.one(self.all("userTask"))) is not None:
            said = task.get(f"{{{FLOW}}}outcomes", "").split()
            said[self.chance.randrange(len(said))] = "other:另行处理"
            task.set(f"{{{FLOW}}}outcomes", " ".join(said))

    # -- faults of events and ends -----------------------------------------------------------------
    def edge_moved(self) -> None:
        if (edge := self.one(self.all("boundaryEvent"))) is not None:
            hosts = [n for n in edge.getparent() if local(n) in {"userTask", "subProcess"}]
            edge.set("attachedToRef", self.chance.choice(hosts).get("id", ""))

    def edge_detached(self) -> None:
        if (edge := self.one(self.all("boundaryEvent"))) is not None:
            edge.tag = tag("intermediateCatchEvent")
            edge.attrib.pop("attachedToRef")
            edge.attrib.pop("cancelActivity", None)

    def edge_interrupts_or_not(self) -> None:
        if (edge := self.one(self.all("boundaryEvent"))) is not None:
            stays = edge.get("cancelActivity") == "false"
            edge.set("cancelActivity", "true" if stays else "false")

    def clock_dropped(self) -> None:
        if (edge := self.one(self.all("boundaryEvent"))) is not None:
            for flow in self.out(edge):
                flow.getparent().remove(flow)
            self.gone(edge)

    def end_with_another_result(self) -> None:
        ends = [e for e in self.all("endEvent") if e.get(f"{{{FLOW}}}result")]
        if len(ends) > 1:
            one, other = self.chance.sample(ends, 2)
            one.set(f"{{{FLOW}}}result", other.get(f"{{{FLOW}}}result", ""))

    def end_in_the_middle(self) -> None:
        """A step goes straight to an end."""
        steps = {n.get("id") for n in self.all("userTask", *GATEWAYS)}
        flow = self.one([f for f in self.flows() if f.get("sourceRef") in steps])
        if flow is None:
            return
        around = flow.getparent()
        ends = [n.get("id", "") for n in around if local(n) == "endEvent"]
        if ends:
            flow.set("targetRef", self.chance.choice(ends))


EXTRA = ("hold:暂缓", "return", "reject", "escalate")
FAULTS: dict[str, Callable[[Spoiler], None]] = {
    name: each
    for name, each in vars(Spoiler).items()
    if name.split("_")[0] in {"line", "ends", "gateway", "condition", "default", "split", "join",
                              "step", "steps", "level", "levels", "outcome", "edge", "clock", "end"}
}  # fmt: skip
