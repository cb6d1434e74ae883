"""Designing a form at a desk of 1366 by 768: a change is seen at once, and kept when saved."""

from __future__ import annotations

import json
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait
from sqlalchemy import select

from app.db import session
from app.workflow.studio.models import FlowDraft
from tests.browser.hands import PATIENCE, Hands
from tests.browser.test_pages import faults
from tests.smallworks.town import Town

pytestmark = pytest.mark.one_store
SCREEN = {"width": 1366, "height": 768, "deviceScaleFactor": 1, "mobile": False}
REVIEW = "forms/smallworks/review.json"


def test_a_field_is_set_while_the_form_is_watched(by_desk: Hands, town: Town) -> None:
    driver: Any = by_desk.driver
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)
    by_desk.sign_in("jinhezhu").open("/flows/filing").press("画流程图").wait("/draft/")
    by_desk.open(by_desk.path + "/form/smallworks/review")
    assert faults(by_desk) == []
    by_desk.fill({"new": "现场人数", "kind": "integer"}).press("加上").wait("/field/count_1")
    Select(by_desk.find("#show_field_0")).select_by_value("risk_floor")
    by_desk.fill({"show_value_0": "high"})  # comes without a press
    by_desk.fill({"title": "现场作业人数", "unit": "人"})
    by_desk.find("#unit").send_keys(Keys.TAB)
    unit = "#preview #f-count-1-field .unit span"
    WebDriverWait(driver, PATIENCE).until(lambda _: by_desk.all(unit))
    WebDriverWait(driver, PATIENCE).until(
        lambda _: "现场作业人数" not in by_desk.find("#preview").text
    )
    Select(by_desk.find("#preview #f-risk-floor")).select_by_value("high")
    WebDriverWait(driver, PATIENCE).until(lambda _: "现场作业人数" in by_desk.find("#preview").text)
    assert faults(by_desk) == []
    by_desk.press("存入草稿").wait("/form/smallworks/review")
    session().rollback()
    said = json.loads(session().scalars(select(FlowDraft)).one().files[REVIEW])
    assert said["schema"]["properties"]["count_1"]["title"] == "现场作业人数"
    assert said["ui"]["count_1"]["ui:showIf"] == {"risk_floor": {"const": "high"}}


def test_ctrl_enter_sends_the_form_that_one_writes_in(by_desk: Hands, town: Town) -> None:
    by_desk.sign_in("jinhezhu").open("/flows/filing").press("画流程图").wait("/draft/")
    home = by_desk.path
    for rest, box, text, said in (
        ("/form/smallworks/review", "title", "备案核对", "设计表单：备案核对"),
        ("/form/smallworks/review", "group_title", "其他内容", "其他内容"),
        ("/form/smallworks/review", "copy", "另一张", "设计表单：另一张"),
        ("/table/township_review/change", "name", "", "没有改"),  # sent, and refused
    ):
        by_desk.open(home + rest).fill({box: text})
        by_desk.find(f"#{box}").send_keys(Keys.CONTROL, Keys.ENTER)
        WebDriverWait(by_desk.driver, PATIENCE).until(
            lambda driver, said=said: said in driver.page_source
        )
