"""兼任 in rows: the post that one tap records is said there; of several one is chosen first."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from tests.web.test_beside import staff
from tests.web.test_signers import words
from tests.workflow import make
from tests.workflow.conftest import town
from tests.workflow.people import NEXT, who
from tests.workflow.test_acting import second_post

__all__ = ["town"]
BOX = "/inbox?box=claimable"


def test_a_row_says_under_which_post_it_is_claimed(app: Flask, town: Session) -> None:
    made = make.case()
    claim = f'action="/tasks/{make.open_tasks(made)[0].id}/claim"'
    li = staff(app, "li")
    shown = li.get(BOX).text
    assert claim in shown
    assert "以解放路社区" not in shown  # who has one post knows it
    second_post(NEXT)
    shown = li.get(BOX).text
    assert claim in shown
    assert "以解放路社区 负责人" in words(shown)
    second_post()
    shown = li.get(BOX).text
    assert claim not in shown
    assert "选身份签收" in shown


def test_what_a_batch_did_says_under_which_post(app: Flask, town: Session) -> None:
    made, li = make.case(), staff(app, "li")
    second_post(NEXT)
    sent = {"act": "claim", "task": make.open_tasks(made)[0].id, "key": "k"}
    done = li.post("/inbox/batches", sent)
    assert "以解放路社区 负责人身份" in words(li.get(done.headers["Location"]).text)


def test_who_hands_on_says_under_which_post(app: Flask, town: Session) -> None:
    made, li, second = make.case(), staff(app, "li"), second_post()
    page = f"/tasks/{make.open_tasks(made)[0].id}/transfer"
    assert "以哪个身份" in li.get(page).text
    wrong = li.post(page, {"to": who("wang").id, "acting": "nobody"})
    assert (wrong.status_code, "所选身份" in wrong.text) == (422, True)
    li.post(page, {"to": who("wang").id, "acting": second})
    assert (make.verbs(made)[-1], make.events(made)[-1].position) == ("transferred", "inspector")
