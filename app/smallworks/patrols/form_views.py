"""What the forms of the pages without script send, put into what commands take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from app import clock
from app.db import session
from app.errors import Conflict, Invalid, NotFound
from app.identity.actor import Actor
from app.identity.scope import holds_in
from app.smallworks.patrols import commands, completeness, photographs, turns
from app.smallworks.patrols.changes import Sent
from app.smallworks.patrols.models import Patrol
from app.smallworks.patrols.photographs import Shot
from app.smallworks.patrols.today import Asked
from app.web.access import actor
from app.web.acting import Posts, posts, posts_at
from app.workflow.models import Case, Task

ANSWER, HAZARD, PHOTO = "answer-", "hazard:", "photo:"
_PLAIN = ("remark", "signed_name", "witness")
MOST_INSPECTORS = 4
_TICKS = frozenset({"void", "soften"})


def asked() -> Asked:
    """How today's list is narrowed, and where the phone says that it is."""
    told = request.args
    return Asked(
        told.get("box", ""), told.get("reason", ""), _number(told.get("lng")),
        _number(told.get("lat")),
    )  # fmt: skip


def _number(value: str | None) -> float | None:
    try:
        found = float(value or "")
    except ValueError:
        return None
    return found if abs(found) <= 180 else None


def sent() -> Sent:
    """One part of the sheet: its answers, its hazards, or what else stood on it."""
    told, values = request.form, dict[str, Any]()
    answers = {
        name.removeprefix(ANSWER): value for name, value in told.items() if name.startswith(ANSWER)
    }
    if answers:
        values["answers"] = answers
    if hazards := _hazards():
        values["hazards"] = hazards
    values |= {name: told[name] for name in _PLAIN if name in told}
    if told.get("part") == "people":
        values["inspectors"] = _inspectors()
        values["refused"] = told.get("refused") == "yes"
        if told.get("lng") and told.get("lat"):
            values["place_seen"] = {name: told.get(name) for name in ("lng", "lat", "accuracy")}
    return Sent(revision(), values)


def revision() -> int:
    """The revision of the sheet that the page showed; nonsense is none that ever was."""
    told = request.form.get("revision", "")
    return int(told) if told.isdecimal() and len(told) < 10 else 0


def _hazards() -> list[dict[str, Any]]:
    """`hazard:<id>:text` and so on; one of a failed item only where the item did fail."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in request.form.items():
        if not name.startswith(HAZARD):
            continue
        key, _, field = name.removeprefix(HAZARD).rpartition(":")
        row = found.setdefault(key, {"client_id": key})
        row[field] = value == "yes" if field in _TICKS else value
    return [_as_meant(row) for row in found.values() if _meant(row)]


def _as_meant(row: dict[str, Any]) -> dict[str, Any]:
    """A ticked box lowers the grade; a deadline left empty stays the longest."""
    if row.pop("soften", False):
        row["grade"] = "general"
    if not row.get("deadline"):
        row.pop("deadline", None)
    return row


def _meant(row: Mapping[str, Any]) -> bool:
    code = row["client_id"].removeprefix("item-")
    answer = request.form.get(ANSWER + code)
    if answer is not None:
        return answer == "bad"
    return bool(row.get("text") or row.get("void") or "known" in row)


def _inspectors() -> list[dict[str, str]]:
    told = request.form
    names = [told.get(f"inspector-{place}", "") for place in range(MOST_INSPECTORS)]
    numbers = [told.get(f"certificate-{place}", "") for place in range(MOST_INSPECTORS)]
    return [{"name": one, "number": two} for one, two in zip(names, numbers, strict=True)]


def typed() -> dict[str, str]:
    """What was typed, for a page that shows it again."""
    return {name: value for name, value in request.form.items() if len(value) <= 2000}


def take_photos(me: Actor, patrol: Patrol) -> dict[str, str]:
    """Take in each photo by itself; what each field's photos were refused for."""
    faults: dict[str, str] = {}
    for name, file in request.files.items(multi=True):
        if not name.startswith(PHOTO) or not file.filename:
            continue
        shot = Shot(name.removeprefix(PHOTO), file.filename, file.stream)  # type: ignore[arg-type]
        try:
            photographs.take(me, patrol.id, shot, at=clock.now())
        except (Invalid, Conflict) as refused:
            faults[name] = f"{file.filename[-40:]}：{refused.message}"
    return faults


def task_of(patrol: Patrol) -> Task:
    """The step at which this site is visited. Raises NotFound."""
    task = turns.visit_task(session(), patrol.case)
    if task is None:
        raise NotFound("这次巡查没有现场环节")
    return task


def posts_of(patrol: Patrol) -> Posts:
    """Under which posts whoever looks may make this visit."""
    task = turns.visit_task(session(), patrol.case)
    return posts_at(task) if task is not None else []


def posts_in(case: Case | None) -> Posts:
    """Under which posts whoever looks may begin a visit there."""
    return posts(holds_in(actor(), commands.REPORT, case)) if case is not None else []


def missing(patrol: Patrol, outcome: str) -> list[dict[str, str]]:
    """What must still be done before this conclusion."""
    found = completeness.missing(session(), patrol, outcome, clock.now())
    return [{"field": field, "text": text} for field, text in found]


def may_hand(me: Actor, patrol: Patrol) -> bool:
    """Whether this person may give the visit to somebody else."""
    task = turns.visit_task(session(), patrol.case)
    if task is None or task.status != "open":
        return False
    return commands.sharing(me, task) is not None


def may_start(me: Actor, patrol: Patrol) -> bool:
    """Whether this person may take the visit."""
    task = turns.visit_task(session(), patrol.case)
    return task is not None and task.status == "open" and turns.may_take(session(), me, task)
