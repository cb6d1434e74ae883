"""A decision kept as it is typed: by script, by the button, for another device."""

from __future__ import annotations

from flask import Flask

from app.workflow.models import Case
from tests.smallworks.town import OWNER_PHONE
from tests.web.test_pages import Screen, case, first_task, staff, town

__all__ = ["case", "town"]
SCRIPT = {"X-Requested-With": "fetch"}


def opinion(screen: Screen, task: str) -> str:
    field = screen.page(task).select_one("textarea[name=opinion]")
    assert field is not None
    return field.text.strip()


def test_what_was_kept_comes_back_on_another_device_and_goes_with_the_decision(
    app: Flask, case: Case
) -> None:
    desk, elsewhere = staff(app, "shecundong"), staff(app, "shecundong")
    task = first_task(desk)
    kept = desk.send(task, f"{task}/draft", opinion="材料齐，还差一张照片")
    assert (kept.status_code, kept.location) == (303, task)
    assert opinion(elsewhere, task) == "材料齐，还差一张照片"
    assert "已恢复" in elsewhere.page(task).text
    elsewhere.send(task, task, outcome="approve", opinion="同意")
    assert desk.page(task).select_one("textarea") is None


def test_a_script_hears_when_it_was_kept(app: Flask, case: Case) -> None:
    desk = staff(app, "shecundong")
    task = first_task(desk)
    token = desk.page(task).select_one("input[name=csrf_token]")
    assert token
    sent = {"csrf_token": str(token["value"]), "opinion": "写了一半"}
    answer = desk.client.post(f"{task}/draft", data=sent, headers=SCRIPT)
    assert answer.status_code == 200
    assert answer.json
    assert len(answer.json["saved"]) == len("10:42")
    assert opinion(desk, task) == "写了一半"


def test_it_is_begun_anew_when_thrown_away(app: Flask, case: Case) -> None:
    desk = staff(app, "shecundong")
    task = first_task(desk)
    desk.send(task, f"{task}/draft", opinion="写错了")
    desk.send(task, f"{task}/draft/discard")
    assert opinion(desk, task) == ""


def test_what_was_refused_stands_as_it_was_sent(app: Flask, case: Case) -> None:
    desk = staff(app, "shecundong")
    task = first_task(desk)
    desk.send(task, f"{task}/draft", opinion="暂存的")
    refused = desk.send(task, task, outcome="return", opinion="刚写的")
    assert refused.status_code == 422
    assert "刚写的" in refused.text
    assert "暂存的" not in refused.text


def test_a_correction_is_kept_too(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    head.send(task, task, outcome="return", missing_items="contract", opinion="缺合同")
    mine = Screen(app, "/sign-in", phone=OWNER_PHONE)
    page = mine.page(f"/cases/{case.id}")
    link = page.select_one('a[href^="/tasks/"]')
    assert link
    correction = str(link["href"])
    mine.send(correction, f"{correction}/draft", content="补写到一半")
    box = mine.page(correction).select_one("[name=content]")
    assert box
    assert box.text.strip() == "补写到一半"
