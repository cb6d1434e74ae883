"""Beside a case: what may be begun about its work, and what became of it so far."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import clock
from app.clock import local
from app.db import session
from app.errors import Forbidden
from app.identity.actor import Actor
from app.web.access import actor, signed_in
from app.workflow import kinds, starting
from app.workflow.commands import drafts as keeping
from app.workflow.models import Case
from app.workflow.queries import related

bp = Blueprint("beside", __name__)


def parts(work: Session, case: Case, me: Actor, at: datetime) -> dict[str, Any]:
    """What the case page shows of the work."""
    subject = starting.first_case(work, case)
    return {
        "offers": [
            {
                "title": version.title,
                "page": kind.begins_at(subject),
                "url": url_for("beside.begin", case_id=case.id, process=kind.key),
            }
            for kind, version in starting.openable(work, me, case, at)
        ],
        "others": [
            {
                "title": other.version.title,
                "number": other.number,
                "url": url_for("cases.show", case_id=other.id),
                "standing": kinds.standing(other),
                "day": f"{local(other.opened_at):%Y-%m-%d}",
            }
            for other in related.of_work(work, me, case)
        ],
    }


@bp.get("/cases/<case_id>/open/<process>")
@signed_in
def ask(case_id: str, process: str) -> ResponseReturnValue:
    """What is about to be begun, and about which work."""
    me, at, work = actor(), clock.now(), session()
    subject = starting.subject_for(work, me, case_id)
    for kind, version in starting.openable(work, me, subject, at):
        if kind.key == process:
            page = kind.begins_at(subject)
            if page:
                return redirect(page)
            return render_template(
                "cases/open.html", case=subject, back=case_id, title=version.title, key=process
            )
    raise Forbidden("现在不能就这项工程发起该事项，请回到办件页查看可办事项")


@bp.post("/cases/<case_id>/open/<process>")
@signed_in
def begin(case_id: str, process: str) -> ResponseReturnValue:
    """Begin a draft about the work, or go on with the one begun."""
    draft = keeping.start_draft_about(actor(), process, case_id, at=clock.now())
    return redirect(url_for("apply.fill", draft_id=draft.id), 303)
