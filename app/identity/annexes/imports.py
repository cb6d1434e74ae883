"""One import on its way: kept sealed, and shown to nobody but whoever sent it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import vault
from app.db import session
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.annexes import workbooks
from app.identity.annexes.models import AnnexImport
from app.identity.annexes.reading import Reading
from app.identity.annexes.verdicts import FAULT, OPEN, Choices, Judged, Judgement, dump, load
from app.identity.commands.accounts import OpenedAccount

WAITING, READ, REFUSED = "waiting", "read", "refused"
COMMITTING, COMMITTED, ABANDONED = "committing", "committed", "abandoned"
UNSETTLED = (WAITING, READ, REFUSED)
KEPT = timedelta(days=7)
"""How long a workbook lies unsettled, and its account sheet unfetched."""
_SHOWN = 20
REASON = "原因"


def own(work: Session, actor: Actor, import_id: str, *, lock: bool = False) -> AnnexImport:
    """An import of this person. Raises NotFound for all others: it is full of other people."""
    row = work.get(AnnexImport, import_id, with_for_update=lock or None, populate_existing=lock)
    if row is None or row.by_id != actor.id:
        raise NotFound("没有找到这次导入，或它不是您上传的")
    return row


def mine(actor: Actor) -> Sequence[AnnexImport]:
    """The latest imports of this person, newest first."""
    found = select(AnnexImport).where(AnnexImport.by_id == actor.id)
    return session().scalars(found.order_by(AnnexImport.id.desc()).limit(_SHOWN)).all()


def preview(row: AnnexImport) -> tuple[Reading, Judgement]:
    """What was read and judged; empty before that and after it is settled."""
    return load(vault.unseal(row.lines)) if row.lines else (Reading(), Judgement())


def keep(row: AnnexImport, found: Reading, judged: Judgement) -> None:
    """Write down what was read and judged."""
    row.lines = vault.seal(dump(found, judged))
    row.counts = judged.counts() | {"bare": found.bare, "aside": len(found.aside)}
    row.annex = "".join(sorted({line.annex for line in found.lines}))


def content(row: AnnexImport) -> bytes:
    """The workbook as it was sent."""
    return base64.b64decode(vault.unseal(row.file))


def sealed(sent: bytes) -> str:
    """A workbook as it is kept."""
    return vault.seal(base64.b64encode(sent).decode())


def choices_of(row: AnnexImport) -> Choices:
    """What was answered so far."""
    return Choices(**json.loads(vault.unseal(row.choices))) if row.choices else Choices()


def choose(row: AnnexImport, given: Choices) -> None:
    """Add answers to those given before."""
    before = choices_of(row)
    after = Choices(
        before.units | given.units,
        before.readings | given.readings,
        before.twins | given.twins,
    )
    row.choices = vault.seal(json.dumps(asdict(after), ensure_ascii=False))


def issue(row: AnnexImport, opened: Sequence[tuple[Judged, OpenedAccount]]) -> None:
    """Keep the account sheet, sealed, until it is fetched."""
    told = [
        (one.unit_name, one.line.name, account.account, account.initial) for one, account in opened
    ]
    row.issued = vault.seal(json.dumps(told, ensure_ascii=False)) if told else ""


def issued(row: AnnexImport) -> list[tuple[str, str, str, str]]:
    """(unit, name, account, first password) of everybody whose account this import opened."""
    return [tuple(line) for line in json.loads(vault.unseal(row.issued))] if row.issued else []


def settle(row: AnnexImport, state: str, *, at: datetime) -> None:
    """End an import: what it held of people goes, its counts and the file's hash stay.

    The mark goes too: from it the names and numbers of a short one could be found by trying.
    """
    row.state, row.changed_at = state, at
    row.counts = {key: count for key, count in row.counts.items() if key != "mark"}
    row.file = row.lines = row.choices = ""


def with_reasons(row: AnnexImport) -> bytes:
    """The workbook that was sent, with a reason beside every line that cannot be taken."""
    found, judged = preview(row)
    marks: dict[str, workbooks.Marks] = {}
    for one in judged.lines:
        if one.verdict not in (FAULT, OPEN):
            continue
        head = found.heads.get(one.line.sheet, 1)
        rows = dict(marks.get(one.line.sheet, {"head": head, "rows": {}})["rows"])
        said = f"{one.line.name}：{one.why}" if one.line.name else one.why
        rows[one.line.row] = "；".join(filter(None, (rows.get(one.line.row, ""), said)))
        marks[one.line.sheet] = {"head": head, "rows": rows}
    return workbooks.marked(content(row), REASON, marks)


def sweep(work: Session, *, at: datetime) -> None:
    """Let go of workbooks and account sheets that nobody came back for."""
    old = AnnexImport.changed_at < at - KEPT
    open_states = AnnexImport.state.in_(UNSETTLED)
    gone = {"state": ABANDONED, "file": "", "lines": "", "choices": ""}
    work.execute(update(AnnexImport).where(old, open_states).values(gone))
    work.execute(update(AnnexImport).where(old, AnnexImport.issued != "").values(issued=""))
