"""The `flow:` attributes of a drawing become policy, or findings that say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from app.engine import policy
from app.engine.policy import Policy, read_policy
from app.engine.types import Limit, Outcome, Party, Sign

DESCRIPTOR = Path(policy.__file__).parents[1] / "static" / "modeler" / "flow.moddle.json"


def read(task: str = "", lane: str = "", extra: str = "", process: str = "") -> Policy:
    """The policy of a drawing with one lane, one user task in it, and `extra` elements."""
    return read_policy(
        etree.fromstring(
            f"""<definitions xmlns="{policy.BPMN}" xmlns:flow="{policy.FLOW}">
            <process id="filing" flow:startForm="smallworks/filing" {process}>
              <laneSet><lane id="l" name="社区" {lane}><flowNodeRef>review</flowNodeRef></lane>
              </laneSet>
              <userTask id="review" name="初审" {task}><documentation> 查看材料 </documentation>
              </userTask>{extra}
            </process></definitions>"""
        )
    )


def test_a_task_says_who_decides_by_when_and_how() -> None:
    found = read(
        'flow:form="smallworks/review" flow:sla="3wd" '
        'flow:outcomes="approve return:退回 hold:暂缓"',
        'flow:role="head inspector" flow:scope="community"',
    )
    task = found.tasks["review"]
    assert found.findings == []
    assert found.start_forms == {"filing": "smallworks/filing"}
    assert task.parties == (Party(("head", "inspector"), "community"),)
    assert task.outcomes == (
        Outcome("approve", "通过"),
        Outcome("return", "退回"),
        Outcome("hold", "暂缓"),
    )
    assert task.limit == Limit(3, "wd")
    assert task.sign == Sign("one")
    assert (task.name, task.lane, task.documentation) == ("初审", "社区", "查看材料")


def test_a_case_has_a_limit_that_some_steps_stop() -> None:
    party = 'flow:role="head" flow:scope="city"'
    found = read(f'{party} flow:clock="stop"', process='flow:sla="10wd"')
    assert found.limits == {"filing": Limit(10, "wd")}
    assert found.tasks["review"].stops_clock
    assert read(party).limits == {"filing": None}
    assert not read(party).tasks["review"].stops_clock
    (fault,) = read(party, process='flow:sla="ten"').findings
    assert (fault.code, fault.element) == ("flow-sla", "filing")


def test_several_parties_sign_at_one_scope_or_each_at_its_own() -> None:
    roles = 'flow:role="district_gov_user; district_dept_user" flow:sign="vote:60"'
    one, each = read(f'{roles} flow:scope="district"'), read(f'{roles} flow:scope="city;district"')
    assert [party.scope for party in one.tasks["review"].parties] == ["district", "district"]
    assert [party.scope for party in each.tasks["review"].parties] == ["city", "district"]
    assert each.tasks["review"].sign == Sign("vote", 60)
    assert one.findings == each.findings == []


def test_every_person_of_a_party_signs_where_the_drawing_says_so() -> None:
    party = 'flow:role="head" flow:scope="city" flow:sign="all"'
    found = read(f'{party} flow:each="person"')
    assert found.findings == []
    assert found.tasks["review"].each
    assert not read(party).tasks["review"].each


def test_a_scope_may_name_the_industry_of_the_department() -> None:
    found = read('flow:role="district_dept_user" flow:scope="district:housing"')
    assert found.tasks["review"].parties == (Party(("district_dept_user",), "district:housing"),)
    assert found.findings == []


def test_the_applicants_own_task_has_the_scope_of_the_case() -> None:
    found = read('flow:role="applicant"', 'flow:role="head" flow:scope="community"')
    assert found.tasks["review"].parties == (Party(("applicant",), "case"),)
    assert found.tasks["review"].outcomes == (Outcome("submit", "提交"),)
    assert found.findings == []


def test_a_task_overrides_its_lane_and_an_inner_lane_its_outer_one() -> None:
    drawing = etree.fromstring(
        f"""<definitions xmlns="{policy.BPMN}" xmlns:flow="{policy.FLOW}"><process id="p"><laneSet>
        <lane id="outer" flow:role="head" flow:scope="township"><flowNodeRef>a</flowNodeRef>
          <flowNodeRef>sub</flowNodeRef>
          <childLaneSet><lane id="inner" flow:role="leader"><flowNodeRef>b</flowNodeRef></lane>
          </childLaneSet></lane></laneSet>
        <userTask id="a" flow:scope="city"/><userTask id="b"/>
        <subProcess id="sub"><manualTask id="c"/></subProcess></process></definitions>"""
    )
    found = read_policy(drawing)
    assert {key: task.parties[0] for key, task in found.tasks.items()} == {
        "a": Party(("head",), "city"),
        "b": Party(("leader",), "township"),
        "c": Party(("head",), "township"),
    }


def test_ends_services_and_messages_are_read() -> None:
    found = read(
        'flow:role="head" flow:scope="city"',
        extra="""<endEvent id="ok" flow:result="approved"/>
        <endEvent id="told" flow:to="parent"><messageEventDefinition/></endEvent>
        <serviceTask id="number" flow:action="assign_number"/>
        <businessRuleTask id="grade" flow:decision="risk"/>
        <sendTask id="tell" flow:to="subject"/>""",
    )
    assert found.results == {"ok": "approved"}
    assert found.decisions == {"grade": "risk"}
    assert found.actions == {"number": "assign_number"}
    assert found.recipients == {"told": "parent", "tell": "subject"}
    assert found.findings == []


@pytest.mark.parametrize(
    ("task", "extra", "code"),
    [
        ("", "", "flow-role"),
        ('flow:role="chief" flow:scope="city"', "", "flow-role"),
        ('flow:role="applicant head" flow:scope="city"', "", "flow-role"),
        ('flow:role="head"', "", "flow-scope"),
        ('flow:role="head" flow:scope="moon"', "", "flow-scope"),
        ('flow:role="applicant" flow:scope="city"', "", "flow-scope"),
        (
            'flow:role="head;leader;head" flow:scope="city;city" flow:sign="all"',
            "",
            "flow-scope",
        ),
        ('flow:role="head;leader" flow:scope="city"', "", "flow-sign"),
        ('flow:role="head" flow:scope="city" flow:sign="vote:0"', "", "flow-sign"),
        ('flow:role="head" flow:scope="city" flow:sla="3d"', "", "flow-sla"),
        ('flow:role="head" flow:scope="city" flow:clock="off"', "", "flow-clock"),
        ('flow:role="head" flow:scope="city" flow:sign="all" flow:each="unit"', "", "flow-each"),
        ('flow:role="head" flow:scope="city" flow:each="person"', "", "flow-each"),
        ('flow:role="applicant" flow:sign="all" flow:each="person"', "", "flow-each"),
        ('flow:role="head" flow:scope="city" flow:outcomes="a:甲 a:乙"', "", "flow-outcomes"),
        ('flow:role="head" flow:scope="city" flow:outcomes="hold"', "", "flow-outcomes"),
        ('flow:role="head" flow:scope="city" flow:form="../x"', "", "flow-form"),
        ('flow:role="head" flow:scope="city" flow:colour="red"', "", "flow-unknown"),
        ('flow:role="head" flow:scope="city" flow:result="ok"', "", "flow-misplaced"),
        ('flow:role="head" flow:scope="city"', '<serviceTask id="s"/>', "flow-action"),
        ('flow:role="head" flow:scope="city"', '<sendTask id="s"/>', "flow-to"),
        ('flow:role="head" flow:scope="city:"', "", "flow-scope"),
        ('flow:role="head" flow:scope="city"', '<businessRuleTask id="s"/>', "flow-decision"),
        ('flow:role="head" flow:scope="city"', '<endEvent id="e" flow:result="好"/>', "flow-word"),
    ],
)
def test_a_fault_is_named_with_its_element(task: str, extra: str, code: str) -> None:
    findings = read(task, extra=extra).findings
    assert [finding.code for finding in findings] == [code]
    assert findings[0].element in ({"s", "e"} if extra else {"review"})
    assert findings[0].message.startswith("“")


def test_the_modelers_descriptor_says_the_same_as_the_reader() -> None:
    described: dict[str, set[str]] = {}
    for kind in json.loads(DESCRIPTOR.read_text("utf-8"))["types"]:
        places = {place.split(":")[1] for place in kind["extends"]}
        for property_ in kind["properties"]:
            described.setdefault(property_["name"], set()).update(
                place[0].lower() + place[1:] for place in places
            )
    assert described == {name: set(places) for name, places in policy.ATTRIBUTES.items()}
