"""A person at a real browser: reads words, fills fields by name, presses what can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.identity.people import SECRET

PATIENCE = 20
TO_THE_MIDDLE = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})"


class Hands:
    """One person at one browser, with or without script."""

    def __init__(self, driver: WebDriver, address: str) -> None:
        self.driver = driver
        self.address = address

    def open(self, path: str) -> Hands:
        """Go to an address of the product."""
        self.driver.get(self.address + path)
        return self

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.driver.current_url.removeprefix(self.address)

    @property
    def heading(self) -> str:
        """The h1 of the page."""
        return self.find("h1").text.strip()

    @property
    def text(self) -> str:
        """What the page says."""
        return self.find("main").text

    def find(self, css: str) -> WebElement:
        """The first element, waited for."""
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[WebElement]:
        """What is there now, without waiting."""
        self.driver.implicitly_wait(0)
        try:
            return self.driver.find_elements(By.CSS_SELECTOR, css)
        finally:
            self.driver.implicitly_wait(5)

    def wait(self, path: str) -> Hands:
        """Until the browser is at an address that has this in it."""
        WebDriverWait(self.driver, PATIENCE).until(lambda _: path in self.path, self.path)
        return self

    def wait_for(self, words: str) -> Hands:
        """Until the page's heading is this."""

        def stands(_: WebDriver) -> bool:
            return any(one.text.strip() == words for one in self.all("h1"))

        WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[WebDriverException]).until(
            stands, f"{words} at {self.path}"
        )
        return self

    def sees(self, words: str) -> Hands:
        """Until the page that is on its way says this: a press returns before it has come."""
        said = WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[WebDriverException])
        said.until(lambda _: words in self.text, f"{words} at {self.path}")
        return self

    def press(self, words: str) -> Hands:
        """The last button or link that can be seen and says this, else has these words in it."""
        xpath = f"(//button|//a|//summary)[contains(normalize-space(.), '{words}')]"
        seen = [one for one in self.driver.find_elements(By.XPATH, xpath) if one.is_displayed()]
        assert seen, f"nothing to press says {words} at {self.path}: {self.text[:300]}"
        self._click(([one for one in seen if one.text.strip() == words] or seen)[-1])
        return self

    def press_through(self, words: str) -> Hands:
        """Press what leads to another page, and wait until this one has gone."""
        before = self.find("h1")
        self.press(words)
        gone = WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[WebDriverException])
        gone.until(staleness_of(before), words)  # a page that goes refuses in many ways
        return self

    def _click(self, one: WebElement) -> None:
        """Scroll to it as a thumb does: the middle of the screen, clear of the bar of buttons."""
        self.driver.execute_script(TO_THE_MIDDLE, one)
        one.click()

    def sign_in(self, who: str, *, staff: bool = True) -> Hands:
        """Through the door of the staff or of the public."""
        self.open("/staff/sign-in" if staff else "/sign-in")
        self.fill({"account" if staff else "phone": who, "password": SECRET})
        before = self.path
        self.press("登录")
        WebDriverWait(self.driver, PATIENCE).until(lambda _: self.path != before, before)
        return self

    def leave(self) -> Hands:
        """Take the session out of this browser."""
        self.driver.delete_all_cookies()
        return self

    def fill(self, typed: dict[str, str]) -> Hands:
        """Each field by its name: typed, chosen or ticked as its kind asks."""
        for name, value in typed.items():
            self._give(self.find(f'main [name="{name}"]'), name, value)
        return self

    def _give(self, field: WebElement, name: str, value: str) -> None:
        kind = field.get_attribute("type") or ""
        if field.tag_name == "select":
            Select(field).select_by_value(value)
        elif kind in ("radio", "checkbox"):
            wanted = self.find(f'main [name="{name}"][value="{value}"]')
            if not wanted.is_selected():
                self._click(wanted)
        elif kind == "date":
            self._date(name, value)
        else:
            field.clear()
            field.send_keys(value)

    def _date(self, name: str, value: str) -> None:
        """A day from the browser's own calendar, whose keys differ from language to language."""
        page = self._tell("DOM.getDocument")["root"]["nodeId"]
        asked = {"nodeId": page, "selector": f'main [name="{name}"]'}
        node = self._tell("DOM.querySelector", **asked)["nodeId"]
        self._tell("DOM.setAttributeValue", nodeId=node, name="value", value=value)

    def choose_files(self, field: str, files: Sequence[Path]) -> Hands:
        """Pick files for a field of the form; with script, until all of them went up."""
        there = f'[data-files="{field}"] [data-file]'
        before = len(self.all(there))
        box = self.all(f'main input[type=file][name="file:{field}"]')[-1]
        box.send_keys("\n".join(map(str, files)))
        if self.all("html.js"):
            WebDriverWait(self.driver, PATIENCE).until(
                lambda _: len(self.all(there)) == before + len(files), field
            )
        return self

    def keys(self, *pressed: str) -> Hands:
        """Press keys, wherever the focus is."""
        self.driver.switch_to.active_element.send_keys(*pressed)
        return self

    def enter(self) -> Hands:
        """Press Enter."""
        return self.keys(Keys.ENTER)

    def _tell(self, word: str, **values: object) -> dict[str, dict[str, int]]:
        told: dict[str, dict[str, int]] = self.driver.execute_cdp_cmd(word, values)  # type: ignore[attr-defined]
        return told
