"""更新在办件, for programs: what it would come to, doing it, how far it is, and back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.engine import Process
from app.web.access import actor, requires
from app.web.api.operation import key, operation, sent
from app.web.api.parts import ref
from app.web.api.written import moment
from app.workflow import commands, definitions
from app.workflow.commands.moving import Moving
from app.workflow.studio import drafts, moves, moving, outlook
from app.workflow.studio.models import FlowMove

bp = Blueprint("flow_moves", __name__)
PUBLISH = drafts.PUBLISH


@bp.post("/versions/<version_id>/moves/preview")
@requires(PUBLISH)
@operation(
    "预览把在办件更新到这一版，不改动任何办件", {200: ref("MovePreview")}, body="MoveTargets"
)
def preview(version_id: str) -> ResponseReturnValue:
    """What it would come to, case by case."""
    targets, work, at = sent("MoveTargets").get("targets", {}), session(), clock.now()
    version = moving.target(work, actor(), version_id, at)
    found = outlook.outlook(work, actor(), version, targets, at)
    process = definitions.get(work, version.id).process
    return jsonify(
        total=found.total,
        items=[_line(line, process) for line in found.lines],
        missing=[
            {"version": one.version.id, "element": one.element, "name": one.name}
            for one in found.lacks
            if one.element not in targets.get(one.version.id, {})
        ],
        steps=[{"element": one, "name": name} for one, name in outlook.choices(work, version)],
    )


def _line(line: outlook.Line, process: Process) -> dict[str, Any]:
    after = outlook.after(process, line.plan) if line.plan else ()
    return {
        "case_id": line.case.id, "number": line.case.number, "seq": line.seq,
        "version": line.case.version_id, "now": list(line.now), "after": list(after),
        "fit": line.plan is not None, "why": line.why, "warnings": list(line.caveats),
    }  # fmt: skip


@bp.post("/versions/<version_id>/moves")
@requires(PUBLISH)
@operation(
    "把选定的在办件更新到这一版，在后台逐件进行", {202: ref("Move")}, body="MoveOrder", keyed=True
)
def begin(version_id: str) -> ResponseReturnValue:
    """Have these cases moved; each that was touched since its `seq` stays as it is."""
    body = sent("MoveOrder")
    seen = {one["case_id"]: one["seq"] for one in body["cases"]}
    wanted = Moving(version_id, seen, body["reason"], body.get("targets", {}), key())
    return _on_its_way(commands.begin_move(actor(), wanted, at=clock.now()))


@bp.get("/moves/<move_id>")
@requires(PUBLISH)
@operation("一次更新的进度，以及每件的结果", {200: ref("Move")})
def show(move_id: str) -> ResponseReturnValue:
    """How far it has come, and what became of each case."""
    return jsonify(_written(moves.kept(session(), actor(), move_id)))


@bp.post("/moves/<move_id>/undo")
@requires(PUBLISH)
@operation("撤销一次更新，没有人接着办的件改回旧版", {202: ref("Move")}, keyed=True)
def undo(move_id: str) -> ResponseReturnValue:
    """Have put back what nobody has touched since."""
    return _on_its_way(commands.undo_move(actor(), move_id, key(), at=clock.now()))


def _on_its_way(move: FlowMove) -> ResponseReturnValue:
    return jsonify(_written(move)), 202, {"Location": url_for(".show", move_id=move.id)}


def _written(move: FlowMove) -> dict[str, Any]:
    work = session()
    state = moves.state(work, move)
    return {
        "id": move.id, "version": move.version_id, "process": move.version.key,
        "reason": move.reason, "begun_by": move.person.name, "begun_at": moment(move.begun_at),
        "ended_at": moment(move.ended_at), "undone_at": moment(move.undone_at),
        "running": state.running, "counts": state.counts,
        "items": [
            {"case_id": one.case_id, "number": one.case.number, "status": one.status,
             "why": one.why}
            for one in moves.items(work, move, 1, moving.MOST)
        ],
    }  # fmt: skip
