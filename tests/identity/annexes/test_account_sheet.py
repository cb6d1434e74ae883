"""账号发放表 of an import: handed out once, and only of people whom its fetcher still keeps."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from app.db import transaction
from app.errors import Conflict, Forbidden
from app.identity import queries
from app.identity.models import Grant, Person
from app.workflow import commands
from tests.identity.annexes.books import DONGYUAN, annex
from tests.identity.annexes.sending import carry
from tests.identity.people import Cast, unit


def test_the_account_sheet_is_handed_out_once(cast: Cast, noon: datetime) -> None:
    admin = cast["district_admin"]
    row = carry(admin, annex("1", DONGYUAN), noon)
    assert "shileifeng" not in row.issued
    commands.fetch_account_sheet(admin, row.id, at=noon)
    with pytest.raises(Conflict, match="只能取一次"):
        commands.fetch_account_sheet(admin, row.id, at=noon)


def test_the_account_sheet_names_only_whom_its_fetcher_still_keeps(
    cast: Cast, noon: datetime
) -> None:
    admin = cast["district_admin"]
    row = carry(admin, annex("1", DONGYUAN), noon)
    with transaction() as change:
        shi = change.scalars(select(Person).where(Person.account == "shileifeng")).one()
        post = {"role": "district_gov_user", "valid_from": admin.day}
        change.add(Grant(person_id=shi.id, unit_id=unit("伍家岗区").id, **post))
    told = commands.fetch_account_sheet(admin, row.id, at=noon)
    assert [line[1] for line in told] == ["温如玉", "方晓禾"]


def test_whoever_was_moved_away_fetches_no_first_passwords(cast: Cast, noon: datetime) -> None:
    admin = cast["district_admin"]
    row = carry(admin, annex("1", DONGYUAN), noon)
    with transaction() as change:
        grant = change.scalars(select(Grant).where(Grant.person_id == admin.id)).one()
        grant.unit_id = unit("伍家岗区").id
    moved = queries.actor_for(admin.id, noon)
    with pytest.raises(Forbidden, match="已不由您管理"):
        commands.fetch_account_sheet(moved, row.id, at=noon)
