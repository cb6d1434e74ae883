"""The pages of 抄送、征求意见、催办、批注, without script."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.db import session
from app.workflow.commands import talk
from app.workflow.commands.talk import Words
from app.workflow.models import Case, Submission
from app.workflow.talk_models import Copy
from tests.web.test_beside import public, staff
from tests.workflow import make
from tests.workflow.conftest import town
from tests.workflow.people import who

__all__ = ["town"]


@pytest.fixture
def case(town: Session) -> Case:
    return make.case()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_who_is_ticked_stays_ticked_while_others_are_looked_for(app: Flask, case: Case) -> None:
    li, page = staff(app, "li"), f"/cases/{case.id}/copy"
    assert "王渡" in li.get(page).text  # a colleague of the unit
    chen = who("chen").id
    found = li.post(page, {"find": "1", "who": "易", "to": chen, "text": "请阅"}).text
    assert re.search(rf'value="{chen}" checked', found)
    assert "易安" in found
    assert "请阅</textarea>" in found
    assert session().scalars(select(Copy)).all() == []


def test_a_copy_from_the_page_to_its_read_mark(app: Flask, case: Case) -> None:
    li, page = staff(app, "li"), f"/cases/{case.id}"
    sent = {"to": who("chen").id, "text": "请留意围挡"}
    assert li.post(f"{page}/copy", sent).headers["Location"] == page
    assert "陈末 李禾" in words(li.get(page).text)
    chen = staff(app, "chen")
    assert "请留意围挡" in chen.get("/copies").text
    assert "李禾 抄送给您" in words(chen.get(page).text)
    assert chen.post(f"{page}/seen", {}, page=page).status_code == 303
    assert "抄送给您" not in chen.get(page).text
    assert re.search(r"陈末 李禾 [-\d: ]+ 抄送 已阅 20", words(li.get(page).text))


def test_nobody_chosen_is_said_beside_the_people(app: Flask, case: Case) -> None:
    answer = staff(app, "li").post(f"/cases/{case.id}/copy", {"text": "请阅"})
    assert answer.status_code == 422
    assert "请选择人员" in answer.text
    assert "请阅</textarea>" in answer.text


def test_a_question_and_its_answer(app: Flask, case: Case) -> None:
    page = f"/cases/{case.id}"
    asked = {"to": who("yi").id, "text": "通道够吗", "days": "2"}
    assert staff(app, "li").post(f"{page}/ask", asked).status_code == 303
    yi = staff(app, "yi")
    assert "通道够吗" in yi.get("/opinions").text
    assert f"{page}/answer" in yi.get(page).text
    assert yi.post(f"{page}/answer", {"text": ""}).status_code == 422
    assert yi.post(f"{page}/answer", {"text": "够"}).headers["Location"] == "/opinions"
    assert "没有要回复的意见" in yi.get("/opinions").text
    assert "易安" in words(staff(app, "li").get(page).text)


def test_the_applicant_urges_and_hears_when_again(app: Flask, case: Case) -> None:
    ann, page = public(app, "ann"), f"/cases/{case.id}/urge"
    assert "4 小时内不能再次催办" in ann.get(page).text
    assert ann.post(page, {"text": "急"}).status_code == 303
    again = ann.get(page)
    assert again.status_code == 409
    assert "后可以再次催办" in again.text


def test_the_public_sees_nothing_of_what_officials_say(app: Flask, case: Case) -> None:
    talk.comment(who("li"), case.id, Words("口气不好"), at=clock.now())
    talk.copy(who("li"), case.id, Words("", (who("chen").id,)), at=clock.now())
    talk.ask_opinion(who("li"), case.id, Words("如何", (who("yi").id,)), at=clock.now())
    shown = public(app, "ann").get(f"/cases/{case.id}").text
    for hidden in ("口气不好", "陈末", "易安", "批注", "抄送", "征求意见"):
        assert hidden not in shown
    assert "口气不好" in staff(app, "wang").get(f"/cases/{case.id}").text
    assert session().scalars(select(Submission).where(Submission.form == "remark")).all()
