"""Today's visits by distance: the phone is asked where it is, and the list is sorted by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from app import clock
from app.db import transaction
from app.smallworks.models import Work
from app.smallworks.patrols import visiting
from app.smallworks.patrols.visiting import Visit
from tests.browser.conftest import PHONE
from tests.browser.hands import Hands
from tests.smallworks.stops import site
from tests.smallworks.town import Town

HERE = {"latitude": 30.69, "longitude": 111.28, "accuracy": 20}
NEAR = ("远的", "111.40", "30.70"), ("近的", "111.29", "30.69")


@pytest.fixture
def outside(desktop: WebDriver, town: Town, address: str) -> Iterator[Hands]:
    """A phone with script, held in a hand somewhere in the town."""
    hands = Hands(desktop, address)
    hands._tell("Emulation.setDeviceMetricsOverride", **PHONE)
    hands._tell("Emulation.setGeolocationOverride", **HERE)
    yield hands
    hands._tell("Emulation.clearGeolocationOverride")
    hands._tell("Browser.resetPermissions")
    hands._tell("Emulation.clearDeviceMetricsOverride")


def may_be_located(hands: Hands, setting: str) -> None:
    """What the person answered when the browser asked."""
    permission = {"name": "geolocation"}
    hands._tell(
        "Browser.setPermission", permission=permission, setting=setting, origin=hands.address
    )


def wait_for_visits(town: Town) -> None:
    for name, lng, lat in NEAR:
        work = site.filed(town, name=name, lng=lng, lat=lat)
        with transaction() as rows:
            row = rows.get_one(Work, work.id)
            visiting.open_visit(rows, row, Visit("planned"), None, at=clock.now())


def listed(hands: Hands) -> list[str]:
    return [one.text for one in hands.all("[data-visit] b") if one.text in ("远的", "近的")]


def test_the_nearest_first_where_the_phone_may_say_where_it_is(outside: Hands, town: Town) -> None:
    wait_for_visits(town)
    may_be_located(outside, "granted")
    outside.sign_in("shecundong").open("/patrols")
    assert listed(outside) == ["远的", "近的"]
    outside.sees("按距离排").press("按距离排").wait("lng=111.28")
    outside.sees("按离您的距离排列")
    assert listed(outside) == ["近的", "远的"]
    assert "957 米" in outside.text
    width = outside.driver.execute_script("return document.documentElement.scrollWidth")
    assert width == PHONE["width"]
    outside.press("改回按期限排").sees("按距离排")
    assert listed(outside) == ["远的", "近的"]


def test_a_phone_that_may_not_say_it_is_told_why_nothing_happens(
    outside: Hands, town: Town
) -> None:
    wait_for_visits(town)
    may_be_located(outside, "denied")
    outside.sign_in("shecundong").open("/patrols")
    outside.sees("按距离排").press("按距离排").sees("没有允许本页使用位置")
    assert listed(outside) == ["远的", "近的"]
