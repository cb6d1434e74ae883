"""Changing the key: nothing is lost on the way, stopped or not, and the old key opens nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import crashing, vault
from app.db import session
from app.identity.commands.resealing import Resealed, reseal
from app.identity.commands.signing import Credentials, sign_in
from app.identity.models import AuditEntry, Person
from app.smallworks.models import Contractor, Work
from app.workflow.models import Submission
from app.workflow.queries.audit import check_cases
from tests.identity import people
from tests.reliability import at_rest
from tests.reliability.at_rest import NEW, OLD
from tests.reliability.house import let_go
from tests.reliability.processes import die_at, ended
from tests.smallworks.town import FORM, LEGAL_REP_ID, OWNER_ID, OWNER_PHONE, Town, credit_code


@pytest.fixture
def filed(town: Town) -> Iterator[Town]:
    """Filed, returned and filed again under the old key; then the new one is set."""
    lacking = {"missing_items": ["contract"], "opinion": "缺合同"}
    returned = town.decide(town.file(), "shecundong", "return", **lacking)
    town.decide(returned, "", "submit", **{**FORM, "contractor_credit_code": credit_code()})
    vault.unlock(NEW, OLD)
    yield town
    vault.unlock(OLD)


def turned(town: Town) -> Resealed:
    return reseal(lambda _table, _count: None, at=town.at)


def turned_until(town: Town, commit: int) -> int:
    """Begin in a process of its own, which dies at its nth commit."""
    let_go()
    child = os.fork()
    if not child:
        try:
            crashing.watchers[:] = [die_at("commit", commit)]
            turned(town)
        finally:  # it would run on in the parent's place
            os._exit(1)
    return child


def by_new_key_alone(work: Session) -> int:
    """How many texts there are, all of which the new key opens without the old one."""
    work.rollback()
    vault.unlock(NEW)
    texts = at_rest.sealed(work)
    assert all(vault.unseal(text) for _, text in texts)
    return len(texts)


def test_what_the_old_key_sealed_is_read_and_found_meanwhile(filed: Town, work: Session) -> None:
    person = work.scalars(select(Person).where(Person.name == "鄢小满")).one()
    assert vault.unseal(person.phone) == OWNER_PHONE
    given = Credentials(OWNER_PHONE, people.SECRET, "public")
    assert sign_in(given, people.HERE, at=filed.at).token
    filed.file(address="沿江大道 90 号")  # the same firm by a new hash is the same row
    work.rollback()
    assert len(work.scalars(select(Contractor)).all()) == 1
    assert check_cases(work) == []


def test_everything_is_under_the_new_key_and_found_by_it(filed: Town, work: Session) -> None:
    before = at_rest.sealed(work)
    done = turned(filed)
    assert done.whole
    assert done.texts.total() == len(before)
    assert by_new_key_alone(work) == len(before)
    assert not {text for _, text in before} & {text for _, text in at_rest.sealed(work)}
    row = work.scalars(select(Work)).one()
    assert (row.owner_index, row.legal_rep_index) == (
        vault.blind(OWNER_ID), vault.blind(LEGAL_REP_ID),
    )  # fmt: skip
    assert row.contractor
    assert row.contractor.code_index == vault.blind(vault.unseal(row.contractor.code))
    given = Credentials(OWNER_PHONE, people.SECRET, "public")
    assert sign_in(given, people.HERE, at=filed.at).token
    assert check_cases(work) == []
    entry = work.scalars(select(AuditEntry).where(AuditEntry.verb == "store_resealed")).one()
    assert entry.detail == f"{len(before)} texts, {done.indexes} indexes, 0 lost"
    assert turned(filed).texts.total() == 0  # and once more does nothing


@pytest.mark.parametrize("after", [1, 3, 6])
def test_killed_in_the_middle_it_goes_on_where_it_was(
    filed: Town, work: Session, after: int
) -> None:
    texts = len(at_rest.sealed(work))
    work.close()
    assert ended(turned_until(filed, after)) == "killed"
    work = session()
    assert len([vault.unseal(text) for _, text in at_rest.sealed(work)]) == texts
    assert check_cases(work) == []
    left = [text for _, text in at_rest.sealed(work) if vault.reseal(text) != text]
    done = turned(filed)
    assert (done.whole, done.texts.total()) == (True, len(left))
    assert 0 < len(left) <= texts
    assert by_new_key_alone(work) == texts
    assert check_cases(work) == []
    person = work.scalars(select(Person).where(Person.name == "鄢小满")).one()
    assert person.phone_index == vault.blind(OWNER_PHONE)


def test_a_changed_secret_is_still_found_afterwards(filed: Town, work: Session) -> None:
    turned(filed)
    work.rollback()
    sent = work.scalars(select(Submission).where(Submission.form.contains("filing"))).first()
    assert sent
    sent.values = {**sent.values, "id_no": vault.seal(OWNER_ID)}  # the same, sealed by a stranger
    work.commit()
    assert [broken.case_id for broken in check_cases(work)] == [sent.case_id]


def test_what_no_key_opens_is_told_and_left(filed: Town, work: Session) -> None:
    vault.unlock(NEW)
    before = at_rest.sealed(work)
    done = turned(filed)
    assert not done.whole
    assert done.texts.total() == 0
    work.rollback()
    assert at_rest.sealed(work) == before
