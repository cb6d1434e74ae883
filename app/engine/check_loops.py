"""No round without rest: every loop holds a person's step, a message or a clock."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.gate_model import Node
from app.engine.gate_walk import Step, Walk, named
from app.engine.gate_words import BPMN
from app.errors import Finding

MAX_TOLD = 10


def check_loops(walk: Walk) -> Iterator[Finding]:
    """Loops that the engine would run round for ever within one step of the case."""
    left = {id(step): step for step in walk.steps if not _rests(step)}
    for _ in range(MAX_TOLD):
        _strip(left)
        if not left:
            return
        loop = _one_loop(left)
        names = named([step.node for step in loop]) or "、".join(step.node.short for step in loop)
        yield Finding(
            "loop",
            loop[0].node.id,
            f"{loop[0].node.called}所在的回路没有人办理、也不等待（{names}），"
            "流程会不停空转，请在回路中加入用户任务、接收任务或定时器",
        )
        for step in loop:
            left.pop(id(step), None)


def _rests(step: Step) -> bool:
    """Whether a case stands still before it gets to this step."""
    if step.done or step.node.tag == "boundaryEvent":
        return not _passes_at_once(step.node)
    return False


def _passes_at_once(node: Node) -> bool:
    """Events that need nobody: what the flow throws itself, and a date that has passed."""
    if any(node.event(kind) is not None for kind in ("error", "escalation", "signal")):
        return True
    timer = node.event("timer")
    return timer is not None and timer.find(f"{{{BPMN}}}timeDate") is not None


def _strip(left: dict[int, Step]) -> None:
    """Take away, until nothing changes, what no step leads to or what leads to no step."""
    degrees = {
        key: [
            sum(1 for each in step.before if id(each) in left),
            sum(1 for each in step.after if id(each) in left),
        ]
        for key, step in left.items()
    }
    idle = [key for key, degree in degrees.items() if 0 in degree]
    while idle:
        step = left.pop(idle.pop(), None)
        if step is None:
            continue
        for side, each in [(0, s) for s in step.after] + [(1, s) for s in step.before]:
            if id(each) in left:
                degrees[id(each)][side] -= 1
                if degrees[id(each)][side] == 0:
                    idle.append(id(each))


def _one_loop(left: dict[int, Step]) -> list[Step]:
    """Follow the steps that are left until one comes again."""
    step, seen, trail = next(iter(left.values())), set[int](), list[Step]()
    while id(step) not in seen:
        seen.add(id(step))
        trail.append(step)
        step = next(each for each in step.after if id(each) in left)
    return trail[next(at for at, each in enumerate(trail) if each is step) :]
