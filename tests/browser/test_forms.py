"""Forms with script: fields come and go, files go up at once, tables grow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait
from sqlalchemy import func, select

from app import clock
from app.db import session
from app.workflow.commands.drafts import start_draft
from app.workflow.models import Attachment
from tests.identity.people import SECRET
from tests.stores import Store
from tests.workflow import hostile_files as files
from tests.workflow.filers import HERE, YAN, filers, known


@pytest.fixture(autouse=True)
def _people(database: Store, app: Flask) -> Iterator[None]:
    with filers(database, app):
        yield


@pytest.fixture
def draft(address: str, desktop: WebDriver) -> str:
    """The address of a draft of 鄢小满, who is signed in."""
    at = clock.now()
    made = start_draft(known("鄢小满", at), "filing", HERE, at=at).id
    desktop.get(f"{address}/sign-in")
    desktop.find_element(By.NAME, "phone").send_keys(YAN)
    desktop.find_element(By.NAME, "password").send_keys(SECRET)
    desktop.find_element(By.CSS_SELECTOR, "main form button[type=submit]").click()
    WebDriverWait(desktop, 10).until(lambda seen: "/sign-in" not in seen.current_url)
    return f"{address}/drafts/{made}"


def test_what_depends_on_an_answer_comes_with_it(draft: str, desktop: WebDriver) -> None:
    desktop.get(f"{draft}?at=owner")
    person, code = (
        desktop.find_element(By.ID, "f-id-no"),
        desktop.find_element(By.ID, "f-credit-code"),
    )
    assert (person.is_displayed(), code.is_displayed()) == (False, False)
    desktop.find_element(By.CSS_SELECTOR, "[name=owner_type][value=person]").click()
    assert (person.is_displayed(), code.is_displayed()) == (True, False)
    desktop.find_element(By.CSS_SELECTOR, "[name=owner_type][value=organisation]").click()
    assert (person.is_displayed(), code.is_displayed()) == (False, True)


def test_files_go_up_at_once_and_a_bad_one_says_why(
    draft: str, desktop: WebDriver, tmp_path: Path
) -> None:
    for name, content in (
        ("a.jpg", files.picture()),
        ("b.png", files.picture("PNG")),
        ("c.jpg", files.HTML),
    ):
        (tmp_path / name).write_bytes(content)
    desktop.get(f"{draft}?at=risk")
    desktop.find_element(By.ID, "f-measures").send_keys("设围挡")
    album = desktop.find_element(By.CSS_SELECTOR, "[name='file:site_photos'][multiple]")
    album.send_keys("\n".join(str(tmp_path / name) for name in ("a.jpg", "b.png", "c.jpg")))
    state = desktop.find_element(By.CSS_SELECTOR, "[data-upload-state]")
    WebDriverWait(desktop, 20).until(lambda _: "c.jpg：只能上传照片" in state.text)
    assert len(desktop.find_elements(By.CSS_SELECTOR, "[data-file] img")) == 2
    assert desktop.find_element(By.ID, "f-measures").get_property("value") == "设围挡"
    session().rollback()
    assert session().scalar(select(func.count(Attachment.id))) == 2


def test_a_table_grows_without_a_round_trip(draft: str, desktop: WebDriver) -> None:
    desktop.get(f"{draft}?at=crew")
    desktop.find_element(By.ID, "f-workers-0-name").send_keys("冼南橘")
    button = desktop.find_element(By.CSS_SELECTOR, "[data-rows] > button")
    desktop.execute_script("arguments[0].click()", button)
    fresh = desktop.find_element(By.NAME, "workers.1.name")
    assert (fresh.get_property("value"), fresh.get_attribute("id")) == ("", "f-workers-1-name")
    label = desktop.find_element(By.CSS_SELECTOR, "label[for=f-workers-1-name]")
    assert label.is_displayed()
