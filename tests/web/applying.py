"""Steps of a filing without script, taken by whoever is at the browser."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from app import clock
from tests.identity.people import SECRET
from tests.web.noscript import NoScript
from tests.workflow import hostile_files as files
from tests.workflow.filers import HERE, YAN

START = clock.local(clock.now() + timedelta(days=5)).date()


def public(app: Flask, phone: str) -> NoScript:
    """Somebody of the public, signed in."""
    return NoScript(app).open("/sign-in").press("登录", phone=phone, password=SECRET)


def choose_place(browser: NoScript) -> NoScript:
    """Down to 铁路坝社区, link by link."""
    browser.open("/apply").follow("小散工程").follow("西陵区").follow("西陵街道")
    return browser.press("开始填写", division_code=HERE)


def fill_in(browser: NoScript, **changed: str) -> NoScript:
    """Every screen of a craftsman's small job, up to the last check."""
    go = "保存，下一步"
    browser.press(
        go, kind="small_work", project_type="municipal", name="背街路灯维修", address="学院街 8 号",
        workplace_kind="road", content="更换三盏路灯",
    )  # fmt: skip
    ends = START + timedelta(days=2)
    browser.press(go, investment_wan="０．８", planned_start=str(START), planned_end=str(ends))
    browser.press(
        go, **{"owner_type": "person", "owner_name": "鄢小满", "id_no": "11010519491231002X",
               "phone": YAN, "relation": "agent"} | changed,
    )  # fmt: skip
    browser.press(
        go, contractor_type="craftsman", contractor_name="冼南橘", contractor_phone="13900003333",
        contractor_id_no="11010519491231002X", site_manager="冼南橘",
    )  # fmt: skip
    browser.press(go, workers__0__name="冼南橘", workers__0__trade="电工")
    browser.press(
        go, indoor="false", risk_flags=["none"], measures="设围挡，断电作业",
        emergency_contact="冼南橘", emergency_phone="13900003333",
        **{"file:site_photos": [files.told_picture(), files.picture("PNG")]},
    )  # fmt: skip
    papers = ("owner_papers", "commitment", "craftsman_papers")
    browser.press(go, **{f"file:{name}": files.pdf() for name in papers})
    ticked = ("no_structural_change", "not_split", "truthful", "accepts_patrol", "stops_on_order")
    return browser.press(go, signer="鄢小满", **dict.fromkeys(ticked, "true"))
