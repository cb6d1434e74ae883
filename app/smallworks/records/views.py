"""The pages of bad records: what the public reads, and contractors as officials see them."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.smallworks import words as works_words
from app.smallworks.records import publicity, queries, shutting_out, words
from app.smallworks.records.kind import KIND
from app.smallworks.records.queries import READ
from app.web.access import actor, public, requires
from app.workflow import jobs, kinds

published = Blueprint("records", __name__)
contractors = Blueprint("contractors", __name__)


def install(app: Flask) -> None:
    """Make the kind and its background work known, and put the pages on."""
    kinds.register(KIND)
    jobs.handlers.update(shutting_out.HANDLERS)
    app.register_blueprint(published)
    app.register_blueprint(contractors)


@published.get("/records", endpoint="index")
@public
def records() -> ResponseReturnValue:
    """The bad records in their term: who, what, until when; nothing private."""
    page = publicity.published(session(), request.args.get("after", ""))
    return render_template(
        "records/public.html",
        rows=page.rows,
        next_url=url_for(".index", after=page.after) if page.after else "",
        first_url=url_for(".index") if request.args.get("after") else "",
    )


@contractors.get("/contractors", endpoint="index")
@requires(READ)
def index() -> ResponseReturnValue:
    """The contractors of my area, with their points and bans."""
    asked = request.args.get("q", "").strip()[:80]
    after = request.args.get("after", "")
    page = queries.contractors(session(), actor(), asked, after, at=clock.now())
    more = url_for(".index", q=asked, after=page.after) if page.after else ""
    first = url_for(".index", q=asked) if after else ""
    return render_template(
        "records/contractors.html", rows=page.rows, q=asked, next_url=more, first_url=first
    )


@contractors.get("/contractors/<contractor_id>", endpoint="show")
@requires(READ)
def show(contractor_id: str) -> ResponseReturnValue:
    """One contractor: works, open hazards, records, points, ban."""
    sheet = queries.sheet(session(), actor(), contractor_id, at=clock.now())
    return render_template(
        "records/contractor.html", sheet=sheet, words=words, works_words=works_words
    )
