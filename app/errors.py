"""The five refusals. Everything the product says no with is one of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


class Refusal(Exception):
    """A named no: `message` is Chinese, is shown as it stands, and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Refusal):
    """There is no such thing, or this person may not know that there is."""

    def __init__(self, message: str = "没有找到该内容，可能已被移走或不在您的管辖范围内") -> None:
        super().__init__(message)


class Forbidden(Refusal):
    """The person is known, the thing is known, the act is not theirs."""


class Conflict(Refusal):
    """Somebody was first. `who` and `at` (UTC) name them where they are known."""

    def __init__(self, message: str, who: str = "", at: datetime | None = None) -> None:
        super().__init__(message)
        self.who = who
        self.at = at


class Invalid(Refusal):
    """What was sent cannot be taken. `fields` maps a field's path to its own message."""

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, str] = dict(fields or {})


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in a process design: a stable code, its element, and what to do about it.

    `path` are the elements on the shortest way to it, where a way shows it; `steps` say the same
    way in words, one thing that happens after the other.
    """

    code: str
    element: str
    message: str
    path: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """All of it on one line, with a long way shortened in its middle."""
        words = self.steps if len(self.steps) <= 14 else (*self.steps[:7], "…", *self.steps[-6:])
        return f"{self.message}。例如：{' → '.join(words)}" if words else self.message


class BrokenProcess(Refusal):
    """A diagram, decision or form that cannot be run. All findings at once."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings: tuple[Finding, ...] = tuple(findings)
