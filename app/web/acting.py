"""兼任: under which post something is done, as a form offers it and as it was chosen there."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from app.db import session
from app.identity.actor import Actor, Hold
from app.web.access import actor
from app.web.display import spoken
from app.workflow import acting as acting_as
from app.workflow.handling import fitting, hold_under
from app.workflow.models import Task

Posts = list[tuple[str, str]]
"""(grant, how officials say it): the choices of `acting_as`, the likeliest first."""


def acting() -> Actor:
    """Who sent this form, under the post that they chose in it."""
    return actor().under(request.form.get("acting", ""))


def posts_at(task: Task) -> Posts:
    """The posts under which whoever looks may handle a task; that of their last act there first."""
    found = fitting(session(), actor(), task)
    likely = hold_under(session(), actor(), task) if len(found) > 1 else None
    return posts(sorted(found, key=lambda hold: hold != likely))


def posts(found: Iterable[Hold]) -> Posts:
    """These assignments as choices."""
    return [(hold.grant_id, _said(hold)) for hold in found]


def _said(hold: Hold) -> str:
    name = acting_as.principal(session(), hold)
    return f"{spoken(hold)}（代{name}）" if name else spoken(hold)
