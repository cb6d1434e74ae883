"""Members of the public: codes by text message, registering, a forgotten password."""

from __future__ import annotations

import logging
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid
from app.identity import commands, public, queries, sessions, sms, system
from app.identity.commands import Credentials, Registration
from app.identity.models import OneTimeCode, Person
from app.identity.permissions import holds_permission
from tests.identity.people import HERE, SECRET, Phone, codes_left, register

NUMBER = "13800000002"
MINUTE = timedelta(minutes=1)


def test_a_citizen_registers_and_may_file_and_read_their_own(
    work: Session, phone: Phone, noon: datetime
) -> None:
    opened = register(phone, NUMBER, "林小雨", noon)
    actor = queries.actor_for(opened.person_id, noon)
    assert sessions.live(opened.token, "web", noon)
    assert holds_permission(actor, "case:file")
    assert holds_permission(actor, "case:read")
    assert not holds_permission(actor, "register:read")
    person = work.get(Person, opened.person_id)
    assert person
    assert NUMBER not in person.phone
    assert vault.unseal(person.phone) == NUMBER


def test_a_code_is_kept_as_a_keyed_hash(work: Session, phone: Phone, noon: datetime) -> None:
    commands.request_code("register", NUMBER, HERE, at=noon)
    row = work.scalars(select(OneTimeCode)).one()
    assert len(phone.code()) == 6
    assert phone.code() not in row.code_hash
    assert NUMBER not in (row.subject, row.code_hash)


@pytest.mark.parametrize("number", ["12345", "23800000002", "1380000000", "abc", ""])
def test_what_is_no_mobile_number_is_refused(
    work: Session, phone: Phone, noon: datetime, number: str
) -> None:
    with pytest.raises(Invalid) as said:
        commands.request_code("register", number, HERE, at=noon)
    assert "phone" in said.value.fields
    assert not phone.messages


def spend(code: str, at: datetime) -> None:
    commands.register_public(Registration(NUMBER, code, SECRET, "林小雨"), HERE, at=at)


def test_a_code_dies_after_ten_minutes(work: Session, phone: Phone, noon: datetime) -> None:
    commands.request_code("register", NUMBER, HERE, at=noon)
    with pytest.raises(Invalid) as said:
        spend(phone.code(), noon + 10 * MINUTE)
    assert list(said.value.fields) == ["code"]


def test_a_code_is_tried_five_times_at_most(work: Session, phone: Phone, noon: datetime) -> None:
    commands.request_code("register", NUMBER, HERE, at=noon)
    wrong = "000000" if phone.code() != "000000" else "000001"
    for _ in range(5):
        with pytest.raises(Invalid):
            spend(wrong, noon)
    with pytest.raises(Invalid):
        spend(phone.code(), noon)


def test_a_code_is_spent_once_and_a_newer_one_voids_it(
    work: Session, phone: Phone, noon: datetime
) -> None:
    commands.request_code("register", NUMBER, HERE, at=noon)
    older = phone.code()
    commands.request_code("register", NUMBER, HERE, at=noon + 2 * MINUTE)
    assert codes_left() == 1
    if older != phone.code():
        with pytest.raises(Invalid):
            spend(older, noon + 2 * MINUTE)
    spend(phone.code(), noon + 2 * MINUTE)
    with pytest.raises(Invalid):
        spend(phone.code(), noon + 2 * MINUTE)


def test_a_code_of_another_purpose_opens_nothing(
    work: Session, phone: Phone, noon: datetime
) -> None:
    register(phone, NUMBER, "林小雨", noon)
    commands.request_code("lookup", NUMBER, HERE, at=noon + 2 * MINUTE)
    given = Registration(NUMBER, phone.code(), "another rain, another gorge")
    with pytest.raises(Invalid):
        commands.recover_password(given, HERE, at=noon + 2 * MINUTE)


def test_a_forgotten_password_tells_no_stranger_whose_number_it_is(
    work: Session, phone: Phone, noon: datetime
) -> None:
    register(phone, NUMBER, "林小雨", noon)
    commands.request_code("recover", NUMBER, HERE, at=noon + 2 * MINUTE)

    def fault(number: str, password: str, code: str) -> dict[str, str]:
        with pytest.raises(Invalid) as said:
            commands.recover_password(
                Registration(number, code, password), HERE, at=noon + 2 * MINUTE
            )
        return said.value.fields

    wrong = "000000" if phone.code() != "000000" else "000001"
    named = "linxiaoyu over the gorge"
    assert fault(NUMBER, named, wrong) == fault("13800000099", named, wrong)
    assert list(fault(NUMBER, named, phone.code())) == ["password"], "its owner is told"
    given = Registration(NUMBER, phone.code(), "another rain, another gorge")
    assert commands.recover_password(given, HERE, at=noon + 2 * MINUTE).token


def test_a_name_is_what_can_be_seen_of_it(work: Session, phone: Phone, noon: datetime) -> None:
    opened = register(phone, NUMBER, "\u202e林\x01小\u200b雨\uffff", noon)
    assert queries.actor_for(opened.person_id, noon).name == "林小雨"


def test_codes_are_not_sent_in_a_stream(work: Session, phone: Phone, noon: datetime) -> None:
    commands.request_code("register", NUMBER, HERE, at=noon)
    with pytest.raises(Conflict):
        commands.request_code("register", NUMBER, HERE, at=noon + timedelta(seconds=59))
    for n in range(1, 5):
        commands.request_code("register", NUMBER, HERE, at=noon + n * 2 * MINUTE)
    with pytest.raises(Conflict):
        commands.request_code("register", NUMBER, HERE, at=noon + 12 * MINUTE)
    assert len(phone.messages) == 5


