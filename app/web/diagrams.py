"""The drawing of a version, for the viewer."""

from __future__ import annotations

from flask import Blueprint, Response

from app.db import session
from app.web.access import signed_in
from app.workflow import definitions

bp = Blueprint("diagrams", __name__)


@bp.get("/diagrams/<version_id>.bpmn")
@signed_in
def show(version_id: str) -> Response:
    """The BPMN of a published version; it never changes, so browsers may keep it."""
    answer = Response(definitions.get(session(), version_id).bpmn, mimetype="application/xml")
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer
