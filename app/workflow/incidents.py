"""Incidents (流程异常): what a case could not do, in words for its administrator."""

from __future__ import annotations

from app.workflow.models import Case

LONGEST = 400
_MESSAGE = "消息“"


def unheard(name: str) -> str:
    """The incident of a message that has no recipient."""
    return f"{_MESSAGE}{name}”没有办件在等待，也没有以它开始的流程，请检查流程"


def undelivered(name: str, number: str, fault: str) -> str:
    """The incident of a message on which its recipient broke."""
    return f"{_MESSAGE}{name}”送到办件 {number} 时出错：{fault}"


def mark(case: Case, text: str) -> None:
    """Let a case stand at 流程异常."""
    case.incident = text[:LONGEST]


def settle(case: Case) -> None:
    """A step went through, so whatever stopped it is over. A message that nobody heard is not."""
    if case.incident is not None and not case.incident.startswith(_MESSAGE):
        case.incident = None


def delivered(case: Case, name: str) -> None:
    """That message was heard after all."""
    if case.incident is not None and case.incident.startswith(f"{_MESSAGE}{name}”"):
        case.incident = None
