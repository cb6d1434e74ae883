"""Files of a case: a correction and a site check without script, and who may not touch them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import session
from app.errors import Forbidden, NotFound
from app.workflow import attachments, commands
from app.workflow.attachments import REPLACED, Home, Upload
from app.workflow.commands.tasks import Decision
from app.workflow.models import Attachment, Case, Event, Submission, Task
from tests.stores import Store
from tests.web.applying import choose_place, fill_in, public
from tests.web.noscript import NoScript
from tests.workflow import hostile_files as files
from tests.workflow.filers import HUO, YAN, filers, known


@pytest.fixture(autouse=True)
def _people(database: Store, app: Flask) -> Iterator[None]:
    with filers(database, app):
        yield


@pytest.fixture
def returned(app: Flask) -> NoScript:
    """鄢小满 before her own filing, which the community returned for its photos."""
    yan = public(app, YAN)
    fill_in(choose_place(yan)).press("提交备案")
    at = clock.now()
    task = session().scalars(select(Task).where(Task.status == "open")).one()
    why = {"missing_items": ["site_photos"], "opinion": "照片看不清门牌"}
    commands.decide(known("佘存栋", at), task.id, Decision("return", why), at=at)
    return yan.open(f"/tasks/{open_task().id}")


def open_task() -> Task:
    session().rollback()
    return session().scalars(select(Task).where(Task.status == "open")).one()


def photos(field: str = "site_photos") -> list[str]:
    return list(session().scalars(select(Attachment.id).where(Attachment.field == field)))


def test_a_correction_shows_what_is_missing_and_what_was_sent(returned: NoScript) -> None:
    assert "照片看不清门牌" in returned.text
    assert "现场照片" in returned.text
    field = returned.page.find(id="f-name")
    assert field is not None
    assert field["value"] == "背街路灯维修"
    assert returned.page.find("img", src=f"/attachments/{photos()[0]}")


def test_a_photo_is_replaced_and_the_form_sent_again_without_script(returned: NoScript) -> None:
    old = photos()
    new = files.picture(size=(90, 90))
    returned.press("重新提交", drop=[old[0]], name="背街路灯更换", **{"file:site_photos": new})
    assert returned.status == 200
    assert open_task().element == "community_check"
    assert photos(REPLACED) == [old[0]]
    assert len(photos()) == 2
    values = session().scalars(select(Submission).order_by(Submission.at.desc())).first()
    assert values is not None
    assert values.values["name"] == "背街路灯更换"
    verbs = [event.verb for event in session().scalars(select(Event).order_by(Event.seq))]
    assert verbs[-3:] == ["detached", "attached", "resubmitted"]


def test_a_bad_file_stops_the_correction_and_what_was_typed_stays(returned: NoScript) -> None:
    returned.press("重新提交", name="改过的名称", **{"file:site_photos": files.HTML})
    assert returned.status == 422
    assert "只能上传照片" in returned.text
    field = returned.page.find(id="f-name")
    assert field is not None
    assert field["value"] == "改过的名称"
    assert open_task().element == "correction"


def test_what_a_correction_leaves_out_is_asked_for_again(returned: NoScript) -> None:
    returned.press("重新提交", drop=photos(), content="")
    assert returned.status == 422
    assert set(returned.summary()) == {"#f-site-photos", "#f-content"}


def test_only_who_has_the_open_task_touches_the_files_of_a_case(
    app: Flask, returned: NoScript
) -> None:
    at, case = clock.now(), session().scalars(select(Case.id)).one()
    sent = Upload("site_photos", "a.jpg", files.io.BytesIO(files.picture()))
    for name, refusal in (("佘存栋", Forbidden), ("霍知秋", NotFound)):
        with pytest.raises(refusal):
            attachments.attach(known(name, at), Home(case_id=case), sent, at=at)
        with pytest.raises(refusal):
            attachments.detach(known(name, at), photos()[0], at=at)
    huo = public(app, HUO)
    assert huo.client.get(f"/attachments/{photos()[0]}").status_code == 404
    assert huo.client.get(f"/cases/{case}/print-filing").status_code == 404


def test_the_reviewer_of_the_place_may_look_at_the_files(app: Flask, returned: NoScript) -> None:
    at = clock.now()
    assert attachments.open_file(session(), known("佘存栋", at), photos()[0]).inline


def test_secrets_on_paper_only_for_who_filed(app: Flask, returned: NoScript) -> None:
    case = session().scalars(select(Case.id)).one()
    assert "11010519491231002X" in returned.open(f"/cases/{case}/print-filing").text
    head = NoScript(app).open("/staff/sign-in")
    head.press("登录", account="shecundong", password="plum-rain over the gorge")
    paper = head.open(f"/cases/{case}/print-filing").text
    assert "11010519491231002X" not in paper
    assert "1101**********002X" in paper
