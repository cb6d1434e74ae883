"""A drawing that keeps every bound of the gate, and whose check would take minutes all the same."""

from __future__ import annotations

from tests.engine.drawings import document, end, flow, flows, gate, node, start, wait


def burning(reviews: int = 280, others: int = 7) -> str:
    """Many steps signed by two levels, and beside them a long way that every look goes along."""
    called = [process(f"more{at}", signed(f"m{at}", reviews)) for at in range(others)]
    steps = [f"s{at}" for at in range(140)]
    called.append(process("long", {key: wait(key, "timeDuration", "P1D") for key in steps}))
    near = signed("r", reviews // 2)
    near |= {key: node("callActivity", key, calledElement=key[4:]) for key in calls("more", others)}
    far = {key: node("callActivity", key, calledElement="long") for key in calls("long", 50)}
    main = document(
        start(), gate("x", default="x-far"), end("yes"), end("no", "rejected"),
        *near.values(), *far.values(), flow("begin", "x"), flow("x", next(iter(near)), "risky"),
        flow("x", next(iter(far)), key="x-far"), flows(*near, "yes"), flows(*far, "no"),
    )  # fmt: skip
    return main.replace("</bpmn:definitions>", "".join(called) + "</bpmn:definitions>")


def calls(name: str, count: int) -> list[str]:
    return [f"call{name}{at}" for at in range(count)]


def signed(prefix: str, count: int) -> dict[str, str]:
    """Reviews of which either of two levels suffices; they need no more to be gone along."""
    said = {"flow_role": "head;head", "flow_scope": "community;city", "flow_sign": "any"}
    return {key: node("userTask", key, **said) for key in (f"{prefix}{at}" for at in range(count))}


def process(key: str, inside: dict[str, str]) -> str:
    """A process that goes through its nodes in a line."""
    begin, over = f"{key}_begin", f"{key}_over"
    return (
        f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{start(begin)}'
        f"{''.join(inside.values())}{end(over, 'done')}{flows(begin, *inside, over)}</bpmn:process>"
    )
