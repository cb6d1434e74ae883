"""What one item is: its people, its form, its limit; or what the system does there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from app.engine.decisions import Decision
from app.engine.gate_model import Node
from app.engine.gate_words import BPMN
from app.engine.policy import HUMAN, Policy
from app.engine.telling.story import Item
from app.engine.telling.words import Words, called, limit_words, people_words, spaced, timer_words
from app.engine.types import TaskPolicy

_TOGETHER = {
    "parallelGateway": ("下面各路同时进行", "前面各路都办完后继续"),
    "inclusiveGateway": ("符合条件的各路都走", "前面走到的各路都办完后继续"),
}
"""Of a gateway that parts and of one that joins."""
_RECEIVERS = {
    "child": "启动相关办件",
    "parent": "告知发起它的办件",
    "subject": "告知同一工程的办件",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing of an item: its key, what it is called, what it is, and how a sentence says it."""

    key: str
    name: str
    value: str
    said: str = field(default="", compare=False)
    exact: str = ""
    """What the words stand for, where two that read alike may not be the same."""


class Facts:
    """Reads the facts of items."""

    def __init__(
        self, root: etree._Element, policy: Policy, decisions: Mapping[str, Decision], words: Words
    ) -> None:
        self.policy, self.decisions, self.words = policy, decisions, words
        self.messages = {
            each.get("id"): each.get("name", "") for each in root.iter(f"{{{BPMN}}}message")
        }

    def of(self, item: Item) -> list[Fact]:
        """All that is said of an item before where it goes."""
        node = item.node
        task = self.policy.tasks.get(node.id)
        if node.tag in HUMAN and task is not None:
            return self._human(task)
        if node.tag == "startEvent":
            return self._start(item)
        return self._system(item)

    def _human(self, task: TaskPolicy) -> list[Fact]:
        names = [self.words.party(party) for party in task.parties]
        form = self.words.form(task.form) if task.form else ""
        limit = limit_words(task.limit)
        return [
            Fact("who", "办理人", people_words(names, task.sign, task.each)),
            Fact("form", "表单", form, f"填{form}"),
            Fact("limit", "时限", limit, f"限 {limit}" if task.limit else limit),
            Fact("clock", "整件时限", "暂停" if task.stops_clock else "", "期间整件时限暂停"),
        ]

    def _start(self, item: Item) -> list[Fact]:
        key = self.policy.start_forms.get(item.scope.id, "")
        form = self.words.form(key) if key else ""
        event = item.node.event("message")
        limit = limit_words(self.policy.limits.get(item.scope.id))
        heard = "" if event is None else self.messages.get(event.get("messageRef"), "")
        begins = "由相关办件自动启动" if heard else self.words.begins.format(form) if form else ""
        whole = limit if self.policy.limits.get(item.scope.id) else ""
        return [
            Fact("begins", "开始方式", f"{form}{heard}", begins),
            Fact("whole", "整件时限", whole, f"整件 {whole}内办结"),
        ]

    def _system(self, item: Item) -> list[Fact]:
        node = item.node
        if node.tag == "serviceTask":
            action = self.policy.actions.get(node.id, "")
            return [Fact("action", "系统动作", action, "系统自动办理")]
        if node.tag in {"sendTask", "intermediateThrowEvent"}:
            return [Fact("sent", "消息", self._sent(node), self._thrown(node))]
        if node.tag == "subProcess":
            last = item.items[-1].number if item.items else item.number
            return [Fact("inside", "分环节", " ", f"分环节，见 {item.number}.1 至 {last}")]
        words = self._does(item)
        return [Fact("does", "办理内容", words, "", self.exactly(node))] if words else []

    def _does(self, item: Item) -> str:
        node, splits = item.node, len(item.scope.out(item.node.id)) > 1
        match node.tag:
            case "businessRuleTask":
                return self._decided(self.policy.decisions.get(node.id, ""))
            case "receiveTask" | "intermediateCatchEvent":
                return spaced("等待", self.event(node))
            case "callActivity":
                return f"调用流程“{node.element.get('calledElement', '')}”"
            case "eventBasedGateway":
                return "等待，以先发生的为准"
        said = _TOGETHER.get(node.tag, ("", ""))
        return said[0] if splits else said[1]

    def _sent(self, node: Node) -> str:
        event = node.event("message")
        ref = node.element.get("messageRef") if event is None else event.get("messageRef")
        return f"{self.messages.get(ref, '')} {self.policy.recipients.get(node.id, '')}"

    def _decided(self, key: str) -> str:
        decision = self.decisions.get(key)
        if decision is None:
            return f"系统查决策表“{key}”"
        fields = self.words.fields
        outputs = "、".join(fields[o].label if o in fields else o for o in decision.outputs)
        return f"系统查决策表“{decision.name}”，得出{outputs}"

    def _thrown(self, node: Node) -> str:
        to = self.policy.recipients.get(node.id, "")
        if node.tag == "sendTask" or node.event("message") is not None:
            return f"系统发出消息，{_RECEIVERS.get(to, '告知有关办件')}"
        return "系统发出信号"

    def exactly(self, node: Node) -> str:
        """What an event waits for as the drawing writes it."""
        timer, message = node.event("timer"), node.event("message")
        if timer is not None:
            return next((part.text or "" for part in timer), "")
        return "" if message is None else self.messages.get(message.get("messageRef"), "")

    def event(self, node: Node) -> str:
        """What an event waits for: `3 天`, `消息“work.closed”`."""
        timer = node.event("timer")
        if timer is not None:
            text = next((part.text or "" for part in timer), "")
            return timer_words(text, self.words.fields) or f"到“{called(node)}”"
        event = node.event("message")
        ref = node.element.get("messageRef") if event is None else event.get("messageRef")
        heard = self.messages.get(ref, "")
        return f"消息“{heard}”" if heard else f"“{called(node)}”"
