"""Two versions beside each other: what differs is marked, by sign too, and they move as one."""

from __future__ import annotations

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from app.db import session
from app.workflow import versions
from tests.browser.hands import PATIENCE, Hands
from tests.browser.test_pages import AT_THE_MARK, faults
from tests.identity import people
from tests.smallworks.test_inserted_level import insert
from tests.smallworks.town import Town

pytestmark = pytest.mark.one_store
COMPARED = "[data-compare][data-compared=yes]"
BOXES = """
return document.querySelector("[data-compare]").viewers.map((one) => one.get("canvas").viewbox())
  .map(({ x, y, scale }) => [x, y, scale].map((each) => Math.round(each * 100)));
"""


def compared(hands: Hands, town: Town) -> Hands:
    """靳禾竹 inserts a level, and looks at what it changed."""
    insert(town)
    unit = people.unit("西陵区", "district")
    made = versions.in_force(session(), unit, "filing", at=town.at)
    assert made is not None
    hands.sign_in("jinhezhu").open(f"/flows/compare?before={made.copy_of_id}&after={made.id}")
    return hands


def marked(hands: Hands, side: str, kind: str) -> set[str]:
    found = hands.all(f'[data-compare-side="{side}"] .djs-element.is-{kind}')
    return {one.get_attribute("data-element-id") or "" for one in found}


def test_what_differs_is_marked_on_both_and_they_move_together(by_desk: Hands, town: Town) -> None:
    page = compared(by_desk, town)
    WebDriverWait(page.driver, PATIENCE * 2).until(lambda _: page.all(COMPARED), "drawn")
    assert "step_1" in marked(page, "after", "added")
    assert marked(page, "before", "added") == set()
    changed = {"community_check", "f_community_approve"}
    assert marked(page, "before", "changed") == marked(page, "after", "changed") == changed
    signs = page.all('[data-compare-side="after"] .compare-sign.is-added')
    assert {one.text for one in signs} == {"增"}
    page.find('[data-compare-side="after"] [title="放大"]').click()
    before, after = page.driver.execute_script(BOXES)
    assert before == after
    assert before[2] > 0
    assert page.driver.execute_script(AT_THE_MARK)
    assert faults(page) == []


def test_without_script_the_sentences_say_it(by_phone: Hands, town: Town) -> None:
    page = compared(by_phone, town)
    assert "新增“街道分管领导审核”" in page.text
    assert "看流程图需要浏览器脚本" in page.text
    assert page.all("[data-compare-side]") == [] or not page.find("[data-compare]").is_displayed()
