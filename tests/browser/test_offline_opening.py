"""A visit opened before the phone holds it, on a bad line: the page always becomes of use."""

from __future__ import annotations

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.afield import PATIENCE, Handset, Network, Phones
from tests.browser.inspecting import FAILED, HEAD, NAME, go_to, quiet, the_patrol

pytestmark = pytest.mark.one_store
TOO_SLOW = 9.0  # longer than the phone waits for a page of the server


def _went_on(phone: Handset) -> None:
    """Begun with one press, and it is with the server."""
    phone.touch("#begin").until("已全部上传", ".strip")
    assert the_patrol().started_at is not None
    go_to(phone, FAILED)
    assert quiet(phone) == []


def test_a_visit_whose_sheet_was_lost_on_the_way_comes_by_itself(
    phones: Phones, network: Network
) -> None:
    network.swallow = "/due.json"
    phone = phones()
    phone.sign_in(HEAD).open("/patrols").press(NAME).wait(the_patrol().id)
    phone.until("这次巡查还没有存进这部手机", ".hint")
    assert [one.text for one in phone.all("[data-plain] button")] == ["开始巡查"]
    network.swallow = ""
    _went_on(phone)
    assert not phone.find("[data-plain]").is_displayed()


def test_what_somebody_is_writing_in_the_servers_own_form_stays(
    phones: Phones, network: Network
) -> None:
    network.swallow = "/due.json"
    phone = phones()
    phone.sign_in(HEAD).open(f"/patrols/{the_patrol().id}").press("开始巡查")
    phone.sees("第 1 部分").open(f"/patrols/{the_patrol().id}?part=more")
    phone.until("这次巡查还没有存进这部手机", ".hint")
    box = phone.find('[data-plain] [name="remark"]')
    box.send_keys("现场有人")
    network.swallow = ""
    phone.driver.execute_script("window.dispatchEvent(new Event('online'))")
    WebDriverWait(phone.driver, PATIENCE).until(lambda _: phone.stored(HELD) == 1)
    assert box.get_attribute("value") == "现场有人"
    assert box.is_displayed()


HELD = """
    const asked = indexedDB.open(`patrol-${document.body.dataset.person}`);
    const base = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
    const count = base.transaction("sheets").objectStore("sheets").count();
    const found = await new Promise((done) => (count.onsuccess = () => done(count.result)));
    base.close();
    return found;
"""


def test_a_frame_that_came_instead_of_a_slow_page_fills_itself(
    phones: Phones, network: Network
) -> None:
    network.swallow = "/due.json"
    phone = phones()
    phone.sign_in(HEAD).open("/patrols")
    assert phone.stored("await navigator.serviceWorker.ready; return true")
    visit = the_patrol().id
    network.hold, network.patience = visit, TOO_SLOW
    phone.open(f"/patrols/{visit}").until("没有存在这部手机里，连上网络会自动打开", "main")
    assert phone.all("[data-shell]")
    network.swallow = network.hold = ""
    _went_on(phone)


def test_a_frame_says_of_a_visit_of_others_where_it_is(phones: Phones, network: Network) -> None:
    phone = phones()
    phone.sign_in(HEAD).open("/patrols").until("手机里", ".kept-mark")
    assert phone.stored("await navigator.serviceWorker.ready; return true")
    unknown = "0" * 32
    network.hold, network.patience = unknown, TOO_SLOW
    phone.open(f"/patrols/{unknown}").until("不在您的待办里", "main")
    network.hold = ""
    phone.touch("main a")
    WebDriverWait(phone.driver, PATIENCE).until(lambda _: not phone.all("[data-shell]"))
