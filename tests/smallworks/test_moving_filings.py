"""A level goes into the filing flow, with its way back, and open filings move onto it, by hand."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.db import session
from app.workflow import commands, definitions, jobs, publishing
from app.workflow.commands.moving import Moving
from app.workflow.models import Case, Event, ProcessVersion
from app.workflow.publishing import Publication
from app.workflow.studio.models import MovedCase
from tests.identity import people
from tests.smallworks.test_inserted_level import hire_leader, insert, waiting
from tests.smallworks.test_pages import Browser, as_staff
from tests.smallworks.town import Town, staff


def onto() -> str:
    """The version of 西陵区 in force."""
    district = people.unit("西陵区", "district").id
    mine = ProcessVersion.key == "filing", ProcessVersion.unit_id == district
    newest = select(ProcessVersion.id).where(*mine).order_by(ProcessVersion.number.desc())
    return f"/flows/versions/{session().scalars(newest.limit(1)).one()}/move"


def work_off() -> None:
    while jobs.run_due(clock.now()):
        pass


def form(page: BeautifulSoup) -> dict[str, str]:
    """What the form of the preview carries along."""
    (sent,) = (one for one in page.select("form") if one.select_one("[name=seen]"))
    hidden = sent.select("input[type=hidden]")
    return {str(one["name"]): str(one["value"]) for one in hidden}


@pytest.fixture
def filed(town: Town) -> tuple[Case, Case]:
    """One at the community, one at the township; and a district's own flow with a level more."""
    first = town.file()
    second = town.file(name="另一处", address="铁路坝 10 号", planned_end="2027-03-01")
    town.decide(second, "shecundong", "approve")
    hire_leader(town)
    insert(town)
    return first, second


def test_open_filings_move_onto_a_level_more_and_back(
    town: Town, filed: tuple[Case, Case], app: Flask
) -> None:
    first, _second = filed
    old = first.version_id
    keeper = as_staff(Browser(app.test_client()), "jinhezhu")
    page = keeper.page(onto())
    said = page.get_text(" ", strip=True)
    assert "可更新 2 件" in said
    assert "街道分管领导审核" in said
    assert "桂长风" not in page.select("table")[0].get_text()
    assert first.title not in said
    session().rollback()
    assert {session().get_one(Case, one.id).version_id for one in filed} == {old}
    without = keeper.send(onto(), onto(), **form(page), which="all", reason="")
    assert without.status_code == 422
    both = keeper.send(onto(), onto(), **form(page), which="all", case=first.id, reason="加一级")
    assert both.status_code == 422
    again = BeautifulSoup(both.data, "html.parser")
    assert again.select_one(f"input[value='{first.id}'][checked]")
    assert keeper.send(onto(), onto(), **form(page), reason="没有选").status_code == 422
    answer = keeper.send(onto(), onto(), **form(page), which="all", reason="加街道一级")
    assert answer.status_code == 303
    result = answer.headers["Location"]
    assert "正在更新" in keeper.page(result).get_text()
    assert keeper.client.get(result).headers["Refresh"] == "3"
    work_off()
    assert "更新完成：2 件" in keeper.page(result).get_text()
    assert [waiting(one.id) for one in filed] == [["community_check"], ["township_review"]]
    keeper.send(result, f"{result}/undo")
    work_off()
    assert keeper.page(result).select_one("h1").get_text() == "更新已撤销：2 件"
    session().rollback()
    assert {session().get_one(Case, one.id).version_id for one in filed} == {old}


def test_the_page_does_not_say_undone_where_nothing_was(
    town: Town, filed: tuple[Case, Case], app: Flask
) -> None:
    first, _second = filed
    keeper = as_staff(Browser(app.test_client()), "jinhezhu")
    chosen = {**form(keeper.page(onto())), "which": "chosen", "case": first.id, "reason": "加一级"}
    result = keeper.send(onto(), onto(), **chosen).headers["Location"]
    work_off()
    town.decide(first, "shecundong", "approve")
    keeper.send(result, f"{result}/undo")
    work_off()
    page = keeper.page(result)
    assert page.select_one("h1").get_text() == "一件也没有撤销"
    assert "更新之后有人办过，没有撤销" in page.get_text()


def test_the_level_and_its_way_back_are_there_for_a_moved_filing(
    town: Town, filed: tuple[Case, Case], app: Flask
) -> None:
    first, second = filed
    keeper = as_staff(Browser(app.test_client()), "jinhezhu")
    page = keeper.page(onto())
    chosen = {**form(page), "which": "chosen", "case": first.id, "reason": "加街道一级"}
    keeper.send(onto(), onto(), **chosen)
    work_off()
    session().rollback()
    assert (
        session().get_one(Case, second.id).version_id
        != session().get_one(Case, first.id).version_id
    )
    town.decide(first, "shecundong", "approve")
    assert waiting(first.id) == ["step_1"]
    town.decide(first, "guichangfeng", "return", missing_items=["contract"], opinion="缺合同")
    assert waiting(first.id) == ["correction"]
    reader = as_staff(Browser(app.test_client()), "shecundong")
    record = reader.page(f"/cases/{first.id}").get_text(" ", strip=True)
    assert re.search("流程版本更新：.*第 1 版改为西陵区第 1 版", record)
    assert "加街道一级" in record


