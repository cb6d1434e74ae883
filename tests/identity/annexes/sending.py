"""Sending workbooks through the commands and the background, as an administrator does."""

from __future__ import annotations

from datetime import datetime

from app.db import session
from app.identity.actor import Actor
from app.identity.annexes import imports
from app.identity.annexes.models import AnnexImport
from app.identity.annexes.verdicts import Judged, Judgement
from app.workflow import commands, jobs


def send(actor: Actor, content: bytes, at: datetime, name: str = "附件.xlsx") -> AnnexImport:
    """A workbook that was sent and read."""
    row = commands.take_annex(actor, name, content, at=at)
    return work_on(actor, row.id, at)


def work_on(actor: Actor, import_id: str, at: datetime) -> AnnexImport:
    """The import after the background did what is due."""
    while jobs.run_due(at):
        pass
    session().expire_all()
    return imports.own(session(), actor, import_id)


def commit(actor: Actor, row: AnnexImport, at: datetime) -> AnnexImport:
    """The import carried out."""
    commands.commit_annex(actor, row.id, row.counts["mark"], at=at)
    return work_on(actor, row.id, at)


def carry(actor: Actor, content: bytes, at: datetime) -> AnnexImport:
    """A workbook sent and carried out."""
    return commit(actor, send(actor, content, at), at)


def judged(row: AnnexImport) -> Judgement:
    """What the preview shows."""
    return imports.preview(row)[1]


def lines(row: AnnexImport) -> list[Judged]:
    """The lines that the preview shows."""
    return judged(row).lines


def verdicts(row: AnnexImport) -> list[tuple[str, str]]:
    """Each line's name and what it comes to."""
    return [(one.line.name, one.verdict) for one in lines(row)]


def whys(row: AnnexImport) -> list[str]:
    """Each line's reason."""
    return [one.why for one in lines(row)]
