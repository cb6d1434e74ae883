"""决策表: the tables of a file of a draft, in the editor, and as plain boxes without script."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

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
from werkzeug.datastructures import MultiDict

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
from app.workflow.studio import contents, drafts, table_words
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
    return _page(draft, name, _tables(draft, name).grids(), MultiDict(), "")


def _page(draft: FlowDraft, name: str, grids: Sequence[Grid], sent: Sent, fault: str) -> Response:
    answer = make_response(
        render_template(
            "studio/decision.html",
            draft=draft,
            name=name,
            grids=grids,
            sent=sent,
            fault=fault,
            hits=columns.HITS,
            hit_words=table_words.HITS,
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
    kept = tables.grids()
    try:
        _refuse_lost(draft, kept, sent)
        _write(tables, sent)
        _act(tables, kept, sent)
        files = {name: tables.text().encode()}
        commands.save_flow_draft(actor(), draft.id, revision_of(sent), files, at=clock.now())
    except (Invalid, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        fresh = draft_of(key, unit_id)
        grids = _as_typed(_tables(fresh, name), sent)
        answer = _page(fresh, name, grids, sent, refused.message)
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
            boxes = enumerate(stem + name for name in grid.names)
            cells = {at: sent[box] for at, box in boxes if box in sent}
            tables.write(grid.id, row.key, cells, sent.get(f"{stem}note"))


def _write_heads(tables: Tables, grid: Grid, sent: Sent) -> None:
    if f"{grid.id}|hit" in sent:
        columns.hit(tables, grid.id, sent[f"{grid.id}|hit"])
    for at, mark in enumerate(grid.marks):
        if f"{grid.id}|{mark}|reads" in sent:
            columns.write(tables, grid.id, at, _head(sent, grid.id, mark))


def _head(sent: Sent, decision: str, which: str) -> tuple[str, str, str]:
    stem = f"{decision}|{which}|"
    label, reads, typed = (sent.get(stem + name, "") for name in ("label", "reads", "type"))
    return label, reads, typed


def _as_typed(tables: Tables, sent: Sent) -> list[Grid]:
    """What is kept by now, with what was typed over it as far as that can be written.

    Its columns go by the names of what is kept: the next press is measured against that.
    """
    kept = tables.grids()
    with suppress(Invalid):
        _write(tables, sent)
    pairs = zip(kept, tables.grids(), strict=True)
    return [replace(shown, names=was.names, marks=was.marks) for was, shown in pairs]


def _refuse_lost(draft: FlowDraft, grids: Sequence[Grid], sent: Sent) -> None:
    """Refuse what was typed for columns that are others by now. Raises Conflict."""
    there = {f"{grid.id}|{mark}|reads" for grid in grids for mark in (*grid.marks, "new")}
    if {name for name in sent if name.endswith("|reads")} - there:
        lost = "改了列：您为改过的列写的没有保留，其余还在这一页，没有存进草稿"
        drafts.expect(draft, revision_of(sent), actor().id, lost)


def _refuse_half(grids: Sequence[Grid], word: str, decision: str, sent: Sent) -> None:
    """A new column that was written and would be lost by this press. Raises Invalid."""
    for grid in grids:
        adds = grid.id == decision and word in (columns.INPUT, columns.OUTPUT)
        if not adds and any(text.strip() for text in _head(sent, grid.id, "new")[:2]):
            raise Invalid("新的一列还没有加上：请点“加一个条件列”或“加一个结果列”，不加的请清空")


def _place(grids: Sequence[Grid], decision: str, column: str) -> int:
    """Where a column stands; none of the places where it is gone."""
    names = next((grid.names for grid in grids if grid.id == decision), ())
    return names.index(column) if column in names else -1


def _act(tables: Tables, kept: Sequence[Grid], sent: Sent) -> None:
    """What the button asks for; `kept` are the tables by whose names the page spoke."""
    word, about = deed(sent)
    decision, _, row = about.partition("|")
    _refuse_half(kept, word, decision, sent)
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
            columns.drop(tables, decision, _place(kept, decision, row))
        case "save":
            return
        case _:
            raise Invalid("没有说明要改什么，请刷新后再试")
