"""重放, case by case, for who keeps flows and reads no case: how each went, never whose it is."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import session
from app.errors import Forbidden, NotFound
from app.workflow import commands, publishing
from app.workflow.commands.examples import Pin
from app.workflow.models import Case
from app.workflow.studio import examples, replays
from app.workflow.studio.example_models import FlowExample
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.replays import Replayed
from app.workflow.studio.trial import Question
from tests.identity import people
from tests.smallworks.test_pages import Browser, as_staff
from tests.smallworks.test_replay import KEY, classes, draft, past, replay
from tests.smallworks.town import FORM, OWNER_ID, OWNER_PHONE, STAFF, Town, staff
from tests.web.noscript import NoScript
from tests.workflow import test_plans_of_lists as plans

TYPED = ("不在辖区", "缺合同", "江畔花园", "沿江大道", "客厅", "橘颂", "冼南橘", "鄢小满")
"""What people typed into the cases: remarks, places, works, names."""


def private(cases: dict[str, Case]) -> set[str]:
    """Whatever says whose a case is, or who decided it."""
    whose = {word for case in cases.values() for word in (case.number, case.id, case.title)}
    officials = {name for name, *_ in STAFF.values()} - {"靳禾竹"}
    names = {str(FORM[name]) for name in ("address", "content", "contractor_name", "signer")}
    return {*whose, *officials, *names, *TYPED, OWNER_ID, OWNER_PHONE, "装修"}


def told(text: str, cases: dict[str, Case]) -> set[str]:
    return {word for word in private(cases) if word in text}


def base() -> str:
    return f"/flows/{KEY}/draft/{people.unit('西陵区', 'district').id}"


def keeper(app: Flask) -> NoScript:
    who = NoScript(app)
    who.client = as_staff(Browser(who.client), "jinhezhu").client
    return who


def pin(town: Town, begun: FlowDraft, account: str, which: Replayed) -> FlowExample:
    wanted = Pin("这样走过的", "result:approved", Question(), which)
    return commands.pin_example(staff(account, town.at), begun, wanted, at=town.at)


def place_of(row: Any, case: Case) -> Replayed:
    lines = replays.page(session(), staff("quyuanhang", row.asked_at), row, "same", 0).lines
    (one,) = (line for line in lines if line.number == case.number)
    return Replayed(row.id, one.place)


def test_a_keeper_reads_how_each_went_and_nothing_of_whose_it_is(town: Town, app: Flask) -> None:
    cases = past(town)
    town.decide(cases["fresh"], "shecundong", "return", missing_items=["other"], opinion="缺合同")
    replay(town, draft(town))
    who = keeper(app).open(f"{base()}/replay")
    assert told(str(who.page), cases) == set()
    page = who.follow("6 件")
    assert "其中 6 件不在您能看的范围，只列走法" in page.text
    rows = page.page.select("tbody tr")
    labels = [cell["data-label"] for cell in rows[0].select("td[data-label]")]
    assert labels == ["申报", "记录里", "按草稿"]
    assert [row.select("th")[0].get_text(strip=True) for row in rows] == [
        f"第 {place} 件" for place in range(1, 7)
    ]
    month = f"{town.at.year}年{town.at.month}月"
    ways = [[cell.get_text(strip=True) for cell in row.select("td")[:3]] for row in rows]
    assert sorted(ways) == sorted([month, way, way] for way in (
        "社区初审 → 乡镇审核", "社区初审", "社区初审", "社区初审", "社区初审", "没有人办过",
    ))  # fmt: skip
    assert told(str(page.page), cases) == set()
    assert "照它试运行" not in page.text


def test_a_class_is_read_in_its_order_and_a_case_by_its_place(town: Town) -> None:
    past(town)
    begun = draft(town)
    row = replay(town, begun).row
    work, reader = session(), staff("jinhezhu", row.asked_at)
    for said, index in (  # of so few rows PostgreSQL takes any index that spares it sorting
        (lambda: replays.page(work, reader, row, "same", 0), "ix_flow_replay_cases_(kind|place)"),
        (lambda: replays.line(work, begun, Replayed(row.id, 1)), "ix_flow_replay_cases_place|pk_"),
    ):
        read = plans.told(work, said)
        assert re.search(index, read), read
        assert not re.search(r"TEMP B-TREE|Sort  \(|SCAN flow|Seq Scan on flow", read), read


def test_a_keeper_pins_a_case_from_its_row(town: Town, app: Flask) -> None:
    cases = past(town)
    begun = draft(town)
    report = replay(town, begun)
    which = place_of(report.row, cases["plain"])
    who = keeper(app).open(f"{base()}/replay/same")
    row = who.page.select("tbody tr")[which.place - 1]
    link = next(one for one in row.find_all("a") if "钉为样例" in one.get_text())
    who.open(str(link["href"]))
    assert f"重放的第 {which.place} 件" in who.text
    assert told(str(who.page), cases) == set()
    assert who.press("钉上", name="").status == 422
    assert who.summary() == {"#name": "写一个名称，80 字以内"}
    assert f"重放的第 {which.place} 件" in who.text
    assert told(str(who.page), cases) == set()
    who.press("钉上", name="两级都办过的", expects="result:approved")
    assert who.status == 200
    assert "一件办件" in who.page.select("tbody tr")[0].get_text()
    assert told(str(who.page), cases) == set()
    (made,) = session().scalars(select(FlowExample)).all()
    assert told(json.dumps(made.history, ensure_ascii=False), cases) == set()
    files = publishing.completed(session(), begun.unit, KEY, begun.files, at=town.at)
    (held,) = examples.held([made], files, KEY, town.at)
    assert (held.holds, held.went) == (True, "社区初审 → 乡镇审核，已备案")
    assert examples.readable(session(), staff("jinhezhu", town.at), [held]) == set()
    assert examples.readable(session(), staff("quyuanhang", town.at), [held]) == {made.number}


def test_a_row_that_is_there_no_more_pins_nothing(town: Town, app: Flask) -> None:
    past(town)
    begun = draft(town)
    old = replay(town, begun).row.id
    for which in (Replayed(old, 0), Replayed(old, 7)):
        with pytest.raises(NotFound):
            pin(town, begun, "jinhezhu", which)
    replay(town, begun)
    with pytest.raises(NotFound):
        pin(town, begun, "jinhezhu", Replayed(old, 1))
    who = keeper(app).open(f"{base()}/examples?replayed={old}~1")
    assert who.summary() == {"#number": "这次重放已经被新的代替，请回到重放结果再选"}
    assert session().scalar(select(func.count()).select_from(FlowExample)) == 0


def test_only_who_keeps_the_flow_pins_from_its_replay(town: Town) -> None:
    cases = past(town)
    begun = draft(town)
    report = replay(town, begun)
    assert classes(town, report, cases)["plain"] == "same"
    which = place_of(report.row, cases["plain"])
    for account in ("quyuanhang", "chaiyiling"):
        with pytest.raises((Forbidden, NotFound)):
            pin(town, begun, account, which)
    assert pin(town, begun, "jinhezhu", which).number == cases["plain"].number
