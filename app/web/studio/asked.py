"""How a form asks for something to be published: why, despite what, and from which day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.clock import long_day
from app.db import session
from app.errors import Invalid
from app.workflow import receiving
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publishing
from app.workflow.studio import approvals
from app.workflow.studio.approval_models import FlowRequest

MOST_NOTES = 12


def asked(sent: Mapping[str, str]) -> Publishing:
    """Raises Invalid for a day that is none."""
    written = sent.get("starts_on", "").strip()
    try:
        day = date.fromisoformat(written) if written else None
    except ValueError as wrong:
        words = "请填写日期，如 2026-12-01；今天起施行的，不用填"
        raise Invalid("施行日期不对", {"starts_on": words}) from wrong
    despite, seen = sent.get("despite") == "yes", sent.get("seen")
    return Publishing(sent.get("reason", ""), despite, day, seen)


def files_sent(came: Iterable[FileStorage]) -> dict[str, bytes]:
    """What was chosen, by its names. Raises Invalid for two of one name."""
    files: dict[str, bytes] = {}
    for one in came:
        name = one.filename or ""
        if name in files:
            words = f"文件重名：有两个都叫“{name[:60]}”，请只传一个"
            raise Invalid(words, {"files": words})
        if name:
            files[name] = one.read()
    return files


def tell_notes(files: Mapping[str, bytes], key: str) -> None:
    """Say what other products wrote into files that were taken, and how they say it now."""
    for note in receiving.notes(files, key)[:MOST_NOTES]:
        flash(note.message)


def onward(made: ProcessVersion | FlowRequest, again: str = "") -> ResponseReturnValue:
    """Say what came of it, and lead to it; `again` names where it was an older version."""
    if isinstance(made, FlowRequest):
        flash(f"已送请{made.above.name}批准：{made.title}，批准后才发布")
        return redirect(url_for("studio_approval.show", request_id=made.id), 303)
    number = f"第 {made.number} 版"
    done = f"已恢复：{made.title}，作为{number}发布" if again else f"已发布：{made.title} {number}"
    flash(f"{done}，{since(made)}")
    if approvals.gave_way(session(), made) is not None:
        flash("原来送审的已同时撤回")
    return redirect(url_for("flows.show", key=made.key), 303)


def since(made: ProcessVersion) -> str:
    """From when new cases take it, as the last words about a publication."""
    if made.starts_on is None:
        return "新办件从现在起用这一版"
    return f"自 {long_day(made.starts_on)}起施行，此前可以在版本列表取消"
