"""送审, for programs: what became of a flow that was handed in for approval."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.db import session
from app.web.access import actor, requires
from app.web.api.operation import operation
from app.web.api.parts import ref
from app.web.api.written import moment
from app.workflow.studio import approvals
from app.workflow.studio.approval_models import FlowRequest

bp = Blueprint("flow_requests", __name__)


@bp.get("/flow-requests/<request_id>")
@requires("flow:publish")
@operation("一次送审：等待、批准、退回还是撤回，以及批准后发布的版本", {200: ref("FlowRequest")})
def show(request_id: str) -> ResponseReturnValue:
    """One request, to whom its page is shown."""
    return jsonify(written(approvals.shown(session(), actor(), request_id)))


def written(row: FlowRequest) -> dict[str, Any]:
    """A request as the API writes it."""
    return {
        "id": row.id, "process": row.key, "unit": row.unit_id, "title": row.title,
        "state": row.state, "above": row.above_id, "reason": row.reason,
        "starts_on": row.starts_on.isoformat() if row.starts_on else None,
        "asked_by": row.asked_by.name, "asked_at": moment(row.asked_at),
        "settled_by": row.settled_by.name if row.settled_by else None,
        "settled_at": moment(row.settled_at), "answer": row.answer,
        "version": row.version_id, "number": row.version.number if row.version else None,
    }  # fmt: skip
