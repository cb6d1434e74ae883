"""Each item as a sentence, and as the facts by which two drawings are compared."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from app.engine.gate_model import Flow, Node, Scope
from app.engine.policy import HUMAN
from app.engine.telling.conditions import condition_words
from app.engine.telling.facts import Fact, Facts
from app.engine.telling.story import GATEWAYS, Item, Story
from app.engine.telling.words import called, spaced, timer_words


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; `to` is the element that it points at, if it points."""

    text: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One item told. `depth` is 1 inside a sub-process."""

    element: str
    number: str
    name: str
    parts: tuple[Part, ...]
    facts: tuple[Fact, ...]
    human: bool
    depth: int
    asks: bool = False
    """A judgement that stands alone: its name is the question."""

    @property
    def text(self) -> str:
        """The whole sentence, number first."""
        colon = "" if self.asks and self.name.endswith("？") else "："
        return f"{self.number}. {self.name}{colon}{self.told}"

    @property
    def told(self) -> str:
        """What is told, without number and name."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Way:
    """One way on from an item: when, in words and exactly, and to which node."""

    key: str
    when: str
    node: Node | None
    exact: str = ""


class Teller:
    """Tells the items of one story."""

    def __init__(self, story: Story, facts: Facts) -> None:
        self.story, self.facts = story, facts
        self.policy, self.words = facts.policy, facts.words
        tasks = self.policy.tasks.values()
        self.labels = {each.key: each.label for task in tasks for each in task.outcomes}

    def sentence(self, item: Item) -> Sentence:
        """One item: what happens, then where it goes."""
        facts = self._own(item)
        said = "，".join(fact.said or fact.value for fact in facts if fact.value)
        parts = [Part(said)] if said else []
        for at, way in enumerate(self._ways(item)):
            parts.append(Part("；" if at == 0 and said else "，" if at else ""))
            parts += self._arrow(way, item)
        for way in self._sudden(item):
            parts.append(Part("；"))
            parts += self._arrow(way, item)
        return Sentence(
            element=item.node.id,
            number=item.number,
            name=self._name(item),
            parts=tuple(part for part in parts if part.text),
            facts=self.compared(item)[1],
            human=item.node.tag in HUMAN,
            depth=item.number.count("."),
            asks=not said and item.node.tag in GATEWAYS,
        )

    def compared(self, item: Item) -> tuple[str, tuple[Fact, ...]]:
        """By what one item differs from another: its name and all its facts."""
        ways = (self._fact(way, "结果") for way in self._ways(item))
        sudden = (self._fact(way, "") for way in self._sudden(item))
        return self._name(item), (*self._own(item), *ways, *sudden)

    def _own(self, item: Item) -> list[Fact]:
        facts = self.facts.of(item)
        if item.gateway is not None and item.gateway.tag == "inclusiveGateway":
            facts.append(Fact("several", "分路", "符合条件的各路都走"))
        return facts

    # -- what it is ----------------------------------------------------------------------------
    def _name(self, item: Item) -> str:
        node = item.node
        if node.element.get("name"):
            return called(node)
        return {"startEvent": "开始", "parallelGateway": "并行"}.get(node.tag, called(node))

    # -- where it goes -------------------------------------------------------------------------
    def _ways(self, item: Item) -> list[Way]:
        node, scope = item.node, item.scope
        flows = scope.out(item.gateway.id if item.gateway else node.id)
        gateway = item.gateway or (node if node.tag.endswith("Gateway") else None)
        default = gateway.element.get("default", "") if gateway else ""
        flows = sorted(flows, key=lambda flow: flow.id == default)
        ways = [self._way(flow, scope, gateway, item) for flow in flows]
        task = self.policy.tasks.get(node.id)
        if gateway is None and task is not None and len(ways) == 1:
            said = "、".join(each.label for each in task.outcomes)
            ways = [Way(ways[0].key, said, ways[0].node)]
        return ways

    def _way(self, flow: Flow, scope: Scope, gateway: Node | None, item: Item) -> Way:
        node = self.story.target(flow, scope)
        if gateway is None:
            return Way("next", "", node)
        if gateway.tag == "parallelGateway":
            return Way(f"way:{flow.id}", "同时" if len(scope.out(gateway.id)) > 1 else "", node)
        if gateway.tag == "eventBasedGateway" and node is not None:
            return Way(f"way:{flow.id}", spaced("先等到", self.facts.event(node)), node)
        if gateway.element.get("default") == flow.id:
            return Way(f"way:{flow.id}", "其他情况", node)
        return Way(f"way:{flow.id}", self._when(flow, gateway, item), node, flow.condition or "")

    def _when(self, flow: Flow, gateway: Node, item: Item) -> str:
        """The condition in words; else the words of the drawing, with the formula."""
        if not flow.condition:
            return ""
        task = self.policy.tasks.get(item.node.id)
        own = {each.key: each.label for each in task.outcomes} if task else {}
        said = condition_words(flow.condition, self.words, {**self.labels, **own})
        if said:
            return said
        drawn = flow.element.get("name", "")
        formula = f"〔{flow.condition}〕"
        question = "" if gateway is item.node else f"“{called(gateway)}”"
        return f"{question}选“{drawn}”{formula}" if drawn else formula

    def _sudden(self, item: Item) -> list[Way]:
        """What may break in while it waits: time, a message, an error."""
        return [
            Way(
                f"event:{event.id}",
                self._sudden_words(event),
                self.story.target(flow, item.scope),
                self.facts.exactly(event),
            )
            for event in item.scope.attached(item.node.id)
            for flow in item.scope.out(event.id)
        ]

    def _sudden_words(self, event: Node) -> str:
        when = f"{called(event)}时"
        if (timer := event.event("timer")) is not None:
            text = next((part.text or "" for part in timer), "")
            said = timer_words(text, self.words.fields)
            if said:
                when = spaced("超过", said) if said[:1].isdigit() else f"到{said}"
                when += "未办"
        stays = event.element.get("cancelActivity") == "false"
        return f"{when}，本步照办，另外" if stays else when

    def _behind(self, there: Item, item: Item) -> frozenset[str]:
        """What comes only after the item that a way leads to: from there it is a way back."""
        return there.scope.only_through(there.node.id) if there.scope is item.scope else frozenset()

    def _fact(self, way: Way, kind: str) -> Fact:
        return Fact(way.key, _quoted(kind, way.when), self._goal(way), "", way.exact)

    def _goal(self, way: Way) -> str:
        """Where it leads, by name: what is compared."""
        if way.node is None:
            return "没有接上"
        if way.node.tag == "endEvent":
            return self._end(way.node)
        return f"“{called(way.node)}”"

    def _end(self, node: Node) -> str:
        if self._inside(node):
            return "本环节结束"
        result = self.words.results.get(self.policy.results.get(node.id, ""), "")
        name = node.element.get("name") or result
        more = f"，{result}" if result and result != name else ""
        sent = "，并发出消息" if node.event("message") is not None else ""
        return f"结束（{name}{more}{sent}）" if name else "结束"

    def _inside(self, node: Node) -> bool:
        holder = node.element.getparent()
        return holder is not None and etree.QName(holder).localname == "subProcess"

    def _arrow(self, way: Way, item: Item) -> list[Part]:
        if way.node is None:
            return [Part(f"{way.when}→没有接上")]
        if way.node.tag == "endEvent":
            return [Part(f"{way.when}→{self._end(way.node)}")]
        there = self.story.by_node[way.node.id]
        back = "回到 " if item.node.id in self._behind(there, item) else ""
        follows = there.number == _next(item.number)
        name = "" if follows else f"（{self._name(there)}）"
        return [Part(f"{way.when}→{back}"), Part(f"{there.number}{name}", there.node.id)]


def _quoted(kind: str, words: str) -> str:
    """`结果“通过”`; quotation marks inside become single ones."""
    inner = words.translate({0x201C: "‘", 0x201D: "’"})
    return f"{kind}“{inner}”" if words else ""


def _next(number: str) -> str:
    head, dot, last = number.rpartition(".")
    return f"{head}{dot}{int(last) + 1}"
