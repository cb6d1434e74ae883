"""A real Chromium against a real server; told loudly when a machine has none."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver
from werkzeug.serving import make_server

from app import clock
from app.db import db
from tests.browser import inspecting
from tests.browser.afield import Handset, Network, Phones, starter
from tests.browser.filing import Papers
from tests.browser.hands import Hands
from tests.smallworks.town import Town, begin_town, inside
from tests.stores import Store

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-sync", "--disable-background-networking", "--disable-component-update",
    "--disable-dev-shm-usage", "--lang=zh-CN", "--window-size=1366,900",
]  # fmt: skip
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
NO_BROWSER = (
    "没有浏览器，界面测试没有运行。请先安装："
    "apt-get install -y chromium chromium-driver fonts-noto-cjk"
)
NOTHING_HALF_TYPED = "for (const form of document.forms) form.dataset.sent = '1'"
"""A page that goes away keeps what was typed, and its request would outlive the store."""
REFUSED = re.compile(r"the server responded with a status of (401|403|404|409|422)")


@pytest.fixture(scope="session")
def programs() -> tuple[str, str]:
    """Chromium and its driver, of one source so that they match."""
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    driver = os.environ.get("CHROMEDRIVER") or shutil.which("chromedriver")
    if browser and driver:
        return browser, driver
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(NO_BROWSER, pytrace=False)
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def _chromium(programs: tuple[str, str]) -> Iterator[WebDriver]:
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service(programs[1]), options=options)
    driver.implicitly_wait(5)
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


@pytest.fixture
def desktop(_chromium: WebDriver, address: str) -> Iterator[WebDriver]:
    """A clean browser on a desk; at the end its console must hold no error.

    It asks for the server, so that the server outlives the browser's last request.
    """
    yield from _clean(_chromium)


@pytest.fixture
def phone(_chromium: WebDriver, address: str) -> Iterator[WebDriver]:
    """A clean browser in a hand, with JavaScript off."""
    _tell(_chromium, "Emulation.setDeviceMetricsOverride", PHONE)
    _tell(_chromium, "Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        yield from _clean(_chromium)
    finally:
        _tell(_chromium, "Emulation.setScriptExecutionDisabled", {"value": False})
        _tell(_chromium, "Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The product, served on this machine: the beginning of each URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Town]:
    """西陵区 with its people, now; inside an application context."""
    begin_town(database, app, "smallworks_town")
    yield from inside(app, clock.now())


@pytest.fixture
def by_desk(desktop: WebDriver, town: Town, address: str) -> Hands:
    """Somebody at a desk."""
    return Hands(desktop, address)


@pytest.fixture
def by_phone(phone: WebDriver, town: Town, address: str) -> Hands:
    """Somebody with a phone and no script."""
    return Hands(phone, address)


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    """What the citizen has photographed."""
    return Papers.in_folder(tmp_path)


@pytest.fixture
def site(database: Store, app: Flask, town: Town) -> Town:
    """The town with a filed work, and a visit to it that waits."""

    def build() -> None:
        with app.app_context():
            inspecting.lay_out(town)
            db.session.remove()

    database.begin("inspected_site", build, upon="smallworks_town")
    return town


@pytest.fixture
def network(app: Flask, site: Town) -> Iterator[Network]:
    """The product behind a line that can be cut."""
    line = Network(app)
    yield line
    line.cut()


@pytest.fixture
def phones(programs: tuple[str, str], network: Network, tmp_path: Path) -> Iterator[Phones]:
    """Phones by name; put away at the end."""
    found: dict[str, Handset] = {}

    def phone(name: str = "one", *flags: str) -> Handset:
        if name not in found:
            start = starter(programs, (*FLAGS, *flags))
            found[name] = Handset(network, tmp_path / name, start)
        return found[name]

    yield phone
    for each in found.values():
        each.off()


@pytest.fixture
def shots(tmp_path: Path) -> list[Path]:
    """Photos that an inspector took."""
    return inspecting.photographs(tmp_path)


def _clean(driver: WebDriver) -> Iterator[WebDriver]:
    driver.get("about:blank")
    _tell(driver, "Network.clearBrowserCookies", {})
    driver.get_log("browser")  # type: ignore[no-untyped-call,unused-ignore]
    yield driver
    log = driver.get_log("browser")  # type: ignore[no-untyped-call,unused-ignore]
    faults = [line["message"] for line in log if line["level"] == "SEVERE"]
    driver.execute_script(NOTHING_HALF_TYPED)
    driver.get("about:blank")  # no request of this page may outlive its server
    assert [fault for fault in faults if not REFUSED.search(fault)] == []


def _tell(driver: WebDriver, word: str, values: dict[str, Any]) -> None:
    driver.execute_cdp_cmd(word, values)  # type: ignore[attr-defined,unused-ignore]
