"""Text messages (短信) to people: asked for in a transaction, sent by the background."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app import vault
from app.db import session
from app.identity import sms
from app.identity.models import Person
from app.workflow import jobs

JOB = "sms"
About = tuple[str | None, str]
"""The case, if any, and what tells one message from every other."""


def text(work: Session, person: Person, words: str, about: About, *, at: datetime) -> None:
    """Have this sent to somebody's telephone, once for each key, if there is one, and an operator.

    The words wait sealed: they may hold a link that lets its reader in.
    """
    case_id, key = about
    if person.phone and sms.is_set_up():
        said = vault.seal(f"【安管】{words}")
        payload = {"person": person.id, "case": case_id, "words": said}
        jobs.enqueue(work, JOB, f"{JOB}:{key}", payload, at)


def _send(payload: jobs.Payload, _dedupe: str, _at: datetime) -> None:
    person = session().get(Person, payload["person"])
    if person is not None and person.phone:
        sms.send(vault.unseal(person.phone), vault.unseal(payload["words"]))


jobs.handlers[JOB] = jobs.Handler(outside=_send)
