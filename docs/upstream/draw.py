"""Draws a process in a few words and runs it on SpiffWorkflow as it comes."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow  # noqa: TID251 - what these pages are about
from SpiffWorkflow.bpmn.parser import BpmnParser  # noqa: TID251
from SpiffWorkflow.util.task import TaskState  # noqa: TID251

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


def draw(parts: str, *flows: str) -> str:
    """`parts` are elements as XML; a flow is `from to`, or `from to condition`."""
    for at, flow in enumerate(flows):
        source, target, *condition = flow.split(" ", 2)
        told = "".join(
            f"<conditionExpression>{escape(one)}</conditionExpression>" for one in condition
        )
        parts += (
            f'<sequenceFlow id="{source}_{target}_{at}" sourceRef="{source}" '
            f'targetRef="{target}">{told}</sequenceFlow>'
        )
    process = f'<process id="p" isExecutable="true">{parts}</process>'
    return f'{HEAD} targetNamespace="t">{process}</definitions>'


def start(text: str, **data: Any) -> BpmnWorkflow:
    """A case of it, run to its first human tasks."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(text))
    case = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
    case.task_tree.data.update(data)
    case.do_engine_steps()
    return case


def tasks(*names: str) -> str:
    """User tasks."""
    return "".join(f'<userTask id="{name}" />' for name in names)


def ready(case: BpmnWorkflow) -> list[str]:
    """The elements that wait for a person."""
    return sorted(task.task_spec.bpmn_id for task in _ready(case))


def do(case: BpmnWorkflow, name: str, **data: Any) -> None:
    """Complete the open task of that name."""
    task = next(task for task in _ready(case) if task.task_spec.bpmn_id == name)
    task.data.update(data)
    task.run()
    case.do_engine_steps()


def _ready(case: BpmnWorkflow) -> list[Any]:
    return [task for task in case.get_tasks(state=TaskState.READY) if task.task_spec.manual]
