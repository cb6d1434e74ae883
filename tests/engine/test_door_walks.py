"""Cases on random walks: a Step and the snapshot in it never say different things."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from app import engine
from app.errors import Conflict
from tests.engine.door import FILES, Walk

JOURNEYS = {
    "review": ("review.bpmn",),
    "joint": ("joint.bpmn",),
    "nested": ("nested.bpmn",),
    "several": ("several.bpmn",),
    "interrupted": ("interrupted.bpmn",),
    "calling": ("calling.bpmn", "inspection.bpmn"),
    "clocks": ("clocks.bpmn",),
    "signals": ("signals.bpmn",),
    "messages": ("messages.bpmn",),
}
PROCESSES = {
    key: engine.parse({name: (FILES / name).read_bytes() for name in names}, key)
    for key, names in JOURNEYS.items()
}
MESSAGES = ("撤回", "已缴费")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PROCESSES)), st.data())
def test_a_random_walk_is_the_same_after_every_reload(key: str, data: st.DataObject) -> None:
    """What a Step says is open, running and known is what its snapshot says when it is loaded."""
    process = PROCESSES[key]
    walk = Walk(process, days=5, outcome="approve", fire=True, water=data.draw(st.booleans()))
    for _ in range(data.draw(st.integers(1, 25))):
        if walk.step.ended:
            break
        before = {task.ref: task.element for task in walk.step.open}
        _stride(walk, data)
        now = {task.ref: task.element for task in walk.step.open}
        opened = {task.ref: task.element for task in walk.step.opened}
        assert {ref: e for ref, e in before.items() if ref not in walk.step.closed} | opened == now
        assert set(walk.step.closed).isdisjoint(now)
        assert walk.step.ended or now or walk.step.wake_at or key in {"messages", "interrupted"}
        if not walk.step.ended and (walk.step.wake_at is None or walk.step.wake_at > walk.at):
            again = engine.wake(process, walk.step.snapshot, **walk.moment)
            assert again.open == walk.step.open
            assert again.snapshot == walk.step.snapshot
            assert (again.wake_at, again.data) == (walk.step.wake_at, walk.step.data)
    if not walk.step.ended:
        assert engine.cancel(process, walk.step.snapshot).closed == tuple(
            task.ref for task in walk.step.open
        )


def _stride(walk: Walk, data: st.DataObject) -> None:
    """Somebody decides, time passes, a message comes, or the case is sent elsewhere."""
    kind = data.draw(st.sampled_from(["do", "do", "do", "later", "hear", "send"]))
    if kind == "do" and walk.open:
        element = data.draw(st.sampled_from(walk.open))
        outcome = data.draw(st.sampled_from(["approve", "return", "reject", "escalate"]))
        walk.do(element, outcome, fire=data.draw(st.booleans()))
    elif kind == "later":
        walk.later(days=data.draw(st.integers(0, 6)))
    elif kind == "send":
        with suppress(Conflict):
            walk.send(data.draw(st.sampled_from(sorted(walk.process.names))))
    else:
        with suppress(Conflict):
            walk.hear(data.draw(st.sampled_from(MESSAGES)))
