"""The masked numbers of a case, whole: asked for with a reason, answered once, on record."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.web.access import actor, signed_in
from app.workflow import unmasking
from app.workflow.commands.unmasking import unmask
from app.workflow.reach import readable_case

bp = Blueprint("unmasking", __name__)


@bp.post("/cases/<case_id>/numbers")
@signed_in
def show(case_id: str) -> ResponseReturnValue:
    """The numbers, in this answer only: asking for the page again is another viewing."""
    why = request.form.get("why", "")
    facts = unmask(actor(), case_id, why, at=clock.now())
    case = readable_case(session(), actor(), case_id)
    return render_template("cases/numbers.html", case=case, facts=facts, why=unmasking.WHY[why])
