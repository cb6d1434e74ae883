"""更新在办件 by the JSON API: a program previews, begins, follows and takes back a move."""

from __future__ import annotations

import pytest
from flask import Flask

from app.db import session
from app.workflow.models import Case
from tests.smallworks.test_inserted_level import hire_leader, insert, waiting
from tests.smallworks.test_moving_filings import onto, renamed, work_off
from tests.smallworks.town import Town
from tests.web.test_api import Program


@pytest.fixture
def keeper(town: Town, app: Flask) -> Program:
    return Program(app, "jinhezhu")


def way() -> str:
    """Onto the version of 西陵区 in force."""
    return onto().removeprefix("/flows").replace("/move", "/moves")


def filed(town: Town) -> tuple[Case, Case]:
    """One at the community, one at the township; and a district's own flow with a level more."""
    one, other = (
        town.file(),
        town.file(name="另一处", address="铁路坝 10 号", planned_end="2027-03-01"),
    )
    town.decide(other, "shecundong", "approve")
    hire_leader(town)
    insert(town)
    return one, other


def versions(*cases: Case) -> set[str]:
    session().rollback()
    return {session().get_one(Case, one.id).version_id for one in cases}


def test_a_program_moves_filings_and_takes_it_back(town: Town, keeper: Program) -> None:
    first, second = filed(town)
    old = versions(first, second)
    seen = keeper.post(f"{way()}/preview", json={}).get_json()
    assert (seen["total"], [one["fit"] for one in seen["items"]]) == (2, [True, True])
    line = next(one for one in seen["items"] if one["case_id"] == second.id)
    assert (line["now"], line["after"], line["version"]) == (
        ["乡镇审核"], ["乡镇审核"], first.version_id,
    )  # fmt: skip
    assert any("街道分管领导审核" in said for said in line["warnings"])
    assert versions(first, second) == old
    order = {
        "reason": "加街道一级",
        "cases": [{"case_id": one["case_id"], "seq": one["seq"]} for one in seen["items"]],
    }
    begun = keeper.post(way(), "once", json=order)
    assert begun.status_code == 202
    assert begun.get_json()["counts"] == {"due": 2}
    assert keeper.post(way(), "once", json=order).get_json()["id"] == begun.get_json()["id"]
    move = begun.location.removeprefix("/api/v1")
    work_off()
    done = keeper.get(move).get_json()
    assert (done["running"], done["counts"], done["begun_by"]) == (False, {"moved": 2}, "靳禾竹")
    assert versions(first, second).isdisjoint(old)
    town.decide(first, "shecundong", "approve")
    for _again in range(2):  # a retry of the same request
        assert keeper.post(f"{move}/undo", "back", json={}).status_code == 202
    assert keeper.post(f"{move}/undo", json={}).status_code == 409
    work_off()
    done = keeper.get(move).get_json()
    assert done["counts"] == {"undone": 1, "kept": 1}
    why = {one["case_id"]: one["why"] for one in done["items"]}
    assert why == {first.id: "更新之后有人办过，没有撤销", second.id: ""}
    assert waiting(second.id) == ["township_review"]


def test_where_a_step_is_gone_the_program_says_where_to(town: Town, keeper: Program) -> None:
    case = town.file()
    renamed(town, "社区改名", ("community_check", "community_first"))
    seen = keeper.post(f"{way()}/preview", json={}).get_json()
    (lack,) = seen["missing"]
    assert (lack["version"], lack["element"]) == (case.version_id, "community_check")
    assert not seen["items"][0]["fit"]
    assert "community_first" in {one["element"] for one in seen["steps"]}
    targets = {lack["version"]: {lack["element"]: "community_first"}}
    again = keeper.post(f"{way()}/preview", json={"targets": targets}).get_json()
    assert again["items"][0]["fit"]
    order = {"reason": "改名", "targets": targets,
             "cases": [{"case_id": case.id, "seq": again["items"][0]["seq"]}]}  # fmt: skip
    assert keeper.post(way(), json=order).status_code == 202
    work_off()
    assert waiting(case.id) == ["community_first"]


@pytest.mark.parametrize(
    "wrong",
    [{"reason": "试", "cases": []}, {"cases": [{"case_id": "x", "seq": 1}]},
     {"reason": "", "cases": [{"case_id": "x", "seq": 1}]},
     {"reason": "试", "cases": [{"case_id": "x", "seq": -1}]},
     {"reason": "试", "cases": [{"case_id": "x", "seq": 1}], "all": True}],
)  # fmt: skip
def test_an_order_that_is_not_clear_moves_nothing(
    town: Town, keeper: Program, wrong: dict[str, object]
) -> None:
    case = town.file()
    insert(town)
    answer = keeper.post(way(), json=wrong)
    assert answer.status_code == 422
    assert answer.get_json()["fields"]
    assert versions(case) == {case.version_id}


def test_who_keeps_no_flows_here_moves_nothing_by_program(town: Town, app: Flask) -> None:
    case = town.file()
    insert(town)
    official = Program(app, "shecundong")
    order = {"reason": "试", "cases": [{"case_id": case.id, "seq": 1}]}
    for path, body in ((f"{way()}/preview", {}), (way(), order)):
        assert official.post(path, json=body).status_code == 403
