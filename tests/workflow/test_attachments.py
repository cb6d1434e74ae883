"""Drafts and their files: whose they are, how many, who may read them, and what is swept away."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.db import session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.workflow import attachments, drafts
from app.workflow.attachments import Home, Upload
from app.workflow.commands.drafts import (
    MOST_DRAFTS,
    Screen,
    discard_draft,
    move_draft,
    save_draft,
    start_draft,
)
from app.workflow.models import Attachment, Draft
from tests.stores import Store
from tests.workflow import hostile_files as files
from tests.workflow.filers import HERE, THERE, filers, known


@pytest.fixture(autouse=True)
def _people(database: Store, app: Flask) -> Iterator[None]:
    with filers(database, app):
        yield


@pytest.fixture
def yan(noon: datetime) -> Actor:
    return known("鄢小满", noon)


@pytest.fixture
def huo(noon: datetime) -> Actor:
    return known("霍知秋", noon)


@pytest.fixture
def draft(yan: Actor, noon: datetime) -> str:
    return start_draft(yan, "filing", HERE, at=noon).id


def send(
    who: Actor, home: Home, at: datetime, field: str = "site_photos", content: bytes = b""
) -> Attachment:
    """One photo, or other bytes."""
    sent = Upload(field, "现场.jpg", io.BytesIO(content or files.picture()))
    return attachments.attach(who, home, sent, at=at)


def test_a_photo_goes_to_a_draft_and_can_be_read_by_its_owner_only(
    yan: Actor, huo: Actor, draft: str, noon: datetime
) -> None:
    row = send(yan, Home(draft), noon, content=files.told_picture())
    assert (row.lat, row.lng) == ("30.691667", "111.290000")
    assert row.taken_at is not None
    opened = attachments.open_file(session(), yan, row.id)
    assert (opened.inline, opened.name) == (True, "现场.jpg")
    assert b"SECRET-CAMERA" not in opened.content
    for other in (huo, known("佘存栋", noon)):
        with pytest.raises(NotFound):
            attachments.open_file(session(), other, row.id)


def test_no_transaction_idles_while_a_file_is_judged(yan: Actor, draft: str, noon: datetime):
    """Many may wait for a decoder, longer than PostgreSQL lets a transaction idle."""
    idle: list[bool] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            idle.append(session().in_transaction())
            return super().read(size)

    session().scalar(select(func.count()).select_from(Draft))
    assert session().in_transaction()
    sent = Upload("site_photos", "现场.jpg", Watched(files.picture()))
    attachments.attach(yan, Home(draft), sent, at=noon)
    assert idle == [False]


def test_nobody_else_adds_to_a_draft_or_takes_from_it(
    yan: Actor, huo: Actor, draft: str, noon: datetime
) -> None:
    row = send(yan, Home(draft), noon)
    with pytest.raises(NotFound):
        send(huo, Home(draft), noon)
    with pytest.raises(NotFound):
        attachments.detach(huo, row.id, at=noon)
    with pytest.raises(NotFound):
        save_draft(huo, draft, Screen({"name": "抢来的"}), at=noon)
    attachments.detach(yan, row.id, at=noon)
    with pytest.raises(NotFound):
        attachments.open_file(session(), yan, row.id)


def test_a_file_answers_a_field_of_the_form_of_a_kind_that_it_takes(
    yan: Actor, draft: str, noon: datetime
) -> None:
    for field in ("name", "nothing", "../x", "workers"):
        with pytest.raises(Invalid):
            send(yan, Home(draft), noon, field)
    with pytest.raises(Invalid, match="请上传照片"):
        send(yan, Home(draft), noon, "site_photos", files.pdf())
    assert send(yan, Home(draft), noon, "contract", files.pdf()).mime == "application/pdf"


def test_limits_of_a_field_and_of_a_draft(yan: Actor, draft: str, noon: datetime) -> None:
    for _ in range(9):
        send(yan, Home(draft), noon)
    with pytest.raises(Invalid, match="最多 9 份"):
        send(yan, Home(draft), noon)
    work = session()
    for number in range(attachments.MOST_FILES - 9):
        work.add(
            Attachment(
                draft_id=draft, field=f"old_{number}", name="x.jpg", mime="image/jpeg", size=1,
                stored="0" * 64, original="0" * 64, by_id=yan.id, at=noon,
            )
        )  # fmt: skip
    work.commit()
    with pytest.raises(Conflict, match="已有 60 份"):
        send(yan, Home(draft), noon, "contract")


def test_the_same_bytes_lie_in_the_store_once_and_stay_while_anybody_names_them(
    yan: Actor, huo: Actor, draft: str, app: Flask, noon: datetime
) -> None:
    mine = send(yan, Home(draft), noon)
    theirs = send(huo, Home(start_draft(huo, "filing", HERE, at=noon).id), noon)
    assert mine.stored == theirs.stored
    _age(app, mine.stored)
    attachments.detach(yan, mine.id, at=noon)
    attachments.sweep(at=noon + timedelta(days=3))
    assert attachments.open_file(session(), huo, theirs.id).content


def test_refused_files_leave_nothing_behind(yan: Actor, draft: str, noon: datetime) -> None:
    with pytest.raises(Invalid):
        send(yan, Home(draft), noon, content=files.HTML)
    assert session().scalar(select(func.count(Attachment.id))) == 0


def test_what_was_typed_is_kept_as_typed_and_secrets_never_in_plain(
    yan: Actor, draft: str, noon: datetime
) -> None:
    typed = {
        "id_no": "11010519491231002X",
        "phone": "13900002222",
        "investment_wan": "三万",
        "kind": "boom",
    }
    save_draft(yan, draft, Screen(typed, "owner"), at=noon)
    rows = {"workers.0.name": "甲", "workers.0.id_no": "11010519491231002X"}
    save_draft(yan, draft, Screen(rows, "crew"), at=noon)
    row = session().execute(text("SELECT * FROM drafts")).mappings().one()
    plain = json.dumps(dict(row), default=str, ensure_ascii=False)
    assert "11010519491231002X" not in plain
    assert "13900002222" not in plain
    file = drafts.read(session(), yan, draft, at=noon)
    assert {key: file.values[key] for key in typed} == typed
    assert file.values["workers"][0]["id_no"] == "11010519491231002X"


def test_a_draft_cannot_be_stamped_by_its_sender(yan: Actor, draft: str, noon: datetime) -> None:
    forged = {"signed_at": "1999", "signed_from": "1.1.1.1", "filed_on_behalf": "true"}
    save_draft(yan, draft, Screen(forged, "declare"), at=noon)
    values = drafts.read(session(), yan, draft, at=noon).values
    assert values["signed_at"] == "2026-11-23 12:00:00"
    assert values["filed_on_behalf"] is False


def test_a_place_is_a_community_in_force(yan: Actor, draft: str, noon: datetime) -> None:
    for code in ("", "4205", "420502", "420502001", "999999999999"):
        with pytest.raises(Invalid, match="社区"):
            start_draft(yan, "filing", code, at=noon)
    assert move_draft(yan, draft, THERE, at=noon).division_code == THERE
    with pytest.raises(NotFound):
        start_draft(yan, "no_such_process", HERE, at=noon)


def test_staff_file_on_behalf_in_their_own_place_only(noon: datetime) -> None:
    she = known("佘存栋", noon)
    assert start_draft(she, "filing", HERE, at=noon).person_id == she.id
    with pytest.raises(Forbidden, match="本辖区"):
        start_draft(she, "filing", THERE, at=noon)


def test_drafts_do_not_pile_up(yan: Actor, noon: datetime) -> None:
    for _ in range(MOST_DRAFTS):
        start_draft(yan, "filing", HERE, at=noon)
    with pytest.raises(Conflict, match="草稿已有 20 份"):
        start_draft(yan, "filing", HERE, at=noon)


def test_a_discarded_draft_takes_its_files_with_it(yan: Actor, draft: str, noon: datetime) -> None:
    send(yan, Home(draft), noon)
    discard_draft(yan, draft, at=noon)
    assert session().scalar(select(func.count(Attachment.id))) == 0
    assert session().get(Draft, draft) is None


def test_loose_files_belong_to_who_sent_them(yan: Actor, huo: Actor, noon: datetime) -> None:
    row = send(yan, Home(), noon, "contract", files.pdf())
    assert attachments.open_file(session(), yan, row.id).mime == "application/pdf"
    with pytest.raises(NotFound):
        attachments.open_file(session(), huo, row.id)


def test_the_sweep_takes_what_is_old_and_leaves_what_is_named(
    yan: Actor, draft: str, app: Flask, noon: datetime
) -> None:
    kept = send(yan, Home(draft), noon, "contract", files.pdf(b"\n"))
    gone = send(yan, Home(), noon, "contract", files.pdf(b"\n\n"))
    paths = [_age(app, kept.stored), _age(app, gone.stored)]
    attachments.sweep(at=noon + timedelta(days=3))
    assert [path.exists() for path in paths] == [True, False]
    attachments.sweep(at=noon + timedelta(days=91))
    assert session().get(Draft, draft) is None
    assert not paths[0].exists()


def test_bytes_that_are_lost_are_said_to_be_lost(
    yan: Actor, draft: str, app: Flask, noon: datetime
) -> None:
    row = send(yan, Home(draft), noon)
    _age(app, row.stored).unlink()
    with pytest.raises(NotFound, match="请联系系统管理员从备份中找回"):
        attachments.open_file(session(), yan, row.id)


def _age(app: Flask, stored: str) -> Path:
    """Make the bytes ten days old."""
    path = Path(app.extensions["config"].data) / "attachments" / stored[:2] / stored[2:]
    long_ago = time.time() - 10 * 24 * 3600
    os.utime(path, (long_ago, long_ago))
    return path
