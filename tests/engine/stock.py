"""Stock SpiffWorkflow, live and never saved: what the door is compared with.

Its expressions are read by our FEEL, since its own are Python; its clock is the test's. Beside the
case stands a witness, who knows the standard well enough to say where stock leaves it.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, ClassVar

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    InclusiveGateway,
    ParallelGateway,
)
from SpiffWorkflow.bpmn.specs.event_definitions import timer
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from app.engine import Scalar
from app.engine.feel import Duration, compile_expression, compile_timer
from tests.engine.door import workdays

MARK = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


class Clock(datetime):
    """The clock that stock's timers read."""

    at = datetime(2026, 1, 1, tzinfo=UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return cls.at.astimezone(tz)


@pytest.fixture
def stock_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stock's timers read the clock of the test."""
    monkeypatch.setattr(timer, "datetime", Clock)


class Expressions(BasePythonScriptEngineEnvironment):
    """FEEL instead of Python; notes when a token's data is not what was said last."""

    def __init__(self) -> None:
        super().__init__()
        self.latest: dict[str, Scalar] = {}
        self.stale: set[str] = set()

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        program = compile_timer(expression)
        self.stale |= {name for name in program.names if context.get(name) != self.latest.get(name)}
        if program.calls or expression.startswith(("P", '"P')):
            return _spelled(program.run(context, functions={"workdays": _reckon}))
        return compile_expression(expression).run(context)

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise AssertionError(script)


def _reckon(count: int) -> datetime:
    return workdays(Clock.at, count)


def _spelled(value: object) -> object:
    if isinstance(value, Duration):
        return f"PT{value.seconds}S"
    return value.isoformat() if isinstance(value, datetime) else value


class Service(BpmnSpecMixin):
    """A service task that does nothing; stock's own is abstract."""


class Drawing(BpmnParser):
    """Stock's reader of BPMN."""

    OVERRIDE_PARSER_CLASSES: ClassVar = {full_tag("serviceTask"): (TaskParser, Service)}


class Stock:
    """One live case of one process."""

    def __init__(self, files: Mapping[str, bytes], key: str, **data: Scalar) -> None:
        self.key = key
        spec, scopes, self.results = parsed(files, key)
        self.expressions = Expressions()
        self.expressions.latest = dict(data)
        self.case = BpmnWorkflow(spec, scopes, script_engine=PythonScriptEngine(self.expressions))
        self.case.task_tree.data.update(data)
        self.crossed: Counter[tuple[Any, str, str]] = Counter()
        self.wrong: set[str] = set()
        self.result: str | None = None
        self.advance()

    def advance(self) -> None:
        """Run everything that needs nobody, under the eyes of the witness."""
        self.case.do_engine_steps(self._before, self._after)
        while any(not task.task_spec.manual for task in self._ready()):
            self.case.do_engine_steps(self._before, self._after)

    def do(self, element: str, said: Mapping[str, Scalar]) -> None:
        """Complete the open task at an element, with all values or only with those said now."""
        task = next(each for each in self._ready() if each.task_spec.bpmn_id == element)
        self.expressions.latest.update(said)
        task.data.update(said)
        self._before(task)
        task.run()
        self._after(task)
        self.advance()

    def hear(self, message: str) -> bool:
        """Deliver a message; whether anything waited for it."""
        event = BpmnEvent(MessageEventDefinition(message), payload={})
        heard = self.case.event_manager.catch(event, internal=False)
        self.advance()
        return bool(heard)

    def later(self, at: datetime) -> None:
        """Let it be later."""
        Clock.at = at
        self.case.refresh_timers()
        self.advance()

    @property
    def faults(self) -> set[str]:
        """The names of the known faults of stock that this case has met."""
        return self.wrong | ({"stale-data"} if self.expressions.stale else set())

    @property
    def ended(self) -> bool:
        return bool(self.case.completed)

    @property
    def open(self) -> list[str]:
        """The elements that wait for people, in order of name."""
        return sorted(task.task_spec.bpmn_id for task in self._ready() if task.task_spec.manual)

    @property
    def dues(self) -> list[datetime]:
        """When the running timers are due."""
        found = []
        for task in self.case.event_manager.tasks.values():
            value = task.internal_data.get("event_value")
            if value is not None and task.state == TaskState.WAITING:
                found.append(timer.TimerEventDefinition.get_datetime(value))
        return sorted(found)

    def _ready(self) -> list[Any]:
        return self.case.get_tasks(state=TaskState.READY)

    # -- the witness ---------------------------------------------------------------------------
    def _before(self, task: Any) -> None:
        """Whether a join that is about to run may: where not, stock is wrong from here on."""
        spec, scope = task.task_spec, task.workflow
        if len(spec.inputs) < 2:
            return
        flows = {source.name: (id(scope), source.name, spec.name) for source in spec.inputs}
        filled = {name for name, flow in flows.items() if self.crossed[flow] > 0}
        if isinstance(spec, ParallelGateway):
            if len(filled) < len(flows):
                self.wrong.add("parallel-join-early")
            self.crossed.subtract(flows.values())
        elif isinstance(spec, InclusiveGateway):
            if any(_may_come(task, place, filled) for place in _places(task)):
                self.wrong.add("inclusive-join-early")
            self.crossed.subtract(flows[name] for name in filled)

    def _after(self, task: Any) -> None:
        spec, scope = task.task_spec, task.workflow
        for child in task.children:
            if not child.has_state(TaskState.PREDICTED_MASK):
                self.crossed[id(scope), spec.name, child.task_spec.name] += 1
        if isinstance(spec, EndEvent) and scope is self.case and self.result is None:
            self.result = self.results.get(spec.bpmn_id)


def _places(join: Any) -> list[Any]:
    """Where the other tokens of this scope are."""
    return [
        task.parent.task_spec if isinstance(task.parent.task_spec, BoundaryEventSplit) else spec
        for task in join.workflow.tasks.values()
        if task.has_state(TaskState.READY | TaskState.WAITING | TaskState.STARTED)
        and (spec := task.task_spec) is not join.task_spec
        and not isinstance(spec, BoundaryEvent)
    ]


def _may_come(join: Any, place: Any, filled: set[str]) -> bool:
    """Whether a token at `place` can still fill an empty flow of the join, and no filled one."""
    seen, waiting = {place.name}, [place]
    comes = set()
    while waiting:
        spec = waiting.pop()
        for after in spec.outputs:
            if after is join.task_spec:
                comes.add(spec.name)
            elif after.name not in seen:
                seen.add(after.name)
                waiting.append(after)
    return bool(comes - filled) and not comes & filled


_parsed: dict[tuple[str, int], Any] = {}


def parsed(files: Mapping[str, bytes], key: str) -> tuple[Any, Any, dict[str, str]]:
    """Specs as stock reads them, and what its end events come to."""
    mark = (key, hash(tuple(sorted(files.items()))))
    if mark not in _parsed:
        parser, results = Drawing(), {}
        for name, content in files.items():
            root = etree.fromstring(content)
            _plain(root)
            parser.add_bpmn_xml(root, name)
            for end in root.iter(f"{MARK}endEvent"):
                result = end.get("{http://anguan.gov.example/flow}result")
                if result:
                    results[end.get("id")] = result
        _parsed[mark] = (parser.get_spec(key), parser.get_subprocess_specs(key), results)
    return _parsed[mark]


def _plain(root: Any) -> None:
    """A case of ours is opened by its caller, whatever the start event says."""
    for event in list(root.iter(f"{MARK}startEvent")):
        for inside in list(event):
            with contextlib.suppress(ValueError):
                event.remove(inside)
