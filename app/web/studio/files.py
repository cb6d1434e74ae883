"""草稿的文件: all of them, taken home one by one, taken out of the draft."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.web.access import actor, requires
from app.web.studio.pages import PUBLISH, draft_of, revision_of
from app.workflow import commands
from app.workflow.studio import contents

bp = Blueprint("studio_files", __name__)


@bp.get("/flows/<key>/draft/<unit_id>/files")
@requires(PUBLISH)
def show(key: str, unit_id: str) -> ResponseReturnValue:
    """Every file of the draft, and what else its drawings name."""
    draft = draft_of(key, unit_id)
    return render_template(
        "studio/files.html", draft=draft, rows=contents.rows(session(), draft, at=clock.now())
    )


@bp.get("/flows/<key>/draft/<unit_id>/files/<path:name>")
@requires(PUBLISH)
def download(key: str, unit_id: str, name: str) -> ResponseReturnValue:
    """One of them, to be changed elsewhere and put back, or for an editor of ours."""
    draft = draft_of(key, unit_id)
    answer = make_response(contents.text_of(session(), draft, name, at=clock.now()))
    answer.mimetype = "application/json" if name.endswith(".json") else "application/xml"
    bare = name.rpartition("/")[2]
    answer.headers.set("Content-Disposition", "attachment", filename=bare)
    answer.headers["X-Revision"] = str(draft.revision)
    return answer


@bp.post("/flows/<key>/draft/<unit_id>/files/drop")
@requires(PUBLISH)
def drop(key: str, unit_id: str) -> ResponseReturnValue:
    """Take one out of the draft; what is in force stands in for it again."""
    draft, name = draft_of(key, unit_id), request.form.get("name", "")
    commands.drop_flow_file(actor(), draft.id, revision_of(request.form), name, at=clock.now())
    flash(f"草稿里不再有 {name}")
    return redirect(url_for(".show", key=key, unit_id=unit_id), 303)
