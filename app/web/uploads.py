"""Files that came with a form: one by one, so that a bad one does not lose the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import cast

from flask import request, url_for
from werkzeug.datastructures import FileStorage

from app import clock
from app.db import session
from app.errors import Conflict, Invalid
from app.identity.actor import Actor
from app.workflow import attachments
from app.workflow.attachments import Home, Upload
from app.workflow.forms import File
from app.workflow.models import Attachment
from app.workflow.queries import casefile

PREFIX = "file:"


def take(me: Actor, home: Home) -> dict[str, str]:
    """Take back what was ticked, take in what was chosen; what a field's files were refused for."""
    for attachment_id in request.form.getlist("drop"):
        attachments.detach(me, attachment_id, at=clock.now())
    faults: dict[str, str] = {}
    for name, sent in request.files.items(multi=True):
        if not name.startswith(PREFIX) or not sent.filename:
            continue
        field = name.removeprefix(PREFIX)
        try:
            take_one(me, home, field, sent)
        except (Invalid, Conflict) as refused:
            faults[field] = f"{sent.filename[-40:]}：{refused.message}"
    return faults


def take_for_task(me: Actor, task_id: str) -> None:
    """The same for the case of a task. Raises Invalid: what each field's files were refused for."""
    if not request.form.getlist("drop") and not any(
        sent.filename for sent in request.files.values()
    ):
        return
    case = casefile.handling(session(), me, task_id).task.case_id
    faults = take(me, Home(case_id=case))
    if faults:
        raise Invalid("有文件没有传上去", faults)


def take_one(me: Actor, home: Home, field: str, sent: FileStorage) -> Attachment:
    """Take in one file. Raises Invalid, Conflict."""
    upload = Upload(field, sent.filename or "", cast(BytesIO, sent.stream))
    return attachments.attach(me, home, upload, at=clock.now())


def photos() -> list[Upload]:
    """What was chosen as photos beside a form of its own."""
    return [
        Upload("photos", sent.filename or "", cast(BytesIO, sent.stream))
        for sent in request.files.getlist("photos")
        if sent.filename
    ]


def by_field(kept: Sequence[Attachment]) -> Mapping[str, Sequence[File]]:
    """Files under the field that each answers, as the form's macros draw them."""
    found: dict[str, list[File]] = {}
    for row in kept:
        found.setdefault(row.field, []).append(shown(row))
    return found


def shown(row: Attachment) -> File:
    """One file as a tile shows it."""
    url = url_for("apply.download", attachment_id=row.id)
    return File(row.id, row.name, url, row.mime.startswith("image/"))
