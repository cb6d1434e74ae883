"""Everything about oneself as one archive: a page to read, the same as data, and the files."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from flask import render_template

from app import vault
from app.clock import minute
from app.errors import NotFound
from app.identity import provenance
from app.identity.actor import Actor
from app.web import history
from app.workflow import attachments, kinds
from app.workflow.models import Attachment
from app.workflow.queries.casefile import CaseFile
from app.workflow.queries.personal import Kept
from app.workflow.unmasking import WHY

_IN_MEMORY = 8 * 1024 * 1024
_PORTION = 64 * 1024
_NO_NAME = re.compile(r"[^\w.（）()-]+")


def pack(kept: Kept, me: Actor, at: datetime) -> IO[bytes]:
    """The archive, open at its beginning."""
    told = _told(kept, me)
    line = provenance.of(me, at).line
    made: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - sent, then shut
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("我的信息.html", render_template("own_data/taken.html", told=told, line=line))
        whole = {"taken": line, **told}
        box.writestr("我的信息.json", json.dumps(whole, ensure_ascii=False, indent=2))
        for name, content in _files(kept.attachments):
            box.writestr(name, content)
    made.seek(0)
    return made


def sent(made: IO[bytes]) -> Iterator[bytes]:
    """The archive in portions; gone when the last has left, or nobody waits for it."""
    with made:
        while portion := made.read(_PORTION):
            yield portion


def _files(rows: Any) -> Iterator[tuple[str, bytes]]:
    for number, row in enumerate(rows, 1):
        try:
            yield f"附件/{_file_name(number, row)}", attachments.opened(row).content
        except NotFound:  # its bytes are lost, and the page still names it
            continue


def _file_name(number: int, row: Attachment) -> str:
    return f"{number:03d}-{_NO_NAME.sub('_', row.name)}"


def _told(kept: Kept, me: Actor) -> dict[str, Any]:
    """The same for the page and the data: headings, beneath each a list of things in words."""
    person = kept.person
    return {
        "account": [{
            "name": person.name, "phone": vault.unseal(person.phone),
            "email": vault.unseal(person.email), "registered": minute(person.created_at),
        }],
        "cases": [_case(file, me) for file in kept.files],
        "drafts": [
            {"changed": minute(draft.updated_at), "matter": draft.process_key,
             "content": _plain(draft.values)}
            for draft in kept.drafts
        ] + [
            {"changed": minute(typed.at), "matter": "补正", "content": _plain(typed.values)}
            for typed in kept.typed
        ],
        "attachments": [
            {"file": _file_name(number, row), "uploaded": minute(row.at),
             "photographed": minute(row.taken_at) if row.taken_at else "",
             "lng": row.lng or "", "lat": row.lat or ""}
            for number, row in enumerate(kept.attachments, 1)
        ],
        "notices": [{"at": minute(one.at), "content": one.text} for one in kept.notices],
        "viewings": [viewed(one) for one in kept.viewings],
        "sign_ins": [
            {"at": minute(one.created_at), "address": one.address, "device": one.agent}
            for one in kept.sign_ins
        ],
        "deeds": [
            {"at": minute(one.at), "deed": one.verb, "address": one.address}
            for one in kept.deeds
        ],
    }  # fmt: skip


def viewed(event: Any) -> dict[str, str]:
    """Which office read the numbers of which filing, when and why; the name stays its own."""
    return {
        "at": minute(event.at), "unit": event.unit.name if event.unit else "",
        "why": WHY.get(event.outcome, ""), "matter": f"{event.case.title}（{event.case.number}）",
    }  # fmt: skip


def _case(file: CaseFile, me: Actor) -> dict[str, Any]:
    case = file.case
    form = file.definition.form(file.definition.process.start_form)
    own = case.parent_id is None  # of a case that a message opened, the words are another's
    values = form.unseal(file.submission.values, show_secrets=own)
    return {
        "number": case.number, "title": case.title, "place": case.place,
        "filed": minute(case.opened_at), "state": kinds.standing(case).words,
        "content": {
            fact.label: fact.text or [dict(row) for row in fact.rows]
            for group in form.facts(values)
            for fact in group.facts
        },
        "record": [
            {"at": line["when"], "who": line["who"], "act": line["act"],
             "opinion": line["opinion"]}
            for line in history.lines(file, me)
        ],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """What was typed into a draft, readable."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return vault.unseal(value) if vault.sealed(value) else value
