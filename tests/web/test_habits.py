"""Phrases, views, looks, batches and the badge, as browsers use them."""

from __future__ import annotations

from flask import Flask

from app import clock
from app.workflow.models import Case
from tests.web.test_handing import inspector
from tests.web.test_pages import Screen, case, first_task, staff, town

__all__ = ["case", "town"]
SCRIPT = {"X-Requested-With": "fetch"}


def texts(screen: Screen, path: str, css: str) -> list[str]:
    return [one.get_text(" ", strip=True) for one in screen.page(path).select(css)]


def test_the_badge_is_asked_again_for_nothing_new(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    answer = head.client.get("/inbox/count.json")
    assert answer.json
    assert (answer.json["todo"], answer.json["claimable"]) == ("0", "1")
    tag = {"If-None-Match": answer.headers["ETag"]}
    again = head.client.get("/inbox/count.json", headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    task = first_task(head)
    head.send(task, f"{task}/claim")
    assert head.client.get("/inbox/count.json", headers=tag).status_code == 200


def test_what_is_new_is_marked_until_it_was_seen(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    box = "/inbox?box=claimable"
    assert texts(head, box, ".list .news") == ["未读"]
    task = first_task(head)
    form = head.page(task).select_one("form[data-look]")
    assert form
    seen = form.select_one("input[name=seen]")
    assert seen
    back = head.send(task, str(form["action"]), seen=str(seen["value"]), back=task)
    assert back.location == task
    for nonsense in ("9" * 5000, "²", "-1", ""):  # no more than was seen already, and no fault
        assert head.send(task, str(form["action"]), seen=nonsense).status_code == 303
    assert texts(head, box, ".list .news") == []


def test_what_happened_since_the_last_look_is_told(app: Flask, case: Case) -> None:
    chief, head = staff(app, "muyulan"), staff(app, "shecundong")
    page = f"/cases/{case.id}"
    chief.send(page, f"{page}/look", seen="1")
    assert texts(chief, page, ".log .news") == []
    task = first_task(head)
    head.send(task, task, outcome="approve", opinion="属实")
    assert texts(chief, page, ".log .news") == ["新"]
    assert "以后有 1 条新的" in chief.page(page).text
    assert texts(head, page, ".log .news") == []


def test_an_opinion_becomes_a_phrase_and_a_phrase_a_chip(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head)
    chips = "[data-phrase]"
    assert texts(head, task, chips) == ["1 材料齐全，同意", "2 同意，加强巡查"]
    assert head.send("/phrases", "/phrases", text="已到现场，属实").status_code == 303
    assert texts(head, task, chips) == ["1 已到现场，属实"]
    empty = head.send("/phrases", "/phrases", text=" ")
    assert empty.status_code == 422
    assert "请写常用语" in empty.text


def test_a_view_stands_beside_the_boxes_with_its_count(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    kept = head.send(
        "/inbox", "/inbox/views", name="初审件", box="claimable", step="社区初审", first="1"
    )
    assert kept.status_code == 303
    assert "初审件 1" in texts(head, "/inbox?box=todo", ".boxes a")
    opened = head.page("/inbox")
    assert [one.text for one in opened.select("h1")] == ["初审件"]
    assert len(opened.select("tr[data-row]")) == 1
    assert [one.text for one in head.page("/inbox?box=todo").select("h1")] == ["待办"]
    wrong = head.send("/inbox", "/inbox/views", name="", box="todo")
    assert wrong.status_code == 422


def test_lists_of_other_rooms_stand_beside_the_boxes(app: Flask, case: Case) -> None:
    lines = texts(staff(app, "shecundong"), "/inbox?box=todo", ".boxes a")
    boxes, kept = ["待办 0", "待签收 1", "已办"], ["管理视图", "常用语", "请人代理"]
    assert lines == [*boxes, "抄送我的 0", "征求我意见的 0", "我发起的 0", *kept]


def test_ticked_rows_are_claimed_and_given_back_together(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    box = "/inbox?box=claimable"
    row = head.page(box).select_one("input[name=task][form=bulk]")
    assert row
    done = head.send(box, "/inbox/batches", act="claim", task=str(row["value"]), key="one")
    assert [one.text for one in head.page(done.location).select("h1")] == ["批量签收：1 件办好"]
    assert first_task(head, "todo")
    head.send(done.location, f"{done.location}/undo")
    assert "已撤销" in head.page(done.location).text
    assert first_task(head)


def test_many_are_passed_after_one_more_look(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head).rpartition("/")[2]
    page = f"/inbox/batches/pass?task={task}"
    assert texts(head, page, "button.btn-primary") == ["通过 1 件"]
    sent = {"act": "pass", "task": task, "key": "two", "opinion": "同意"}
    done = head.send(page, "/inbox/batches", **sent)
    assert [one.text for one in head.page(done.location).select("h1")] == ["批量通过：1 件办好"]
    assert "同意" in head.page(f"/cases/{case.id}").text


def test_many_are_handed_on_after_a_choice(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    task = first_task(head).rpartition("/")[2]
    page = f"/inbox/batches/transfer?task={task}"
    assert "没有可以转办的" in head.page(page).text  # nobody else sits there
    with app.app_context():
        inspector(clock.now())
    assert texts(head, page, "button.btn-primary") == ["转办 1 件"]
    nobody = head.send(page, "/inbox/batches", act="transfer", task=task, key="three")
    assert (nobody.status_code, "请选择接手的人员" in nobody.text) == (422, True)
    (whom,) = head.page(page).select("input[name=to]")
    token = head.page(page).select_one("input[name=csrf_token]")
    assert token is not None
    sent = {"act": "transfer", "task": task, "key": "four", "to": str(whom["value"])}
    done = head.client.post("/inbox/batches", data={**sent, "csrf_token": str(token["value"])})
    assert [one.text for one in head.page(done.location).select("h1")] == ["批量转办：1 件办好"]
    head.send(done.location, f"{done.location}/undo")
    assert first_task(head, "todo").endswith(task)


def test_the_map_of_keys_is_a_page(app: Flask, case: Case) -> None:
    head = staff(app, "shecundong")
    assert "写入常用语" in head.page("/shortcuts").text
