"""What a phone keeps and sends: sheets, answers, photos and conclusions as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid
from app.smallworks.patrols import (
    commands,
    form_views,
    photographs,
    queries,
    sheet,
    today,
    turns,
    typed,
)
from app.smallworks.patrols.changes import Diverged, Sent
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.models import Patrol
from app.smallworks.patrols.photographs import Shot
from app.smallworks.patrols.today import Asked
from app.web import csrf, errors
from app.web.access import actor, requires
from app.workflow import commands as workflow
from app.workflow.commands.tasks import Decision

bp = Blueprint("patrol_sync", __name__, url_prefix="/patrols")
REPORT = "patrol:report"
KEY = "Idempotency-Key"


@bp.get("/due.json")
@requires(REPORT)
def due() -> ResponseReturnValue:
    """Every visit that waits for this person, whole, and the works at which one may begin."""
    me, at = actor(), clock.now()
    lines = today.lines(session(), me, Asked(), at)
    sheets = [_sheet(line.patrol) for line in lines]
    works = [
        {"id": row.id, "name": row.name, "place": row.case.place}
        for row in queries.to_begin(session(), me)
    ]
    return jsonify(**_known(), due=sheets, works=works)


@bp.get("/<patrol_id>.json")
@requires("register:read")
def read(patrol_id: str) -> ResponseReturnValue:
    """One sheet."""
    return jsonify(**_known(), sheet=_sheet(turns.readable(session(), actor(), patrol_id)))


@bp.put("/<patrol_id>/sheet")
@requires(REPORT)
def save(patrol_id: str) -> ResponseReturnValue:
    """Keep what a device sends; 409 with both versions where two changed the same."""
    turns.readable(session(), actor(), patrol_id)
    body = _body()
    sent = Sent(_revision(body), body, whole=True)
    try:
        patrol = commands.save(
            actor(), patrol_id, sent, request.headers.get(KEY, ""), at=clock.now()
        )
    except Diverged as two:
        return _differs(patrol_id, two.message, two.conflicts)
    except Conflict as late:
        return _differs(patrol_id, late.message, ())
    return jsonify(sheet=_sheet(patrol))


@bp.post("/<patrol_id>/photos")
@requires(REPORT)
def photo(patrol_id: str) -> ResponseReturnValue:
    """Take in one photo; the same again is the same."""
    file, told = request.files.get("file"), request.form
    if file is None:
        raise Invalid("没有收到照片，请再传一次", {"file": "没有收到照片"})
    shot = Shot(
        told.get("hazard", ""), file.filename or "photo.jpg", file.stream,  # type: ignore[arg-type]
        told.get("sha256", "").lower(), _moment(told.get("taken_at", "")), _place(),
    )  # fmt: skip
    row, new = photographs.take(actor(), patrol_id, shot, at=clock.now())
    patrol = turns.readable(session(), actor(), patrol_id)
    return jsonify(photo=sheet.photo(row, patrol)), 201 if new else 200


@bp.delete("/<patrol_id>/photos/<attachment_id>")
@requires(REPORT)
def drop(patrol_id: str, attachment_id: str) -> ResponseReturnValue:
    """Take a photo out; again, nothing more happens."""
    turns.readable(session(), actor(), patrol_id)
    photographs.drop(actor(), patrol_id, attachment_id, at=clock.now())
    return "", 204


@bp.post("/<patrol_id>/conclude")
@requires(REPORT)
def conclude(patrol_id: str) -> ResponseReturnValue:
    """Draw the conclusion, if the device has seen all that is on the sheet."""
    patrol = turns.readable(session(), actor(), patrol_id)
    body, key = _body(), request.headers.get(KEY, "")
    told = {name: body[name] for name in ("scope", "part") if isinstance(body.get(name), str)}
    try:
        made = Decision(str(body.get("outcome", "")), told, key, _revision(body))
        me = actor().under(typed.text(body.get("acting"), 32))
        workflow.decide(me, form_views.task_of(patrol).id, made, at=clock.now())
    except Conflict as late:
        return _differs(patrol_id, late.message, ())
    patrol = turns.readable(session(), actor(), patrol_id)
    return jsonify(url=url_for("cases.show", case_id=patrol.case_id), sheet=_sheet(patrol))


@bp.post("/start")
@requires(REPORT)
def start() -> ResponseReturnValue:
    """Begin a visit that was begun on a device; the same again is the same visit."""
    body = _body()
    wanted = Begin(
        work_id=typed.text(body.get("work_id"), 32),
        report_case_id=typed.text(body.get("report_case_id"), 32),
        client_id=typed.text(body.get("client_id"), 64),
    )
    patrol = commands.begin(actor(), wanted, at=clock.now())
    return jsonify(sheet=_sheet(patrol)), 201


@bp.post("/<patrol_id>/started")
@requires(REPORT)
def take(patrol_id: str) -> ResponseReturnValue:
    """Take a visit that waits, begun on a device."""
    body = request.get_json(silent=True) or {}
    begun = _moment(str(body.get("started_at", ""))) if isinstance(body, dict) else None
    patrol = commands.start(actor(), patrol_id, begun, at=clock.now())
    return jsonify(sheet=_sheet(patrol))


def _known() -> dict[str, Any]:
    me = actor()
    person = {"id": me.id, "name": me.name}
    return {"person": person, "csrf": csrf.token(), "at": clock.now().isoformat()}


def _sheet(patrol: Patrol) -> dict[str, Any]:
    """The sheet, with the posts under which whoever looks may conclude it."""
    plain = sheet.of(session(), actor(), patrol, clock.now())
    return plain | {"posts": form_views.posts_of(patrol)}


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("内容不完整，请刷新后再试")
    return body


def _revision(body: dict[str, Any]) -> int:
    """The revision of the sheet that a device had before it."""
    told = body.get("revision")
    return told if isinstance(told, int) else 0


def _differs(patrol_id: str, message: str, conflicts: Any) -> ResponseReturnValue:
    patrol = turns.readable(session(), actor(), patrol_id)
    return errors.problem(409, message, sheet=_sheet(patrol), conflicts=list(conflicts))


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _place() -> dict[str, str] | None:
    told = {name: request.form.get(name) for name in ("lng", "lat", "accuracy")}
    return typed.of_sheet("place_seen", told) if told["lng"] and told["lat"] else None
