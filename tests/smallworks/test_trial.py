"""试运行 of a real flow: nothing is kept or sent, whoever may not read a case copies none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.db import Base, session
from app.errors import Invalid, NotFound
from app.identity.commands import Post
from app.workflow import commands
from app.workflow.studio import facts, trial
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.trial import Question, Said
from tests.identity import people
from tests.smallworks.town import COMMUNITY, ELSEWHERE, Town, staff

LIMITS = {"limit_area": "500", "limit_investment": "100"}
AGREED = (Said("decide", "community_check", 0, "approve"),)


def draft(town: Town, account: str = "jinhezhu") -> FlowDraft:
    unit = people.unit("西陵区", "district").id
    return commands.begin_flow_draft(staff(account, town.at), unit, "filing", at=town.at)


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    session().rollback()
    return {
        name: sorted(map(repr, session().execute(select(table))))
        for name, table in Base.metadata.tables.items()
    }


def run(town: Town, asked: Question, account: str = "jinhezhu") -> trial.Trial:
    return trial.run(session(), staff(account, town.at), draft(town), asked, town.at)


def samples(town: Town, account: str = "jinhezhu") -> dict[str, str]:
    given = trial.beginning(session(), staff(account, town.at), draft(town), town.at)
    return {fact.name: fact.sample for fact in given} | LIMITS


def test_no_row_changes_and_nothing_is_sent(town: Town) -> None:
    town.file()
    begun = draft(town)
    keeper, before = staff("jinhezhu", town.at), everything()
    values = samples(town)
    moves = (*AGREED, Said("decide", "township_review", 0, "approve"))
    found = trial.run(session(), keeper, begun, Question(COMMUNITY, "", values, moves), town.at)
    assert (found.found.ended, found.result) == (True, "已备案")
    assert [one.did for one in found.told] == ["开始", "社区初审：通过", "乡镇审核：通过"]
    assert found.told[-1].left_out == "没有执行“登记备案”"
    assert len(before["events"]) == 1
    assert everything() == before


def test_a_step_falls_to_whom_it_would_fall(town: Town) -> None:
    town.file()
    given = samples(town)
    (check,) = run(town, Question(COMMUNITY, "", given)).waiting
    assert [(turn.unit, turn.count, turn.names) for turn in check.turns] == [
        ("铁路坝社区", 1, ("佘存栋",))
    ]
    with pytest.raises(Invalid):  # no place of this district
        run(town, Question(ELSEWHERE, "", given))


def test_what_one_case_says_is_a_sample_for_its_readers_alone(town: Town, noon: datetime) -> None:
    for n in range(facts.SEVERAL - 1):
        town.file(area_sqm="287", address=f"沿江大道 {n} 号")
    people.add(
        staff("ningyuanshan", noon), "靳两职", "jinliangzhi",
        Post(people.unit("西陵区", "district").id, "district_gov_user", ""), noon,
    )  # fmt: skip
    assert samples(town)["area_sqm"] == "1"
    assert facts.common(session(), staff("jinliangzhi", noon), draft(town))["area_sqm"] == 287
    town.file(area_sqm="287", address="沿江大道 9 号")
    assert samples(town)["area_sqm"] == "287"


def test_only_who_may_read_a_case_copies_it(town: Town, noon: datetime) -> None:
    large = town.file(area_sqm="880", investment_wan="900")
    asked = Question("", large.number)
    with pytest.raises(NotFound):
        run(town, asked)
    district = people.unit("西陵区", "district")
    post = Post(district.id, "district_gov_user", "")
    people.add(staff("ningyuanshan", noon), "靳两职", "jinliangzhi", post, noon)
    reader = staff("jinliangzhi", noon)
    found = trial.run(session(), reader, draft(town), asked, noon)
    assert [step.policy.element for step in found.waiting] == ["permit_follow_up"]
