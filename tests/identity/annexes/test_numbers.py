"""Whose number it is: told to those who keep that account, and to nobody else."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Invalid
from app.identity.commands import granting
from app.identity.commands.accounts import NewStaff
from app.identity.commands.hiring import hire
from app.identity.models import Person
from tests.identity.annexes.books import annex
from tests.identity.annexes.sending import carry, send, whys
from tests.identity.people import Cast, unit

ELSEWHERE = (("沈听澜", "13900000031"), ("童遥", "13900000032"))
"""Two people of another district."""


def test_whose_number_it_is_elsewhere_is_not_told(cast: Cast, noon: datetime) -> None:
    """Whatever the name, and whether or not the account is shut: the same words."""
    elsewhere = "所属县市区：伍家岗区"
    there = [("伍家岗街道", name, number) for name, number in ELSEWHERE]
    carry(cast["chief"], annex("1", *there, owner=elsewhere), noon)
    shut = session().scalars(select(Person).where(Person.name == "童遥")).one()
    granting.disable(cast["chief"], shut.id, "调离", at=noon)
    asked = [
        ("东苑街道", name, number)
        for name in ("沈听澜", "童遥", "顾盼之")
        for _name, number in ELSEWHERE
    ]
    row = send(cast["district_admin"], annex("1", *asked), noon)
    assert whys(row) == ["这一行请由上级管理员核对办理"] * 6


def test_whose_number_it_is_elsewhere_is_not_told_by_hand_either(cast: Cast, noon: datetime):
    there = ("伍家岗街道", *ELSEWHERE[0])
    carry(cast["chief"], annex("1", there, owner="所属县市区：伍家岗区"), noon)
    given = NewStaff("沈听澜", unit("东苑街道").id, ELSEWHERE[0][1], position="head")
    with pytest.raises(Invalid) as refused:
        hire(cast["district_admin"], given, at=noon)
    assert refused.value.fields == {"phone": "这个手机号不能登记，请由上级管理员核对办理"}
    with pytest.raises(Invalid) as told:
        hire(cast["chief"], given, at=noon)
    assert "已有工作人员在用" in told.value.fields["phone"]
