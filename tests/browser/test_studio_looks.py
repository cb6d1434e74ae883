"""How the editors look in the dark, on a phone, and while a way to a fault is shown."""

from __future__ import annotations

from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from app.workflow import commands
from tests.browser.conftest import PHONE
from tests.browser.hands import Hands
from tests.browser.test_pages import AT_THE_MARK, faults
from tests.browser.test_studio import SELECT, draft, keeper, until
from tests.smallworks.town import Town, staff

__all__ = ["keeper"]
pytestmark = pytest.mark.one_store
LIGHT_OF = """
const [place] = arguments;
const [r, g, b] = getComputedStyle(document.querySelector(place)).backgroundColor.match(/\\d+/g);
return 0.2126 * r + 0.7152 * g + 0.0722 * b;
"""
CUT = """
return [...document.querySelectorAll(".studio-panel .studio-line select")].filter((one) => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = getComputedStyle(one).font;
  const room = one.clientWidth - parseFloat(getComputedStyle(one).paddingLeft);
  return pen.measureText(one.selectedOptions[0].label).width > room;
}).map((one) => one.selectedOptions[0].label);
"""
SCALE = 'return document.querySelector("[data-studio]").modeler.get("canvas").zoom()'


def in_the_dark(hands: Hands) -> None:
    driver: Any = hands.driver
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def test_the_panel_is_dark_in_the_dark_and_the_mark_stands_on_light(keeper: Hands) -> None:
    keeper.driver.execute_script(SELECT, "township_review")
    in_the_dark(keeper)
    for dark in (".studio", ".bio-properties-panel-group", ".bio-properties-panel-input"):
        assert keeper.driver.execute_script(LIGHT_OF, dark) < 60, dark
    assert keeper.driver.execute_script(LIGHT_OF, ".studio-canvas") > 250
    assert keeper.driver.execute_script(AT_THE_MARK)
    assert keeper.driver.execute_script(CUT) == []
    assert faults(keeper) == []


def test_on_a_phone_the_drawing_is_legible_and_the_table_is_named(keeper: Hands) -> None:
    driver: Any = keeper.driver
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    driver.refresh()
    until(keeper, lambda: "检查通过" in keeper.find(".studio-findings").text, "drawn")
    assert driver.execute_script(SCALE) >= 0.5
    driver.execute_script(SELECT, "check_limits")
    keeper.find('.djs-context-pad [data-action="replace"]').click()
    menu = keeper.find(".djs-popup").rect
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= 390
    keeper.keys(Keys.ESCAPE)
    keeper.press("看全图")
    assert driver.execute_script(SCALE) < 0.3
    keeper.find(".studio-narrow a").click()
    keeper.wait("/table")


def test_nothing_covers_the_way_to_a_fault(keeper: Hands, town: Town) -> None:
    drawn = draft().files["filing.bpmn"]
    wrong = drawn.replace('targetRef="township_review"', 'targetRef="register_at_township"')
    files = {"filing.bpmn": wrong.encode()}
    commands.save_flow_draft(staff("jinhezhu", town.at), draft().id, 1, files, at=town.at)
    keeper.driver.refresh()
    until(keeper, lambda: keeper.all("[data-studio-findings] summary"), "found")
    keeper.driver.execute_script(SELECT, "community_check")
    assert keeper.find(".djs-context-pad.open, .djs-context-pad").is_displayed()
    keeper.press("怎样走到这里")
    until(keeper, lambda: keeper.all(".studio-way"), "marked")
    until(keeper, lambda: not keeper.all(".djs-context-pad"), "out of the way")


def test_the_type_of_a_column_is_said_in_chinese(keeper: Hands) -> None:
    keeper.open(keeper.path + "/decision/limits.dmn")
    until(keeper, lambda: "检查通过" in keeper.find(".studio-findings").text, "drawn")
    ActionChains(keeper.driver).double_click(keeper.find("th.input-cell")).perform()
    choice = Select(keeper.find(".type-ref-edit select"))
    assert choice.first_selected_option.text == "文字"
    assert [one.text for one in choice.options] == ["文字", "数字", "是或否"]
    choice.select_by_visible_text("数字")
    until(keeper, lambda: 'typeRef="number"' in draft().files["limits.dmn"], "kept")
