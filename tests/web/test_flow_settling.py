"""A request for approval that is settled, as pages, notices and programs see it."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.clock import local
from app.db import transaction
from app.identity import queries
from app.identity.commands import NewPerson, create_person
from app.identity.models import Grant, Person
from app.workflow.models import ProcessVersion
from app.workflow.notice_models import Notice
from tests.web.test_api import Program
from tests.web.test_flow_approval import (
    CAREFUL,
    STRICTER,
    miao,
    ning,
    request_of,
    staff,
    upload,
)
from tests.web.visitors import SECRET, Browser, place, post

__all__ = ["miao", "ning", "staff"]


def rule(ning: Browser, said: str) -> TestResponse:
    sent = {"unit": place("宜昌市"), "approves": said}
    return ning.post("/flows/requests/rule", sent, page="/flows/requests")


def told(work: Session, account: str) -> Notice:
    """What this person was told last."""
    work.rollback()
    mine = select(Notice).join(Person, Person.id == Notice.person_id)
    newest = mine.where(Person.account == account).order_by(Notice.at.desc(), Notice.id.desc())
    return work.scalars(newest.limit(1)).one()


def test_turned_off_what_waits_is_counted_and_given_up_by_publishing(
    miao: Browser, ning: Browser, staff: Session
) -> None:
    upload(miao)
    row = request_of(staff)
    assert "现有 <b>1</b> 件已经送审" in ning.get("/flows/requests").text
    assert rule(ning, "no").status_code == 303
    page = ning.get("/flows/requests").text
    assert "还有 1 件已经送审，仍请批准或者退回" in page
    assert "共 1 件" in page
    miao.post("/flows/filing/draft", {"unit": place("西陵区")}, page="/flows/filing")
    draft = f"/flows/filing/draft/{place('西陵区')}/publish"
    assert "本次发布后，这次送审同时撤回" in miao.get(draft).text
    assert "这次送审同时撤回" not in ning.get(draft).text
    assert upload(miao, CAREFUL).location == "/flows/filing"
    assert "原来送审的已同时撤回" in miao.get("/flows/filing").text
    listed = ning.get("/flows/requests").text
    assert "没有等待批准的" in listed
    assert "已直接发布" in listed
    assert "直接发布第 1 版，这次送审同时撤回" in ning.get(f"/flows/requests/{row.id}").text
    assert upload(miao).location == "/flows/filing"
    assert "原来送审的已同时撤回" not in miao.get("/flows/filing").text


def test_notices_of_a_request_lead_to_it(miao: Browser, ning: Browser, staff: Session) -> None:
    upload(miao)
    page = f"/flows/requests/{request_of(staff).id}"
    assert "未读</span>" in ning.get("/notices").text
    opened = f"/notices/{told(staff, 'ningyuanshan').id}/open"
    assert opened in ning.get("/notices").text
    assert ning.post(opened, {}, page="/notices").location == page
    assert ning.post(f"{page}/return", {"words": "1 日办不完"}, page=page).status_code == 303
    answered = f"/notices/{told(staff, 'miaoqinghe').id}/open"
    assert miao.post(answered, {}, page="/notices").location == page
    with transaction() as work:
        mine = select(Grant).join(Person, Person.id == Grant.person_id)
        for held in work.scalars(mine.where(Person.account == "miaoqinghe")):
            held.unit_id = place("夷陵区")
    assert miao.post(answered, {}, page="/notices").location == "/notices"
    assert "不能打开" in miao.get("/notices").text


def test_taken_back_the_notice_of_it_is_read(miao: Browser, ning: Browser, staff: Session) -> None:
    upload(miao)
    page = f"/flows/requests/{request_of(staff).id}"
    miao.post(f"{page}/withdraw", {}, page=page)
    assert "未读</span>" not in ning.get("/notices").text.partition("<main")[2]


def test_what_was_typed_goes_along_whichever_button_is_pressed(
    miao: Browser, ning: Browser, staff: Session
) -> None:
    upload(miao)
    page = f"/flows/requests/{request_of(staff).id}"
    (form,) = re.findall(r"<form[^>]*/approve.*?</form>", ning.get(page).text, re.DOTALL)
    assert f'formaction="{page}/return"' in form
    assert 'name="words"' in form
    late = ning.post(f"{page}/approve", {"seen": "another", "words": "下月看看"}, page=page)
    assert (late.status_code, ">下月看看</textarea>" in late.text) == (409, True)
    force = staff.scalars(select(ProcessVersion.id).where(ProcessVersion.key == "filing")).one()
    done = ning.post(f"{page}/approve", {"seen": force, "words": "下月看看"}, page=page)
    assert done.status_code == 303
    assert "已批准：下月看看" in miao.get(page).text
    assert "作为第 1 版发布：下月看看" in miao.get("/notices").text


def asked(program: Program, drawn: str = STRICTER, key: str = "", **more: str) -> TestResponse:
    files = {"file": (io.BytesIO(drawn.encode()), "filing.bpmn")}
    body = {"unit": place("西陵区"), "reason": "改为 1 日", **more, **files}
    kind = "multipart/form-data"
    return program.post("/processes/filing/versions", key, data=body, content_type=kind)


def test_a_program_learns_what_became_of_what_it_handed_in(
    app: Flask, ning: Browser, staff: Session
) -> None:
    program, day = Program(app, "miaoqinghe", SECRET), local(clock.now()).date()
    first = asked(program, starts_on=(day + timedelta(days=8)).isoformat())
    assert first.status_code == 202
    where = first.location.removeprefix("/api/v1")
    waits = program.get(where).get_json()
    assert waits == first.get_json()
    assert (waits["state"], waits["version"], waits["settled_at"]) == ("waiting", None, None)
    page = f"/flows/requests/{waits['id']}"
    ning.post(f"{page}/return", {"words": "1 日办不完"}, page=page)
    returned = program.get(where).get_json()
    assert (returned["state"], returned["answer"], returned["settled_by"]) == (
        "returned", "1 日办不完", "宁远山",
    )  # fmt: skip
    again = asked(program).get_json()
    force = staff.scalars(select(ProcessVersion.id).where(ProcessVersion.key == "filing")).one()
    page = f"/flows/requests/{again['id']}"
    ning.post(f"{page}/approve", {"seen": force}, page=page)
    approved = program.get(f"/flow-requests/{again['id']}").get_json()
    made = staff.get_one(ProcessVersion, approved["version"])
    assert (approved["state"], approved["number"], made.unit_id) == (
        "approved", 1, place("西陵区"),
    )  # fmt: skip


def test_sent_again_after_the_rule_changed_it_hears_the_same(
    app: Flask, ning: Browser, staff: Session
) -> None:
    program = Program(app, "miaoqinghe", SECRET)
    first = asked(program, key="once")
    rule(ning, "no")
    again = asked(program, key="once")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.get_json() == first.get_json()
    direct = asked(program, CAREFUL, key="twice")
    rule(ning, "yes")
    late = asked(program, CAREFUL, key="twice")
    assert (direct.status_code, late.status_code) == (201, 201)
    assert late.get_json() == direct.get_json()


def test_a_program_reads_what_its_owner_reads(app: Flask, miao: Browser, staff: Session) -> None:
    ningyuanshan = select(Person.id).where(Person.account == "ningyuanshan")
    chief = queries.actor_for(staff.scalars(ningyuanshan).one(), clock.now())
    given = NewPerson("时岚", "shilan", (post("夷陵区", "unit_admin"),), password=SECRET)
    create_person(chief, given, at=clock.now())
    upload(miao)
    path = f"/flow-requests/{request_of(staff).id}"
    for account, status in (("ningyuanshan", 200), ("miaoqinghe", 200), ("shilan", 403)):
        program = Program(app, account, SECRET)
        assert program.get(path).status_code == status
        assert program.get("/flow-requests/nothing").status_code == 404
