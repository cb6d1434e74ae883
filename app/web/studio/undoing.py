"""撤销和恢复: one address for all pages of a draft, which leads back to the page it came from."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import NotFound
from app.web.access import actor, requires
from app.web.studio.pages import PUBLISH, draft_of, revision_of
from app.workflow import commands
from app.workflow.studio import contents
from app.workflow.studio.models import FlowDraft

bp = Blueprint("studio_undo", __name__)


@bp.post("/flows/<key>/draft/<unit_id>/undo")
@requires(PUBLISH)
def undo(key: str, unit_id: str) -> ResponseReturnValue:
    """Take the last change back, or make it again."""
    draft, revision = draft_of(key, unit_id), revision_of(request.form)
    if request.form.get("do") == "redo":
        kept = commands.redo_flow_draft(actor(), draft.id, revision, at=clock.now())
        flash("已恢复，草稿又是改过的样子")
    else:
        kept = commands.undo_flow_draft(actor(), draft.id, revision, at=clock.now())
        flash("已撤销上一次修改，点“恢复”可以改回来")
    return redirect(_back(kept, request.form.get("page", "")), 303)


def _back(draft: FlowDraft, page: str) -> str:
    """The page that was left, unless what it was about is gone."""
    word, _, name = page.partition(":")
    key, unit = draft.key, draft.unit_id
    if word == "table":
        return url_for("studio_table.show", key=key, unit_id=unit)
    with suppress(NotFound):
        if word == "form":
            contents.text_of(session(), draft, f"forms/{name}.json", at=clock.now())
            return url_for("studio_forms.show", form=name, key=key, unit_id=unit)
        if word == "decision":
            contents.text_of(session(), draft, name, at=clock.now())
            return url_for("studio_decisions.show", name=name, key=key, unit_id=unit)
    if word in {"files", "form", "decision"}:
        return url_for("studio_files.show", key=key, unit_id=unit)
    return url_for("studio.show", key=key, unit_id=unit)
