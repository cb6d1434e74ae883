"""What the phone keeps of the patrol pages, and how they look, update and do without."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from selenium.webdriver.support.ui import WebDriverWait

from app.web import pages
from tests.browser.afield import PATIENCE, SCREEN, Handset, Phones
from tests.browser.inspecting import (
    FAILED,
    HAZARD,
    HEAD,
    answer_all,
    begin,
    go_to,
    open_sheet,
    photos,
    quiet,
    take_along,
    the_patrol,
)
from tests.browser.test_pages import faults
from tests.workflow.hostile_files import told_picture

pytestmark = pytest.mark.one_store
PLAIN_HTTP = "anguan.example"
KEPT = """
    const found = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const one of await cache.keys()) found.push(new URL(one.url).pathname);
    }
    return found;
"""
ASK_FOR_NEWS = "await (await navigator.serviceWorker.getRegistration('/patrols')).update()"


def test_the_phone_keeps_a_frame_that_names_nobody_and_nothing_else(phones: Phones) -> None:
    phone = begin(phones())
    kept = phone.stored(KEPT)
    assert kept[0] == "/patrols/shell"
    assert all(path.startswith("/static/dist/") for path in kept[1:])
    assert len(kept) == 6
    phone.open("/patrols/shell")
    source = phone.driver.page_source
    assert "佘存栋" not in source
    assert "csrf" not in source


def test_a_new_build_takes_over_while_a_patrol_is_open(
    phones: Phones, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = begin(phones())
    go_to(phone, FAILED).answer(FAILED, "ok").until("已全部上传", ".strip")
    build_again(app, tmp_path, monkeypatch)
    phone.stored(ASK_FOR_NEWS)
    phone.until("系统已更新，刷新本页后使用新版", ".hint")
    assert phone.find(f'[id="{FAILED}-ok"]').is_selected()
    # nothing of the old build is left
    WebDriverWait(phone.driver, PATIENCE).until(lambda _: len(phone.stored(KEPT)) == 6)
    assert "patrol-ANOTHER1.js" in {Path(path).name for path in phone.stored(KEPT)}
    phone.lose_signal()
    open_sheet(phone)
    loaded = [one.get_attribute("src") or "" for one in phone.all("script[src]")]
    assert any(address.endswith("patrol-ANOTHER1.js") for address in loaded)
    go_to(phone, FAILED)
    assert phone.find(f'[id="{FAILED}-ok"]').is_selected()


def build_again(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve another build from now on, as after a release: the old file is gone."""
    fresh = folder / "static" / "dist"
    shutil.copytree(pages.DIST, fresh)
    names = json.loads((fresh / "manifest.json").read_text("utf-8"))
    (fresh / names["patrol.js"]).rename(fresh / "patrol-ANOTHER1.js")
    names["patrol.js"] = "patrol-ANOTHER1.js"
    (fresh / "manifest.json").write_text(json.dumps(names), "utf-8")
    monkeypatch.setattr(pages, "DIST", fresh)
    monkeypatch.setattr(app, "static_folder", str(fresh.parent))


def test_without_https_it_works_online_and_says_what_does_not(
    phones: Phones, shots: list[Path]
) -> None:
    phone = phones("plain", f"--host-resolver-rules=MAP {PLAIN_HTTP} 127.0.0.1")
    phone.address = f"http://{PLAIN_HTTP}:{phone.network.port}"
    phone.sign_in(HEAD).open("/patrols").until("本页不是安全连接", ".hint")
    open_sheet(phone).touch("#begin").until("已全部上传", ".strip")
    go_to(phone, FAILED).answer(FAILED, "bad").shoot("camera", HAZARD, shots[:1])
    WebDriverWait(phone.driver, PATIENCE).until(lambda _: phone.photos(HAZARD) == ["sent"])
    assert len(photos()) == 1
    assert the_patrol().answers[FAILED] == "bad"
    answer_all(phone).until("浏览器不给位置", "#place-words")
    assert [line for line in quiet(phone) if "Opener-Policy" not in line] == []


def test_a_photo_too_large_for_the_server_is_made_smaller_and_keeps_its_notes(
    phones: Phones, tmp_path: Path
) -> None:
    noted = tmp_path / "noted.jpg"
    noted.write_bytes(told_picture())
    large, size = tmp_path / "large.jpg", (5600, 4200)
    with Image.open(noted) as camera:
        noise = Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3))
        noise.save(large, quality=92, exif=camera.getexif())
    assert large.stat().st_size > 20 * 1024 * 1024
    phone = begin(phones())
    go_to(phone, FAILED).answer(FAILED, "bad").shoot("album", HAZARD, [large])
    waiting = WebDriverWait(phone.driver, 3 * PATIENCE)
    waiting.until(lambda _: phone.photos(HAZARD) == ["sent"])
    (row,) = photos()
    assert row.taken_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert (row.lng or "").startswith("111.29")


def test_a_place_that_is_not_told_has_its_words(phones: Phones) -> None:
    phone = take_along(phones())
    phone.driver.execute_cdp_cmd(  # type: ignore[attr-defined]
        "Browser.setPermission",
        {"permission": {"name": "geolocation"}, "setting": "denied"},
    )
    open_sheet(phone).touch("#begin")
    answer_all(phone).until("没有允许本页使用位置", "#place-words")
    phone.until("已全部上传", ".strip")
    assert the_patrol().lng is None


def test_no_screen_of_the_patrol_keeps_anybody_out(phones: Phones, shots: list[Path]) -> None:
    phone = take_along(phones())
    wrong = {"list": looked_at(phone)}
    wrong["first"] = looked_at(open_sheet(phone))
    phone.touch("#begin")
    go_to(phone, FAILED).answer(FAILED, "bad").shoot("album", HAZARD, shots[:2])
    wrong["hazard"] = looked_at(phone)
    wrong["ending"] = looked_at(answer_all(phone))
    phone.touch('label[for="outcome-stop"]')
    wrong["stop"] = looked_at(phone)
    phone.lose_signal()
    wrong["away"] = looked_at(phone)
    phone.open("/patrols").until("没有网络", ".strip")
    wrong["kept"] = looked_at(phone)
    assert {name: said for name, said in wrong.items() if said} == {}


def looked_at(phone: Handset) -> list[str]:
    """What is wrong in both themes and at both widths, but for the network that is not there."""
    found = faults(phone)
    phone.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)  # type: ignore[attr-defined]
    return [line for line in found if "ERR_" not in line]
