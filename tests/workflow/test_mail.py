"""Mail leaves through the outbox, to a real server of the protocol; a lost server loses nothing."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import transaction
from app.identity.models import Person
from app.workflow import channels, jobs
from app.workflow.backstage import Job
from tests.workflow import make
from tests.workflow.people import NOON, who


class Letters(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.kept: list[bytes] = []


class Talk(socketserver.StreamRequestHandler):
    """One conversation, RFC 5321 as far as a sender goes."""

    server: Letters

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                self.server.kept.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            if word == b"QUIT":
                return self.say("221 bye")
            self.say("250 ok")
        return None

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@pytest.fixture
def letters() -> Iterator[Letters]:
    with Letters() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        channels.post_by(channels.smtp(*server.server_address[:2], "anguan@example.cn", None))
        yield server
        channels.post_by(None)
        server.shutdown()


def with_address(key: str) -> None:
    with transaction() as work:
        person = work.get_one(Person, who(key).id)
        person.email = vault.seal("an.ning@example.cn")


def returned() -> None:
    with_address("ann")
    make.decide(make.file(), "li", "return")


def test_a_return_reaches_the_applicant_by_mail(town: Session, letters: Letters) -> None:
    returned()
    jobs.run_due(NOON + timedelta(minutes=1))
    (sent,) = letters.kept
    letter = message_from_bytes(sent, policy=policy.default)
    assert letter["To"] == "an.ning@example.cn"
    assert "退回补正" in letter.get_content()
    assert letter["Message-ID"]


def test_nobody_without_an_address_gets_mail(town: Session, letters: Letters) -> None:
    make.decide(make.file(), "li", "return")
    jobs.run_due(NOON + timedelta(minutes=1))
    assert letters.kept == []


def test_mail_waits_for_a_server_that_is_away(town: Session, letters: Letters) -> None:
    channels.post_by(channels.smtp("127.0.0.1", 1, "anguan@example.cn", None))
    returned()
    jobs.run_due(NOON + timedelta(minutes=1))
    job = town.scalars(select(Job).where(Job.kind == "mail")).one()
    assert (job.status, job.tries) == ("due", 1)
    channels.post_by(channels.smtp(*letters.server_address[:2], "anguan@example.cn", None))
    jobs.run_due(job.run_at + timedelta(seconds=1))
    assert len(letters.kept) == 1
