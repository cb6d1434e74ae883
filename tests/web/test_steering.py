"""The pages on which a case is steered, as a browser without script sees them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.stores import Store
from tests.web.test_beside import public, staff
from tests.workflow import make
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened
from tests.workflow.test_separation import barred_by_a_number


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town without anything special."""
    with opened(database, app) as work:
        yield work


def test_an_applicant_takes_back_what_they_sent_again_from_the_page_of_the_case(
    app: Flask, town: Session
) -> None:
    made = make.case("correction")
    task, page = make.task(made, "ann"), f"/cases/{made.id}"
    ann, link = public(app, "ann"), f'href="/tasks/{task.id}/recall"'
    assert link not in ann.get(page).text
    make.decide(made, "ann", "submit", when=NOON + timedelta(hours=1))
    assert link in ann.get(page).text
    assert link not in staff(app, "li").get(page).text
    ann.get(f"/tasks/{task.id}/recall")
    assert ann.post(f"/tasks/{task.id}/recall", {}).status_code == 303
    assert make.waiting(made) == ["correction"]
    assert link not in ann.get(page).text


def test_what_somebody_took_up_is_not_offered_to_be_taken_back(app: Flask, town: Session) -> None:
    made = make.case("correction")
    task = make.task(made, "ann")
    make.decide(made, "ann", "submit", when=NOON + timedelta(hours=1))
    staff(app, "li").post(f"/tasks/{make.task(made, 'li').id}/claim", {})
    assert make.task(made, "li").claimed_by_id is not None
    assert f"/tasks/{task.id}/recall" not in public(app, "ann").get(f"/cases/{made.id}").text


def test_a_bar_by_a_typed_number_is_lifted_on_its_page(app: Flask, town: Session) -> None:
    made = barred_by_a_number()
    page, han = f"/cases/{made.id}/unbar", staff(app, "han")
    assert f'href="{page}"' in han.get(f"/cases/{made.id}").text
    assert "李禾" in han.get(page).text
    assert han.post(page, {"person": who("li").id}).status_code == 422
    assert han.post(page, {"person": who("li").id, "reason": "号码不是本人的"}).status_code == 303
    record = han.get(f"/cases/{made.id}").text
    assert "解除回避" in record
    assert f'href="{page}"' not in record
