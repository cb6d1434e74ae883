"""无人可办 before it happens: in which units a step of what is to be published falls to nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import engine
from app.db import session, transaction
from app.errors import Invalid
from app.identity.models import Person
from app.workflow import publishing
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication
from app.workflow.studio import unmanned
from tests.workflow import drawn
from tests.workflow.people import NOON, unit, who

DISTRICT = "420502"
UP, ALONE = "无人可办，件到这里转上级办理", "只有一人可办，本人申报或代办的件转上级办理"
COMMUNITIES = (
    "“first审核”在土街头社区、樵湖岭社区、石板溪社区、铁路坝社区、刘家大堰社区等 81 个单位"
)
STREETS = "“second审核”在西陵街道、云集街道、西坝街道、葛洲坝街道、夜明珠街道等 9 个单位"


def told(bpmn: str, before: ProcessVersion | None = None, code: str = DISTRICT) -> list[str]:
    """What 西陵区, or another unit, has to know of this drawing."""
    files = {name: body.decode() for name, body in drawn.files("demo", bpmn).items()}
    process = engine.parse(files, "demo")
    return unmanned.told(session(), unit(code), process, before, NOON.date())


def test_units_with_nobody_and_with_one_person_are_named(town: Session) -> None:
    assert told(drawn.two_levels("demo")) == [
        f"{COMMUNITIES}{UP}", f"“first审核”在四方堰社区、解放路社区{ALONE}",
        f"{STREETS}{UP}", f"“second审核”在学院街道{ALONE}",
    ]  # fmt: skip


def test_a_second_one_there_is_enough_and_one_who_left_is_none(town: Session) -> None:
    two = drawn.two_levels("demo").replace('flow:role="head"', 'flow:role="head inspector"')
    assert f"“first审核”在四方堰社区{ALONE}" in told(two)  # 解放路社区 has an inspector as well
    assert not any("学院街道" in said for said in told(two))
    with transaction() as work:
        for account in ("zhao", "sun"):
            work.scalars(select(Person).where(Person.account == account)).one().status = "disabled"
    assert any("学院街道" in said and UP in said for said in told(two))


def test_what_is_so_already_is_no_news(town: Session) -> None:
    drawing = drawn.two_levels("demo")
    now = drawn.publish("demo", drawing, DISTRICT)
    assert told(drawn.two_levels("demo", "5wd"), now) == []
    second = 'name="second审核" flow:role='
    by_leaders = drawing.replace(f'{second}"head"', f'{second}"leader"')
    assert by_leaders != drawing
    assert told(by_leaders, now) == []  # the same step lacked somebody there before
    assert told(by_leaders.replace("second", "third"), now) == [
        STREETS.replace("second", "third") + UP, f"“third审核”在学院街道{ALONE}",
    ]  # fmt: skip


def test_a_unit_with_a_flow_of_its_own_is_no_matter_of_the_city(town: Session) -> None:
    drawing = drawn.two_levels("demo")
    everywhere = told(drawing, code="4205")
    assert any("学院街道" in said for said in everywhere)
    drawn.publish("demo", drawing, DISTRICT)
    assert not any("学院街道" in said for said in told(drawing, code="4205"))


def test_whoever_publishes_confirms_it(town: Session) -> None:
    sent = drawn.files("demo", drawn.two_levels("demo"))
    wanted = Publication(unit(DISTRICT).id, "demo", sent, "区里自己的流程")
    with pytest.raises(Invalid) as asked:
        publishing.publish(who("jin"), wanted, at=NOON)
    assert f"{STREETS}{UP}" in asked.value.fields["despite"].split("\n")
    assert session().scalars(select(ProcessVersion).where(ProcessVersion.key == "demo")).all() == []
