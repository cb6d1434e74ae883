"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.web.access import public
from app.workflow.queries import health

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The store answers and is migrated; the background keeps up."""
    found = health.state()
    return jsonify(found), 200 if found["ready"] else 503
