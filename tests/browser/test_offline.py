"""A patrol without a signal outlives network, page and battery, and arrives once."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver.support.ui import WebDriverWait
from sqlalchemy import select

from app.db import session
from app.smallworks.patrols.models import Hazard
from app.workflow.models import Case
from tests.browser.afield import PATIENCE, Handset, Network, Phones
from tests.browser.inspecting import (
    FAILED,
    HAZARD,
    HEAD,
    NAME,
    answer_all,
    begin,
    go_to,
    open_sheet,
    photos,
    quiet,
    saved,
    sign,
    take_along,
    the_patrol,
)
from tests.identity.people import SECRET

pytestmark = pytest.mark.one_store
IDLE = '.strip[data-phase="idle"]'


def test_a_patrol_outlives_network_reload_and_battery_and_arrives_once(
    phones: Phones, network: Network, shots: list[Path]
) -> None:
    phone = begin(phones())
    go_to(phone, FAILED)
    phone.lose_signal()
    phone.answer(FAILED, "bad").write(f"text-{HAZARD}", "两名瓦工没有戴安全帽")
    phone.shoot("album", HAZARD, shots[:2]).shoot("camera", HAZARD, shots[2:3])
    phone.until("3 张照片待传", ".strip").until("没有网络，已存在手机里", ".strip")

    open_sheet(phone)  # a reload, answered by nobody but the phone itself
    go_to(phone, FAILED)
    assert phone.photos(HAZARD) == ["waiting"] * 3
    assert the_patrol().answers == {}

    phone.lose_power()
    phone.switch_on().signal(False)
    phone.open("/patrols").until(NAME, ".kept").until("项待传", ".kept")
    phone.touch(".kept a").until(NAME, ".patrol-top h1")
    go_to(phone, FAILED)
    assert phone.photos(HAZARD) == ["waiting"] * 3
    assert phone.find(f'[id="text-{HAZARD}"]').get_attribute("value") == "两名瓦工没有戴安全帽"
    phone.answer("person_fit", "ok")

    phone.find_signal().until("登录已过期，内容都在手机里", ".strip")  # cookies went with the power
    phone.touch(".strip a").fill({"account": HEAD, "password": SECRET}).press("登录")
    phone.until("已全部上传", ".strip")
    twice(phone)

    patrol = the_patrol()
    assert {code: patrol.answers[code] for code in (FAILED, "person_fit")} == {
        FAILED: "bad", "person_fit": "ok",
    }  # fmt: skip
    hazards = session().scalars(select(Hazard)).all()
    assert [(row.text, row.client_id) for row in hazards] == [("两名瓦工没有戴安全帽", HAZARD)]
    taken = photos()
    assert len(taken) == 3
    assert len({row.original for row in taken}) == 3
    assert quiet(phone) == []


def test_a_battery_that_dies_as_the_list_comes_leaves_it_in_the_phone(
    phones: Phones, network: Network
) -> None:
    phone = take_along(phones())
    network.cut()
    phone.lose_power()
    phone.switch_on().signal(False)
    phone.open("/patrols").until(NAME, ".kept")


def twice(phone: Handset) -> None:
    """Send again from two tabs at once, with everything as if the answers had been lost."""
    forget = """
        const request = indexedDB.open(`patrol-${document.body.dataset.person}`);
        const base = await new Promise((done) => (request.onsuccess = () => done(request.result)));
        const write = base.transaction(["sheets"], "readwrite");
        const rows = write.objectStore("sheets");
        const got = rows.getAll();
        const all = await new Promise((done) => (got.onsuccess = () => done(got.result)));
        all.forEach((row) => rows.put({...row, edited: row.edited + 1}));
        await new Promise((done) => (write.oncomplete = done));
        base.close();
        return all.length;
    """
    assert phone.stored(forget) == 1
    here = phone.driver.current_window_handle
    phone.driver.switch_to.new_window("tab")
    open_sheet(phone)
    there = phone.driver.current_window_handle
    click = 'const one = document.getElementById("again"); one?.click(); one?.click();'
    for tab in (here, there, here):
        phone.driver.switch_to.window(tab)
        phone.driver.execute_script(click)
    for tab in (there, here):
        phone.driver.switch_to.window(tab)
        WebDriverWait(phone.driver, PATIENCE).until(lambda _: phone.all(IDLE), IDLE)


def test_a_lost_answer_of_the_server_doubles_nothing(
    phones: Phones, network: Network, shots: list[Path]
) -> None:
    phone = begin(phones())
    go_to(phone, FAILED)
    before = len(saved())
    network.swallow = "/sheet"  # the server takes it in, and its answer is lost on the way
    phone.answer(FAILED, "bad").shoot("album", HAZARD, shots[:2])
    WebDriverWait(phone.driver, PATIENCE).until(lambda _: len(saved()) > before)
    network.swallow = "/photos"
    WebDriverWait(phone.driver, PATIENCE).until(lambda _: photos())
    network.swallow = ""
    phone.until("已全部上传", ".strip")
    assert len(saved()) == before + 1
    assert len(photos()) == 2
    assert len(session().scalars(select(Hazard)).all()) == 1


def test_a_conclusion_drawn_without_network_is_drawn_once(
    phones: Phones, network: Network, shots: list[Path]
) -> None:
    phone = begin(phones())
    phone.lose_signal()
    answer_all(phone).shoot("camera", "site", shots[:1])
    sign(phone)
    phone.touch('label[for="outcome-normal"]').touch("#conclude")
    phone.until("还没有传到系统", "main")
    open_sheet(phone)
    for tab in range(2):
        if tab:
            phone.driver.switch_to.new_window("tab")
            open_sheet(phone)
    phone.find_signal()
    WebDriverWait(phone.driver, PATIENCE).until(lambda _: the_patrol().conclusion == "normal")
    patrol = the_patrol()
    assert (patrol.signed_name, patrol.refused) == ("冼南橘", False)
    assert patrol.signature is not None
    assert len(photos("site")) == len(photos("signature")) == 1
    assert session().get_one(Case, patrol.case_id).result == "done"
    empty = "return (await indexedDB.databases()).length"
    assert phone.stored(empty)  # the store is there, and there is nothing left in it:
    phone.open("/patrols").until("没有未上传的内容", ".strip")
    assert not phone.all(".kept-mark")
