"""The pages of verbs as reviewers meet them: what a press would come to stands there before it."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask import Flask

from app.workflow.models import Case
from tests.web.test_pages import Screen, case, first_task, staff, town

__all__ = ["case", "town"]


def told(page: BeautifulSoup) -> dict[str, list[str]]:
    """Each step that can be gone to, with what that would come to."""
    return {
        str(one.select("label")[0].get_text(strip=True)): [
            line.get_text(strip=True) for line in one.select("li")
        ]
        for one in page.select(".target")
    }


def at_the_township(app: Flask) -> tuple[Screen, str]:
    head, chief = staff(app, "shecundong"), staff(app, "muyulan")
    task = first_task(head)
    assert head.send(task, task, outcome="approve", opinion="属实").status_code == 303
    task = first_task(chief)
    chief.send(task, f"{task}/claim")
    return chief, task


def test_what_a_send_back_comes_to_is_said_before(app: Flask, case: Case) -> None:
    chief, task = at_the_township(app)
    steps = told(chief.page(f"{task}/send-back"))
    assert steps["社区初审"] == [
        "退回“社区初审”将撤销 1 个正在办理的任务：乡镇审核 西陵街道（穆玉兰已签收）",
        "重新开始“社区初审”，由铁路坝社区办理",
    ]


def test_a_press_without_a_step_or_a_reason_says_what_is_missing(app: Flask, case: Case) -> None:
    chief, task = at_the_township(app)
    page = f"{task}/send-back"
    nowhere = chief.send(page, page, reason="缺合同")
    assert (nowhere.status_code, "请选择退到哪一步" in nowhere.text) == (422, True)
    assert "缺合同" in nowhere.text
    mute = chief.send(page, page, to="community_check", reason=" ")
    assert (mute.status_code, "请写明理由" in mute.text) == (422, True)


def test_an_empty_box_leads_to_where_something_waits(app: Flask, case: Case) -> None:
    page = staff(app, "shecundong").page("/inbox?box=todo")
    assert "本岗位还有 1 件等签收" in page.text
    assert [one["href"] for one in page.select(".empty a")] == ["/inbox?box=claimable"]


def test_a_batch_asks_only_what_agreeing_asks(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    assert head.page(task).select("[name=missing_items]")
    batch = head.page(f"/inbox/batches/pass?task={task.rpartition('/')[2]}")
    assert batch.select("[name=opinion]")
    assert batch.select("[name=missing_items]") == []
