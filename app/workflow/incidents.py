"""Incidents (流程异常): what a case could not do, in words for its administrator."""

from __future__ import annotations

from app.workflow.models import Case

LONGEST = 400
STEP = "step"
"""What an incident is about: a step that broke, or a message, `message:<its name>`."""


def unheard(name: str) -> str:
    """The incident of a message that has no recipient."""
    return f"消息“{name}”没有办件在等待，也没有以它开始的流程，请检查流程"


def undelivered(name: str, number: str, fault: str) -> str:
    """The incident of a message on which its recipient broke."""
    return f"消息“{name}”送到办件 {number} 时出错：{fault}"


def of_message(name: str) -> str:
    """What an incident of this message is kept as."""
    return f"message:{name}"


def mark(case: Case, text: str, about: str = STEP) -> None:
    """Let a case stand at 流程异常."""
    case.incident, case.incident_kind = text[:LONGEST], about


def clear(case: Case) -> None:
    """Nothing stands in its way any more."""
    case.incident = case.incident_kind = None


def settle(case: Case) -> None:
    """A step went through, so whatever stopped it is over. A message that nobody heard is not."""
    if case.incident_kind == STEP:
        clear(case)


def delivered(case: Case, name: str) -> None:
    """That message was heard after all."""
    if case.incident_kind == of_message(name):
        clear(case)
