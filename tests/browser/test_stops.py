"""A stop ordered on a phone without script, and confirmed at a desk."""

from __future__ import annotations

from sqlalchemy import select

from app import clock
from app.db import session
from app.smallworks.models import Work
from app.smallworks.stops.models import StopOrder
from tests.browser.filing import Papers
from tests.browser.hands import Hands
from tests.smallworks.stops import site
from tests.smallworks.town import Town


def test_an_inspector_stops_a_site_from_a_phone(
    by_phone: Hands, town: Town, papers: Papers
) -> None:
    work = site.filed(town)
    by_phone.sign_in("shecundong").open(f"/cases/{work.case_id}")
    by_phone.press("停工与复工").wait_for("责令停工")
    by_phone.press("下一步").sees("请勾选隐患，或者写明停工理由")
    by_phone.fill({"scope": "part", "part": "东侧外脚手架", "own": site.SEEN})
    by_phone.press("下一步").wait_for("确认停工")
    assert "1 件未办结的办件中止办理" in by_phone.text
    assert "24 小时内确认" in by_phone.text
    by_phone.press("即时生效").sees("至少拍 1 张停工后的现场照片")
    by_phone.find("#album").send_keys(str(papers.photo))
    by_phone.press("即时生效").wait_for(work.name)
    assert "等待确认" in by_phone.text
    assert "现场停工通知书" in by_phone.text
    order = _order(work)
    assert (order.scope, order.part) == ("part", "东侧外脚手架")

    by_phone.open("/stops")
    assert "未确认，还剩 23 小时" in by_phone.text
    by_phone.leave().sign_in("muyulan").open(f"/stops/{order.id}").sees("等待确认")
    by_phone.press("确认停工").wait("/tasks/").press("确认停工").wait("/inbox")
    by_phone.open(f"/stops/{order.id}")
    assert "停工通知书" in by_phone.text
    assert _order(work).confirmed_at is not None

    by_phone.press("看到还在施工").press("记为停工期间施工").sees("请写明看到谁在做什么")
    by_phone.fill({"fact": "三名工人仍在拆墙"}).press("记为停工期间施工").sees("三名工人仍在拆墙")
    site.work_off(clock.now())
    assert site.case_of(work, "bad_record").parent_id == order.case_id


def _order(work: Work) -> StopOrder:
    session().rollback()
    session().expire_all()
    return session().scalars(select(StopOrder).where(StopOrder.work_id == work.id)).one()
