"""The pages over the workflow as officers, applicants and keepers meet them, without any script."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from app import clock
from app.identity.commands import Post
from app.identity.commands.granting import NewGrant, give_post
from app.workflow.models import Case
from tests.identity.people import SECRET
from tests.smallworks import town as places
from tests.smallworks.town import OWNER_PHONE, Town
from tests.stores import Store


class Screen:
    """One person at a browser; forms are taken from the page before they are sent."""

    def __init__(self, app: Flask, door: str = "", **who: str) -> None:
        self.client = app.test_client()
        if door:
            assert self.send(door, door, password=SECRET, **who).status_code == 303

    def page(self, path: str, status: int = 200) -> BeautifulSoup:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return BeautifulSoup(answer.data, "html.parser")

    def send(self, page: str, to: str, /, **fields: str) -> TestResponse:
        token = self.page(page).select_one("input[name=csrf_token]")
        assert token is not None
        return self.client.post(to, data={**fields, "csrf_token": str(token["value"])})


@pytest.fixture
def town(database: Store, app: Flask) -> Town:
    """The town now: pages go by the real clock."""
    places.begin_town(database, app, "smallworks_town")
    return Town(clock.now())


@pytest.fixture
def case(town: Town, app: Flask) -> Case:
    """One filing that waits at its community."""
    day = clock.local(clock.now()).date()
    with app.app_context():
        return town.file(
            planned_start=(day + timedelta(days=9)).isoformat(),
            planned_end=(day + timedelta(days=30)).isoformat(),
        )


def staff(app: Flask, account: str) -> Screen:
    return Screen(app, "/staff/sign-in", account=account)


def owner(app: Flask) -> Screen:
    return Screen(app, "/sign-in", phone=OWNER_PHONE)


def first_task(screen: Screen, box: str = "claimable") -> str:
    link = screen.page(f"/inbox?box={box}").select_one("tr[data-row] td.name a")
    assert link is not None
    return str(link["href"])


def test_claim_release_decide_next(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    assert head.send(task, f"{task}/claim").location == task
    assert first_task(head, "todo") == task
    assert head.send(task, f"{task}/release").status_code == 303
    assert head.page("/inbox?box=todo").select("tr[data-row]") == []
    assert head.send(task, task, outcome="approve").location == "/inbox"
    done = head.page("/inbox?box=done").select_one("tr[data-row] td.name a")
    assert done is not None
    assert done["href"] == f"/cases/{case.id}"


def test_one_post_is_said_and_of_several_one_is_chosen(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    assert "铁路坝社区 负责人身份办理" in head.page(task).get_text()
    assert not head.page(task).select("input[name=acting]")
    with app.app_context():
        me, keeper = (places.staff(one, clock.now()) for one in ("shecundong", "jinhezhu"))
        given = NewGrant(Post(me.holds[0].unit_id, "", "inspector"), me.day)
        grant = give_post(keeper, me.id, given, "兼任", at=clock.now()).id
    choices = head.page(task).select("label:has(input[name=acting])")
    assert [one.get_text(strip=True) for one in choices] == [
        "铁路坝社区 负责人", "铁路坝社区 巡查人员",
    ]  # fmt: skip
    wrong = head.send(task, task, outcome="approve", opinion="同意", acting="nothing")
    assert (wrong.status_code, "所选身份现在不能办理" in wrong.text) == (422, True)
    done = head.send(task, task, outcome="approve", opinion="同意", acting=grant)
    assert done.status_code == 303
    record = head.page(f"/cases/{case.id}").select_one(".log .quiet")
    assert record is not None
    assert record.get_text() == "铁路坝社区 巡查人员"


def test_whoever_comes_late_reads_who_was_first(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    head.send(task, task, outcome="approve")
    late = head.send("/inbox", task, outcome="approve")
    assert late.status_code == 409
    assert "佘存栋" in late.text


def test_a_return_without_reason_keeps_what_was_typed(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    answer = head.send(task, task, outcome="return", opinion="")
    assert answer.status_code == 422
    assert BeautifulSoup(answer.data, "html.parser").select_one("[role=alert]")


def test_the_applicant_reads_the_reason_and_corrects(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    sent = {"missing_items": "site_photos", "opinion": "请补现场照片"}
    assert head.send(task, task, outcome="return", **sent).status_code == 303
    mine = owner(app)
    assert "补正" in mine.page("/notices").get_text()
    page = mine.page(f"/cases/{case.id}").get_text()
    assert "请补现场照片" in page
    link = mine.page(f"/cases/{case.id}").find("a", string=re.compile("去补正"))
    assert link is not None


def test_the_record_shows_the_public_no_talk_among_officials(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    head.send(task, task, outcome="approve", opinion="业主态度一般,请街道留意")
    assert "留意" not in owner(app).page(f"/cases/{case.id}").get_text()
    assert "留意" in staff(app, "muyulan").page(f"/cases/{case.id}").get_text()


def test_withdrawing_asks_once_and_ends_the_case(app: Flask, case: Case) -> None:
    mine = owner(app)
    page = f"/cases/{case.id}"
    assert mine.send(page, f"{page}/withdraw").location == page
    assert "已撤回" in mine.page(page).get_text()
    assert mine.send("/service", f"{page}/withdraw").status_code == 409


def test_the_register_exports_exactly_what_it_lists(app: Flask, town: Town, case: Case) -> None:
    head = staff(app, "muyulan")
    for query in ("", "?q=江畔", "?q=没有这个词", "?state=in_review", "?light=red"):
        rows = head.page(f"/cases{query}").select("tr[data-row]")
        book = load_workbook(io.BytesIO(head.client.get(f"/cases.xlsx{query}").data))
        cells = [row[0].value for row in book.active.iter_rows(min_row=2)][:-1]
        listed = [row.select_one("td.num-cell").get_text(strip=True) for row in rows]  # type: ignore[union-attr]
        assert cells == listed


def test_another_district_finds_neither_list_nor_page(app: Flask, case: Case) -> None:
    stranger = staff(app, "chaiyiling")
    assert stranger.page("/cases").select("tr[data-row]") == []
    stranger.page(f"/cases/{case.id}", 404)
    stranger.page(f"/cases/{case.id}/submissions/1", 404)


def test_the_case_names_who_acts_next_and_draws_its_own_version(app: Flask, case: Case) -> None:
    page = staff(app, "muyulan").page(f"/cases/{case.id}")
    assert "铁路坝社区" in page.get_text()
    frame = page.select_one("[data-diagram]")
    assert frame is not None
    drawn = staff(app, "muyulan").client.get(str(frame["data-url"]))
    assert drawn.status_code == 200
    assert b"bpmn:definitions" in drawn.data


def test_number_and_phone_tell_the_state_and_nothing_else(app: Flask, case: Case) -> None:
    stranger = Screen(app)
    found = stranger.send("/lookup", "/lookup", number=case.number, phone=OWNER_PHONE)
    assert "社区初审" in found.text
    assert "沿江大道" not in found.text
    wrong = stranger.send("/lookup", "/lookup", number=case.number, phone="13912345678")
    assert "没有找到" in wrong.text


def test_fishing_for_states_is_slowed_down(app: Flask, case: Case) -> None:
    stranger = Screen(app)
    for _ in range(5):
        stranger.send("/lookup", "/lookup", number=case.number, phone="13912345678")
    rests = stranger.send("/lookup", "/lookup", number=case.number, phone=OWNER_PHONE)
    assert rests.status_code == 403


def test_a_keeper_marks_a_day_and_takes_it_back(app: Flask, town: Town) -> None:
    keeper = staff(app, "jinhezhu")
    page = keeper.page("/settings/calendar?year=2026")
    unit = page.select_one("input[name=unit], select[name=unit] option[selected]")
    assert unit is not None
    sent = {"unit": str(unit["value"]), "day": "2026-12-07", "workday": "0", "name": "全区停电检修"}
    assert keeper.send("/settings/calendar", "/settings/calendar", **sent).status_code == 303
    assert "全区停电检修" in keeper.page("/settings/calendar?year=2026").get_text()
    wrong = keeper.send("/settings/calendar", "/settings/calendar", **{**sent, "day": "昨天"})
    assert wrong.status_code == 422
    keeper.send("/settings/calendar", "/settings/calendar/drop", **sent)
    assert "全区停电检修" not in keeper.page("/settings/calendar?year=2026").get_text()


def test_a_year_without_arrangement_is_said_aloud(app: Flask, town: Town) -> None:
    keeper = staff(app, "jinhezhu")
    missing = clock.local(clock.now()).year + 1
    assert str(missing) in keeper.page("/settings/calendar").get_text()


def test_numbers_of_the_overview_open_their_list(app: Flask, town: Town, case: Case) -> None:
    head = staff(app, "quyuanhang")
    link = head.page("/overview").select_one("td[data-label=全部] a")
    assert link is not None
    rows = head.page(str(link["href"])).select("tr[data-row]")
    assert len(rows) == int(link.get_text())


def test_those_without_an_inbox_are_shown_their_room(app: Flask, town: Town) -> None:
    assert staff(app, "jinhezhu").client.get("/inbox").location == "/settings"


def test_the_public_hears_of_units_and_officials_of_names(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    head.send(task, task, outcome="approve")
    heard = owner(app).page(f"/cases/{case.id}").get_text()
    assert "佘存栋" not in heard
    assert "铁路坝社区" in heard
    assert "佘存栋" in staff(app, "muyulan").page(f"/cases/{case.id}").get_text()


def test_an_empty_zone_is_said_to_whoever_can_fill_it(app: Flask, town: Town) -> None:
    said = "宜昌高新区还没有划定管辖范围"
    assert said in staff(app, "ningyuanshan").page("/settings").get_text()
    assert said not in staff(app, "jinhezhu").page("/settings").get_text()
