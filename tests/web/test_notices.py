"""通知: the centre, the switches and the addresses outside, as pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.identity import sms
from app.identity.models import Grant
from app.workflow import channels, commands
from app.workflow.commands import talk
from app.workflow.commands.signers import Addition
from app.workflow.commands.talk import Words
from app.workflow.models import Case
from app.workflow.notice_models import NoticeChoice, Webhook
from tests.identity.people import Phone
from tests.web.test_beside import public, staff
from tests.workflow import make
from tests.workflow.conftest import town
from tests.workflow.people import NOON, unit, who

__all__ = ["town"]


@pytest.fixture
def case(town: Session) -> Case:
    """One that was copied to 陈末, and urged."""
    made = make.case()
    talk.copy(who("li"), made.id, Words("请阅", (who("chen").id,)), at=NOON)
    talk.urge(who("ann"), made.id, Words("急"), at=NOON)
    return made


def test_a_notice_leads_to_what_it_is_about_and_is_read(app: Flask, case: Case) -> None:
    li, (notice,) = staff(app, "li"), make.notices("li")
    shown = li.get("/notices").text
    assert "催办" in shown
    assert "2026年11月23日" in shown
    gone = li.post(f"/notices/{notice.id}/open", {}, page="/notices")
    assert gone.headers["Location"] == f"/tasks/{make.task(case, 'li').id}"
    assert "未读</span>" not in li.get("/notices").text.partition("<main")[2]
    chen, (other,) = staff(app, "chen"), make.notices("chen")
    assert li.post(f"/notices/{other.id}/read", {}, page="/notices/choices").status_code == 404
    gone = chen.post(f"/notices/{other.id}/open", {}, page="/notices")
    assert gone.headers["Location"] == f"/cases/{case.id}"


def test_who_has_the_task_no_more_is_led_to_the_case(app: Flask, case: Case) -> None:
    """李禾 was urged at the community, and is head of its township since."""
    li, (notice,) = staff(app, "li"), make.notices("li")
    with transaction() as work:
        post = work.scalars(select(Grant).where(Grant.person_id == who("li").id)).one()
        post.unit_id = unit("420502002").id
    gone = li.post(f"/notices/{notice.id}/open", {}, page="/notices")
    assert gone.headers["Location"] == f"/cases/{case.id}"


def test_who_has_a_task_by_name_is_led_to_it_though_they_name_others(
    app: Flask, case: Case
) -> None:
    """赵屿 heads the township, so that naming others there is theirs as well."""
    asked = Addition(who("zhao").id, "beside")
    new = commands.add_signer(who("li"), make.task(case, "li").id, asked, at=NOON)
    (notice,) = make.notices("zhao")
    gone = staff(app, "zhao").post(f"/notices/{notice.id}/open", {}, page="/notices")
    assert gone.headers["Location"] == f"/tasks/{new.id}"


def test_the_centre_is_narrowed_by_kind_and_by_unread(app: Flask, case: Case) -> None:
    li = staff(app, "li")
    assert "没有符合条件的通知" in li.get("/notices?kind=copied").text
    assert case.title in li.get("/notices?kind=urged&unread=1").text
    li.post("/notices/read", {}, page="/notices")
    assert "没有符合条件的通知" in li.get("/notices?unread=1").text


@pytest.fixture
def reached() -> Iterator[None]:
    """Mail and text messages are set up."""
    channels.post_by(lambda _message: None)
    before = sms.use(Phone())
    yield
    channels.post_by(None)
    sms.use(before)


def test_only_what_is_set_up_is_offered(app: Flask, case: Case) -> None:
    sms.use(sms.LogSender())
    page = staff(app, "li").get("/notices/choices").text
    assert 'value="copied:app"' in page
    assert "邮" not in page
    assert "短信" not in page


def test_switches_are_kept_and_what_must_be_heard_is_fixed(
    app: Flask, case: Case, reached: None
) -> None:
    li = staff(app, "li")
    page = li.get("/notices/choices").text
    assert re.search(r'value="alarm:app" checked disabled', page)
    assert re.search(r'value="copied:app" checked>', page)
    assert li.post("/notices/choices", {"on": "urged:sms", "email": "li"}).status_code == 422
    assert li.post("/notices/choices", {"on": "urged:sms", "email": ""}).status_code == 303
    page = li.get("/notices/choices").text
    assert 'value="urged:sms" checked' in page
    assert 'value="copied:app" checked' not in page
    assert re.search(r'value="alarm:app" checked disabled', page)
    assert session().scalars(select(NoticeChoice)).all()


def test_the_public_chooses_among_what_it_is_told(app: Flask, case: Case) -> None:
    page = public(app, "ann").get("/notices/choices").text
    assert "退回补正" in page
    assert "抄送" not in page


def test_a_secret_is_shown_once(app: Flask, case: Case) -> None:
    jin, page = staff(app, "jin"), "/settings/webhooks"
    wrong = {"unit": unit("420502").id, "url": "http://example.com/"}
    assert "须以 https:// 开头" in jin.post(page, wrong).text
    made = jin.post(page, {"unit": unit("420502").id, "url": "https://example.com/hear"})
    assert made.status_code == 201
    secret = re.search(r"<code[^>]*>([^<]+)</code>", made.text)
    assert secret
    shown = jin.get(page).text
    assert "https://example.com/hear" in shown
    assert secret[1] not in shown
    row = session().scalars(select(Webhook)).one()
    assert jin.post(f"{page}/{row.id}/end", {}, page=page).status_code == 303
    assert "还没有推送地址" in jin.get(page).text


def test_a_text_is_seen_before_it_is_kept(app: Flask, case: Case) -> None:
    jin, page = staff(app, "jin"), "/settings/notices/copied"
    assert "{by}" in jin.get(page).text
    here = {"unit": unit("420502").id}
    seen = jin.post(f"{page}/preview", {**here, "text": "{by}请您看看。"}, page=page)
    assert "李禾请您看看。" in seen.text
    wrong = jin.post(page, {**here, "text": "{until}前看"})
    assert wrong.status_code == 422
    assert "没有 {until} 这样的填空" in wrong.text
    assert jin.post(page, {**here, "text": "{by}请您看看。"}).status_code == 303
    shown = jin.get(page).text
    assert "本单位设置" in shown
    assert "历次版本 1 个" in shown
