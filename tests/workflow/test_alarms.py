"""Many failed first sign-ins shut every window; who opened them and who keeps the city is told."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Forbidden
from app.identity import commands
from app.identity.actor import Actor
from app.identity.commands import Credentials, Post
from app.identity.commands.batches import open_batch
from app.identity.sessions import Visit
from app.workflow.notice_models import Notice
from tests.identity.offices import by_notice, make
from tests.identity.people import add, first, unit


@pytest.fixture
def chief(app: Flask, work: Session, noon: datetime) -> Actor:
    return first(noon)


def test_an_alarm_reaches_its_people_and_nobody_else(
    work: Session, chief: Actor, noon: datetime
) -> None:
    keeper = add(chief, "温如玉", "wenruyu", Post(unit("东苑街道").id, "unit_admin"), noon)
    add(chief, "陆青山", "luqingshan", Post(unit("伍家岗区").id, "unit_admin"), noon)
    by_notice(chief, noon)
    for name in ("赵一青", "钱一青", "孙一青", "李一青"):
        make(chief, name, at=noon)
    sheet = open_batch(keeper, unit("东苑街道").id, "首批账号", at=noon)
    for n in range(11):
        wrong = Credentials(sheet.slips[n // 3].account, "guess", "staff")
        with pytest.raises(Forbidden):
            commands.sign_in(wrong, Visit(f"10.1.9.{n}"), at=noon)
    told = work.execute(select(Notice.person_id, Notice.kind, Notice.case_id)).all()
    assert set(told) == {(chief.id, "alarm", None), (keeper.id, "alarm", None)}
    assert len(told) == 2
