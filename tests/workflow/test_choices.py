"""Who hears of what, and how: switches per person, kind and channel."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import session, transaction
from app.errors import Invalid, NotFound
from app.identity import sms
from app.identity.models import Person
from app.workflow import channels, commands, jobs, notice_kinds, wording
from app.workflow.backstage import Job
from app.workflow.commands import talk
from app.workflow.commands.talk import Words
from app.workflow.models import Case
from tests.identity.people import Phone
from tests.workflow import make
from tests.workflow.people import NOON, who

ALL = {(kind.key, channel) for kind in notice_kinds.every() for channel in channels.USUAL}


def choose(key: str, wanted: set[tuple[str, str]], email: str = "") -> None:
    commands.choose_notices(who(key), wanted, email, at=NOON)


def copied(to: str = "chen") -> Case:
    case = make.case()
    talk.copy(who("li"), case.id, Words("请阅", (who(to).id,)), at=NOON)
    return case


def the_jobs(kind: str) -> list[Job]:
    session().rollback()
    return list(session().scalars(select(Job).where(Job.kind == kind)))


def test_who_switches_a_kind_off_hears_nothing_of_it(town: Session) -> None:
    choose("chen", ALL - {("copied", "app")})
    case = copied()
    assert make.notices("chen") == []
    talk.ask_opinion(who("li"), case.id, Words("如何", (who("chen").id,)), at=NOON)
    assert [one.kind for one in make.notices("chen")] == ["asked"]


def test_what_must_be_heard_stays_on(town: Session) -> None:
    choose("ann", set())
    make.decide(make.case(), "li", "return")
    assert [one.kind for one in make.notices("ann")] == ["returned"]


def test_text_messages_come_to_who_asks_for_them(town: Session) -> None:
    phone = Phone()
    before = sms.use(phone)
    copied()
    assert the_jobs("sms") == []
    with_phone("chen")
    choose("chen", ALL | {("copied", "sms")})
    copied()
    while jobs.run_due(NOON):
        pass
    sms.use(before)
    assert "抄送给您：请阅" in phone.messages[-1][1]


def test_without_an_operator_no_text_message_waits(town: Session) -> None:
    before = sms.use(sms.LogSender())
    with_phone("chen")
    choose("chen", ALL | {("copied", "sms")})
    copied()
    sms.use(before)
    assert the_jobs("sms") == []


def test_what_was_chosen_of_a_channel_stays_while_it_is_away(town: Session) -> None:
    channels.post_by(lambda _message: None)
    before = sms.use(Phone())
    choose("chen", {("copied", "app"), ("copied", "sms")}, "chen.mo@example.cn")
    channels.post_by(None)
    sms.use(sms.LogSender())
    choose("chen", {("copied", "app")})
    copied_by = channels.chosen(town, who("chen").id, notice_kinds.of("copied"))
    sms.use(before)
    assert copied_by == {"app", "sms"}
    assert vault.unseal(town.get_one(Person, who("chen").id).email) == "chen.mo@example.cn"


def with_phone(key: str) -> None:
    with transaction() as work:
        work.get_one(Person, who(key).id).phone = vault.seal("13900001888")


def test_an_address_of_ones_own_is_kept_sealed(town: Session) -> None:
    channels.post_by(lambda _message: None)
    choose("chen", ALL, " chen.mo@example.cn ")
    copied()
    channels.post_by(None)
    kept = town.get_one(Person, who("chen").id).email
    assert "example" not in kept
    assert vault.unseal(kept) == "chen.mo@example.cn"
    assert len(the_jobs("mail")) == 1
    with pytest.raises(Invalid) as refused:
        choose("chen", ALL, "chen.mo")
    assert set(refused.value.fields) == {"email"}


def test_a_notice_is_read_by_whom_it_was_for(town: Session) -> None:
    copied()
    (notice,) = make.notices("chen")
    with pytest.raises(NotFound):
        commands.read_notice(who("li"), notice.id, at=NOON)
    commands.read_notice(who("chen"), notice.id, at=NOON)
    assert make.notices("chen")[0].read_at == NOON


def test_every_kind_reads_well_with_all_its_holes(town: Session) -> None:
    for kind in notice_kinds.every():
        assert set(channels.settled(kind, {})) == {"app", "mail"}
        for hole in wording.HOLE.findall(kind.text):
            assert hole in kind.offered, f"{kind.key}: {hole}"


def test_a_sender_of_the_deployments_own_is_found_by_its_name(town: Session) -> None:
    assert isinstance(sms.named("app.identity.sms:LogSender"), sms.LogSender)
    with pytest.raises(AttributeError):
        sms.named("app.identity.sms:Nobody")
