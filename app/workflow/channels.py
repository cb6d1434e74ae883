"""Channels: how a notice reaches somebody, and which of them that person wants for what."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import MappingProxyType

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import vault
from app.db import session
from app.identity import sms
from app.identity.models import Person
from app.workflow import hooks, jobs, texts
from app.workflow.backstage import Job
from app.workflow.notice_kinds import NoticeKind
from app.workflow.notice_models import Notice, NoticeChoice

APP, MAIL, SMS = "app", "mail", "sms"
CHANNELS: Mapping[str, str] = MappingProxyType({APP: "站内", MAIL: "邮件", SMS: "短信"})
USUAL = frozenset({APP, MAIL})
"""What counts where somebody chose nothing; text messages cost, so they are asked for."""
LEAVING = (MAIL, texts.JOB, hooks.JOB)
KEPT = timedelta(days=30)
Post = Callable[[EmailMessage], None]
_post: list[Post] = []


def offered() -> Mapping[str, str]:
    """The channels that are set up here."""
    up = {APP: True, MAIL: bool(_post), SMS: sms.is_set_up()}
    return {channel: word for channel, word in CHANNELS.items() if up[channel]}


def chosen(work: Session, person_id: str, kind: NoticeKind) -> frozenset[str]:
    """The channels by which this person hears of this kind."""
    mine = (NoticeChoice.person_id == person_id) & (NoticeChoice.kind == kind.key)
    said = select(NoticeChoice.channel, NoticeChoice.on).where(mine)
    return settled(kind, {row.channel: row.on for row in work.execute(said)})


def settled(kind: NoticeKind, said: Mapping[str, bool]) -> frozenset[str]:
    """The same, from what they said of each channel."""
    wanted = {one for one in CHANNELS if said.get(one, one in USUAL)}
    return frozenset(wanted | {APP} if kind.must else wanted)


def leave(work: Session, person: Person, notice: Notice, subject: str, by: Collection[str]) -> None:
    """Have a notice leave the product, once for each channel; what is refused is tried again."""
    if MAIL in by and person.email and _post:
        words = {"subject": vault.seal(subject), "text": vault.seal(notice.text)}
        payload = {"person": person.id, "case": notice.case_id, **words}
        jobs.enqueue(work, MAIL, f"{MAIL}:{notice.id}", payload, notice.at)
    if SMS in by:
        about = (notice.case_id, f"notice:{notice.id}")
        texts.text(work, person, notice.text, about, at=notice.at)
    if person.staff:
        hooks.leave(work, person, notice)


def forget(work: Session, whose: str, named: str) -> None:
    """Drop what was to leave the product, whatever became of it, of a "person" or of a "case"."""
    theirs = Job.payload[whose].as_string() == named
    work.execute(delete(Job).where(Job.kind.in_(LEAVING), theirs))


def sweep(work: Session, at: datetime) -> None:
    """Drop what never arrived: after so long nobody waits for it, a system only for a day."""
    dead = Job.kind.in_(LEAVING) & (Job.status == "dead")
    work.execute(delete(Job).where(dead, Job.run_at < at - KEPT))
    told = Job.payload[("body", "at")].as_string()  # in UTC, as the bound is
    stale = (Job.kind == hooks.JOB) & (Job.status == "due")
    work.execute(delete(Job).where(stale, told < (at - hooks.LASTS).astimezone(UTC).isoformat()))


def post_by(post: Post | None) -> None:
    """Set how mail leaves; none, the default, means that no mail is written at all."""
    _post[:] = [post] if post else []


def smtp(host: str, port: int, sender: str, credentials: tuple[str, str] | None) -> Post:
    """Mail through an SMTP server with STARTTLS where it offers it."""

    def post(message: EmailMessage) -> None:
        message["From"] = sender
        with smtplib.SMTP(host, port, timeout=20) as server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls()
            if credentials:
                server.login(*credentials)
            server.send_message(message)

    return post


def _mail(payload: jobs.Payload, dedupe: str, _at: datetime) -> None:
    person = session().get(Person, payload["person"])
    if person is None or not person.email or not _post:
        return
    message = EmailMessage()
    message["To"] = vault.unseal(person.email)
    message["Subject"] = f"[安管] {vault.unseal(payload['subject'])}"
    message["Message-ID"] = f"<{dedupe.replace(':', '.')}@anguan>"
    message.set_content(vault.unseal(payload["text"]))
    try:
        _post[0](message)
    except OSError as refused:  # smtplib's too; what they say names whom the letter was for
        code = getattr(refused, "smtp_code", "")
        raise OSError(f"{type(refused).__name__} {code}".strip()) from None


jobs.handlers[MAIL] = jobs.Handler(outside=_mail)
