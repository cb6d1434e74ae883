"""样例: pinned, run again at each publishing; a broken one is confirmed, or refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import BrokenProcess, Forbidden, Invalid, NotFound
from app.identity.commands import Post, granting
from app.identity.commands.granting import NewGrant
from app.identity.models import AuditEntry
from app.workflow import commands, flow_exchange, publishing
from app.workflow.commands.examples import Pin
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publishing
from app.workflow.studio import drafts, examples, proving, trial
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.trial import Question, Said
from tests.identity import people
from tests.smallworks.town import COMMUNITY, Town, staff

KEY = "filing"
CITY, DISTRICT = "ningyuanshan", "jinhezhu"
TO_DISTRICT = (Said("decide", "community_check", 0, "approve"),
               Said("decide", "township_review", 0, "escalate"))  # fmt: skip


LIMITS = {"limit_area": "500", "limit_investment": "100"}


def begin(town: Town, account: str) -> FlowDraft:
    place = ("宜昌市", "city") if account == CITY else ("西陵区", "district")
    unit, who = people.unit(*place), staff(account, town.at)
    begun = commands.begin_flow_draft(who, unit.id, KEY, at=town.at)
    return drafts.of_unit(session(), who, KEY, begun.unit_id)


def pin(town: Town, account: str, expects: str = "level:district", asked: Question | None = None):
    draft = begin(town, account)
    given = trial.beginning(session(), staff(account, town.at), draft, town.at)
    values = {fact.name: fact.sample for fact in given} | LIMITS
    wanted = asked or Question(COMMUNITY, "", values, TO_DISTRICT)
    pinned = Pin("报区县的要到区县", expects, wanted)
    return commands.pin_example(staff(account, town.at), begin(town, account), pinned, at=town.at)


def without_district(town: Town, account: str) -> FlowDraft:
    """The draft in which what is referred to the district ends at once in the township's hands."""
    draft = begin(town, account)
    drawn = draft.files["filing.bpmn"]
    flow = 'sourceRef="township_gate" targetRef="district_countersign"'
    assert flow in drawn
    changed = drawn.replace(flow, 'sourceRef="township_gate" targetRef="regrade_risk"')
    files = {"filing.bpmn": changed.encode()}
    who = staff(account, town.at)
    commands.save_flow_draft(who, draft.id, draft.revision, files, at=town.at)
    return begin(town, account)


def held(town: Town, draft: FlowDraft) -> list[tuple[str, bool]]:
    files = publishing.completed(session(), draft.unit, KEY, draft.files, at=town.at)
    found = examples.held(
        examples.binding(session(), draft.unit, KEY), files, KEY, town.at
    )  # fmt: skip
    return [(one.example.name, one.holds) for one in found]


def publish(town: Town, account: str, *, despite: bool = False) -> None:
    draft = begin(town, account)
    asked = Publishing("改报区县的去向", despite=despite)
    wanted = proving.publication(draft, draft.revision, asked)
    publishing.publish(staff(account, town.at), wanted, at=town.at)


def test_what_is_pinned_is_run_by_the_draft(town: Town) -> None:
    town.file()
    pin(town, DISTRICT)
    draft = begin(town, DISTRICT)
    assert held(town, draft) == [("报区县的要到区县", True)]
    draft = without_district(town, DISTRICT)
    assert held(town, draft) == [("报区县的要到区县", False)]


def test_each_expectation_against_the_same_trial(town: Town) -> None:
    town.file()
    for expects in ("level:city", "step:district_countersign", "result:approved"):
        pin(town, DISTRICT, expects)
    files = publishing.completed(session(), begin(town, DISTRICT).unit, KEY, {}, at=town.at)
    bound = examples.binding(session(), people.unit("西陵区", "district"), KEY)
    found = examples.held(bound, files, KEY, town.at)
    assert {one.example.expects: one.holds for one in found} == {
        "level": False, "step": True, "result": False,
    }  # fmt: skip
    with pytest.raises(Invalid):
        pin(town, DISTRICT, "step:nowhere")