def test_one_address_cannot_send_to_everybody(work: Session, phone: Phone, noon: datetime) -> None:
    for n in range(30):
        commands.request_code("register", f"138000001{n:02d}", HERE, at=noon)
    with pytest.raises(Conflict):
        commands.request_code("register", "13800000999", HERE, at=noon)


def test_the_page_cannot_tell_who_is_registered_but_the_phone_s_owner_can(
    work: Session, phone: Phone, noon: datetime
) -> None:
    register(phone, NUMBER, "林小雨", noon)
    commands.request_code("register", NUMBER, HERE, at=noon + 2 * MINUTE)
    assert "已经注册" in phone.messages[-1][1]
    commands.request_code("recover", "13800000003", HERE, at=noon + 2 * MINUTE)
    assert "尚未注册" in phone.messages[-1][1]
    assert codes_left() == 0


def test_a_forgotten_password_is_set_anew_and_older_sessions_end(
    work: Session, phone: Phone, noon: datetime
) -> None:
    before = register(phone, NUMBER, "林小雨", noon)
    later = noon + 2 * MINUTE
    commands.request_code("recover", NUMBER, HERE, at=later)
    given = Registration(NUMBER, phone.code(), "another rain, another gorge")
    after = commands.recover_password(given, HERE, at=later)
    assert after.person_id == before.person_id
    assert not sessions.live(before.token, "web", later)
    assert sessions.live(after.token, "web", later)
    known = Credentials(NUMBER, "another rain, another gorge", "public")
    assert commands.sign_in(known, HERE, at=later)


def test_a_disabled_citizen_does_not_come_back_by_phone(
    work: Session, phone: Phone, noon: datetime
) -> None:
    opened = register(phone, NUMBER, "林小雨", noon)
    person = work.get(Person, opened.person_id)
    assert person
    person.status = "disabled"
    work.commit()
    commands.request_code("recover", NUMBER, HERE, at=noon + 2 * MINUTE)
    given = Registration(NUMBER, phone.code(), "another rain, another gorge")
    with pytest.raises(Invalid):
        commands.recover_password(given, HERE, at=noon + 2 * MINUTE)


def test_without_an_operator_the_log_has_a_masked_number_and_no_word(
    work: Session, noon: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    sms.write_to(None)
    with caplog.at_level(logging.WARNING):
        commands.request_code("register", NUMBER, HERE, at=noon)
    assert "138****0002" in caplog.text
    assert NUMBER not in caplog.text
    assert "验证码" not in caplog.text


def test_in_sample_mode_they_go_to_a_file_of_our_own(
    work: Session, noon: datetime, tmp_path: Path
) -> None:
    sms.write_to(tmp_path / "sms.log")
    commands.request_code("register", NUMBER, HERE, at=noon)
    written = (tmp_path / "sms.log").read_text("utf-8")
    assert written.startswith(f"{NUMBER} ")
    assert "验证码" in written
    assert stat.S_IMODE((tmp_path / "sms.log").stat().st_mode) == 0o600


def test_an_operator_that_is_down_is_said_plainly(work: Session, noon: datetime) -> None:
    class Down:
        def send(self, phone: str, text: str) -> None:
            raise OSError("no route")

    sms.use(Down())
    with pytest.raises(Conflict) as said:
        commands.request_code("register", NUMBER, HERE, at=noon)
    assert "短信" in said.value.message


def test_an_account_is_made_for_a_number_that_never_came(
    work: Session, phone: Phone, noon: datetime
) -> None:
    with transaction() as writing:
        made = public.person_by_phone(writing, f"+86 {NUMBER}", "钱守拙", at=noon)
        again = public.person_by_phone(writing, NUMBER, "别的名字", at=noon)
        assert (again.id, again.name) == (made.id, "钱守拙")
    for password in ("", SECRET):
        with pytest.raises(Forbidden):
            commands.sign_in(Credentials(NUMBER, password, "public"), HERE, at=noon)


def test_its_owner_makes_it_whole_by_registering(
    work: Session, phone: Phone, noon: datetime
) -> None:
    with transaction() as writing:
        made = public.person_by_phone(writing, NUMBER, "钱工", at=noon)
    opened = register(phone, NUMBER, "钱守拙", noon)
    assert opened.person_id == made.id
    assert work.get_one(Person, made.id).name == "钱守拙"
    commands.sign_in(Credentials(NUMBER, SECRET, "public"), HERE, at=noon)
    commands.request_code("register", NUMBER, HERE, at=noon + 2 * MINUTE)
    assert "已经注册" in phone.messages[-1][1]


def test_an_account_with_a_password_stays_what_it_is(
    work: Session, phone: Phone, noon: datetime
) -> None:
    opened = register(phone, NUMBER, "林小雨", noon)
    with transaction() as writing:
        found = public.person_by_phone(writing, NUMBER, "别的名字", at=noon)
        assert (found.id, found.name) == (opened.person_id, "林小雨")


def test_no_account_is_made_for_what_is_no_number(work: Session, noon: datetime) -> None:
    with transaction() as writing, pytest.raises(Invalid):
        public.person_by_phone(writing, "0717-6221234", "钱工", at=noon)


def test_the_system_is_somebody_once_and_cannot_come_in(work: Session, noon: datetime) -> None:
    with transaction() as writing:
        assert system.person(writing, noon) == system.person(writing, noon) == system.ID
    row = work.get_one(Person, system.ID)
    assert (row.staff, row.status, row.password_hash) == (False, "closed", "")
