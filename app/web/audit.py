"""审计记录: what was done outside cases, by whom, when and whence; to be read, never changed."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.identity import audited
from app.identity.words import AUDIT
from app.web.access import actor, requires

bp = Blueprint("audit", __name__)
_DIGITS = 18
_VERBS = sorted(AUDIT.items(), key=lambda pair: pair[1])


@bp.get("/audit")
@requires("audit:read")
def index() -> ResponseReturnValue:
    """One page of it, newest first."""
    verb, before = request.args.get("verb", ""), request.args.get("before", "")
    last = int(before) if before.isdecimal() and len(before) <= _DIGITS else None
    found = audited.listed(session(), actor(), verb, last)
    shown = found[: audited.PAGE]
    more = len(found) > audited.PAGE
    return render_template(
        "audit/index.html", rows=shown, verb=verb, verbs=_VERBS,
        next_url=url_for(".index", verb=verb or None, before=shown[-1].entry.id) if more else "",
        first_url=url_for(".index", verb=verb or None) if last else "",
    )  # fmt: skip
