"""A level that the table inserts into the filing flow: a new case walks through it, and back."""

from __future__ import annotations

from sqlalchemy import select

from app.db import session
from app.engine.drafting import InsertBefore, Level
from app.engine.types import Limit, Party
from app.identity.commands import Post
from app.identity.models import Unit
from app.workflow import commands, publishing
from app.workflow.models import Task
from app.workflow.publishing import Publishing
from app.workflow.studio import drafts, proving, steps
from tests.identity import people
from tests.smallworks.town import Town, staff

KEY = "filing"


def insert(town: Town) -> None:
    """靳禾竹 of 西陵区 inserts 街道分管领导 between community and township, and publishes."""
    keeper = staff("jinhezhu", town.at)
    district = people.unit("西陵区", "district").id
    draft = commands.begin_flow_draft(keeper, district, KEY, at=town.at)
    like = steps.StepTable(draft.files, KEY).like("township_review", after=False)
    level = Level(
        "街道分管领导审核",
        Party(("leader",), "township"),
        "smallworks/review",
        like,
        Limit(2, "wd"),
    )
    files = steps.edited(draft, InsertBefore("township_review", level))
    saved = commands.save_flow_draft(keeper, draft.id, 1, files, at=town.at)
    draft = drafts.of_unit(session(), keeper, KEY, district)
    assert proving.findings(session(), draft, at=town.at) == []
    wanted = proving.publication(draft, saved.revision, Publishing("加街道一级", despite=True))
    publishing.publish(keeper, wanted, at=town.at)


def hire_leader(town: Town) -> None:
    street = session().scalars(select(Unit).where(Unit.name == "西陵街道")).one()
    chief = staff("ningyuanshan", town.at)
    people.add(chief, "桂长风", "guichangfeng", Post(street.id, "", "leader"), town.at)


def waiting(case_id: str) -> list[str]:
    found = select(Task.element).where(Task.case_id == case_id, Task.status == "open")
    return list(session().scalars(found))


def test_a_new_case_walks_through_the_inserted_level_and_back(town: Town) -> None:
    before = town.file()
    hire_leader(town)
    insert(town)
    case = town.file(name="新流程的工程", address="铁路坝 9 号")
    assert case.version_id != before.version_id
    town.decide(case, "shecundong", "approve")
    assert waiting(case.id) == ["step_1"]
    town.decide(case, "guichangfeng", "return", missing_items=["contract"], opinion="缺合同")
    assert waiting(case.id) == ["correction"]
    # the case that was open goes on by its own version
    town.decide(before, "shecundong", "approve")
    assert waiting(before.id) == ["township_review"]
    other = town.file(name="另一处", address="铁路坝 10 号", planned_end="2027-03-01")
    town.decide(other, "shecundong", "approve")
    town.decide(other, "guichangfeng", "approve")
    assert waiting(other.id) == ["township_review"]
    town.decide(other, "muyulan", "approve")
    assert (other.state, other.result) == ("ended", "approved")
