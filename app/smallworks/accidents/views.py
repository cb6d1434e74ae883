"""The page of accidents: figures, list, and the workbook."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.smallworks.accidents import export, queries, words
from app.smallworks.accidents.kind import KIND, RECORD
from app.smallworks.accidents.queries import Wanted
from app.smallworks.accidents.reach import READ
from app.web import sheets
from app.web.access import actor, can, requires
from app.workflow import kinds
from app.workflow.queries.choices import units_below

bp = Blueprint("accidents", __name__)


def install(app: Flask) -> None:
    """Make the kind known, and put the pages on."""
    kinds.register(KIND)
    app.register_blueprint(bp)


@bp.get("/accidents")
@requires(READ)
def index() -> ResponseReturnValue:
    """What happened, in figures and one by one."""
    me, wanted = actor(), _wanted()
    page = queries.accidents(session(), me, wanted, request.args.get("after", ""))
    asked = _asked(wanted)
    return render_template(
        "accidents/index.html",
        rows=page.rows,
        figures=queries.figures(session(), me, wanted, export.MOST_ROWS),
        filters=_filters(wanted),
        words=words,
        next_url=url_for(".index", **asked, after=page.after) if page.after else "",
        first_url=url_for(".index", **asked) if request.args.get("after") else "",
        export_url=url_for(".excel", **asked),
        record_url=url_for("apply.begin", process=KIND.key) if can(RECORD) else "",
    )


@bp.get("/accidents.xlsx")
@requires(READ)
def excel() -> ResponseReturnValue:
    """The list as a workbook."""
    at = clock.now()
    book = export.export(actor(), _wanted(), at=at)
    return sheets.download(f"事故 {clock.local(at):%Y-%m-%d}", book)


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        args.get("year", ""), args.get("unit", ""), args.get("sector", ""),
        args.get("state", "confirmed"),
    )  # fmt: skip


def _asked(wanted: Wanted) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Wanted.__slots__}


def _filters(wanted: Wanted) -> list[dict[str, Any]]:
    """The drop-downs: name, label, options, and what is chosen."""
    years = [(year, f"{year} 年") for year in queries.years(session(), actor())]
    areas = [(unit.id, unit.name) for unit in units_below(session(), actor())]
    choices = (
        ("year", "年份", years),
        ("unit", "地区", areas),
        ("sector", "行业", list(words.SECTORS.items())),
        ("state", "状态", list(words.STATES.items())),
    )
    return [
        {"name": name, "label": label, "options": options, "value": getattr(wanted, name)}
        for name, label, options in choices
    ]
