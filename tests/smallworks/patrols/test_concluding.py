"""A conclusion sent from a page, without script."""

from __future__ import annotations

from flask import Flask

from app import clock
from tests.smallworks.patrols.test_unannounced import Screen
from tests.smallworks.patrols.visits import answer_all, begin, filed, save, snap, task_of
from tests.smallworks.town import Town, staff


def test_what_was_typed_stays_when_the_sheet_has_changed_meanwhile(town: Town, app: Flask):
    now = Town(clock.now())
    patrol = begin(now, filed(now, planned_start="2039-01-01", planned_end="2039-02-01"))
    seen = answer_all(now, patrol, order_exit="bad").revision
    snap(now, patrol, "hazard:item-order_exit")
    save(now, patrol, remark="门口有积水")
    sent = {"outcome": "stop", "scope": "part", "part": "东侧外脚手架", "revision": str(seen)}
    screen = Screen(app, staff("shecundong", now.at))
    answer = screen.post(
        f"/patrols/{patrol.id}/end", sent, page=f"/patrols/{patrol.id}/end?outcome=stop"
    )
    assert answer.status_code == 409
    assert "这次巡查在别处改过，请核对后再下结论" in answer.text
    assert "东侧外脚手架" in answer.text
    assert task_of(patrol).status == "open"
