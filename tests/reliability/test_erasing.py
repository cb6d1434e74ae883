"""Erasing a person: nothing personal is left, and every record still holds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from app.db import db
from app.errors import Conflict, NotFound
from app.identity import queries
from app.identity.account_models import AccountChange, SecondFactor, UsedAccount
from app.identity.commands.keeping import end_sessions_of
from app.identity.commands.second_factor import begin_factor
from app.identity.models import AuditEntry, Person
from app.workflow import anchors, search
from app.workflow.commands.anchoring import anchor_records
from app.workflow.commands.drafts import start_draft
from app.workflow.commands.erasing import NAMELESS, NOBODY, erase_person
from app.workflow.models import Case, Draft, Event, Submission
from app.workflow.queries.audit import check_cases
from tests.reliability.test_proof import found
from tests.smallworks.town import COMMUNITY, FORM, OWNER_PHONE, Town, credit_code, owner, staff

HELD = {"papers", "attachments", "contractors", "process_versions"}
"""Tables that the law on archives keeps as they are, or that speak of others."""
PERSONAL = ("鄢小满", "江畔花园 3 栋 602", "沿江大道 88 号", FORM["emergency_phone"])


@pytest.fixture
def erased(town: Town, work: Session) -> str:
    """鄢小满, who had filed twice and begun a third, and is gone."""
    shutil.rmtree(anchors.folder(), ignore_errors=True)
    town.approve(town.file())
    lacking = {"missing_items": ["contract"], "opinion": "缺合同"}
    returned = town.decide(town.file(), "shecundong", "return", **lacking)
    again = {**FORM, "contractor_credit_code": credit_code()}
    town.decide(returned, "", "submit", **again)
    town.decide(returned, "shecundong", "reject", opinion="不符合")
    start_draft(owner(town.at), "filing", COMMUNITY, at=town.at)
    anchor_records(at=town.at)
    person = owner(town.at).id
    erase_person(OWNER_PHONE, at=town.at)
    work.rollback()
    return person


def everything(work: Session) -> Iterator[tuple[str, str]]:
    """Every row of every table as text."""
    for table in inspect(db.engine).get_table_names():
        if table in HELD or table.startswith("case_search_"):
            continue
        for row in work.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 - our own names
            yield table, json.dumps([str(value) for value in row], ensure_ascii=False)


def test_nothing_personal_is_left(erased: str, work: Session) -> None:
    left = [(table, word) for table, row in everything(work) for word in PERSONAL if word in row]
    assert left == []
    person = work.get_one(Person, erased)
    assert (person.name, person.phone, person.phone_index, person.email) == (NOBODY, "", None, "")
    assert person.account is None
    assert work.scalars(select(Draft).where(Draft.case_id.is_(None))).all() == []


def test_no_secret_is_left_sealed(erased: str, work: Session) -> None:
    """What was sealed could be read again by who has the key."""
    for sent in work.scalars(select(Submission)):
        assert "enc:" not in json.dumps(sent.values)


def test_what_was_done_stays(erased: str, work: Session) -> None:
    cases = work.scalars(select(Case).order_by(Case.number)).all()
    assert [(case.title, case.result) for case in cases] == [
        (NAMELESS, "approved"), (NAMELESS, "rejected"),
    ]  # fmt: skip
    kinds = {sent.values.get("project_type") for sent in work.scalars(select(Submission))}
    assert FORM["project_type"] in kinds


def test_every_record_still_holds(erased: str, work: Session, app: Flask) -> None:
    assert check_cases(work) == []
    code, told = found(app)
    assert (code, told.count("\n")) == (0, 1)
    ends = work.scalars(select(Event).where(Event.verb == "erased")).all()
    assert len(ends) == 2
    entries = work.scalars(select(AuditEntry).where(AuditEntry.verb == "person_erased")).all()
    assert [entry.subject for entry in entries] == [f"person:{erased}"]


def test_a_form_changed_after_an_erasure_is_found(erased: str, work: Session, town: Town) -> None:
    """The excuse covers what was sent before it, and the anchor shows when it came."""
    last = work.scalars(select(Event).where(Event.verb == "erased")).first()
    assert last
    last.seq, last.at = last.seq + 1, town.at
    work.commit()
    assert [broken.case_id for broken in check_cases(work)] == [last.case_id]


def test_they_are_not_found_by_their_words(erased: str, work: Session) -> None:
    for word in ("鄢小满", "江畔花园", "沿江大道"):
        matching = search.matching(work, word)
        assert matching is not None
        assert work.scalars(select(Case.id).where(matching)).all() == []


def test_they_cannot_be_erased_with_a_case_open(town: Town, work: Session) -> None:
    town.file()
    with pytest.raises(Conflict, match="未办结"):
        erase_person(OWNER_PHONE, at=town.at)
    work.rollback()
    assert owner(town.at).id


def test_nobody_is_erased_twice(erased: str, town: Town) -> None:
    for known_as in (OWNER_PHONE, erased, "nobody"):
        with pytest.raises(NotFound):
            erase_person(known_as, at=town.at)


def test_staff_lose_name_account_and_posts(town: Town, work: Session) -> None:
    who = staff("shecundong", town.at)
    begin_factor(who, at=town.at)
    end_sessions_of(staff("ningyuanshan", town.at), who.id, "手机丢失", at=town.at)
    erase_person("shecundong", at=town.at)
    work.rollback()
    assert work.get_one(Person, who.id).name == NOBODY
    assert queries.actor_for(who.id, town.at).holds == ()
    used = work.get(UsedAccount, "shecundong")
    assert used  # nobody gets it again,
    assert used.person_id is None  # and it leads to nobody
    assert work.get(SecondFactor, who.id) is None
    changes = work.scalars(select(AccountChange).where(AccountChange.person_id == who.id)).all()
    assert [change.reason for change in changes] == [""]
