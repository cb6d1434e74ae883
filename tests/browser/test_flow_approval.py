"""A district's flow on its way: asked for on a phone without script, approved at a desk."""

from __future__ import annotations

import pytest

from app.db import session
from app.workflow import commands, definitions, versions
from app.workflow.studio import approvals
from app.workflow.studio.approval_models import FlowRequest
from tests.browser.hands import Hands
from tests.browser.test_pages import AT_THE_MARK, faults
from tests.browser.test_studio import until
from tests.identity import people
from tests.smallworks.town import Town, staff

pytestmark = pytest.mark.one_store
DRAWN = definitions.shipped_files("filing")["filing.bpmn"]
STRICTER = DRAWN.replace('flow:sla="2wd"', 'flow:sla="1wd"')
COMPARED = "[data-compare][data-compared=yes]"


def drawn(town: Town) -> None:
    """The city approves; 靳禾竹 has a draft with another limit."""
    city, keeper = people.unit("宜昌市", "city").id, staff("jinhezhu", town.at)
    commands.set_flow_rule(staff("ningyuanshan", town.at), city, True, at=town.at)
    unit = people.unit("西陵区", "district").id
    draft = commands.begin_flow_draft(keeper, unit, "filing", at=town.at)
    files = {"filing.bpmn": STRICTER.encode()}
    commands.save_flow_draft(keeper, draft.id, 1, files, at=town.at)


def waiting(town: Town) -> FlowRequest:
    session().rollback()
    (row,) = approvals.waiting(session(), staff("jinhezhu", town.at))
    return row


def ask(hands: Hands) -> Hands:
    unit = people.unit("西陵区", "district").id
    hands.sign_in("jinhezhu").open(f"/flows/filing/draft/{unit}/publish")
    assert "须经宜昌市批准" in hands.text
    hands.fill({"reason": "乡镇审核改为 1 日"}).press_through("送请批准")
    return hands.sees("等待宜昌市批准")


def test_asked_for_at_a_desk_and_approved_there(by_desk: Hands, town: Town) -> None:
    drawn(town)
    ask(by_desk)
    row = waiting(town)
    unit = people.unit("西陵区", "district").id
    by_desk.open(f"/flows/filing/draft/{unit}")
    assert "靳禾竹已于" in by_desk.find(".studio-note:not([hidden])").text
    by_desk.leave().sign_in("ningyuanshan").open("/flows").sees("1 件请您批准")
    by_desk.press_through("1 件请您批准").press_through(row.title)
    until(by_desk, lambda: by_desk.all(COMPARED), "drawn")
    assert by_desk.driver.execute_script(AT_THE_MARK)
    marked = by_desk.all('[data-compare-side="after"] .djs-element.is-changed')
    elements = {one.get_attribute("data-element-id") for one in marked}
    assert elements == {"township_review", "site_check"}
    assert faults(by_desk) == []
    by_desk.press_through("批准并发布").sees("没有等待批准的")
    session().rollback()
    made = versions.in_force(session(), row.unit, "filing", at=town.at)
    assert made is not None
    assert (made.unit.name, made.files["filing.bpmn"]) == ("西陵区", STRICTER)


def test_on_a_phone_without_script_it_is_returned_and_withdrawn(
    by_phone: Hands, town: Town
) -> None:
    drawn(town)
    ask(by_phone)
    page = f"/flows/requests/{waiting(town).id}"
    by_phone.leave().sign_in("ningyuanshan").open(page)
    assert "2 个工作日" in by_phone.text
    assert not by_phone.find("[data-compare]").is_displayed()
    by_phone.fill({"words": "1 日办不完"}).press_through("退回").sees("没有等待批准的")
    by_phone.leave()
    ask(by_phone).press("撤回").press_through("撤回")
    session().rollback()
    assert approvals.waits(session(), people.unit("西陵区", "district").id, "filing") is None
