"""A thief who has the store and not the key finds no identity number and no telephone in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.errors import Forbidden
from app.identity import commands as identity
from app.identity import sms
from app.smallworks.reports import commands as reports
from app.workflow import commands
from app.workflow.commands.drafts import Screen, save_draft, start_draft
from app.workflow.commands.unmasking import unmask
from tests.identity import people
from tests.identity.annexes.books import DONGYUAN, annex
from tests.identity.annexes.sending import carry, send
from tests.reliability import at_rest
from tests.smallworks.patrols import visits
from tests.smallworks.records import market
from tests.smallworks.reports import made
from tests.smallworks.roof import Story, begin, stopped_for_a_harness
from tests.smallworks.town import (
    COMMUNITY,
    FORM,
    LEGAL_REP_ID,
    OWNER_ID,
    OWNER_PHONE,
    Town,
    begin_town,
    credit_code,
    inside,
    owner,
    staff,
)
from tests.stores import Store

NUMBER = re.compile(r"(?<![0-9A-Za-z.])(?:1[3-9]\d{9}|\d{17}[\dXx])(?![0-9A-Za-z])")
"""A mobile telephone's, or an identity card's."""
STRANGER, REPORTER = "13900008881", "13900008882"


@pytest.fixture
def town(database: Store, app: Flask, noon: datetime) -> Iterator[Town]:
    begin_town(database, app, "stories_town", market.hire, visits.hire_inspector)
    yield from inside(app, noon)


def lived(town: Town) -> None:
    """Every entrance that takes a number, and a work from its filing to a stop."""
    phone = people.Phone()
    sms.use(phone)
    returned = town.file()
    unmask(staff("shecundong", town.at), returned.id, "contact", at=town.at)
    lacking = {"missing_items": ["contract"], "opinion": "缺合同"}
    returned = town.decide(returned, "shecundong", "return", **lacking)
    town.decide(returned, "", "submit", **{**FORM, "contractor_credit_code": credit_code()})
    draft = start_draft(owner(town.at), "filing", COMMUNITY, at=town.at)
    typed = {"id_no": OWNER_ID, "phone": OWNER_PHONE, "contractor_legal_rep_id": LEGAL_REP_ID}
    save_draft(owner(town.at), draft.id, Screen(typed), at=town.at)
    commands.look_up(returned.number, STRANGER, people.HERE, at=town.at)
    commands.look_up(returned.number, OWNER_PHONE, people.HERE, at=town.at)
    identity.request_code("register", STRANGER, people.HERE, at=town.at)
    for door in ("public", "staff"):
        with pytest.raises(Forbidden):
            identity.sign_in(identity.Credentials(STRANGER, "wrong", door), people.HERE, at=town.at)
    admin = staff("jinhezhu", town.at)
    carry(admin, annex("1", DONGYUAN), town.at)
    send(admin, annex("1", (*DONGYUAN[:2], "13900000029", *DONGYUAN[3:])), town.at)
    told = made.reported(town)
    named = reports.Reporter("谈如晦", REPORTER)
    reports.keep_reporter(staff("shecundong", town.at), told.case_id, named, at=town.at)
    made.urged(town, told, owner_phone=STRANGER)
    story = Story(town)
    begin(story)
    stopped_for_a_harness(story)


def test_no_number_lies_in_the_store_in_plain(town: Town, work: Session) -> None:
    lived(town)
    work.rollback()
    rows = list(at_rest.rows(work))
    assert len({table for table, _ in rows}) > 35
    found = [(table, number) for table, row in rows for number in NUMBER.findall(row)]
    assert found == []
    sealed = {table for table, _ in at_rest.sealed(work)}
    assert {"people", "submissions", "drafts", "contractors", "annex_imports"} <= sealed


def test_a_number_in_plain_would_be_seen(town: Town, work: Session) -> None:
    """The eye of the test above, tried on what it must see."""
    case = town.file()
    case.title = f"装修 {OWNER_PHONE}"
    work.merge(case)
    work.commit()
    found = {table for table, row in at_rest.rows(work) if NUMBER.search(row)}
    assert found == {"cases"}
    assert NUMBER.findall(f"{OWNER_ID} {LEGAL_REP_ID}") == [OWNER_ID, LEGAL_REP_ID]
