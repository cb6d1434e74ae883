"""A drawing that keeps every bound of the gate, and whose check would take minutes all the same."""

from __future__ import annotations

from tests.engine.drawings import document, end, flow, flows, gate, node, review, start, wait


def burning(reviews: int = 160, others: int = 7) -> str:
    """Many steps at once, and behind each of them a long way that every look goes along."""
    called = [beside(f"more{at}", f"m{at}", reviews) for at in range(others)]
    steps = {f"s{at}": wait(f"s{at}", "timeDuration", "P1D") for at in range(140)}
    called.append(process("long", *steps.values(), flows("long_begin", *steps, "long_over")))
    near = [f"call{at}" for at in range(others)]
    far = [f"far{at}" for at in range(50)]
    main = document(
        start(), gate("p", "parallelGateway"), gate("j", "parallelGateway"), end("yes"),
        *(node("callActivity", key, calledElement=f"more{at}") for at, key in enumerate(near)),
        *(node("callActivity", key, calledElement="long") for key in far),
        flow("begin", "p"), *(flows("p", key, "j") for key in near), flows("j", *far, "yes"),
    )  # fmt: skip
    return main.replace("</bpmn:definitions>", "".join(called) + "</bpmn:definitions>")


def beside(key: str, prefix: str, count: int) -> str:
    """A process in which so many reviews are open at the same time."""
    names = [f"{prefix}_{at}" for at in range(count)]
    return process(
        key, gate(f"{prefix}p", "parallelGateway"), gate(f"{prefix}j", "parallelGateway"),
        *(review(name, "community", "submit") for name in names),
        flow(f"{key}_begin", f"{prefix}p"), flow(f"{prefix}j", f"{key}_over"),
        *(flows(f"{prefix}p", name, f"{prefix}j") for name in names),
    )  # fmt: skip


def process(key: str, *parts: str) -> str:
    begin, over = f"{key}_begin", f"{key}_over"
    return (
        f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{start(begin)}'
        f"{''.join(parts)}{end(over, 'done')}</bpmn:process>"
    )
