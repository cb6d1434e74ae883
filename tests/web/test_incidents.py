"""A step that breaks under an officer's hands: nothing of it stays, its administrator is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.workflow import kinds
from app.workflow.kinds import CaseKind
from app.workflow.models import Case, Submission
from tests.engine.drawings import document, end, flow, flows, gate, node, review, start
from tests.identity.people import SECRET
from tests.stores import Store
from tests.web.visitors import Browser
from tests.workflow import drawn, make
from tests.workflow.conftest import town

__all__ = ["town"]
REPAIRED = CaseKind("breaking", actions={"register_it": lambda _moment: None})
BREAKING = document(
    start(),
    review("first", "community", "approve:通过"),
    node("serviceTask", "registered", "登记", flow_action="register_it"),
    review("second", "township", "approve:通过"),
    end("yes", "approved"),
    flows("begin", "first", "registered", "second", "yes"),
    key="breaking",
)
UNSURE = document(
    start(),
    review("first", "community", "approve:通过"),
    gate("large", name="金额大吗", default="large-second"),
    review("measure", "township", "approve:通过"),
    review("second", "township", "approve:通过"),
    end("yes", "approved"),
    flows("begin", "first", "large", "second", "yes"),
    flow("large", "measure", "amount > 100"),
    flow("measure", "yes"),
    key="unsure",
)


@pytest.fixture
def broken(town: Session) -> Iterator[Case]:
    """A case whose next step asks for an action that this installation has lost."""
    kinds.register(REPAIRED)
    drawn.publish("breaking", BREAKING)
    made = drawn.file("breaking", "坏掉的事")
    kinds.register(CaseKind("breaking"))
    yield made
    kinds.register(CaseKind("breaking"))


def browser(app: Flask, account: str) -> Browser:
    opened = Browser(app)
    assert opened.sign_in(account, SECRET).status_code == 303
    return opened


def approve(officer: Browser, made: Case, app: Flask):
    """Through the page of the task."""
    page = f"/tasks/{make.task(made, 'li').id}"
    return officer.post(page, {"outcome": "approve", "opinion": "同意"})


def submissions(made: Case) -> int | None:
    rows = select(func.count()).select_from(Submission).where(Submission.case_id == made.id)
    return make.session().scalar(rows)


def test_nothing_of_the_step_stays_and_the_person_is_told(broken: Case, app: Flask) -> None:
    before = make.fresh(broken).snapshot, submissions(broken)
    refused = approve(browser(app, "li"), broken, app)
    assert refused.status_code == 500
    assert "本次办理没有生效" in refused.text
    assert "register_it" in refused.text
    assert "Traceback" not in refused.text
    after = make.fresh(broken)
    assert (after.snapshot, submissions(broken)) == before
    assert make.waiting(broken) == ["first"]
    assert make.task(broken, "li").status == "open"
    assert "register_it" in (after.incident or "")
    assert make.verbs(broken) == ["filed", "broke"]


def test_the_same_fault_again_is_not_written_twice(broken: Case, app: Flask) -> None:
    officer = browser(app, "li")
    for _ in range(3):
        assert approve(officer, broken, app).status_code == 500
    assert make.verbs(broken) == ["filed", "broke"]


def test_the_administrator_finds_it_retries_and_the_officer_goes_on(
    broken: Case, app: Flask
) -> None:
    officer, keeper = browser(app, "li"), browser(app, "han")
    approve(officer, broken, app)
    assert "坏掉的事" in keeper.get("/cases?state=incident").text
    page = f"/cases/{broken.id}"
    assert "流程异常" in keeper.get(page).text
    assert "register_it" in keeper.get(page).text
    kinds.register(REPAIRED)
    assert keeper.post(f"{page}/retry", {}, page=page).status_code == 303
    assert make.fresh(broken).incident is None
    assert "坏掉的事" not in keeper.get("/cases?state=incident").text
    assert approve(officer, broken, app).status_code == 303
    assert make.waiting(broken) == ["second"]
    assert make.verbs(broken) == ["filed", "broke", "retried", "decided"]


def test_a_step_that_goes_through_clears_the_incident(broken: Case, app: Flask) -> None:
    officer = browser(app, "li")
    approve(officer, broken, app)
    kinds.register(REPAIRED)
    assert approve(officer, broken, app).status_code == 303
    assert make.fresh(broken).incident is None


def test_an_officer_may_not_retry(broken: Case, app: Flask) -> None:
    officer = browser(app, "li")
    approve(officer, broken, app)
    page = f"/cases/{broken.id}"
    assert officer.post(f"{page}/retry", {}, page=page).status_code == 403
    assert make.fresh(broken).incident is not None


def test_a_condition_that_cannot_be_answered_names_its_gateway_over_the_api(
    town: Session, app: Flask, database: Store
) -> None:
    drawn.freeze_unproved("unsure", UNSURE)
    made = drawn.file("unsure", "金额没填")
    client = app.test_client()
    sent = {"account": "li", "password": SECRET}
    token = client.post("/api/v1/tokens", json=sent).get_json()["token"]
    answer = client.post(
        f"/api/v1/tasks/{make.task(made, 'li').id}/complete",
        json={"outcome": "approve", "values": {"opinion": "同意"}},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "one"},
    )
    assert answer.status_code == 500
    assert answer.get_json()["findings"][0]["element"] == "large"
    assert "金额大吗" in (make.fresh(made).incident or "")
    assert make.waiting(made) == ["first"]
