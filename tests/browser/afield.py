"""Phones in the field: with a memory and a battery each, on a network that can be cut."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psutil
from flask import Flask
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import BaseWSGIServer, make_server

from tests.browser.hands import TO_THE_MIDDLE, Hands

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HERE = {"latitude": 30.6918, "longitude": 111.2861, "accuracy": 12}
SCREEN = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
PATIENCE = 20


class Network:
    """The product, and the line to it: cut, nobody answers at its address."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.port = 0
        self.swallow = ""  # answers from addresses that end so are lost on the way
        self.hold = ""  # questions to addresses that end so are answered after `patience` seconds
        self.patience = 0.0
        self._server: BaseWSGIServer | None = None
        self.mend()

    @property
    def address(self) -> str:
        """The beginning of each URL."""
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        """The server answers again, at the address that it had."""
        self._server = make_server("127.0.0.1", self.port, self._answer, threaded=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if self.hold and str(environ["PATH_INFO"]).endswith(self.hold):
            time.sleep(self.patience)
        answer = self.app(environ, start)
        if self.swallow and str(environ["PATH_INFO"]).endswith(self.swallow):
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return answer

    def cut(self) -> None:
        """Nobody answers any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Screen(Hands):
    """A page that draws itself again while one works on it."""

    def until(self, words: str, css: str = "main") -> Self:
        """Until a part of the page says this."""

        def said(_: WebDriver) -> bool:
            return any(words in one.text for one in self.all(css))

        waiting = WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[WebDriverException])
        waiting.until(said, f"{words} in {css} at {self.path}")
        return self

    @property
    def strip(self) -> str:
        """What the strip says is safe and what waits."""
        return self.find(".strip").text.replace("\n", " ")

    def touch(self, css: str) -> Self:
        """Press what can be found so; the page may have drawn it again meanwhile."""

        def pressed(driver: WebDriver) -> bool:
            one = driver.find_element(By.CSS_SELECTOR, css)
            driver.execute_script(TO_THE_MIDDLE, one)
            one.click()
            return True

        WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[WebDriverException]).until(
            pressed, f"{css} at {self.path}"
        )
        return self

    def answer(self, code: str, result: str) -> Self:
        """One item of the checklist."""
        self.touch(f'label[for="{code}-{result}"]')
        chosen = f'[id="{code}-{result}"]:checked'
        WebDriverWait(self.driver, PATIENCE).until(lambda _: self.all(chosen), chosen)
        return self

    def write(self, name: str, text: str) -> Self:
        """Type into a field, in place of what is there."""
        field = self.find(f'[id="{name}"]')
        self.driver.execute_script(TO_THE_MIDDLE, field)
        field.clear()
        field.send_keys(text)
        return self

    def shoot(self, way: str, hazard: str, files: Sequence[Path]) -> Self:
        """Photos by camera or album, until each has its tile."""
        tiles = f'[id="{way}-{hazard}"]'
        box = self.find(tiles)
        before = len(self.photos(hazard))
        box.send_keys("\n".join(map(str, files)))
        WebDriverWait(self.driver, PATIENCE).until(
            lambda _: len(self.photos(hazard)) == before + len(files), hazard
        )
        return self

    def photos(self, hazard: str) -> list[str]:
        """The states of the tiles of one hazard."""
        script = """
            const way = document.getElementById(`album-${arguments[0]}`);
            const tiles = way.closest(".photos").querySelectorAll("[data-photo]");
            return [...tiles].map((tile) => tile.dataset.state);
        """
        found: list[str] = self.driver.execute_script(script, hazard)
        return found

    def stored(self, script: str) -> Any:
        """What a piece of script with `await` comes to in this page."""
        wrapped = f"(async () => {{ {script} }})().then(arguments[arguments.length - 1])"
        return self.driver.execute_async_script(wrapped)


class Handset(Screen):
    """One phone: switched on with what it had stored when it went off."""

    def __init__(self, network: Network, folder: Path, start: Callable[[Path], WebDriver]) -> None:
        self.network, self._folder, self._start = network, folder, start
        super().__init__(self._switch_on(), network.address)

    def _switch_on(self) -> WebDriver:
        driver = self._start(self._folder)
        told: Any = driver
        told.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)
        told.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["geolocation"]})
        told.execute_cdp_cmd("Emulation.setGeolocationOverride", HERE)
        return driver

    def lose_power(self) -> None:
        """The battery is flat: nothing is closed, nothing is written any more."""
        told: Any = self.driver
        driver = told.service.process
        parts = psutil.Process(driver.pid).children(recursive=True)  # stores have processes too
        for part in parts:
            with suppress(psutil.NoSuchProcess):
                part.kill()
        driver.kill()
        driver.wait()
        _, alive = psutil.wait_procs(parts, PATIENCE)
        assert not alive, alive

    def switch_on(self) -> Handset:
        """The same phone again."""
        self.driver = self._switch_on()
        return self

    def off(self) -> None:
        """Put it away."""
        with suppress(WebDriverException):
            self.driver.quit()

    def signal(self, there: bool) -> Handset:
        """What the phone's own antenna says, for the page that lies open."""
        told: Any = self.driver
        told.execute_cdp_cmd("Network.enable", {})
        told.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": not there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        })  # fmt: skip
        return self

    def lose_signal(self) -> Handset:
        """No network: the line is cut and the antenna says so."""
        self.network.cut()
        return self.signal(False)

    def find_signal(self) -> Handset:
        """Back in the network."""
        self.network.mend()
        return self.signal(True)


def starter(programs: tuple[str, str], flags: Sequence[str]) -> Callable[[Path], WebDriver]:
    """How phones of this machine are switched on."""

    def start(folder: Path) -> WebDriver:
        options = webdriver.ChromeOptions()
        options.binary_location = programs[0]
        for flag in (*flags, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(service=Service(programs[1]), options=options)
        driver.implicitly_wait(5)
        driver.set_page_load_timeout(30)
        return driver

    return start


Phones = Callable[..., Handset]
"""A phone by its name."""
