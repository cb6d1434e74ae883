"""The pages of 加签、减签 and of the tray 无人可办, without script; and the same by the API."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.identity.models import Person
from app.workflow import commands, offers
from app.workflow.commands.signers import Addition
from app.workflow.commands.upkeep import fill_vacancies
from app.workflow.models import Case, Task
from tests.stores import Store
from tests.web.test_beside import public, staff
from tests.workflow import drawn, make
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a plain process of two levels."""

    def build() -> None:
        drawn.publish("demo", drawn.two_levels("demo"))

    with opened(database, app, "signing_pages", build) as work:
        yield work


@pytest.fixture
def case(town: Session) -> Case:
    """One that waits at the township, for 赵屿."""
    made = drawn.file("demo")
    drawn.decide(made, "li", "approve")
    return made


def mine(made: Case) -> Task:
    return make.task(made, "zhao")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_signer_is_added_from_the_page_and_taken_out_again(app: Flask, case: Case) -> None:
    zhao, page = staff(app, "zhao"), f"/tasks/{mine(case).id}/add-signer"
    assert f'href="{page}"' in zhao.get(f"/tasks/{mine(case).id}").text
    shown = zhao.get(page).text
    assert '<optgroup label="西陵区">' in shown
    assert "钱叙 区级政府用户" in shown
    assert "李禾" not in shown  # decided the level before
    sent = {"person": who("qian").id, "where": "before", "reason": "请先核一下"}
    assert zhao.post(page, sent).headers["Location"] == f"/cases/{case.id}"
    assert "前加签：钱叙" in words(zhao.get(f"/cases/{case.id}").text)
    remove = f"/cases/{case.id}/remove-signer"
    assert f'href="{remove}"' in zhao.get(f"/cases/{case.id}").text
    (row,) = [one for one in make.open_tasks(case) if one.named_id == who("qian").id]
    assert zhao.post(remove, {"task": row.id, "reason": "已当面核过"}).status_code == 303
    assert "减签：钱叙" in words(zhao.get(f"/cases/{case.id}").text)
    assert mine(case).status == "open"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(app: Flask, case: Case) -> None:
    zhao, page = staff(app, "zhao"), f"/tasks/{mine(case).id}/add-signer"
    answer = zhao.post(page, {"where": "after", "reason": "请把关"})
    assert answer.status_code == 422
    assert "请选择能办理这一件的工作人员" in answer.text
    assert "请把关</textarea>" in answer.text
    assert re.search(r'value="after" checked', answer.text)
    commands.add_signer(who("zhao"), mine(case).id, Addition(who("qian").id, "beside"), at=NOON)
    answer = zhao.post(f"/cases/{case.id}/remove-signer", {"reason": ""})
    assert answer.status_code == 422
    assert "请选择减去谁" in answer.text


def test_what_is_offered_is_allowed(app: Flask, case: Case) -> None:
    task = mine(case)

    def offered(key: str) -> set[str]:
        found = offers.of_task(session(), who(key), task, at=NOON)
        found += offers.of_case(session(), who(key), task.case, at=NOON)
        return {one.key for one in found} & {"add_signer", "remove_signer"}

    assert (offered("zhao"), offered("qian")) == ({"add_signer"}, set())
    commands.add_signer(who("zhao"), task.id, Addition(who("qian").id, "beside"), at=NOON)
    assert (offered("zhao"), offered("he")) == ({"add_signer", "remove_signer"}, {"remove_signer"})


def test_a_keeper_finds_the_tray_and_names_somebody(app: Flask, case: Case) -> None:
    with transaction() as work:
        for key in ("zhao", "he", "qian", "han", "zheng"):
            work.get_one(Person, who(key).id).status = "disabled"
    jin = staff(app, "jin")
    assert "没有无人可办的任务" in jin.get("/vacancies").text
    fill_vacancies(at=NOON)
    shown = jin.get("/vacancies").text
    assert case.number in shown
    assert case.title not in shown  # who keeps accounts reads no case
    page = f"/tasks/{mine(case).id}/assign"
    assert f'href="{page}"' in shown
    (notice,) = make.notices("jin")
    assert jin.post(f"/notices/{notice.id}/open", {}).headers["Location"] == page
    naming = words(jin.get(page).text)
    assert "孙牧 巡查人员" in naming
    assert case.title not in naming
    assert case.place not in naming
    assert case.title in words(staff(app, "qin").get(page).text)  # who watches over the place reads
    answer = jin.post(page, {"person": who("sun").id, "reason": ""})
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert jin.post(page, {"person": who("sun").id, "reason": "暂缺"}).status_code == 303
    assert "没有无人可办的任务" in jin.get("/vacancies").text
    assert jin.post(f"/notices/{notice.id}/open", {}).headers["Location"] == page  # names anew
    (told,) = make.notices("sun")
    led = staff(app, "sun").post(f"/notices/{told.id}/open", {}).headers["Location"]
    assert led == f"/tasks/{told.task_id}"
    told = words(staff(app, "sun").get(f"/cases/{case.id}").text)
    assert "学院街道无人可办，等待指定办理人" in told
    assert "指定办理人：孙牧" in told
    drawn.decide(case, "sun", "approve")
    assert jin.post(f"/notices/{notice.id}/open", {}).headers["Location"] == "/notices"
    assert "不能打开" in jin.get("/notices").text


def test_the_public_hears_nothing_of_it(app: Flask, case: Case) -> None:
    commands.add_signer(who("zhao"), mine(case).id, Addition(who("qian").id, "beside"), at=NOON)
    shown = public(app, "ann").get(f"/cases/{case.id}").text
    assert "加签" not in shown
    assert "钱叙" not in shown
