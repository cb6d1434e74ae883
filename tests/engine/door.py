"""A case driven through the public door only: every step starts from the snapshot of the last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app import engine
from app.engine import Process, Scalar, Step

FILES = Path(__file__).parent / "bpmn"
MORNING = datetime(2026, 11, 23, 1, 30, 0, 250_000, tzinfo=UTC)


def workdays(moment: datetime, count: int) -> datetime:
    """A calendar without holidays."""
    return moment + timedelta(days=count)


def read(key: str, *files: str) -> Process:
    """The process `key` of `key.bpmn`, with other files of its bundle."""
    names = files or (f"{key}.bpmn",)
    return engine.parse({name: (FILES / name).read_bytes() for name in names}, key)


def drawn(body: str, key: str = "drawn", **files: str) -> Process:
    """A process of one lane whose elements are `body`."""
    return engine.parse({"drawn.bpmn": drawing(body, key), **files}, key)


def drawing(body: str, key: str = "drawn") -> str:
    """A BPMN file with one process; tasks of it belong to the head of a community."""
    return f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
        xmlns:flow="http://anguan.gov.example/flow" id="drawn_file" targetNamespace="urn:drawn">
        <process id="{key}" isExecutable="true">{body}</process></definitions>"""


def flows(*pairs: str) -> str:
    """Sequence flows, each written `from-to`."""
    return "".join(
        f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}" />'
        for a, b in (pair.split("-") for pair in pairs)
    )


class Walk:
    """One case on its way."""

    def __init__(self, process: Process, at: datetime = MORNING, **data: Scalar) -> None:
        self.process = process
        self.at = at
        self.step: Step = engine.start(process, data, at=at, workdays=workdays)

    @property
    def moment(self) -> dict[str, Any]:
        """What every move is told."""
        return {"at": self.at, "workdays": workdays}

    @property
    def open(self) -> list[str]:
        """The elements that wait for people, in order of name."""
        return sorted(task.element for task in self.step.open)

    def ref(self, element: str) -> str:
        """The ref of the open task at an element."""
        return next(task.ref for task in self.step.open if task.element == element)

    def do(self, element: str, outcome: str = "submit", **data: Scalar) -> Step:
        """Complete the open task at an element."""
        self.step = engine.complete(
            self.process,
            self.step.snapshot,
            self.ref(element),
            {"outcome": outcome, **data},
            **self.moment,
        )
        return self.step

    def hear(self, message: str, **data: Scalar) -> Step:
        """Deliver a message."""
        self.step = engine.deliver(self.process, self.step.snapshot, message, data, **self.moment)
        return self.step

    def later(self, **span: float) -> Step:
        """Let time pass, and wake the case."""
        self.at += timedelta(**span)
        self.step = engine.wake(self.process, self.step.snapshot, **self.moment)
        return self.step

    def send(self, to: str) -> Step:
        """Move to an element."""
        self.step = engine.move(self.process, self.step.snapshot, to, **self.moment)
        return self.step
