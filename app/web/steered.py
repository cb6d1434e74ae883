"""What steering a case out of its drawn order is called in its record."""

from __future__ import annotations

from app.workflow import past, remarks, steering
from app.workflow.events import WHOM
from app.workflow.models import Event
from app.workflow.queries.casefile import CaseFile
from app.workflow.studio.standing import MOVED, MOVED_BACK

_TO = {"sent_back": "退回到", "jumped": "跳转到"}
_VERSIONS = {MOVED: "流程版本更新", MOVED_BACK: "撤销流程版本更新"}
RED = frozenset({"jumped", "terminated", "unbarred"})


def act(event: Event, file: CaseFile) -> str:
    """To which step it went, or onto which version; nothing of any other event."""
    if event.verb in _VERSIONS:
        way = "，不再直接送回，按新版逐级办理" if past.STRAIGHT_TO in event.routing else ""
        way += "，签收取消" if WHOM in event.routing else ""
        return f"{_VERSIONS[event.verb]}：{event.routing['from']}改为{event.routing['to']}{way}"
    if event.verb not in _TO:
        return ""
    return f"{_TO[event.verb]}“{_step(file, str(event.routing.get('to', '')))}”"


def straight_back(event: Event, file: CaseFile) -> str:
    """Whether it skipped the steps between, where that was asked for."""
    to = event.routing.get(past.STRAIGHT_TO)
    if to is None or event.verb in _VERSIONS:
        return ""
    return f"，直接送回“{_step(file, str(to))}”" if to else "，内容有变动，逐级重新办理"


def for_applicant(event: Event, file: CaseFile) -> str:
    """The reason, where it is the applicant who has to act on it, or whose case was ended."""
    policy = file.definition.process.tasks.get(str(event.routing.get("to", "")))
    theirs = policy and steering.corrects(policy, file.definition.process.start_form)
    told = event.verb == "terminated" or (event.verb == "sent_back" and theirs)
    return remarks.said(event.submission) if told else ""


def _step(file: CaseFile, element: str) -> str:
    return file.definition.process.names.get(element, element)
