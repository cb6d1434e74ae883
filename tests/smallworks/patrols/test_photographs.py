"""Photos that phones send: each once, whole, with a time that is believed within bounds."""

from __future__ import annotations

import hashlib
import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from app import clock
from app.db import session
from app.smallworks.patrols.models import Patrol
from app.workflow.models import Attachment
from tests.smallworks.patrols import visits
from tests.smallworks.patrols.phones import Phone, begun


def test_the_same_photo_twice_is_one_attachment(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    content = visits.picture("#123456").getvalue()
    sha = hashlib.sha256(content).hexdigest()
    first = phone.photo(sheet["id"], "site", content, sha256=sha)
    again = phone.photo(sheet["id"], "site", content, sha256=sha)
    blind = phone.photo(sheet["id"], "site", content)
    assert [first.status_code, again.status_code, blind.status_code] == [201, 200, 200]
    ids = {one.get_json()["photo"]["id"] for one in (first, again, blind)}
    assert len(ids) == 1
    session().rollback()
    rows = select(Attachment).where(Attachment.field == "site")
    (row,) = session().scalars(rows).all()
    assert row.original == sha
    assert row.stored != sha


def test_a_photo_cut_short_on_the_way_is_refused(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    content = visits.picture().getvalue()
    answer = phone.photo(sheet["id"], "site", content, sha256="0" * 64)
    assert answer.status_code == 422
    assert "照片没有传完整" in answer.get_json()["detail"]


def test_place_and_time_of_the_device_are_kept(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    told = {"taken_at": clock.now().isoformat(), "lng": "111.2865", "lat": "30.6918"}
    answer = phone.photo(sheet["id"], "site", visits.picture().getvalue(), **told)
    session().rollback()
    row = session().get_one(Attachment, answer.get_json()["photo"]["id"])
    assert (row.lng, row.lat) == ("111.286500", "30.691800")
    assert row.taken_at is not None
    assert row.taken_at.isoformat() == told["taken_at"]


@pytest.mark.parametrize("said", ["2020-05-01T08:00:00+08:00", "2038-05-01T08:00:00+08:00"])
def test_a_device_whose_clock_lies_is_believed_within_the_visit(
    app: Flask, work_id: str, said: str
):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    content = visits.picture().getvalue()
    answer = phone.photo(sheet["id"], "site", content, taken_at=said)
    after = clock.now()
    session().rollback()
    row = session().get_one(Attachment, answer.get_json()["photo"]["id"])
    opened = session().scalars(select(Patrol)).one().case.opened_at
    assert row.taken_at is not None
    assert (row.taken_at == opened) if said < "2026" else (opened < row.taken_at <= after)
    assert row.original == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("noted", ["2026:05:01 08:00:00", "2038:05:01 08:00:00"])
def test_a_camera_may_note_an_earlier_time_and_no_later_one(app: Flask, work_id: str, noted: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    made, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = noted
    Image.new("RGB", (640, 480), "grey").save(made, "JPEG", exif=exif)
    answer = phone.photo(sheet["id"], "site", made.getvalue())
    after = clock.now()
    session().rollback()
    row = session().get_one(Attachment, answer.get_json()["photo"]["id"])
    assert row.taken_at is not None
    early = noted.startswith("2026")
    assert row.taken_at <= after
    assert early == (f"{clock.local(row.taken_at):%Y:%m:%d %H:%M:%S}" == noted)


def test_a_dropped_photo_is_dropped_once(app: Flask, work_id: str):
    phone = Phone(app)
    sheet = begun(phone, work_id)
    answer = phone.photo(sheet["id"], "site", visits.picture().getvalue())
    path = f"/patrols/{sheet['id']}/photos/{answer.get_json()['photo']['id']}"
    assert [phone.send("DELETE", path, {}).status_code for _ in range(2)] == [204, 204]
    assert phone.get(f"/patrols/{sheet['id']}.json").get_json()["sheet"]["photos"] == []
