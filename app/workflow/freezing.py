"""Frozen (定版): what a process really uses, what is to be confirmed, and the version written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.crashing import point
from app.engine import Process
from app.engine.contents import files_used
from app.errors import Invalid
from app.identity import audit
from app.identity.actor import Actor
from app.workflow import desks, entitling, versions
from app.workflow.models import ProcessVersion
from app.workflow.versions import Plan

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ready:
    """Files that passed every check: what is kept of them, and what was said and confirmed.

    `copy_of` and `begun_from` are ids of versions: of which it is a copy, and what is in force.
    """

    process: Process
    files: dict[str, str]
    said: Sequence[str] = ()
    copy_of: str | None = None
    begun_from: str | None = None

    @property
    def checksum(self) -> str:
        """By which the same content is known again."""
        return hashlib.sha256(json.dumps(self.files, sort_keys=True).encode()).hexdigest()


def lacking(process: Process) -> list[str]:
    """Which rights the people of a step lack."""
    return [one.message for one in entitling.lacking(process, process.key)]


def confirm(said: Sequence[str], *, despite: bool) -> None:
    """Raises Invalid, all at once, for what has to be confirmed and was not."""
    if said and not despite:
        raise Invalid("有需要确认的事项，确认后才能发布", {"despite": "\n".join(said)})


def named(files: Files, process: Process) -> dict[str, str]:
    """What the process really uses: its drawings, the decisions, the forms that it names."""
    forms_named = {process.start_form, *(policy.form for policy in process.tasks.values())}
    used = {f"forms/{key}.json" for key in forms_named} | files_used(files, process.key)
    return {name: text for name, text in sorted(files.items()) if name in used}


def freeze(
    work: Session, actor: Actor | None, version: ProcessVersion, process: Process, verb: str
) -> ProcessVersion:
    """Number it, write it, open the desks that it asks for, and note it under this verb."""
    at: datetime = version.published_at
    note_dropped(work, actor, versions.add(work, version), at=at)
    desks.open_desks(work, process)
    point("version")
    deed = audit.Deed(
        verb,
        actor.id if actor else None,
        f"version:{version.id}",
        f"{version.key} {version.number}",
        actor.address if actor else "",
    )
    audit.record(work, deed, at=at)
    return version


def note_dropped(
    work: Session, actor: Actor | None, dropped: Sequence[Plan], *, at: datetime
) -> None:
    """Record that these plans are off, replaced by what this person decided."""
    who, where = (actor.id, actor.address) if actor else (None, "")
    for plan in dropped:
        if isinstance(plan, ProcessVersion):
            about = ("flow_withdrawn", f"version:{plan.id}", f"{plan.key} {plan.number}")
        else:
            about = ("flow_fallback_cancelled", f"unit:{plan.unit_id}", f"{plan.key} {plan.up_to}")
        verb, subject, words = about
        audit.record(work, audit.Deed(verb, who, subject, words, where), at=at)
