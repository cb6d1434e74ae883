"""Several people who share one browser: each goes on where they left off, on their own screen."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any, Self

from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.afield import HERE, PATIENCE, SCREEN, Screen
from tests.smallworks.papers.scene import text_of

DESK = {"width": 1366, "height": 900, "deviceScaleFactor": 1, "mobile": False}
WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
FETCH = """
const [path, done] = arguments;
fetch(path).then(async (answer) => {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  done([answer.status, btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""))]);
}, (fault) => done([0, String(fault)]));
"""


class Company(Screen):
    """Whoever's turn it is; no page that they see may be wider than their screen."""

    def __init__(self, driver: WebDriver, address: str) -> None:
        super().__init__(driver, address)
        self._cookies: dict[str, list[dict[str, Any]]] = {}
        self._who = ""
        self.pages = 0
        self._command("Browser.grantPermissions", permissions=["geolocation"])
        self._command("Emulation.setGeolocationOverride", **HERE)

    def leave_room(self) -> None:
        """The browser as it was."""
        self._command("Browser.resetPermissions")
        self._command("Emulation.clearGeolocationOverride")
        self._command("Emulation.clearDeviceMetricsOverride")

    def phone(self, who: str) -> Self:
        """Somebody with a phone."""
        return self._turn(who, SCREEN)

    def desk(self, who: str) -> Self:
        """Somebody at a desk."""
        return self._turn(who, DESK)

    def _turn(self, who: str, screen: dict[str, Any]) -> Self:
        self._cookies[self._who] = self.driver.get_cookies()
        self.driver.delete_all_cookies()
        for cookie in self._cookies.get(who, ()):
            self.driver.add_cookie(cookie)
        self._who = who
        self._command("Emulation.setDeviceMetricsOverride", **screen)
        if who.isascii() and who not in self._cookies:
            self.sign_in(who, staff=not who.isdigit())
        return self

    def open(self, path: str) -> Self:
        """Go there, and look at the page."""
        super().open(path)
        return self.look()

    def press(self, words: str) -> Self:
        """Press it, and look at what came."""
        super().press(words)
        return self.look()

    def touch(self, css: str) -> Self:
        """The same of what draws itself again."""
        super().touch(css)
        return self.look()

    def look(self) -> Self:
        """It may not scroll sideways."""
        over = self.driver.execute_script(WIDE)
        assert over <= 1, f"{over} px too wide for {self._who} at {self.path}"
        self.pages += 1
        return self

    def add_photo(self, box: str, photo: Path) -> Self:
        """One photo, until the page has taken it."""
        tiles = "main img"
        before = len(self.all(tiles))
        self.find(box).send_keys(str(photo))
        WebDriverWait(self.driver, PATIENCE).until(lambda _: len(self.all(tiles)) > before, box)
        return self

    def links(self, css: str) -> list[str]:
        """Where the links of a page lead, each once."""
        found = [one.get_attribute("href") or "" for one in self.all(css)]
        return [one.removeprefix(self.address) for one in dict.fromkeys(found)]

    def pdf(self, path: str) -> str:
        """What a paper says to whoever's turn it is."""
        status, body = self.driver.execute_async_script(FETCH, path)
        assert status == 200, (path, status, body)
        return text_of(base64.b64decode(body))

    def _command(self, word: str, **values: Any) -> None:
        told: Any = self.driver
        told.execute_cdp_cmd(word, values)
