"""试运行 in a browser without script: begun, walked, gone back; the address says it all."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson
from tests.web.noscript import NoScript
from tests.web.visitors import SECRET, Browser, first, place, post

FACTS = {"limit_mode": "or", "limit_inclusive": "true", "risk_floor": "low", "city_case": "false",
         "limit_investment": "100", "limit_area": "500", "area_sqm": "96", "indoor": "true",
         "project_type": "home_decoration", "investment_wan": "12.5"}  # fmt: skip
FLAGS = ("confined", "demolition", "excavation", "height", "hot_work", "lifting", "scaffold",
         "structure")  # fmt: skip


@pytest.fixture
def keeper(app: Flask, work: Session) -> NoScript:
    """苗青禾, who keeps the flows of 西陵区 and has begun a draft."""
    chief = queries.actor_for(first(clock.now()), clock.now())
    given = NewPerson(
        "苗青禾", "miaoqinghe", (post("西陵区", "unit_admin"),), password=SECRET
    )  # fmt: skip
    commands.create_person(chief, given, at=clock.now())
    made = Browser(app)
    made.sign_in("miaoqinghe")
    made.post("/flows/filing/draft", {"unit": place("西陵区")}, page="/flows/filing")
    browser = NoScript(app)
    browser.client = made.client
    return browser


def at() -> str:
    return f"/flows/filing/draft/{place('西陵区')}/trial"


def begun(who: NoScript) -> NoScript:
    filled = {f"f__{name}": value for name, value in FACTS.items()}
    return who.open(at()).press("开始试运行", **filled)


def test_what_has_few_answers_is_chosen_and_boxes_stand_together(keeper: NoScript) -> None:
    page = keeper.open(at()).page
    assert [one["value"] for one in page.select("[name='f.limit_mode'] option")] == ["or", "and"]
    assert "投资额、面积都须在限额内" in page.select_one("[name='f.limit_mode']").get_text()
    boxes = page.select("fieldset [type=checkbox]")
    assert {str(one["name"]) for one in boxes} == {f"f.risk_{flag}" for flag in FLAGS}
    labels = [one.get_text(strip=True) for one in page.select("form label")]
    assert "建筑面积（平方米）" in labels
    begun_with = begun(keeper).path
    assert "v=risk_hot_work%3Afalse" in begun_with
    ticked = keeper.open(at()).press("开始试运行", f__risk_hot_work=["true", "false"])
    assert "v=risk_hot_work%3Atrue" in ticked.path


def test_a_trial_is_walked_gone_back_and_reloaded_without_script(keeper: NoScript) -> None:
    assert "等人办理" in begun(keeper).text
    assert keeper.heading == "试运行：小散工程和零星作业备案"
    keeper.press("退回补正")
    walked, here = keeper.text, keeper.path
    assert "社区初审：退回补正 → 到“补正材料”" in walked
    assert keeper.open(here).text == walked  # what is reloaded is the same
    assert "走到了结束：逾期失效" in keeper.press("到期").text
    keeper.follow("退回上一步")
    assert keeper.text == walked
    keeper.follow("退回上一步").press("通过").press("通过")
    assert "走到了结束：已备案" in keeper.text
    assert "没有执行“登记备案”" in keeper.text


def test_what_an_address_makes_up_is_refused_with_a_word(keeper: NoScript) -> None:
    begun(keeper)
    for more, said in (
        ("&m=decide~city_review~0~approve", "不在等人办理"),
        ("&m=hear~nothing", "不接收"),
        ("&m=fly", "地址不完整"),
        ("&v=outcome:approve", "没有这一项"),
        (f"&v=area_sqm:{'9' * 70}", "没有这一项"),
        ("&v=investment_wan:1e5000", "请写数字"),
        ("&v=investment_wan:1e99999999999", "请写数字"),
        ("&v=investment_wan:1e-9999999", "请写数字"),
        ("&v=investment_wan:NaN", "请写数字"),
        ("&m=due" * 61, "最多走 60 步"),
        ("&x=" + "y" * 6000, "走得太长"),
    ):
        answer: TestResponse = keeper.client.get(keeper.path + more)
        assert said in answer.text, more
        assert answer.status_code in (200, 422), more


def test_a_trial_walks_on_until_a_word_says_that_it_is_too_long(keeper: NoScript) -> None:
    """No press may ask for more than the server takes (setup/serve.py)."""
    begun(keeper)
    for moves in range(60):
        if keeper.status != 200:
            break
        keeper.press("退回补正" if moves % 2 == 0 else "重新提交")
        assert len(f"GET {keeper.path} HTTP/1.1") < 7500
    assert (keeper.status, "走得太长" in keeper.text) == (422, True)
    assert moves > 12


def test_a_trial_is_pinned_and_taken_off(keeper: NoScript) -> None:
    begun(keeper).press("通过").press("通过").follow("钉为样例")
    assert "刚才的试运行，走了 2 步" in keeper.text
    keeper.press("钉上")
    assert keeper.status == 422
    assert "#name" in keeper.summary()
    assert "刚才的试运行，走了 2 步" in keeper.text  # nothing of it is lost
    keeper.press("钉上", name="低风险由乡镇办结", expects="result:approved")
    assert "成立 社区初审 → 乡镇审核，已备案" in keeper.text
    keeper.press("钉上", name="什么也没有")
    assert "写受理号" in str(keeper.summary())
    keeper.press("去掉")
    assert "还没有样例" in keeper.text
