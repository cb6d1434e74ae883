"""The page of a flow leads whoever keeps it to the moves of running cases, old ones too."""

from __future__ import annotations

import io

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.identity.models import Person
from app.workflow import definitions
from app.workflow.models import ProcessVersion
from app.workflow.studio.models import FlowMove
from tests.web.visitors import SECRET, Browser, first, place, post

DRAWING = definitions.shipped_files("filing")["filing.bpmn"]


def newest(work: Session) -> str:
    mine = select(ProcessVersion.id).where(ProcessVersion.key == "filing")
    return work.scalars(mine.order_by(ProcessVersion.published_at.desc()).limit(1)).one()


def publish(who: Browser, days: int) -> None:
    drawn = DRAWING.replace('flow:sla="2wd"', f'flow:sla="{days}wd"')
    sent = {
        "csrf_token": who.token("/flows/publish"), "unit": place("西陵区"), "reason": "改时限",
        "files": (io.BytesIO(drawn.encode()), "filing.bpmn"),
    }  # fmt: skip
    made = who.client.post("/flows/publish", data=sent, content_type="multipart/form-data")
    assert made.status_code == 303


def test_ways_to_move_cases_and_to_what_was_moved(app: Flask, work: Session) -> None:
    chief = queries.actor_for(first(clock.now()), clock.now())
    given = NewPerson("苗青禾", "miaoqinghe", (post("西陵区", "unit_admin"),), password=SECRET)
    commands.create_person(chief, given, at=clock.now())
    miao = Browser(app)
    miao.sign_in("miaoqinghe")
    city = newest(work)
    assert f"/flows/versions/{city}/move" in miao.get("/flows/filing").text
    publish(miao, 1)
    old = newest(work)
    me = work.scalars(select(Person.id).where(Person.account == "miaoqinghe")).one()
    move = FlowMove(version_id=old, person_id=me, reason="统一", targets={}, begun_at=clock.now())
    work.add(move)
    work.commit()
    publish(miao, 4)
    page = miao.get("/flows/filing").text
    assert f"/flows/versions/{city}/move" not in page
    assert f"/flows/versions/{old}/move" not in page
    assert f"/flows/moves/{move.id}" in page
    assert "更新过在办件 1 次" in page
