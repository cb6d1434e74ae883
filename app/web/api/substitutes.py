"""代理, for programs: who stands in for whom, set and ended."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.web.access import actor, requires
from app.web.api.operation import key, operation, sent
from app.web.api.parts import ref
from app.web.substitutes import read_day
from app.workflow import commands
from app.workflow.commands.substitutes import Absence
from app.workflow.queries import substitutes
from app.workflow.substitutions import Substitution

bp = Blueprint("substitutes", __name__)


@bp.get("/substitutes")
@requires("task:decide", "people:create")
@operation("正在和将要代理的：本人的，以及本单位和下级人员的", {200: ref("Substitutes")})
def index() -> ResponseReturnValue:
    """What runs or will."""
    work, me = session(), actor()
    found = [*substitutes.own(work, me, me.day), *substitutes.kept(work, me, me.day)]
    return jsonify(items=[_written(row) for row in found])


@bp.post("/substitutes")
@requires("task:decide")
@operation("请人代理本人的任务", {201: ref("Substitute")}, body="Absence", keyed=True)
def add() -> ResponseReturnValue:
    """Name a substitute."""
    body = sent("Absence")
    absence = Absence(
        body["substitute"], read_day(body["first_day"]), read_day(body["last_day"]),
        tuple(body.get("flows", ())), body.get("reason", ""), key(),
    )  # fmt: skip
    return jsonify(_written(commands.set_substitute(actor(), absence, at=clock.now()))), 201


@bp.post("/substitutes/<substitution_id>/end")
@requires("task:decide", "people:create")
@operation("结束代理", {200: ref("Substitute")}, keyed=True)
def end(substitution_id: str) -> ResponseReturnValue:
    """End one before its time."""
    ended = commands.end_substitute(actor(), substitution_id, key(), at=clock.now())
    return jsonify(_written(ended))


def _written(row: Substitution) -> dict[str, Any]:
    return {
        "id": row.id, "person": row.person.name, "substitute": row.substitute.name,
        "first_day": row.first_day.isoformat(), "last_day": row.last_day.isoformat(),
        "flows": list(row.flows), "reason": row.reason, "ended": row.ended_at is not None,
    }  # fmt: skip
