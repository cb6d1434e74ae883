"""决策表: the tables of a file of a draft, in the editor, and as plain boxes without script."""

from __future__ import annotations

from contextlib import suppress

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.engine.drafting import columns
from app.engine.drafting.tables import Grid, Tables
from app.errors import BrokenProcess, Conflict, Invalid
from app.web import headers
from app.web.access import actor, requires
from app.web.studio.form_sent import Sent, deed, plain
from app.web.studio.pages import PUBLISH, draft_of, revision_of
from app.workflow import commands
from app.workflow.studio import contents
from app.workflow.studio.models import FlowDraft

bp = Blueprint("studio_decisions", __name__)


def _tables(draft: FlowDraft, name: str) -> Tables:
    """Raises NotFound, and Invalid for a file that holds no tables."""
    text = contents.text_of(session(), draft, name, at=clock.now())
    try:
        return Tables(text, name)
    except BrokenProcess as broken:
        raise Invalid("；".join(one.message for one in broken.findings)) from broken


@bp.get("/flows/<key>/draft/<unit_id>/decision/<name>")
@requires(PUBLISH)
def show(key: str, unit_id: str, name: str) -> ResponseReturnValue:
    """Every table of the file; without script each cell is a box of a plain form."""
    draft = draft_of(key, unit_id)
    return _page(draft, name, _tables(draft, name), "")


def _page(draft: FlowDraft, name: str, tables: Tables, fault: str) -> Response:
    answer = make_response(
        render_template(
            "studio/decision.html",
            draft=draft,
            name=name,
            grids=tables.grids(),
            fault=fault,
            hits=columns.HITS,
            types=columns.TYPES,
        )
    )
    answer.headers["Content-Security-Policy"] = headers.DRAWING_POLICY
    return answer


@bp.post("/flows/<key>/draft/<unit_id>/decision/<name>")
@requires(PUBLISH)
def change(key: str, unit_id: str, name: str) -> ResponseReturnValue:
    """Keep what was typed, and put, move or drop the row that was asked for."""
    draft, sent = draft_of(key, unit_id), plain(request.form)
    tables = _tables(draft, name)
    try:
        _write(tables, sent)
        _act(tables, *deed(sent), sent)
        files = {name: tables.text().encode()}
        commands.save_flow_draft(actor(), draft.id, revision_of(sent), files, at=clock.now())
    except (Invalid, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        fresh = draft_of(key, unit_id)
        answer = _page(fresh, name, _as_typed(_tables(fresh, name), sent), refused.message)
        answer.status_code = status
        return answer
    flash("决策表已存入草稿")
    return redirect(url_for(".show", key=key, unit_id=unit_id, name=name), 303)


def _write(tables: Tables, sent: Sent) -> None:
    """The cells, notes and heads as they were typed."""
    for grid in tables.grids():
        _write_heads(tables, grid, sent)
        for row in grid.rows:
            stem = f"{grid.id}|{row.key}|"
            names = {at: f"{stem}{at}" for at in range(len(row.cells))}
            cells = {at: sent[name] for at, name in names.items() if name in sent}
            tables.write(grid.id, row.key, cells, sent.get(f"{stem}note"))


def _write_heads(tables: Tables, grid: Grid, sent: Sent) -> None:
    if f"{grid.id}|hit" in sent:
        columns.hit(tables, grid.id, sent[f"{grid.id}|hit"])
    for at in range(len(grid.heads)):
        if f"{grid.id}|head{at}|reads" in sent:
            columns.write(tables, grid.id, at, _head(sent, grid.id, f"head{at}"))


def _head(sent: Sent, decision: str, which: str) -> tuple[str, str, str]:
    stem = f"{decision}|{which}|"
    label, reads, typed = (sent.get(stem + name, "") for name in ("label", "reads", "type"))
    return label, reads, typed


def _as_typed(tables: Tables, sent: Sent) -> Tables:
    """What is kept by now, with what was typed over it as far as that can be written."""
    with suppress(Invalid):
        _write(tables, sent)
    return tables


def _act(tables: Tables, word: str, about: str, sent: Sent) -> None:
    decision, _, row = about.partition("|")
    match word:
        case "up" | "down":
            tables.move(decision, row, -1 if word == "up" else 1)
        case "add":
            tables.add(decision, row)
        case "drop":
            tables.drop(decision, row)
        case columns.INPUT | columns.OUTPUT:
            columns.add(tables, decision, word, _head(sent, decision, "new"))
        case "column":
            columns.drop(tables, decision, int(row) if row.isdecimal() and len(row) < 4 else -1)
        case "save":
            return
        case _:
            raise Invalid("没有说明要改什么，请刷新后再试")
