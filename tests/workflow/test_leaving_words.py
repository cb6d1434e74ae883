"""What waits to leave the product: sealed, gone with the person, swept, and silent of whom."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import session, transaction
from app.identity import sms
from app.identity.models import Person
from app.workflow import channels, commands, jobs
from app.workflow.backstage import Job
from app.workflow.commands import erasing, talk
from app.workflow.commands.notices import NewHook
from app.workflow.commands.talk import Words
from app.workflow.commands.upkeep import forget_old
from app.workflow.models import Case
from tests.workflow import make
from tests.workflow.people import NOON, unit, who

ADDRESS, NUMBER = "chen.mo@example.cn", "13900001888"
GIVEN_UP = NOON + timedelta(days=1)


def refused(message: EmailMessage) -> None:
    raise smtplib.SMTPRecipientsRefused({str(message["To"]): (550, b"no such user")})


class Refusing:
    """An operator whose module says in its faults whom a message was for."""

    def send(self, phone: str, text: str) -> None:
        raise OSError(f"POST /send?to={phone} refused: {text}")


@pytest.fixture
def reached(town: Session) -> Iterator[None]:
    """Mail and text messages are set up, and neither gets through."""
    channels.post_by(refused)
    before = sms.use(Refusing())
    with transaction() as work:
        for key in ("chen", "ann"):
            person = work.get_one(Person, who(key).id)
            person.email, person.phone = vault.seal(ADDRESS), vault.seal(NUMBER)
    yield
    channels.post_by(None)
    sms.use(before)


def told() -> Case:
    """陈默 hears of 安宁's case by mail and by telephone."""
    case = make.case()
    commands.choose_notices(
        who("chen"), {("copied", "app"), ("copied", "mail"), ("copied", "sms")}, ADDRESS, at=NOON
    )
    talk.copy(who("li"), case.id, Words("安宁家里有人", (who("chen").id,)), at=NOON)
    return case


def leaving() -> list[Job]:
    session().rollback()
    kinds = select(Job).where(Job.kind.in_(channels.LEAVING)).order_by(Job.id)
    return list(session().scalars(kinds))


def give_up() -> None:
    """As often as it takes until nothing is due any more."""
    for hour in range(24):
        while jobs.run_due(NOON + timedelta(hours=hour)):
            pass


def test_no_word_of_a_notice_waits_in_plain(reached: None) -> None:
    case = told()
    waiting = leaving()
    assert {"mail", "sms"} <= {job.kind for job in waiting}
    for job in waiting:
        assert case.title not in str(job.payload)
        assert "安宁" not in str(job.payload)


def test_a_refusal_names_nobody(reached: None, caplog: pytest.LogCaptureFixture) -> None:
    case = told()
    with caplog.at_level(logging.WARNING):
        jobs.run_due(NOON)
    faults = [job.error for job in leaving()]
    assert "OSError('SMTPRecipientsRefused')" in faults
    assert "OSError('OSError')" in faults
    for said in (*faults, caplog.text):
        assert ADDRESS not in said
        assert NUMBER not in said
        assert case.title not in said


@pytest.mark.parametrize("dead", [False, True])
def test_what_waits_or_never_arrived_goes_with_the_person_of_the_case(
    reached: None, dead: bool
) -> None:
    case = told()
    if dead:
        give_up()
        assert {job.status for job in leaving()} == {"dead"}
    commands.withdraw(who("ann"), case.id, at=GIVEN_UP)
    erasing.erase_person(who("ann").id, at=GIVEN_UP)
    assert leaving() == []


def test_what_was_for_somebody_goes_with_them(town: Session) -> None:
    given = NewHook(unit("420502").id, "https://oa.example.cn/")
    commands.notices.set_hook(who("jin"), given, at=NOON)
    case = make.case()
    qian, others = who("qian").id, {job.id for job in leaving()}
    talk.copy(who("li"), case.id, Words("请阅", (qian,)), at=NOON)
    assert {job.kind for job in leaving() if job.id not in others} == {"hook"}
    erasing.erase_person(qian, at=NOON)
    assert {job.id for job in leaving()} == others


def test_what_never_arrived_is_swept_after_a_month(reached: None) -> None:
    told()
    give_up()
    forget_old(at=NOON + timedelta(days=29))
    assert leaving()
    forget_old(at=NOON + timedelta(days=32))
    assert leaving() == []
