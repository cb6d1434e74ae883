"""What the phone keeps of the patrol pages, and how they look, update and fail."""

from __future__ import annotations

import pytest

from tests.browser.afield import Phones
from tests.browser.inspecting import (
    answer_all,
    begin,
    open_sheet,
    take_along,
    the_patrol,
)

pytestmark = pytest.mark.one_store


def test_the_phone_keeps_a_frame_that_names_nobody_and_nothing_else(phones: Phones) -> None:
    phone = begin(phones())
    kept = phone.stored("""
        const found = [];
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const one of await cache.keys()) found.push(new URL(one.url).pathname);
        }
        return found;
    """)
    assert kept[0] == "/patrols/shell"
    assert all(path.startswith("/static/dist/") for path in kept[1:])
    assert len(kept) == 6
    phone.open("/patrols/shell")
    source = phone.driver.page_source
    assert "佘存栋" not in source
    assert "csrf" not in source


def test_a_place_that_is_not_told_has_its_words(phones: Phones) -> None:
    phone = take_along(phones())
    told = phone.driver
    told.execute_cdp_cmd("Browser.setPermission", {  # type: ignore[attr-defined]
        "permission": {"name": "geolocation"}, "setting": "denied",
    })  # fmt: skip
    open_sheet(phone).touch("#begin")
    answer_all(phone).until("没有允许本页使用位置", "#place-words")
    phone.until("已全部上传", ".strip")
    assert the_patrol().lng is None
