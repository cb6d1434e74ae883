"""What was drawn and did not reach the draft: a reload, a lost answer, a second window."""

from __future__ import annotations

import pytest

from tests.browser.hands import Hands
from tests.browser.test_studio import draft, keeper, saved, until
from tests.smallworks.town import Town

__all__ = ["keeper"]
pytestmark = pytest.mark.one_store
RENAME = """
const modeler = document.querySelector("[data-studio]").modeler;
const step = modeler.get("elementRegistry").get("township_review");
modeler.get("modeling").updateProperties(step, {name: arguments[0]});
"""
NO_NETWORK = "window.fetch = () => Promise.reject(new TypeError('no network'))"
LOSE_ONE_ANSWER = """
const real = window.fetch;
window.fetch = async (...asked) => {
  window.fetch = real;
  await real(...asked);
  throw new TypeError("the answer was lost");
};
"""


def told(hands: Hands) -> str:
    """What the page says beneath its head, where it says anything."""
    note = hands.find("[data-studio-note]")
    return note.text if note.is_displayed() else ""


def state(hands: Hands) -> str:
    return hands.find("[data-studio-state]").text


def rename(hands: Hands, name: str) -> None:
    hands.driver.execute_script(RENAME, name)


def drawn(hands: Hands) -> None:
    until(hands, lambda: "检查通过" in hands.find(".studio-findings").text, "drawn")


def kept(name: str) -> bool:
    return f'name="{name}"' in draft().files["filing.bpmn"]


def test_what_did_not_arrive_is_offered_after_a_reload(keeper: Hands, town: Town) -> None:
    keeper.driver.execute_script(NO_NETWORK)
    rename(keeper, "乡镇复核")
    until(keeper, lambda: "没有存上" in state(keeper), "told")
    keeper.driver.refresh()
    drawn(keeper)
    assert "没有存进草稿" in told(keeper)
    assert not kept("乡镇复核")
    keeper.press("接着改")
    until(keeper, lambda: kept("乡镇复核"), "kept")
    saved(keeper)
    keeper.driver.refresh()
    drawn(keeper)
    assert told(keeper) == ""


def test_what_is_not_wanted_any_more_is_not_offered_again(keeper: Hands, town: Town) -> None:
    keeper.driver.execute_script(NO_NETWORK)
    rename(keeper, "乡镇复核")
    until(keeper, lambda: "没有存上" in state(keeper), "told")
    keeper.driver.refresh()
    drawn(keeper)
    keeper.press("不要了")
    keeper.driver.refresh()
    drawn(keeper)
    assert (told(keeper), kept("乡镇复核")) == ("", False)


def test_an_answer_that_was_lost_is_no_second_editor(keeper: Hands, town: Town) -> None:
    keeper.driver.execute_script(LOSE_ONE_ANSWER)
    rename(keeper, "乡镇复核")
    until(keeper, lambda: "没有存上" in state(keeper), "told")
    rename(keeper, "乡镇终审")
    until(keeper, lambda: kept("乡镇终审"), "kept")
    saved(keeper)
    assert told(keeper) == ""


def test_two_windows_of_one_person_lose_nothing(keeper: Hands, town: Town) -> None:
    first, where = keeper.driver.current_window_handle, keeper.path
    keeper.driver.switch_to.new_window("tab")
    keeper.open(where)
    drawn(keeper)
    rename(keeper, "乡镇复核")
    saved(keeper)
    keeper.driver.close()
    keeper.driver.switch_to.window(first)
    until(keeper, lambda: "您在另一个窗口" in told(keeper), "told at once")
    rename(keeper, "乡镇终审")
    until(keeper, lambda: "没有存进草稿" in state(keeper), "refused")
    assert kept("乡镇复核")
    keeper.press("打开草稿里的")
    until(keeper, lambda: "接着改会代替现在的" in told(keeper), "offered beside the other")
    keeper.press("接着改")
    until(keeper, lambda: kept("乡镇终审"), "kept")
