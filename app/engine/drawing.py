"""From BPMN elements to the specs that run: SpiffWorkflow's parser with our nodes and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    SendTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import (
    EndEvent,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ManualTask,
    ReceiveTask,
    SendTask,
    StartEvent,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from app.engine.decisions import Decision
from app.engine.events import Alarm, Boundary, EventGateway, MessageEvent, Signal, Timer
from app.engine.feel import compile_expression, compile_timer
from app.engine.nodes import (
    Call,
    Condition,
    Embedded,
    Exclusive,
    Inclusive,
    Parallel,
    Rule,
    Service,
)
from app.engine.policy import BPMN, Policy


class _Events:
    """Reads event definitions into ours."""

    node: Any
    bpmn_id: str
    process_parser: Any
    spec: Any

    def parse_timer_event(self, event: etree._Element) -> Timer:
        text = next(
            part.text or ""
            for tag in ("timeDate", "timeDuration")
            if (part := event.find(f"{{{BPMN}}}{tag}")) is not None
        )
        return Timer(self.bpmn_id, compile_timer(text))

    def parse_message_event(self, event: etree._Element) -> MessageEvent:
        parser = self.process_parser.parser
        name = parser.messages[event.get("messageRef")]
        return MessageEvent(name, self.bpmn_id, parser.policy.recipients.get(self.bpmn_id, ""))

    def parse_signal_event(self, event: etree._Element) -> Signal:
        return Signal(self.process_parser.parser.signals[event.get("signalRef")])

    def parse_error_event(self, event: etree._Element) -> Alarm:
        known = self.process_parser.parser.errors.get(event.get("errorRef"), {})
        return Alarm(known.get("error_code") or "", fatal=True)

    def parse_escalation_event(self, event: etree._Element) -> Alarm:
        known = self.process_parser.parser.escalations.get(event.get("escalationRef"), {})
        return Alarm(known.get("escalation_code") or "", fatal=False)


class _Start(_Events, StartEventParser):
    """However a case is opened, its start event has happened by then."""

    def create_task(self) -> Any:
        task = self._create_task(NoneEventDefinition())
        self.spec.start.connect(task)
        return task


class _End(_Events, EndEventParser):
    pass


class _Catch(_Events, IntermediateCatchEventParser):
    pass


class _Throw(_Events, IntermediateThrowEventParser):
    pass


class _Boundary(_Events, BoundaryEventParser):
    pass


class _Send(_Events, SendTaskParser):
    pass


class _Receive(_Events, ReceiveTaskParser):
    pass


class _Conditional(ConditionalGatewayParser):
    """Conditions are compiled here, once for all cases."""

    def connect_outgoing(self, outgoing: Any, flow: etree._Element, is_default: bool) -> None:
        condition = None if is_default else flow.find(f"{{{BPMN}}}conditionExpression")
        if condition is None:
            self.task.connect(outgoing)
        else:
            self.task.connect_if(Condition(compile_expression(condition.text or "")), outgoing)


class DrawingParser(BpmnParser):
    """Knows the elements that we run, and no others."""

    PARSER_CLASSES: ClassVar = {
        full_tag(tag): classes
        for tag, classes in {
            "startEvent": (_Start, StartEvent),
            "endEvent": (_End, EndEvent),
            "userTask": (TaskParser, UserTask),
            "manualTask": (TaskParser, ManualTask),
            "businessRuleTask": (TaskParser, Rule),
            "serviceTask": (TaskParser, Service),
            "sendTask": (_Send, SendTask),
            "receiveTask": (_Receive, ReceiveTask),
            "exclusiveGateway": (_Conditional, Exclusive),
            "inclusiveGateway": (_Conditional, Inclusive),
            "parallelGateway": (GatewayParser, Parallel),
            "eventBasedGateway": (EventBasedGatewayParser, EventGateway),
            "subProcess": (SubWorkflowParser, Embedded),
            "callActivity": (CallActivityParser, Call),
            "intermediateCatchEvent": (_Catch, IntermediateCatchEvent),
            "intermediateThrowEvent": (_Throw, IntermediateThrowEvent),
            "boundaryEvent": (_Boundary, Boundary),
        }.items()
    }

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.policy = policy

    def build(self, key: str, decisions: Mapping[str, Decision]) -> tuple[Any, dict[str, Any]]:
        """The spec of the process `key`, and those of every scope below it, by id."""
        spec, scopes = self.get_spec(key), self.get_subprocess_specs(key)
        for each in (spec, *scopes.values()):
            self._finish(each, decisions)
        return spec, scopes

    def _finish(self, spec: Any, decisions: Mapping[str, Decision]) -> None:
        for node in list(spec.task_specs.values()):
            node._predict = _no_prediction
            if isinstance(node, Service):
                node.action = self.policy.actions[node.bpmn_id]
            elif isinstance(node, Rule):
                node.decision = decisions[self.policy.decisions[node.bpmn_id]]
            elif isinstance(node, Inclusive):
                node.reaching = _reaching(spec, node)
            if node.bpmn_id and all(isinstance(out, BoundaryEventJoin) for out in node.outputs):
                node.connect(spec.end)


def _no_prediction(*_args: Any, **_options: Any) -> None:
    """SpiffWorkflow unrolls the paths ahead; that is exponential, and only its own joins ask."""


def _reaching(spec: Any, gateway: Any) -> dict[str, frozenset[str]]:
    before: dict[str, set[str]] = {}
    for node in spec.task_specs.values():
        for name in node._outputs:
            before.setdefault(name, set()).add(node.name)
    return {name: _behind(name, before, gateway.name) for name in gateway._inputs}


def _behind(name: str, before: Mapping[str, set[str]], barrier: str) -> frozenset[str]:
    found, waiting = {name}, [name]
    while waiting:
        for each in before.get(waiting.pop(), ()):
            if each not in found and each != barrier:
                found.add(each)
                waiting.append(each)
    return frozenset(found)
