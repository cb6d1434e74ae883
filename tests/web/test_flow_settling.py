"""A request for approval that is settled, as pages, notices and programs see it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.db import transaction
from app.identity.models import Grant, Person
from app.workflow.notice_models import Notice
from tests.web.test_flow_approval import (
    CAREFUL,
    miao,
    ning,
    request_of,
    staff,
    upload,
)
from tests.web.visitors import Browser, place

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
    assert ning.post(f"{page}/return", {"why": "1 日办不完"}, page=page).status_code == 303
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
