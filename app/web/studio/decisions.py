"""决策表: the tables of a file of a draft, in the editor, and as plain boxes without script."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

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
from app.web.studio import boxes
from app.web.studio.boxes import Late
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
    return _page(draft, name, _tables(draft, name).grids())


@dataclass(frozen=True, slots=True)
class Refused:
    """A press that kept nothing: what was sent, why not, and what of it is offered again."""

    sent: Sent = field(default_factory=MultiDict)
    why: str = ""
    status: int = 200
    late: Late | None = None


def _page(
    draft: FlowDraft, name: str, kept: Sequence[Grid], refused: Refused | None = None
) -> Response:
    back = refused or Refused()
    answer = make_response(
        render_template(
            "studio/decision.html",
            draft=draft,
            name=name,
            grids=kept if back.late is not None else _as_typed(_tables(draft, name), back.sent),
            box=boxes.naming(kept),
            sent=back.sent,
            fault=back.why,
            late=back.late,
            hits=columns.HITS,
            hit_words=table_words.HITS,
            types=columns.TYPES,
        )
    )
    answer.headers["Content-Security-Policy"] = headers.DRAWING_POLICY
    answer.status_code = back.status
    return answer


@bp.post("/flows/<key>/draft/<unit_id>/decision/<name>")
@requires(PUBLISH)
def change(key: str, unit_id: str, name: str) -> ResponseReturnValue:
    """Keep what was typed, and put, move or drop the row that was asked for."""
    draft, sent = draft_of(key, unit_id), plain(request.form)
    tables = _tables(draft, name)
    kept, revision = tables.grids(), revision_of(sent)
    try:
        if deed(sent)[0] != "save" or boxes.late(kept, sent) or _half(kept, sent):
            drafts.expect(draft, revision, actor().id)
        if revision == draft.revision:  # else all that was typed is there already
            boxes.write(tables, sent)
            _act(tables, kept, sent)
            files = {name: tables.text().encode()}
            commands.save_flow_draft(actor(), draft.id, revision, files, at=clock.now())
    except (Invalid, Conflict) as refused:
        return _refused(draft_of(key, unit_id), name, sent, refused.message)
    flash("决策表已存入草稿")
    return redirect(url_for(".show", key=key, unit_id=unit_id, name=name), 303)


def _refused(draft: FlowDraft, name: str, sent: Sent, why: str) -> Response:
    """What was typed as it was; on a page that is late, what is kept by now, and beside it what
    was typed and is something else."""
    kept = _tables(draft, name).grids()
    if revision_of(sent) == draft.revision:
        return _page(draft, name, kept, Refused(sent, why, 422))
    return _page(draft, name, kept, Refused(sent, why, 409, boxes.late(kept, sent)))


def _as_typed(tables: Tables, sent: Sent) -> list[Grid]:
    """What is kept, with what was typed over it as far as that can be written.

    Its columns go by the names of what is kept: the next press is measured against that.
    """
    kept = tables.grids()
    with suppress(Invalid):
        boxes.write(tables, sent)
    pairs = zip(kept, tables.grids(), strict=True)
    return [replace(shown, names=was.names, marks=was.marks) for was, shown in pairs]


def _half(grids: Sequence[Grid], sent: Sent) -> bool:
    """Whether a new column was begun."""
    texts = (text for grid in grids for text in boxes.new_column(sent, grid.id)[:2])
    return any(text.strip() for text in texts)


def _refuse_half(grids: Sequence[Grid], word: str, decision: str, sent: Sent) -> None:
    """A new column that was written and would be lost by this press. Raises Invalid."""
    for grid in grids:
        adds = grid.id == decision and word in (columns.INPUT, columns.OUTPUT)
        if not adds and _half([grid], sent):
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
            columns.add(tables, decision, word, boxes.new_column(sent, decision))
        case "column":
            columns.drop(tables, decision, _place(kept, decision, row))
        case "save":
            if not boxes.boxes(sent):
                raise Invalid("没有收到表格的内容，请刷新后再试")
        case _:
            raise Invalid("没有说明要改什么，请刷新后再试")
