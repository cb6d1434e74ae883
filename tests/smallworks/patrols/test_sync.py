"""What phones send: the same twice is once, and two who change the same hear of each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db, session
from app.smallworks.patrols.models import Hazard, Patrol
from app.workflow.models import Case, Event
from tests.smallworks.patrols import visits
from tests.smallworks.patrols.phones import Phone, begun, count, fine, put
from tests.smallworks.patrols.visits import codes
from tests.smallworks.town import Town


def test_beginning_twice_is_one_visit(app: Flask, work_id: str):
    phone = Phone(app)
    first = begun(phone, work_id)
    assert begun(phone, work_id)["id"] == first["id"]
    assert count(Patrol) == 1
    assert first["groups"]
    assert first["days"] == {"general": 3, "major": 15}


def test_a_sheet_sent_twice_is_saved_once(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    one = put(phone, sheet, "k1", answers=fine(sheet)).get_json()["sheet"]
    two = put(phone, sheet, "k1", answers=fine(sheet)).get_json()["sheet"]
    three = put(phone, one, "k2", answers=fine(sheet)).get_json()["sheet"]
    assert one["revision"] == two["revision"] == three["revision"] == 1
    saved = select(func.count()).where(Event.verb == "saved")
    assert session().scalar(saved) == 1


def test_changes_that_do_not_overlap_are_both_taken(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    assert put(phone, sheet, answers={"person_helmet": "ok"}).status_code == 200
    after = put(phone, sheet, answers={"papers_receipt": "ok"}, remark="门口有积水").get_json()
    assert after["sheet"]["answers"] == {"person_helmet": "ok", "papers_receipt": "ok"}
    assert after["sheet"]["remark"] == "门口有积水"


def test_the_same_changed_twice_shows_both_and_writes_nothing(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    put(phone, sheet, answers={"person_helmet": "ok"}, remark="一")
    refused = put(phone, sheet, answers={"person_helmet": "bad", "papers_receipt": "ok"})
    body = refused.get_json()
    assert refused.status_code == 409
    conflict = {"field": "answers.person_helmet", "server": "ok", "sent": "bad"}
    assert body["conflicts"] == [conflict]
    assert body["sheet"]["answers"] == {"person_helmet": "ok"}
    settled = put(phone, body["sheet"], answers={"person_helmet": "bad"})
    assert settled.get_json()["sheet"]["answers"] == {"person_helmet": "bad"}


def test_hazards_are_known_by_the_devices_own_ids(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    mine = {"client_id": "c" * 32, "text": "脚手板没有绑牢", "grade": "major", "measure": "绑牢"}
    for _ in range(2):
        now = put(phone, sheet, hazards=[mine]).get_json()["sheet"]
    assert [one["client_id"] for one in now["hazards"]] == ["c" * 32]
    assert now["offered"]["outcome"] == "stop"
    gone = put(phone, now, hazards=[]).get_json()["sheet"]
    assert gone["hazards"] == []
    assert count(Hazard) == 1


def test_a_failed_item_and_the_devices_hazard_for_it_are_one(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    told = {"client_id": "item-person_helmet", "item_code": "person_helmet", "text": "三人没戴帽"}
    now = put(phone, sheet, answers={"person_helmet": "bad"}, hazards=[told]).get_json()["sheet"]
    assert [(one["item_code"], one["text"]) for one in now["hazards"]] == [
        ("person_helmet", "三人没戴帽")
    ]


def whole(phone: Phone, sheet: dict[str, Any]) -> dict[str, Any]:
    people = [{"name": "佘存栋", "number": ""}]
    answer = put(phone, sheet, answers=fine(sheet), inspectors=people, signed_name="冼南橘")
    return answer.get_json()["sheet"]


def test_a_conclusion_sent_twice_is_one(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = whole(phone, begun(phone, work_id))
    body = {"revision": sheet["revision"], "outcome": "normal"}
    path = f"/patrols/{sheet['id']}/conclude"
    answers = [phone.send("POST", path, body, "end-1") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert {one.get_json()["sheet"]["state"] for one in answers} == {"concluded"}
    late = put(phone, sheet, remark="补记")
    assert late.status_code == 409
    assert late.get_json()["sheet"]["state"] == "concluded"


def test_a_conclusion_on_an_old_sheet_shows_the_new_one(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    whole(phone, sheet)
    body = {"revision": sheet["revision"], "outcome": "normal"}
    answer = phone.send("POST", f"/patrols/{sheet['id']}/conclude", body, "end-2")
    assert answer.status_code == 409
    assert answer.get_json()["sheet"]["revision"] == 1


def test_what_is_missing_is_named_field_by_field(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    body = {"revision": sheet["revision"], "outcome": "normal"}
    answer = phone.send("POST", f"/patrols/{sheet['id']}/conclude", body, "end-3")
    assert answer.status_code == 422
    assert "answers.person_helmet" in answer.get_json()["fields"]


def test_a_planned_visit_begun_without_a_network(app: Flask, work_id: str, town: Town):
    phone = Phone(app)
    with app.app_context():
        row = session().get_one(visits.Work, work_id)
        visits.work_off(visits.morning_of("2039-01-01"))
        patrol = visits.patrol_of(row)
        db.session.remove()
    sheet = phone.get(f"/patrols/{patrol.id}.json").get_json()["sheet"]
    assert sheet["groups"]
    assert sheet["started_at"] is None
    saved = put(phone, sheet, answers={"person_helmet": "ok"})
    assert saved.status_code == 200
    assert saved.get_json()["sheet"]["mine"] is True


@pytest.mark.parametrize(
    "parts",
    [
        {"answers": {"nothing_of_the_list": "ok"}}, {"answers": {"person_helmet": "maybe"}},
        {"answers": ["person_helmet"]}, {"hazards": [{"text": "没有编号"}]},
        {"hazards": [{"client_id": "x", "grade": "huge"}]}, {"remark": 7},
        {"hazards": [{"client_id": "x", "deadline": "2099-01-01"}]},
        {"inspectors": "佘存栋"}, {"place_seen": {"lng": "x", "lat": 1}},
        {"remark": "字" * 2001}, {"hazards": [{"client_id": "x", "deadline": "明天"}]},
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_nothing_is_kept(app: Flask, work_id: str, parts: dict[str, Any]):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    assert put(phone, sheet, **parts).status_code == 422
    after = phone.get(f"/patrols/{sheet['id']}.json").get_json()["sheet"]
    assert (after["revision"], after["answers"], after["hazards"]) == (0, {}, [])


def test_others_read_nothing_and_write_nothing(app: Flask, work_id: str):
    sheet = begun(Phone(app), work_id)
    far = Phone(app, "chaiyiling")
    assert far.get(f"/patrols/{sheet['id']}.json").status_code == 404
    assert put(far, sheet, remark="我").status_code == 404
    above = Phone(app, "muyulan")
    assert above.get(f"/patrols/{sheet['id']}.json").status_code == 200
    assert put(above, sheet, remark="我").status_code == 403
    assert json.loads(far.get("/patrols/due.json").text)["due"] == []


def test_one_record_tells_it_all(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = whole(phone, begun(phone, work_id))
    session().rollback()
    case = session().get_one(Case, sheet["case_id"])
    assert [event.verb for event in case.events] == ["filed", "saved"]
    assert codes(session().get_one(Patrol, sheet["id"]))
