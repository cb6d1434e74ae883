"""督办规则: the page of ladders, its preview, and what the record and lists then say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.workflow import jobs
from tests.smallworks import town as places
from tests.smallworks.town import Town
from tests.stores import Store
from tests.web.test_pages import owner, staff

PAGE = "/settings/escalation"
TYPED = {"whom.0": "handler", "whom.1": "head", "after.2": "2", "whom.2": "district"}


@pytest.fixture
def town(database: Store, app: Flask) -> Town:
    """The town now: pages go by the real clock."""
    places.begin_town(database, app, "smallworks_town")
    return Town(clock.now())


def unit_of(page) -> str:
    found = page.select_one("main form[method=post] input[name=unit]")
    assert found is not None
    return str(found["value"])


def test_a_keeper_sees_previews_saves_and_takes_back_a_ladder(app: Flask, town: Town) -> None:
    keeper = staff(app, "jinhezhu")
    page = keeper.page(PAGE)
    assert "沿用系统默认的规则" in page.get_text()
    assert "超期满 3 个工作日告知区县督办。" in page.get_text()
    sent = {"unit": unit_of(page), **TYPED}
    shown = keeper.send(PAGE, PAGE, **sent, do="preview").text
    assert "这是预览，还没有保存" in shown
    assert "到期前 1 个工作日提醒办理人；超期时告知负责人；超期满 2 个工作日告知区县督办。" in shown
    assert "沿用系统默认的规则" in keeper.page(PAGE).get_text()
    assert keeper.send(PAGE, PAGE, **sent, do="save").status_code == 303
    now = keeper.page(PAGE).get_text()
    assert "本单位单独设置" in now
    assert "超期满 2 个工作日告知区县督办。" in now
    keeper.send(PAGE, f"{PAGE}/drop", unit=sent["unit"])
    assert "沿用系统默认的规则" in keeper.page(PAGE).get_text()


def test_what_was_typed_stays_beside_the_fault(app: Flask, town: Town) -> None:
    keeper = staff(app, "jinhezhu")
    unit = unit_of(keeper.page(PAGE))
    wrong = {"unit": unit, **TYPED, "after.2": "两天"}
    refused = keeper.send(PAGE, PAGE, **wrong, do="save")
    assert refused.status_code == 422
    assert "1 至 60" in refused.text
    assert 'value="两天"' in refused.text
    none = keeper.send(PAGE, PAGE, unit=unit, do="save")
    assert (none.status_code, "至少保留一级" in none.text) == (422, True)


def test_the_record_says_who_was_told_and_names_nobody_to_the_public(app: Flask, town: Town):
    filed = clock.now() - timedelta(days=20)
    with app.app_context():
        case_id = town.file(at=filed).id
        for day in range(21):
            while jobs.run_due(filed + timedelta(days=day)):
                pass
    seen = staff(app, "shecundong").page(f"/cases/{case_id}").get_text()
    assert "社区初审 超期，督办：佘存栋" in seen
    assert "，已督办" in seen
    assert "整件时限 " in seen
    theirs = owner(app).page(f"/cases/{case_id}").get_text()
    assert "社区初审 超期，督办" in theirs
    assert "督办：" not in theirs
    assert "将到期，提醒" not in theirs
    assert "，已督办" in staff(app, "shecundong").page("/inbox?box=claimable").get_text()
