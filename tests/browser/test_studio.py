"""The flow studio at a desk of 1366 by 768: draw, be told what is wrong, publish, and run on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait
from sqlalchemy import select

from app.db import session
from app.engine.types import Limit
from app.identity import queries
from app.identity.models import Person
from app.workflow import commands, definitions
from app.workflow.studio.models import FlowDraft
from tests.browser.hands import PATIENCE, Hands
from tests.browser.test_pages import AT_THE_MARK, faults
from tests.smallworks.town import Town, staff

pytestmark = pytest.mark.one_store
SCREEN = {"width": 1366, "height": 768, "deviceScaleFactor": 1, "mobile": False}
FOREIGN = """
const studio = document.querySelector("[data-studio]");
const found = new Set(studio.untranslated);
const foreign = (text) => /[A-Za-z]{2}/.test(text) && !/[一-鿿]/.test(text);
for (const one of document.querySelectorAll("main *")) {
  if (one.closest("kbd, script, .bjs-powered-by, defs") || !one.checkVisibility()) continue;
  const said = [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data);
  const named = ["title", "aria-label", "placeholder"].map((name) => one.getAttribute(name) || "");
  [...said, ...named].filter(foreign).forEach((text) => found.add(text.trim()));
}
return [...found];
"""
"""What a reader of Chinese would not understand: words without a Chinese letter, seen or spoken."""
BARE = re.compile("<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)
SELECT = """
const modeler = document.querySelector("[data-studio]").modeler;
modeler.get("selection").select(modeler.get("elementRegistry").get(arguments[0]));
"""
KINDS = (
    "filing_pool", "lane_township", "submitted", "check_limits", "limits_gate", "community_check",
    "district_countersign", "correction_overdue", "register_at_township", "approved_by_township",
    "f_community_approve", "f_to_district", "f_submitted",
)  # fmt: skip
"""One element of each kind that the filing is drawn with."""


@pytest.fixture
def keeper(by_desk: Hands) -> Hands:
    """靳禾竹, who keeps the flows of 西陵区, with a draft of the filing on the canvas."""
    driver: Any = by_desk.driver
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)
    by_desk.sign_in("jinhezhu").open("/flows/filing").press("画流程图").wait("/draft/")
    until(by_desk, lambda: "检查通过" in by_desk.find(".studio-findings").text, "drawn")
    return by_desk


def until(hands: Hands, holds: Callable[[], object], words: str) -> None:
    WebDriverWait(hands.driver, PATIENCE * 2).until(lambda _: holds(), words)


def click(hands: Hands, element: str) -> None:
    """With the mouse, in its middle."""
    shape = hands.find(f'[data-element-id="{element}"] .djs-hit')
    ActionChains(hands.driver).move_to_element(shape).click().perform()


def entry(hands: Hands, name: str, box: str) -> Any:
    return hands.find(f'[data-entry-id="flow-{name}"] {box}')


def saved(hands: Hands) -> None:
    until(hands, lambda: "已存入草稿" in hands.find("[data-studio-state]").text, "saved")


def draft() -> FlowDraft:
    session().rollback()
    return session().scalars(select(FlowDraft)).one()


def test_a_flow_is_drawn_mended_published_and_run(keeper: Hands, town: Town) -> None:
    assert keeper.driver.execute_script(AT_THE_MARK)
    click(keeper, "township_review")
    limit = entry(keeper, "sla", "input")
    limit.send_keys(Keys.BACKSPACE, "4", Keys.TAB)
    Select(entry(keeper, "role", 'select[aria-label="或者由谁办"]')).select_by_value("leader")
    saved(keeper)
    until(keeper, lambda: 'flow:role="head leader"' in draft().files["filing.bpmn"], "kept")
    assert 'flow:sla="4wd"' in draft().files["filing.bpmn"]
    click(keeper, "f_graded")
    keeper.keys(Keys.DELETE)
    until(keeper, lambda: keeper.all(".studio-badge"), "marked on the canvas")
    keeper.find("[data-studio-findings] button").click()
    assert keeper.find(".djs-element.selected, .djs-shape.selected")
    keeper.press("撤销")
    until(keeper, lambda: "检查通过" in keeper.find(".studio-findings").text, "mended")
    assert keeper.all(".studio-badge") == []
    keeper.press("发布").wait("/publish")
    assert faults(keeper) == []
    keeper.fill({"reason": "分管领导也可以审核，期限改为 4 日"}).press("发布")
    until(keeper, lambda: "已发布" in keeper.find(".flash").text, "published")
    session().rollback()
    assert session().scalars(select(FlowDraft)).all() == []
    case = town.file(name="铁路坝菜场雨棚更换")
    runs = definitions.get(session(), case.version_id).process.tasks["township_review"]
    assert (runs.limit, runs.parties[0].roles) == (Limit(4, "wd"), ("head", "leader"))
    assert town.approve(case).result == "approved"


def test_the_way_to_a_fault_is_marked_on_the_canvas(keeper: Hands, town: Town) -> None:
    drawn = draft().files["filing.bpmn"]
    wrong = drawn.replace('targetRef="township_review"', 'targetRef="register_at_township"')
    files = {"filing.bpmn": wrong.encode()}
    commands.save_flow_draft(staff("jinhezhu", town.at), draft().id, 1, files, at=town.at)
    keeper.driver.refresh()
    until(keeper, lambda: keeper.all("[data-studio-findings] summary"), "found")
    keeper.press("可以只经社区一级审核")
    assert keeper.find('.djs-element.studio-way[data-element-id="f_community_approve"]')
    assert not keeper.all('.djs-element.studio-way[data-element-id="township_review"]')
    told = [step.text for step in keeper.all("[data-studio-findings] details[open] li")]
    assert told[-3:] == ["社区初审（通过）", "登记备案", "乡镇办结"]


def test_a_drawing_without_shapes_says_so_and_leads_to_the_table(keeper: Hands, town: Town) -> None:
    bare = BARE.sub("", draft().files["filing.bpmn"])
    files = {"filing.bpmn": bare.encode()}
    commands.save_flow_draft(staff("jinhezhu", town.at), draft().id, 1, files, at=town.at)
    keeper.driver.refresh()
    until(keeper, lambda: "没能打开这份流程图" in keeper.find("[data-studio-canvas]").text, "said")
    assert not keeper.find("[data-studio-side]").is_displayed()
    keeper.find("[data-studio-canvas] a").click()
    keeper.wait("/table").sees("社区初审")


def test_nothing_on_the_canvas_is_in_another_language(keeper: Hands) -> None:
    for kind in KINDS:
        keeper.driver.execute_script(SELECT, kind)
        until(keeper, lambda: keeper.all(".bio-properties-panel-group"), kind)
        for closed in keeper.all(".bio-properties-panel-group-header:not(.open)"):
            closed.click()
        assert keeper.driver.execute_script(FOREIGN) == [], kind
        for change_type in keeper.all('.djs-context-pad [data-action="replace"]'):
            change_type.click()
            assert keeper.find(".djs-popup-body")
            assert keeper.driver.execute_script(FOREIGN) == [], kind
            keeper.keys(Keys.ESCAPE)


def test_the_canvas_keeps_nobody_out(keeper: Hands) -> None:
    keeper.driver.execute_script(SELECT, "district_countersign")
    until(keeper, lambda: keeper.all('[data-entry-id="flow-role"]'), "its settings")
    assert faults(keeper) == []


def test_of_two_who_draw_the_second_keeps_what_they_have(keeper: Hands, town: Town) -> None:
    before = draft()
    chief = session().scalars(select(Person.id).where(Person.account == "ningyuanshan")).one()
    other = before.files["filing.bpmn"].replace("社区初审", "社区核对").encode()
    commands.save_flow_draft(
        queries.actor_for(chief, town.at), before.id, 1, {"filing.bpmn": other}, at=town.at
    )
    click(keeper, "community_check")
    name = keeper.find('[data-entry-id="name"] textarea, [data-entry-id="name"] input')
    name.send_keys("一", Keys.TAB)
    until(keeper, lambda: "宁远山" in keeper.find("[data-studio-note]").text, "told who")
    assert "社区核对" in draft().files["filing.bpmn"]
    keeper.press("用我的代替")
    saved(keeper)
    assert 'name="社区初审一"' in draft().files["filing.bpmn"]


def test_what_was_drawn_after_the_session_ended_is_kept(keeper: Hands) -> None:
    keeper.driver.delete_all_cookies()
    click(keeper, "community_check")
    name = keeper.find('[data-entry-id="name"] textarea, [data-entry-id="name"] input')
    name.send_keys("一", Keys.TAB)
    until(keeper, lambda: "登录已过期" in keeper.find("[data-studio-note]").text, "told")
    keeper.press("接着存")
    until(keeper, lambda: "还没有登录" in keeper.find("[data-studio-state]").text, "still out")
    drawn = keeper.driver.current_window_handle
    keeper.driver.switch_to.new_window("tab")
    keeper.sign_in("jinhezhu")
    keeper.driver.close()
    keeper.driver.switch_to.window(drawn)
    keeper.press("接着存")
    saved(keeper)
    assert 'name="社区初审一"' in draft().files["filing.bpmn"]


def test_without_script_the_draft_goes_by_files(by_phone: Hands, town: Town) -> None:
    unit = next(hold.unit_id for hold in staff("jinhezhu", town.at).holds)
    made = commands.begin_flow_draft(staff("jinhezhu", town.at), unit, "filing", at=town.at)
    by_phone.sign_in("jinhezhu").open(f"/flows/filing/draft/{made.unit_id}")
    assert "画布没有打开" in by_phone.text
    by_phone.press("检查").sees("检查通过，可以发布")
