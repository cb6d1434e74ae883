"""附件导入导出 in Chromium: a county's messy workbook, on a phone without script and at a desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait
from sqlalchemy.orm import Session

from app import clock
from app.identity import commands, queries
from app.identity.commands import NewPerson
from app.workflow import jobs
from tests.identity.annexes.books import DONGYUAN, annex
from tests.web.visitors import SECRET, first, post

pytestmark = pytest.mark.one_store
MESSY = annex(
    "1",
    DONGYUAN,
    ("南苑街办", "沈 听澜", "１３９０００００１３１", "覃小满", "0717-6223344", "白若溪、江映月",
     "13900000142\n13900000143"),
    ("云集街", "顾盼之", "13900000146"),
    ("填表人：许朝晖",),
)  # fmt: skip


@pytest.fixture
def workbook(work: Session, tmp_path: Path) -> Path:
    """顾南星 keeps 西陵区; this is what its offices sent."""
    chief = queries.actor_for(first(clock.now()), clock.now())
    posts = (post("西陵区", "district_gov_admin"),)
    given = NewPerson("顾南星", "gunanxing", posts, password=SECRET)
    commands.create_person(chief, given, at=clock.now())
    path = tmp_path / "西陵区附件1（上报）.xlsx"
    path.write_bytes(MESSY)
    return path


def press(browser: WebDriver, words: str) -> None:
    browser.find_element(By.XPATH, f"//button[normalize-space()='{words}']").click()


def figures(browser: WebDriver) -> list[str]:
    """有误, 待确认, 新增, 变更, 不变."""
    return [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".kpis b")]


def fits(browser: Any) -> bool:
    """Whether nothing has to be pushed sideways."""
    size = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})
    return bool(size["cssContentSize"]["width"] <= size["cssLayoutViewport"]["clientWidth"])


def work_off(browser: WebDriver, awaited: str) -> None:
    """Do what falls due, until the page that waits, and asks by itself, shows what is awaited."""

    def shown(_: WebDriver) -> bool:
        jobs.run_due(clock.now())  # a press may return before the server has taken the work on
        return bool(browser.find_elements(By.XPATH, awaited))

    WebDriverWait(browser, 60).until(shown)


def walk(browser: WebDriver, address: str, workbook: Path) -> None:
    """From the door to the account sheet; the page goes on by itself when a job is done."""
    browser.get(f"{address}/staff/sign-in?next=/people/annexes")
    browser.find_element(By.NAME, "account").send_keys("gunanxing")
    browser.find_element(By.NAME, "password").send_keys(SECRET)
    browser.find_element(By.CSS_SELECTOR, "main form button[type=submit]").click()
    assert fits(browser)
    browser.find_element(By.ID, "file").send_keys(str(workbook))
    press(browser, "上传并核对")
    work_off(browser, "//*[@id='questions']")
    assert figures(browser) == ["0", "2", "6", "0", "0"]
    assert fits(browser)
    street = browser.find_element(By.CSS_SELECTOR, "select[name^=unit-]")
    next(
        one for one in street.find_elements(By.TAG_NAME, "option") if one.text == "云集街道"
    ).click()
    press(browser, "选好了，重新核对")
    work_off(browser, "//button[normalize-space()='确认导入']")
    assert figures(browser) == ["0", "0", "8", "0", "0"]
    press(browser, "确认导入")
    work_off(browser, "//button[normalize-space()='下载账号发放表']")
    assert fits(browser)


def test_by_phone_without_script(phone: WebDriver, address: str, workbook: Path) -> None:
    walk(phone, address, workbook)


def test_at_a_desk(desktop: WebDriver, address: str, workbook: Path) -> None:
    walk(desktop, address, workbook)
