"""Taking back what is kept, from the canvas and the table: the page shows what the draft is."""

from __future__ import annotations

from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from app.workflow import commands
from tests.browser.hands import Hands
from tests.browser.test_pages import faults
from tests.browser.test_studio import click, draft, entry, keeper, saved, until
from tests.smallworks.town import Town, staff

__all__ = ["keeper"]
pytestmark = pytest.mark.one_store
LIMIT = 'flow:sla="4wd"'


def redraw(hands: Hands) -> None:
    """Give 乡镇审核 another limit on the canvas, and wait until it is kept."""
    click(hands, "township_review")
    entry(hands, "sla", "input").send_keys(Keys.BACKSPACE, "4", Keys.TAB)
    saved(hands)
    until(hands, lambda: LIMIT in draft().files["filing.bpmn"], "kept")


def test_what_was_drawn_is_taken_back_and_made_again(keeper: Hands, town: Town) -> None:
    before = draft().files["filing.bpmn"]
    keeper.press("改回以前")
    assert not keeper.find('[data-studio-undo] [value="undo"]').is_enabled()
    keeper.press("改回以前")
    redraw(keeper)
    keeper.press("改回以前")
    assert "上一次是您" in keeper.find("[data-studio-last]").text
    keeper.find('[data-studio-undo] [value="undo"]').click()
    until(keeper, lambda: "已撤销上一次修改" in keeper.driver.page_source, "taken back")
    until(keeper, lambda: "检查通过" in keeper.find(".studio-findings").text, "drawn")
    assert draft().files["filing.bpmn"] == before
    click(keeper, "township_review")
    assert entry(keeper, "sla", "input").get_attribute("value") == "2"
    assert faults(keeper) == []
    keeper.press("用表格修改").wait("/table")
    assert faults(keeper) == []
    keeper.press("恢复")
    until(keeper, lambda: "已恢复" in keeper.driver.page_source, "made again")
    assert LIMIT in draft().files["filing.bpmn"]


def test_who_draws_on_after_another_took_it_back_overwrites_nothing(
    keeper: Hands, town: Town
) -> None:
    before = draft().files["filing.bpmn"]
    redraw(keeper)
    now = draft()
    commands.undo_flow_draft(staff("ningyuanshan", town.at), now.id, now.revision, at=town.at)
    click(keeper, "community_check")
    name = keeper.find('[data-entry-id="name"] textarea, [data-entry-id="name"] input')
    name.send_keys("一", Keys.TAB)
    until(keeper, lambda: "宁远山" in keeper.find("[data-studio-note]").text, "told who")
    assert draft().files["filing.bpmn"] == before
    keeper.press("打开草稿里的")
    until(keeper, lambda: "检查通过" in keeper.find(".studio-findings").text, "drawn anew")
    click(keeper, "township_review")
    assert entry(keeper, "sla", "input").get_attribute("value") == "2"
    assert draft().files["filing.bpmn"] == before


def test_a_question_mark_shows_the_keys_of_each_editor(keeper: Hands, town: Town) -> None:
    home = keeper.path
    for rest in ("", "/decision/limits.dmn", "/table", "/table/township_review/change", "/files",
                 "/form/smallworks/review", "/form/smallworks/review/field/opinion"):  # fmt: skip
        keeper.open(home + rest)
        until(keeper, lambda: keeper.find('[data-key="?"]').is_displayed(), rest)
        keeper.find("body").send_keys("?")
        until(keeper, lambda: "这张表" in keeper.find("details[open] .key-map").text, rest)
        assert faults(keeper) == [], rest


def test_z_and_y_take_back_and_make_again(keeper: Hands, town: Town) -> None:
    redraw(keeper)
    keeper.press("用表格修改").wait("/table")
    keeper.find("body").send_keys("z")
    until(keeper, lambda: "已撤销上一次修改" in keeper.driver.page_source, "taken back")
    assert LIMIT not in draft().files["filing.bpmn"]
    keeper.find("body").send_keys("y")
    until(keeper, lambda: "已恢复" in keeper.driver.page_source, "made again")
    assert LIMIT in draft().files["filing.bpmn"]


def test_what_opens_on_a_phone_stays_on_its_screen(keeper: Hands, town: Town) -> None:
    home = keeper.path
    driver: Any = keeper.driver
    narrow = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
    for rest in ("", "/decision/limits.dmn", "/table", "/files", "/form/smallworks/review"):
        keeper.open(home + rest)
        until(keeper, lambda: keeper.find('[data-key="?"]').is_displayed(), rest)
        for panel in keeper.all(".page-head details.confirm, .studio-head details.confirm"):
            panel.find_element("css selector", "summary").click()
            box = panel.find_element("css selector", "div").rect
            assert box["x"] >= 0, rest
            assert box["x"] + box["width"] <= 390, rest
            panel.find_element("css selector", "summary").click()
