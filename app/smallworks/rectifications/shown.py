"""A rectification and its hazards put into the words of their pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.clock import minute
from app.identity.actor import Actor
from app.smallworks.rectifications import words
from app.smallworks.rectifications.histories import Turn
from app.smallworks.rectifications.models import HazardAnswer
from app.smallworks.rectifications.queries import AFTER, CHECKED, Item, Sheet
from app.smallworks.rectifications.register import Line
from app.workflow.models import Attachment

RED, AMBER, GREEN, BLUE = "red", "amber", "green", "blue"
TONES = {"open": AMBER, "answered": BLUE, "closed": GREEN}


def item(one: Item, sheet: Sheet, me: Actor, at: datetime) -> dict[str, Any]:
    """One hazard as a card."""
    hazard, answer = one.hazard, one.answer
    late = hazard.state == "open" and hazard.deadline is not None and hazard.deadline < at
    return {
        "id": hazard.id, "no": one.ordered.position, "text": hazard.text, "rule": hazard.rule,
        "measure": hazard.measure, "major": hazard.grade == "major",
        "grade": words.GRADES[hazard.grade], "state": hazard.state,
        "state_text": words.STATES[hazard.state], "tone": RED if late else TONES[hazard.state],
        "deadline": words.until(hazard.deadline), "left": words.left(hazard.deadline, at),
        "late": late, "ready": one.ready, "reopened": hazard.reopened,
        "before": photos(one.before),
        "after": photos(one.after, me),
        "said": answer.text if answer else "",
        "by": said_by(answer, me) if answer and answer.text else "",
        "verdict": answer.verdict if answer else None,
        "verdict_text": words.VERDICTS.get((answer.verdict or "") if answer else "", ""),
        "reason": answer.verdict_reason if answer else "",
        "checked": photos(of_answer(one, answer), me),
        "earlier": [earlier(each, one, me) for each in one.earlier],
        "answers": sheet.answers and hazard.state == "open",
        "checks": sheet.checks and hazard.state == "answered",
    }  # fmt: skip


def of_answer(one: Item, answer: HazardAnswer | None, kind: str = CHECKED) -> Sequence[Attachment]:
    """The photos of one answer: what was put right, or what the inspector took."""
    return one.photos.get(f"{kind}:{answer.id}", ()) if answer else ()


def earlier(answer: HazardAnswer, one: Item, me: Actor) -> dict[str, Any]:
    """An earlier round of a hazard."""
    return {
        "round": answer.round, "said": answer.text, "by": said_by(answer, me),
        "after": photos(of_answer(one, answer, AFTER)),
        "verdict": words.VERDICTS.get(answer.verdict or "", ""), "reason": answer.verdict_reason,
        "checked": photos(of_answer(one, answer)),
    }  # fmt: skip


def said_by(answer: HazardAnswer, me: Actor) -> str:
    """Who answered and when; the public knows who they are."""
    name = f"{answer.by.name} " if me.staff else ""
    return f"{name}{minute(answer.at)}"


def photos(some: Sequence[Attachment], me: Actor | None = None) -> list[dict[str, Any]]:
    """Photos as tiles; whoever sent one may take it back while nothing is handed in."""
    return [
        {
            "id": one.id, "name": one.name, "mine": me is not None and one.by_id == me.id,
            "taken": minute(one.taken_at) if one.taken_at else "",
        }
        for one in some
    ]  # fmt: skip


def line(one: Line, at: datetime) -> dict[str, Any]:
    """A hazard as a line of the register."""
    hazard = one.hazard
    late = hazard.state == "open" and hazard.deadline is not None and hazard.deadline < at
    waits = hazard.state != "closed"
    return {
        "id": hazard.id, "text": hazard.text,
        "grade": words.GRADES[hazard.grade], "major": hazard.grade == "major",
        "work": one.work.name if one.work else one.case.title, "place": one.case.place,
        "state": words.STATES[hazard.state], "tone": RED if late else TONES[hazard.state],
        "found": minute(hazard.found_at)[:10], "late": late,
        "left": words.left(hazard.deadline, at) if hazard.state == "open" else "",
        "until": words.until(hazard.deadline) if waits and hazard.deadline else "",
        "reopened": hazard.reopened,
    }  # fmt: skip


def turn(one: Turn) -> dict[str, Any]:
    """One thing that happened to a hazard."""
    links = {"found": "巡查发现", "ordered": "责令整改", "answered": "整改情况", "judged": "复查",
             "reopened": "重新打开"}  # fmt: skip
    title = links[one.what]
    if one.what == "judged":
        title = f"复查{words.VERDICTS[one.verdict]}"
    if one.round > 1:
        title = f"{title}（第 {one.round} 次）"
    return {
        "title": title, "who": one.who, "when": minute(one.at),
        "text": "" if one.paper else one.text,
        "tone": RED if one.verdict == words.FAIL or one.what == "reopened"
        else GREEN if one.verdict == words.PASS else "",
        "paper": {"number": one.text, "id": one.paper.id} if one.paper else None,
        "deadline": words.until(one.deadline) if one.deadline else "",
        "case_id": one.case.id if one.case else "",
        "photos": photos(one.photos),
    }  # fmt: skip
