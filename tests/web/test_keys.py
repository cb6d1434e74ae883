"""A key given with a submission answers for that submission and opens nothing else."""

from __future__ import annotations

import pytest
from flask import Flask

from app import clock
from app.errors import Conflict
from app.workflow import commands
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from tests.smallworks.conftest import town
from tests.smallworks.town import ELSEWHERE, FORM, Town, staff
from tests.web.test_api import Program, filing, owner_of, settled

__all__ = ["settled", "town"]


def test_a_used_key_opens_no_task_of_another_place(settled: Flask) -> None:
    owner = owner_of(settled)
    assert owner.post("/cases", json=filing(owner)).status_code == 201
    head, stranger = Program(settled, "shecundong"), Program(settled, "kuangda")
    task = head.get("/tasks?box=claimable").get_json()["items"][0]
    claimed = f"/tasks/{task['id']}/claim"
    assert head.post(claimed, "mine").status_code == 200
    assert head.post(claimed, "mine").status_code == 200, "the same again is the same answer"
    owner.post("/cases", "theirs", json=filing(owner))
    for verb in ("claim", "release", "complete"):
        body = {"json": {"outcome": "approve"}} if verb == "complete" else {}
        for who, key in ((owner, "theirs"), (stranger, "fresh")):
            answer = who.post(f"/tasks/{task['id']}/{verb}", key, **body)
            assert answer.status_code in (403, 409), (verb, key)
            assert "江畔花园" not in answer.text


def test_one_key_is_not_two_verbs(town: Town) -> None:
    case, other = town.file(), town.file()
    head, at = staff("shecundong", town.at), town.at
    first, second = town.task(case, head), town.task(other, head)
    commands.claim(head, first.id, "k", at=at)
    with pytest.raises(Conflict, match="另一项操作"):
        commands.decide(head, first.id, Decision("approve", {}, "k"), at=at)
    with pytest.raises(Conflict, match="另一项操作"):
        commands.claim(head, second.id, "k", at=at)
    with pytest.raises(Conflict, match="另一项操作"):
        commands.file_values(head, Filing("filing", ELSEWHERE, FORM, (), "k"), at=at)
    with pytest.raises(Conflict, match="另一项操作"):
        commands.withdraw(head, case.id, "k", at=clock.now())
    assert first.status == "open"