def test_its_own_broken_example_is_confirmed_and_one_from_above_refuses(town: Town) -> None:
    town.file()
    mine = pin(town, DISTRICT)
    without_district(town, DISTRICT)
    with pytest.raises(Invalid) as asked:
        publish(town, DISTRICT)
    assert "报区县的要到区县" in asked.value.fields["despite"]
    above = pin(town, CITY)
    with pytest.raises(BrokenProcess) as refused:
        publish(town, DISTRICT, despite=True)
    assert "宜昌市的样例" in refused.value.findings[0].message
    with pytest.raises(Forbidden):
        commands.drop_example(staff(DISTRICT, town.at), above.id, at=town.at)
    commands.drop_example(staff(CITY, town.at), above.id, at=town.at)
    publish(town, DISTRICT, despite=True)
    told = select(AuditEntry.verb).where(AuditEntry.verb.startswith("flow_example"))
    assert sorted(session().scalars(told)) == [
        "flow_example_dropped", "flow_example_pinned", "flow_example_pinned",
    ]  # fmt: skip
    assert mine.number == ""


def test_a_recorded_case_is_pinned_by_who_may_read_it(town: Town) -> None:
    case = town.file()
    town.approve(case)
    asked = Question("", case.number)
    with pytest.raises(NotFound):
        pin(town, DISTRICT, asked=asked)
    district, chief = people.unit("西陵区", "district"), staff(CITY, town.at)
    keeper = staff(DISTRICT, town.at)
    given = NewGrant(Post(district.id, "district_gov_user", ""), town.at.date())
    granting.give_post(chief, keeper.id, given, "兼任", at=town.at)
    made = pin(town, DISTRICT, "result:approved", asked)
    found = examples.held([made], begin(town, DISTRICT).files, KEY, town.at)
    read_by = [examples.readable(session(), staff(one, town.at), found) for one in (DISTRICT, CITY)]
    assert read_by == [{case.number}, set()]
    assert (made.number, made.words) == (case.number, "办结为“已备案”")
    assert held(town, begin(town, DISTRICT)) == [("报区县的要到区县", True)]
    private = {"鄢小满", "13900002222", "420502198001010038"}
    assert not any(word in str(made.history) for word in private)


def test_a_folder_is_not_brought_in_where_one_would_break(town: Town, tmp_path: Path) -> None:
    town.file()
    pin(town, DISTRICT)
    who, unit = staff(DISTRICT, town.at), people.unit("西陵区", "district")
    flow_exchange.lay_down(session(), unit, tmp_path, at=town.at)
    for name, old, new in (
        ("accident", 'name="', 'name="本区'),
        (KEY, 'sourceRef="township_gate" targetRef="district_countersign"',
         'sourceRef="township_gate" targetRef="regrade_risk"'),
    ):  # fmt: skip
        path = tmp_path / "bpmn" / f"{name}.bpmn"
        drawn = path.read_text("utf-8")
        assert old in drawn
        path.write_text(drawn.replace(old, new, 1), "utf-8")
    found = flow_exchange.differing(session(), unit, tmp_path, at=town.at)
    assert [one.key for one in found] == ["accident", KEY]
    with pytest.raises(Invalid) as asked:
        flow_exchange.judge(unit.id, found, despite=False, at=town.at)
    assert "报区县的要到区县" in asked.value.fields["despite"]
    with pytest.raises(Invalid):
        flow_exchange.bring_in(who, unit.id, found, Publishing("改去向"), at=town.at)
    own = select(ProcessVersion.key).where(ProcessVersion.unit_id == unit.id)
    assert session().scalars(own).all() == []
    made = flow_exchange.bring_in(
        who, unit.id, found, Publishing("改去向", despite=True), at=town.at
    )
    assert [one.key for one in made] == ["accident", KEY]
