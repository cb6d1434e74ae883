"""Every page of the URL map, light and dark, wide and narrow: axe, and what the console says."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from selenium.webdriver.remote.webdriver import WebDriver
from sqlalchemy import select

from app.db import session
from app.smallworks.models import Work
from tests.browser import scene
from tests.browser.addresses import AFTER_A_STEP, LEADS_ON, pages
from tests.browser.conftest import PHONE, REFUSED
from tests.browser.hands import Hands
from tests.browser.scene import ROLES
from tests.smallworks.town import OWNER_PHONE, Town
from tests.stores import Store

pytestmark = pytest.mark.one_store
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
THEMES = {"light": [], "dark": ["color-contrast", "link-in-text-block"]}
"""What is asked of each; a theme changes colours and nothing else."""
RUN = """
const [rules, done] = arguments;
const asked = rules.length ? {runOnly: {type: "rule", values: rules}} : {};
axe.run(document, {resultTypes: ["violations"], ...asked}).then(
  (found) => done(found.violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))}`)),
  (fault) => done([String(fault)]));
"""
NARROW = """
const wide = document.documentElement.clientWidth, found = [];
if (document.documentElement.scrollWidth > wide + 1) found.push("scrolls sideways");
for (const one of document.querySelectorAll("main button, main select, main .btn, main textarea")) {
  const { width, height } = one.getBoundingClientRect();
  const seen = width > 1 && height > 1 && !one.closest(".visually-hidden");
  if (seen && height < 43.5) found.push(`${Math.round(height)} px high: ${one.textContent.trim()}`);
}
return found;
"""
AT_THE_MARK = """
const mark = document.querySelector(".bjs-powered-by");
mark.scrollIntoView({block: "center", behavior: "instant"});
const { x, y, width, height } = mark.getBoundingClientRect();
return mark.contains(document.elementFromPoint(x + width / 2, y + height / 2));
"""


@pytest.fixture
def furnished(database: Store, app: Flask, town: Town) -> Town:
    """The town with something on every page."""

    def build() -> None:
        with app.app_context():
            scene.furnish(town)

    database.begin("browser_scene", build, upon="smallworks_town")
    return town


@pytest.fixture
def visitor(furnished: Town, desktop: WebDriver, address: str) -> Hands:
    """Somebody at a desk, in the furnished town."""
    return Hands(desktop, address)


@lru_cache(maxsize=1)
def axe() -> str:
    """The checker, as the page's own scripts may not load it."""
    return AXE.read_text("utf-8")


def faults(hands: Hands) -> list[str]:
    """What is wrong with the page that lies open, in both themes and at both widths."""
    driver: Any = hands.driver
    driver.execute_script(axe())
    found = []
    for theme, rules in THEMES.items():
        media = {"prefers-color-scheme": theme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in media.items()]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        found += [f"{theme} {fault}" for fault in driver.execute_async_script(RUN, rules)]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    found += driver.execute_script(NARROW)
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    said = [line["message"] for line in driver.get_log("browser") if line["level"] == "SEVERE"]
    return found + [line for line in said if not REFUSED.search(line)]


def test_somebody_can_open_every_page_of_the_map(app: Flask, furnished: Town) -> None:
    opened = {address.endpoint for role in ROLES for address in scene.open_to(app, role)}
    assert pages(app) - opened == AFTER_A_STEP | LEADS_ON


@pytest.mark.parametrize("role", ROLES)
def test_no_page_keeps_anybody_out(app: Flask, visitor: Hands, role: str) -> None:
    if ROLES[role]:
        visitor.sign_in(ROLES[role], staff=role != "citizen")
    wrong = {}
    for address in scene.open_to(app, role):
        visitor.open(address.path)
        found = faults(visitor)
        if found:
            wrong[address.path] = found
    assert wrong == {}


def test_pages_on_the_way_keep_nobody_out(visitor: Hands) -> None:
    wrong = {}
    for way, phone in (("register", "13900007777"), ("recover", OWNER_PHONE)):
        visitor.open(f"/{way}").fill({"phone": phone}).press("获取验证码")
        visitor.wait(f"/{way}/confirm")
        wrong[visitor.path] = faults(visitor)
    assert not any(wrong.values()), wrong


def test_the_last_look_before_many_are_passed_keeps_nobody_out(visitor: Hands) -> None:
    visitor.sign_in("shecundong").open("/inbox?box=claimable").keys("j").keys("x")
    visitor.press("批量通过").wait_for("批量通过")
    assert visitor.find("main input[name=task]")
    assert faults(visitor) == []


def test_the_last_screen_before_a_stop_keeps_nobody_out(visitor: Hands, furnished: Town) -> None:
    work = session().scalars(select(Work.id).where(Work.state == "filed")).first()
    visitor.sign_in("shecundong").open(f"/works/{work}/stop/confirm?scope=all&own=临边没有防护")
    assert visitor.find("input[name=photos]")
    assert faults(visitor) == []


def test_the_first_page_of_an_empty_house(
    desktop: WebDriver, database: Store, address: str
) -> None:
    hands = Hands(desktop, address).open("/staff/sign-in").wait("/first-run")
    assert faults(hands) == []


def test_refusals_keep_nobody_out(visitor: Hands) -> None:
    wrong = {"404": faults(visitor.open("/nowhere"))}
    visitor.open("/sign-in").fill({"phone": OWNER_PHONE, "password": "wrong"}).press("登录")
    wrong["sign-in"] = faults(visitor)
    visitor.sign_in(OWNER_PHONE, staff=False)
    visitor.open("/apply").press("接着填").press("保存，下一步")
    assert visitor.find(".errs").is_displayed()
    wrong["draft"] = faults(visitor)
    visitor.leave().sign_in("shecundong")
    wrong["403"] = faults(visitor.open("/people"))
    visitor.open("/inbox?box=claimable").keys("j").enter().wait_for("铁路坝早点铺门面翻新")
    visitor.press("退回补正")
    assert visitor.find(".errs").is_displayed()
    wrong["task"] = faults(visitor)
    assert not any(wrong.values()), wrong


def test_the_mark_of_bpmn_io_is_seen_on_the_case_page(app: Flask, visitor: Hands) -> None:
    visitor.sign_in("muyulan")
    driver: Any = visitor.driver
    case = next(one for one in scene.open_to(app, "township") if one.endpoint == "cases.show")
    for metrics in ({}, PHONE):
        word = "setDeviceMetricsOverride" if metrics else "clearDeviceMetricsOverride"
        driver.execute_cdp_cmd(f"Emulation.{word}", metrics)
        visitor.open(case.path)
        assert visitor.find("[data-drawn=yes] .bjs-powered-by").is_displayed()
        assert driver.execute_script(AT_THE_MARK), metrics
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