def renamed(town: Town, why: str, *steps: tuple[str, str]) -> ProcessVersion:
    """The shipped flow with other ids, published by 靳禾竹 for 西陵区."""
    files = definitions.shipped_files("filing")
    for old, new in steps:
        drawing = files["filing.bpmn"].replace(f'"{old}"', f'"{new}"')
        files["filing.bpmn"] = drawing.replace(f">{old}<", f">{new}<")
    raw = {name: text.encode() for name, text in files.items()}
    district = people.unit("西陵区", "district").id
    wanted = Publication(district, "filing", raw, why, despite=True)
    return publishing.publish(staff("jinhezhu", town.at), wanted, at=town.at)


def moved(town: Town, case: Case, onto: ProcessVersion, **targets: str) -> str:
    """Why 靳禾竹 could not move a case; empty where it was moved."""
    last = select(func.max(Event.seq)).where(Event.case_id == case.id)
    known = {case.id: session().scalar(last) or 0}
    wanted = Moving(onto.id, known, "改名", {case.version_id: targets})
    session().rollback()
    move = commands.begin_move(staff("jinhezhu", town.at), wanted, at=town.at)
    while jobs.run_due(town.at):
        pass
    session().rollback()
    return session().get_one(MovedCase, (move.id, case.id)).why


def test_no_move_leads_round_a_review(town: Town) -> None:
    """Neither by a choice, nor by an id that another step bears now."""
    case = town.file()
    onto = renamed(town, "社区改名", ("community_check", "community_first"))
    assert "选择转到哪一步" in moved(town, case, onto)
    assert "之前有" in moved(town, case, onto, community_check="township_review")
    reused = renamed(
        town, "换用编号", ("community_check", "community_first"),
        ("township_review", "community_check"),
    )  # fmt: skip
    assert "之前有" in moved(town, case, reused)
    assert waiting(case.id) == ["community_check"]


def test_who_publishes_there_sends_a_case_to_the_same_step_by_its_new_name(
    town: Town, app: Flask
) -> None:
    case = town.file()
    version = renamed(town, "社区改名", ("community_check", "community_first"))
    page = as_staff(Browser(app.test_client()), "jinhezhu").page(onto())
    asked = f"to:{case.version_id}:community_check"
    offered = {option["value"] for option in page.select(f"select[name='{asked}'] option")}
    assert {"community_first", "township_review"} <= offered
    again = as_staff(Browser(app.test_client()), "jinhezhu")
    assert "可更新 1 件" in again.page(f"{onto()}?{asked}=community_first").get_text()
    assert moved(town, case, version, community_check="community_first") == ""
    assert waiting(case.id) == ["community_first"]
    town.decide(case, "shecundong", "approve")
    assert waiting(case.id) == ["township_review"]


def test_a_keeper_of_another_place_reaches_neither(
    town: Town, filed: tuple[Case, Case], app: Flask
) -> None:
    other = as_staff(Browser(app.test_client()), "muyulan")
    other.page(onto(), 403)


def test_the_district_looks_at_the_citys_move_and_has_no_button(
    town: Town, filed: tuple[Case, Case], app: Flask
) -> None:
    city, keeper = (
        as_staff(Browser(app.test_client()), one) for one in ("ningyuanshan", "jinhezhu")
    )
    sent = {**form(city.page(onto())), "which": "all", "reason": "加街道一级"}
    result = city.send(onto(), onto(), **sent).headers["Location"]
    work_off()
    undo = f"form[action='{result}/undo']"
    page = keeper.page(result)
    assert page.select_one(undo) is None
    assert "由宜昌市决定，要撤销的请找宜昌市的系统后台管理员" in page.get_text()
    assert keeper.send("/flows", f"{result}/undo").status_code == 403
    assert city.page(result).select_one(undo) is not None
    city.send(result, f"{result}/undo")
    work_off()
    assert keeper.page(result).select_one("h1").get_text() == "更新已撤销：2 件"


def test_the_page_offers_the_first_of_two_moves_once_the_second_is_undone(
    town: Town, filed: tuple[Case, Case], app: Flask
) -> None:
    first, _second = filed
    old = first.version_id
    keeper = as_staff(Browser(app.test_client()), "jinhezhu")
    pages = []
    for why in ("加一级", "再改名"):
        chosen = {**form(keeper.page(onto())), "which": "chosen", "case": first.id, "reason": why}
        pages.append(keeper.send(onto(), onto(), **chosen).headers["Location"])
        work_off()
        renamed(town, "乡镇改名", ("township_review", f"township_{len(pages)}"))
    one, other = pages
    keeper.send(one, f"{one}/undo")
    work_off()
    said = keeper.page(one).get_text()
    assert "请先撤销后一次更新" in said
    assert "再撤销一次" not in said
    keeper.send(other, f"{other}/undo")
    work_off()
    assert "现在有 1 件可以改回旧版" in keeper.page(one).get_text()
    keeper.send(one, f"{one}/undo")
    assert "正在撤销" in keeper.page(one).get_text()
    work_off()
    assert "再撤销一次" not in keeper.page(one).get_text()
    session().rollback()
    assert session().get_one(Case, first.id).version_id == old
