"""Emptying an inbox by keys alone, and by one thumb; nothing typed is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait
from sqlalchemy import func, select

from app.db import session
from app.workflow.habits import TaskDraft
from app.workflow.models import Task
from tests.browser.conftest import PHONE
from tests.browser.hands import PATIENCE, Hands
from tests.smallworks.town import Town

pytestmark = pytest.mark.one_store
NAMES = tuple(f"环城东路 {number} 号门面" for number in range(1, 11))
UNDER_THE_THUMB = """((bar) => {
  const box = bar.getBoundingClientRect(), seen = visualViewport;
  return getComputedStyle(bar).position === "fixed" && box.bottom <= seen.height + 2
    && box.top > seen.height - 120
    && [...bar.querySelectorAll("button")].every((one) => one.getBoundingClientRect().height >= 48);
})(document.querySelector(".acts.sticky"))"""


@pytest.fixture
def held(desktop: WebDriver, town: Town, address: str) -> Iterator[Hands]:
    """A phone with script."""
    hands = Hands(desktop, address)
    hands._tell("Emulation.setDeviceMetricsOverride", **PHONE)
    yield hands
    hands._tell("Emulation.clearDeviceMetricsOverride")


def filed(town: Town, *names: str) -> None:
    for name in names:
        town.file(name=name, address=name)


def waits_for(hands: Hands, script: str) -> None:
    """Until the page says so."""
    patient = WebDriverWait(hands.driver, PATIENCE)
    patient.until(lambda driver: driver.execute_script(f"return {script}"), script)


def decided() -> int:
    session().rollback()
    done = select(func.count()).select_from(Task).where(Task.status == "done")
    return session().scalar(done.where(Task.element == "community_check")) or 0


def test_ten_cases_by_twelve_keys(by_desk: Hands, town: Town) -> None:
    filed(town, *NAMES)
    by_desk.sign_in("shecundong").open("/inbox?box=claimable")
    by_desk.keys("j").enter().wait_for(NAMES[0])  # two keys to be at work
    for following in NAMES[1:]:
        by_desk.keys("a").wait_for(following)  # and one a case
    by_desk.keys("a").wait("/inbox").wait_for("待办")
    assert decided() == 10


def test_the_map_of_keys_opens_over_the_page_and_shuts(by_desk: Hands, town: Town) -> None:
    by_desk.sign_in("shecundong").open("/inbox").keys("?")
    waits_for(by_desk, "document.querySelector('dialog[open] .key-map') !== null")
    by_desk.press("关闭")
    waits_for(by_desk, "document.querySelector('dialog') === null")
    assert by_desk.path == "/inbox"


def test_rows_are_ticked_by_key_and_claimed_together(by_desk: Hands, town: Town) -> None:
    filed(town, *NAMES[:3])
    by_desk.sign_in("shecundong").open("/inbox?box=claimable").keys("j").keys("x")
    by_desk.keys("j").keys("j").keys("x")
    assert by_desk.find("[data-picked]").text == "已选 2 件"
    by_desk.press("批量签收").wait_for("批量签收：2 件办好")
    by_desk.press("撤销这一批").press("撤销这一批").sees("已撤销")


def test_what_is_typed_outlives_the_page_the_session_and_the_device(
    by_desk: Hands, town: Town
) -> None:
    filed(town, NAMES[0])
    by_desk.sign_in("shecundong").open("/inbox?box=claimable").keys("j").enter()
    by_desk.wait_for(NAMES[0]).fill({"opinion": "写到一半"})
    page = by_desk.path
    waits_for(by_desk, "/已暂存/.test(document.querySelector('[data-kept]').textContent)")
    by_desk.find("textarea[name=opinion]").send_keys("，没等它存就走了")
    by_desk.open("/notices")  # the page keeps it as it goes
    WebDriverWait(by_desk.driver, PATIENCE).until(lambda _: _kept() == "写到一半，没等它存就走了")
    by_desk.leave().sign_in("shecundong").open(page)
    box = by_desk.find("textarea[name=opinion]")
    assert box.get_attribute("value") == "写到一半，没等它存就走了"
    by_desk.press_through("通过")
    session().rollback()
    assert session().scalar(select(func.count()).select_from(TaskDraft)) == 0


def _kept() -> str:
    session().rollback()
    values = session().scalar(select(TaskDraft.values)) or {}
    return str(values.get("opinion", ""))


def test_a_phrase_is_written_by_its_key_and_one_more_is_kept(by_desk: Hands, town: Town) -> None:
    filed(town, NAMES[0])
    by_desk.sign_in("shecundong").open("/inbox?box=claimable").keys("j").enter()
    by_desk.wait_for(NAMES[0]).keys("1")
    assert by_desk.find("textarea[name=opinion]").get_attribute("value") == "材料齐全，同意"
    by_desk.fill({"opinion": "到现场看过"}).press("存为常用语")
    waits_for(by_desk, "document.querySelector('[data-phrase=\"到现场看过\"]') !== null")


def test_the_title_says_how_much_waits(by_desk: Hands, town: Town) -> None:
    filed(town, *NAMES[:3])
    by_desk.sign_in("shecundong").open("/inbox")
    waits_for(by_desk, "document.title.startsWith('(3) ')")


def test_photos_are_turned_by_keys_and_lead_back(by_desk: Hands, town: Town) -> None:
    filed(town, NAMES[0])
    by_desk.sign_in("shecundong").open("/inbox?box=claimable").keys("j").enter()
    by_desk.wait_for(NAMES[0]).keys("v")
    waits_for(by_desk, "document.querySelector('dialog[open] img')?.naturalWidth > 0")
    by_desk.press("关闭")
    waits_for(by_desk, "document.querySelector('dialog') === null")


def test_one_thumb_decides_and_the_next_case_comes(held: Hands, town: Town) -> None:
    filed(town, *NAMES[:2])
    held.sign_in("shecundong").open("/inbox?box=claimable")
    held.press(NAMES[0]).wait_for(NAMES[0])
    waits_for(held, UNDER_THE_THUMB)
    held.press("通过").wait_for(NAMES[1])
    assert decided() == 1


def test_without_a_network_nothing_goes_and_nothing_is_lost(held: Hands, town: Town) -> None:
    filed(town, *NAMES[:2])
    held.sign_in("shecundong").open("/inbox?box=claimable").press(NAMES[0]).wait_for(NAMES[0])
    held.fill({"opinion": "走到楼下没有信号"})
    gone = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    held._tell("Network.emulateNetworkConditions", offline=True, **gone)
    held.press("通过").sees("没有网络，还没有提交")
    assert held.heading == NAMES[0]
    held._tell("Network.emulateNetworkConditions", offline=False, **gone)
    waits_for(held, "document.querySelector('[data-offline]') === null")
    held.driver.get_log("browser")  # type: ignore[attr-defined]  # that there was no network
    held.press("通过").wait_for(NAMES[1])
    assert decided() == 1


def test_a_decision_is_kept_without_script(by_phone: Hands, town: Town) -> None:
    filed(town, NAMES[0])
    by_phone.sign_in("shecundong").open("/inbox?box=claimable").press(NAMES[0])
    by_phone.fill({"opinion": "没有脚本也存得住"}).press_through("暂存")
    assert by_phone.find("textarea[name=opinion]").text == "没有脚本也存得住"
    assert "已恢复" in by_phone.text
