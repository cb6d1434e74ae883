"""The shape of a process: its human steps in drawing order, and which of them can come again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask

from app.engine.process import Path, Process
from app.engine.types import TaskPolicy

Places = Mapping[str, tuple[float, float]]
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"


@dataclass(frozen=True, slots=True)
class OutlineStep:
    """One human step. `repeats`: the flow can come back to it."""

    element: str
    name: str
    lane: str
    policy: TaskPolicy
    repeats: bool


def outline(process: Process) -> tuple[OutlineStep, ...]:
    """The human steps of a process as a reader of the drawing meets them, left to right."""
    steps = (process.tasks[element] for element in process.steps)
    return tuple(
        OutlineStep(task.element, task.name, task.lane, task, task.element in process.repeated)
        for task in steps
    )


def places_of(root: etree._Element) -> dict[str, tuple[float, float]]:
    """Where each element is drawn: x, y of its shape."""
    found = {}
    for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None:
            x, y = float(bounds.get("x", 0)), float(bounds.get("y", 0))
            found[shape.get("bpmnElement", "")] = (x, y)
    return found


def walk(spec: Any, scopes: Mapping[str, Any], places: Places) -> Iterator[tuple[Any, Path, bool]]:
    """Every flow node in drawing order, with the path to it and whether it can come again."""
    yield from _walk(spec, scopes, places, (), again=False)


def _walk(
    spec: Any, scopes: Mapping[str, Any], places: Places, path: Path, *, again: bool
) -> Iterator[tuple[Any, Path, bool]]:
    for node in _ordered(spec, places):
        repeats = again or _comes_back(node)
        yield node, path, repeats
        if isinstance(node, SubWorkflowTask):
            inner = scopes[node.spec]
            yield from _walk(inner, scopes, places, (*path, node.bpmn_id), again=repeats)


def _ordered(spec: Any, places: Places) -> list[Any]:
    """By place where all are drawn, else as the flow comes to them."""
    nodes = [node for node in _reached(spec.start) if node.bpmn_id]
    if all(node.bpmn_id in places for node in nodes):
        nodes.sort(key=lambda node: places[node.bpmn_id])
    return nodes


def _reached(start: Any) -> list[Any]:
    """`start` and what follows it, nearest first."""
    found = [start]
    seen = {start.name}
    for node in found:
        for after in node.outputs:
            if after.name not in seen:
                seen.add(after.name)
                found.append(after)
    return found


def _comes_back(node: Any) -> bool:
    return any(node.name in each._outputs for each in _reached(node))
