"""Two phones at one patrol, and several people at one phone: nothing is mixed silently."""

from __future__ import annotations

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from app import clock
from app.smallworks.patrols import commands
from tests.browser.afield import PATIENCE, Network, Phones
from tests.browser.inspecting import (
    FAILED,
    HAZARD,
    HEAD,
    NAME,
    begin,
    go_to,
    open_sheet,
    quiet,
    take_along,
    the_patrol,
)
from tests.identity.people import SECRET
from tests.smallworks.town import Town, staff

pytestmark = pytest.mark.one_store


def test_two_phones_are_asked_field_by_field(phones: Phones) -> None:
    first, second = begin(phones("first")), take_along(phones("second"))
    open_sheet(second)
    second.signal(False)
    go_to(second, FAILED).answer(FAILED, "bad").write(f"text-{HAZARD}", "临边作业未戴安全帽")
    second.answer("person_fit", "ok")
    go_to(first, FAILED).answer(FAILED, "ok").until("已全部上传", ".strip")
    WebDriverWait(first.driver, PATIENCE).until(lambda _: the_patrol().answers == {FAILED: "ok"})

    second.signal(True).until("两个版本，请逐项选择", "h2")
    asked = [one.get_attribute("data-field") for one in second.all(".crossing")]
    assert asked == [f"answers.{FAILED}", "answers.person_fit"]
    both = second.find(f'[data-field="answers.{FAILED}"]')
    assert "不合格" in both.text
    assert "对方的\n合格" in both.text
    assert second.find("#take").get_attribute("disabled")
    assert the_patrol().answers == {FAILED: "ok"}  # nothing was written over
    second.touch(f'label[for="mine-answers.{FAILED}"]').touch("#take")
    second.until("已全部上传", ".strip")
    assert the_patrol().answers == {FAILED: "bad", "person_fit": "ok"}
    first.open("/patrols")
    open_sheet(first)
    go_to(first, FAILED)
    assert first.find(f'[id="{FAILED}-bad"]').is_selected()


def test_what_another_phone_filled_in_comes_along_and_is_said(phones: Phones) -> None:
    first, second = begin(phones("first")), take_along(phones("second"))
    open_sheet(second)
    second.signal(False)
    go_to(second, FAILED).answer(FAILED, "ok")
    go_to(first, "person_fit").answer("person_fit", "ok").until("已全部上传", ".strip")
    WebDriverWait(first.driver, PATIENCE).until(lambda _: the_patrol().answers)
    second.signal(True).until("另一台设备也填了，已并入", ".hint")
    assert the_patrol().answers == {FAILED: "ok", "person_fit": "ok"}


def test_somebody_else_on_the_same_phone_sees_and_sends_nothing(
    phones: Phones, network: Network
) -> None:
    phone = begin(phones())
    phone.lose_signal()
    go_to(phone, FAILED).answer(FAILED, "ok").until("待传", ".strip")
    phone.driver.get("about:blank")  # nothing of it is open any more when the network comes back
    phone.find_signal().leave().sign_in("tangjichuan").open("/patrols").until("今日巡查", "h1")
    assert not phone.all("[data-kept]")
    phone.lose_signal()
    phone.open("/patrols").until("没有存下巡查", "main")
    assert NAME not in phone.text
    phone.open(f"/patrols/{the_patrol().id}").until("没有存在这部手机里", "main")
    assert the_patrol().answers == {}

    phone.find_signal().leave().sign_in(HEAD).open("/patrols")
    WebDriverWait(phone.driver, PATIENCE).until(lambda _: the_patrol().answers == {FAILED: "ok"})
    assert quiet(phone) == []


def test_who_signs_in_straight_onto_the_list_is_known_to_the_phone(
    phones: Phones, network: Network
) -> None:
    phone = take_along(phones())
    phone.leave().open("/staff/sign-in?next=/patrols")
    phone.fill({"account": "tangjichuan", "password": SECRET}).press("登录")
    phone.until("没有网络也能开始和填写", ".kept-words")
    phone.lose_signal()
    phone.open("/patrols").until("没有存下巡查", "main")


def test_signing_out_with_something_unsent_is_asked_twice(phones: Phones, network: Network) -> None:
    phone = begin(phones())
    phone.signal(False)
    go_to(phone, FAILED).answer(FAILED, "ok").until("待传", ".strip")
    leave = "document.querySelector('form[action=\"/sign-out\"]').requestSubmit()"
    phone.driver.execute_script(leave)
    asked = phone.driver.switch_to.alert
    assert "还有 1 项巡查内容没有上传" in asked.text
    asked.dismiss()
    assert phone.find(".patrol-top h1").text == NAME
    phone.driver.execute_script(leave)
    phone.driver.switch_to.alert.accept()
    network.cut()
    phone.open("/patrols").until("现在没有人登录", "main")
    assert NAME not in phone.text


def test_whoever_was_first_on_site_is_named_to_the_other(phones: Phones, site: Town) -> None:
    phone = take_along(phones())
    open_sheet(phone).signal(False).touch("#begin")
    go_to(phone, FAILED).answer(FAILED, "ok")
    hand_to_a_colleague(site)
    phone.signal(True).until("没有传上去", ".strip").until("宓见溪", ".strip")
    assert the_patrol().answers == {}
    open_sheet(phone)
    go_to(phone, FAILED)
    assert phone.find(f'[id="{FAILED}-ok"]').is_selected()  # it is still on the phone


def hand_to_a_colleague(site: Town) -> None:
    """宓见溪 of the same community begins the visit."""
    commands.start(staff("mijianxi", clock.now()), the_patrol().id, at=clock.now())
