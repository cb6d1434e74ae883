"""Filing without script: place, screens, files, the last check, and sending once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import session
from app.workflow.models import Attachment, Case, Draft, Submission
from tests.identity.people import SECRET
from tests.stores import Store
from tests.web.applying import choose_place, fill_in, public
from tests.web.noscript import NoScript
from tests.workflow import hostile_files as files
from tests.workflow.filers import HUO, YAN, filers


@pytest.fixture(autouse=True)
def _people(database: Store, app: Flask) -> Iterator[None]:
    with filers(database, app):
        yield


@pytest.fixture
def yan(app: Flask) -> NoScript:
    return public(app, YAN)


def test_a_filing_from_the_first_link_to_its_number_without_script(yan: NoScript) -> None:
    fill_in(choose_place(yan))
    assert yan.heading == "核对并提交"
    assert not yan.summary()
    assert "0.8 万元" in yan.text
    yan.press("提交备案")
    assert yan.status == 200
    case = session().scalars(select(Case)).one()
    assert case.number in yan.text
    kept = session().scalars(select(Attachment.field).where(Attachment.case_id == case.id)).all()
    assert sorted(kept) == [
        "commitment",
        "craftsman_papers",
        "owner_papers",
        "site_photos",
        "site_photos",
    ]
    values = session().scalars(select(Submission)).one().values
    assert values["declaration_version"]
    assert values["signed_at"]
    assert values["id_no"].startswith("enc:")


def test_the_same_draft_sent_twice_is_one_case(yan: NoScript) -> None:
    fill_in(choose_place(yan))
    token = yan.page.find("input", {"name": "csrf_token"})
    key = yan.page.find("input", {"name": "key"})
    address = yan.button("提交备案").find_parent("form")
    assert token is not None
    assert key is not None
    assert address is not None
    sent = {"csrf_token": token["value"], "key": key["value"]}
    answers = [yan.client.post(str(address["action"]), data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert session().scalar(select(func.count(Case.id))) == 1


def test_a_screen_with_faults_stays_says_them_all_and_keeps_what_was_typed(yan: NoScript) -> None:
    choose_place(yan).press("保存，下一步", name="楼", address="学院街 8 号")
    assert yan.status == 422
    assert yan.heading == "做什么、在哪里"
    assert yan.summary()["#f-name"] == "工程（作业）名称至少写 2 个字"
    assert len(yan.summary()) == 5
    field = yan.page.find(id="f-name")
    assert field is not None
    assert (field["value"], field["aria-invalid"]) == ("楼", "true")
    assert str(field["aria-describedby"]).split()[-1] == "f-name-fault"


def test_saving_keeps_half_a_screen_and_a_new_session_finds_it_again(
    app: Flask, yan: NoScript
) -> None:
    choose_place(yan).press("保存", name="半份", kind="odd_job")
    assert yan.status == 200
    again = public(app, YAN).open("/apply")
    assert "半份" in again.text
    again.follow("接着填")
    field = again.page.find(id="f-name")
    assert field is not None
    assert field["value"] == "半份"


def test_a_session_that_ended_loses_nothing_that_was_saved(app: Flask, yan: NoScript) -> None:
    choose_place(yan).press("保存", name="半份")
    fresh = NoScript(app).open(yan.path)
    assert fresh.button("登录")
    fresh.press("登录", phone=YAN, password=SECRET)
    field = fresh.page.find(id="f-name")
    assert field is not None
    assert field["value"] == "半份"


def test_a_fault_on_another_screen_is_reached_from_the_last_check(yan: NoScript) -> None:
    fill_in(choose_place(yan), id_no="")
    assert yan.status == 422
    assert yan.heading == "业主"
    draft = session().scalars(select(Draft)).one()
    yan.open(f"/drafts/{draft.id}/check")
    assert any("at=owner#f-id-no" in href for href in yan.summary())
    assert not [one for one in yan.page.find_all("button") if "提交备案" in one.get_text()]


def test_photos_are_kept_when_the_form_is_refused_and_one_can_be_taken_back(yan: NoScript) -> None:
    draft = _at_the_photos(yan)
    yan.press("保存，下一步", indoor="", **{"file:site_photos": files.picture()})
    assert yan.status == 422
    kept = session().scalars(select(Attachment.id)).one()
    assert yan.page.find("img", src=f"/attachments/{kept}")
    yan.press("保存", drop=[kept])
    assert not yan.page.find("img", src=f"/attachments/{kept}")
    assert draft in yan.path


def test_one_bad_file_does_not_lose_the_others(yan: NoScript) -> None:
    _at_the_photos(yan)
    yan.press("保存", **{"file:site_photos": [files.HTML, files.picture()]})
    assert yan.status == 422
    assert "0.jpg：只能上传照片" in yan.summary()["#f-site-photos"]
    assert session().scalar(select(func.count(Attachment.id))) == 1


def _at_the_photos(browser: NoScript) -> str:
    choose_place(browser)
    draft = session().scalars(select(Draft.id)).one()
    browser.open(f"/drafts/{draft}?at=risk")
    return draft


def test_rows_grow_and_shrink_by_buttons(yan: NoScript) -> None:
    choose_place(yan)
    yan.open(f"/drafts/{session().scalars(select(Draft.id)).one()}?at=crew")
    yan.press("再加一人", workers__0__name="甲")
    assert len(yan.page.find_all("fieldset", {"data-row": True})) == 2
    yan.press("保存", workers__1__name="乙")
    yan.press("移除第 1 行")
    draft = session().scalars(select(Draft)).one()
    assert [row["name"] for row in draft.values["workers"] if row.get("name")] == ["乙"]


def test_a_draft_is_nobody_elses(app: Flask, yan: NoScript) -> None:
    draft = _at_the_photos(yan)
    yan.press("保存", **{"file:site_photos": files.picture()})
    kept = session().scalars(select(Attachment.id)).one()
    huo = public(app, HUO)
    for path in (
        f"/drafts/{draft}",
        f"/drafts/{draft}/check",
        f"/drafts/{draft}/place",
        f"/attachments/{kept}",
    ):
        assert huo.client.get(path).status_code == 404
    token = huo.open("/apply").page.find("input", {"name": "csrf_token"})
    assert token is not None
    for path in (
        f"/drafts/{draft}",
        f"/drafts/{draft}/submit",
        f"/drafts/{draft}/discard",
        f"/drafts/{draft}/attachments",
    ):
        data = {"csrf_token": token["value"], "file:site_photos": (files.io.BytesIO(b"x"), "x.jpg")}
        assert huo.client.post(path, data=data).status_code == 404


def test_a_file_whose_bytes_are_lost_says_whom_to_ask(app: Flask, yan: NoScript) -> None:
    _at_the_photos(yan)
    yan.press("保存", **{"file:site_photos": files.picture()})
    shutil.rmtree(app.extensions["config"].data / "attachments")
    answer = yan.client.get(f"/attachments/{session().scalars(select(Attachment.id)).one()}")
    assert answer.status_code == 404
    assert "请联系系统管理员从备份中找回" in answer.text


def test_files_are_handed_out_so_that_no_browser_runs_them(yan: NoScript) -> None:
    draft = _at_the_photos(yan)
    yan.press("保存", **{"file:site_photos": files.picture()})
    yan.open(f"/drafts/{draft}?at=papers").press("保存", **{"file:owner_papers": files.pdf()})
    for row in session().scalars(select(Attachment)):
        answer = yan.client.get(f"/attachments/{row.id}")
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        shown = answer.headers["Content-Disposition"].split(";")[0]
        assert shown == ("inline" if row.mime == "image/jpeg" else "attachment")


def test_a_script_sends_one_file_and_gets_its_tile(yan: NoScript) -> None:
    draft = _at_the_photos(yan)
    token = yan.page.find("input", {"name": "csrf_token"})
    assert token is not None
    sent = {
        "csrf_token": token["value"],
        "file:site_photos": (files.io.BytesIO(files.picture()), "a.jpg"),
    }
    answer = yan.client.post(
        f"/drafts/{draft}/attachments", data=sent, headers={"X-Requested-With": "fetch"}
    )
    assert answer.status_code == 201
    assert 'data-file="' in answer.text
    bad = {
        "csrf_token": token["value"],
        "file:site_photos": (files.io.BytesIO(files.HTML), "a.jpg"),
    }
    refused = yan.client.post(
        f"/drafts/{draft}/attachments", data=bad, headers={"X-Requested-With": "fetch"}
    )
    assert refused.status_code == 422
    assert "只能上传照片" in refused.text


def test_a_draft_can_be_thrown_away(yan: NoScript) -> None:
    choose_place(yan).open("/apply").press("删除")
    assert "草稿已删除" in yan.page.get_text()
    assert session().scalar(select(func.count(Draft.id))) == 0
