"""Coming in by a link to a case: a code to the telephone on file, then a session."""

from __future__ import annotations

from datetime import datetime

from app import vault
from app.db import transaction
from app.errors import Conflict, Invalid
from app.identity import audit, codes, passwords, public, sessions, sms
from app.identity.sessions import Opened, Visit
from app.workflow import barring, links

PURPOSE = "link"


def send_link_code(token: str, visit: Visit, *, at: datetime) -> None:
    """Send a code to the telephone of the person whom a link is for. Raises NotFound, Conflict."""
    code = codes.digits()
    with transaction() as work:
        link, person, case = links.found(work, token, at=at)
        phone, number = vault.unseal(person.phone), case.number
        public.count_code(work, phone, visit.address, at=at)
        codes.issue(work, PURPOSE, link.id, code, ends_at=at + codes.LASTS, at=at)
    words = f"【安管】验证码{code}，用于办理{number}，10分钟内有效。请勿告诉他人。"
    try:
        sms.send(phone, words)
    except OSError as down:
        raise Conflict(public.NO_SMS) from down


def enter_by_link(token: str, code: str, visit: Visit, *, at: datetime) -> Opened:
    """Sign in the person whom a link is for, by the code. Raises NotFound, Invalid."""
    with transaction() as work:
        link, person, case = links.found(work, token, at=at)
        if codes.spend(work, PURPOSE, link.id, code, at=at):
            link.used_at = at
            barring.prove(work, case, person, at)
            opened = sessions.open_one(work, person.id, "web", visit, at=at)
            deed = audit.Deed("entered_by_link", person.id, f"link:{link.id}", "", visit.address)
            audit.record(work, deed, at=at)
            return Opened(opened, person.id, must_change=False, ends_at=at + sessions.ABSOLUTE)
    raise Invalid(passwords.CORRECT, {"code": public.WRONG_CODE})
