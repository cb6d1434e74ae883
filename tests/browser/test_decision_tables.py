"""A decision table at a desk of 1366 by 768: a cell is typed, kept, checked; all in Chinese."""

from __future__ import annotations

from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from app.engine.drafting.tables import Tables
from tests.browser.hands import Hands
from tests.browser.test_pages import AT_THE_MARK, faults
from tests.browser.test_studio import FOREIGN, SCREEN, draft, until
from tests.smallworks.town import Town

pytestmark = pytest.mark.one_store
OPEN_MENU = """
const event = new MouseEvent("contextmenu", {bubbles: true, clientX: 300, clientY: 300});
arguments[0].dispatchEvent(event);
"""
MENUS = (
    "tbody .input-cell",
    "tbody .output-cell",
    ".rule-index",
    "th.input-cell",
    "th.output-cell",
)


@pytest.fixture
def keeper(by_desk: Hands, town: Town) -> Hands:
    """靳禾竹, with the table of permit limits open in the editor."""
    driver: Any = by_desk.driver
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)
    by_desk.sign_in("jinhezhu").open("/flows/filing").press("画流程图").wait("/draft/")
    by_desk.open(by_desk.path + "/decision/limits.dmn")
    until(by_desk, lambda: "检查通过" in by_desk.find(".studio-findings").text, "drawn")
    return by_desk


def write(hands: Hands, text: str) -> None:
    """Into the first cell of the first row, in place of what is there."""
    hands.find("tbody .input-cell .content-editable, tbody .input-cell").click()
    box = hands.find("tbody .input-cell textarea")
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(text)
    hands.find("h1").click()


def test_a_cell_is_typed_kept_and_checked(keeper: Hands) -> None:
    assert keeper.driver.execute_script(AT_THE_MARK)
    assert faults(keeper) == []
    write(keeper, "wrong (")
    until(keeper, lambda: "wrong (" in draft().files["limits.dmn"], "kept")
    until(keeper, lambda: "要改" in keeper.find(".studio-findings h2").text, "told")
    keeper.press("撤销")
    until(keeper, lambda: "这张表检查通过" in keeper.find(".studio-findings").text, "mended")
    assert "wrong (" not in draft().files["limits.dmn"]


def test_a_case_without_a_row_is_told_beside_the_table(keeper: Hands) -> None:
    write(keeper, '"neither"')
    until(keeper, lambda: "这张表要改" in keeper.find(".studio-findings h2").text, "told")
    assert "没有一行适用" in keeper.find(".studio-findings ul").text


def foreign(hands: Hands) -> set[str]:
    """Words without a Chinese letter, but for what the table itself is made of."""
    (grid,) = Tables(draft().files["limits.dmn"], "limits.dmn").grids()
    data = {cell for row in grid.rows for cell in row.cells}
    data |= {words for head in grid.heads for words in head}
    return set(hands.driver.execute_script(FOREIGN)) - data


def test_nothing_of_the_editor_is_in_another_language(keeper: Hands) -> None:
    assert foreign(keeper) == set()
    for place in MENUS:
        keeper.driver.execute_script(OPEN_MENU, keeper.find(place))
        until(keeper, lambda: keeper.all(".context-menu"), place)
        assert foreign(keeper) == set(), place
        keeper.find("h1").click()
    for column in ("th.input-cell", "th.output-cell"):
        double = ActionChains(keeper.driver).double_click(keeper.find(column))
        double.perform()
        until(keeper, lambda: keeper.all(".context-menu"), column)
        assert foreign(keeper) == set(), column
        keeper.find("h1").click()
