"""What going back to the flow of the unit above means: its version, and what is to be confirmed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session, undefer

from app.clock import local
from app.identity.models import Unit
from app.workflow import definitions, fallbacks, publishing
from app.workflow.models import ProcessVersion
from app.workflow.studio import examples


def onto(
    work: Session, unit: Unit, key: str, starts_on: date | None = None, *, at: datetime
) -> ProcessVersion | None:
    """The version above, with its files, that a unit would take; none: there is none today, or
    none from that day on. One that only waits for its day may be taken back before.
    """
    now = fallbacks.above(work, unit, key, local(at).date())
    if now is None or (starts_on and fallbacks.above(work, unit, key, starts_on) is None):
        return None
    return work.get_one(ProcessVersion, now.id, options=[undefer(ProcessVersion.files)])


def concerns(work: Session, unit: Unit, above: ProcessVersion, *, at: datetime) -> list[str]:
    """All that whoever decides it has to know and confirm, as for any version that they publish.

    It runs above already, so examples of the units above do not keep anybody from it.
    """
    process = definitions.get(work, above.id).process
    own, _theirs = examples.broken(work, unit, above.key, above.files, at)
    return [*publishing.remarks(work, unit, process, at=at), *(one.said for one in own)]
