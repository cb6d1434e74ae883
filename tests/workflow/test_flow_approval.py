"""Flows that the unit above approves: asked for, published only then, and never bypassed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.db import db
from app.errors import BrokenProcess, Conflict, Forbidden, Invalid
from app.identity.commands import Post
from app.identity.models import Unit
from app.workflow import commands, flow_folder, publishing
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication, Publishing
from app.workflow.studio import approvals, proving
from app.workflow.studio.approval_models import FlowRequest, FlowRule
from app.workflow.studio.models import FlowDraft
from tests.identity import people
from tests.workflow.asking import (
    CAREFUL,
    MIAO,
    NING,
    SHI,
    STRICTER,
    WRONG,
    approve,
    ask,
    district,
    force,
    numbers,
    publication,
    told,
    verbs,
)
from tests.workflow.keepers import who


def test_where_nobody_said_anything_the_city_approves(office: Session, noon: datetime) -> None:
    office.execute(delete(FlowRule))
    office.commit()
    with pytest.raises(Forbidden, match="须经宜昌市批准"):
        publishing.publish(who(MIAO, noon), publication(), at=noon)
    assert ask(noon).state == "waiting"


def test_asked_for_it_waits_and_approved_it_is_in_force(asking: Session, noon: datetime) -> None:
    row, city = ask(noon), force(noon)
    assert (row.state, row.above.name, row.asked_by.name) == ("waiting", "宜昌市", "苗青禾")
    assert (row.begun_from_id, row.files["filing.bpmn"]) == (city.id, STRICTER)
    assert numbers() == []
    assert told(NING, noon) == [
        "苗青禾请您批准发布西陵区的“小散工程和零星作业备案”，在“流程”页办理"
    ]
    later = noon + timedelta(hours=2)
    made = approve(row, later)
    assert (made.number, made.unit_id, made.copy_of_id) == (1, district().id, city.id)
    assert (made.published_by.name if made.published_by else "") == "苗青禾"
    assert (made.approved_by.name if made.approved_by else "") == "宁远山"
    assert (made.published_at, made.reason, made.files["filing.bpmn"]) == (
        later, "改为 1 日", STRICTER,
    )  # fmt: skip
    assert force(later).id == made.id
    assert told(MIAO, later) == ["宜昌市：“小散工程和零星作业备案”已批准，作为第 1 版发布"]
    assert verbs(asking, 2) == ["flow_approval_asked", "flow_approved"]


def test_the_city_itself_asks_nobody(asking: Session, noon: datetime) -> None:
    made = commands.hand_in(who(NING, noon), publication(), at=noon)
    assert isinstance(made, ProcessVersion)
    own = publication(CAREFUL, people.unit("宜昌市", "city"))
    assert isinstance(commands.hand_in(who(NING, noon), own, at=noon), ProcessVersion)


def test_no_way_of_publishing_goes_round_it(asking: Session, noon: datetime) -> None:
    miao = who(MIAO, noon)
    first = approve(ask(noon), noon)
    publishing.publish(who(NING, noon), publication(CAREFUL), at=noon)
    with pytest.raises(Forbidden, match="宜昌市"):
        publishing.publish(miao, publication(), at=noon)
    with pytest.raises(Forbidden, match="宜昌市"):
        publishing.republish(miao, first.id, Publishing("恢复第 1 版"), at=noon)
    town = people.unit("西陵街道", "township")  # no way round it by a copy for each of them
    with pytest.raises(Forbidden, match="宜昌市"):
        publishing.publish(miao, publication(unit=town), at=noon)
    zone = asking.scalars(select(Unit).where(Unit.kind == "functional_zone")).first()
    assert zone is not None
    keeper = people.add(
        who(NING, noon), "殷未晞", "yinweixi", Post(zone.id, "unit_admin", ""), noon
    )
    with pytest.raises(Forbidden, match="宜昌市"):
        publishing.publish(keeper, publication(unit=zone), at=noon)
    assert numbers() == [1, 2]


def test_an_older_version_comes_back_when_it_is_approved(asking: Session, noon: datetime) -> None:
    first = approve(ask(noon), noon)
    approve(ask(noon, CAREFUL), noon)
    wanted = publishing.again(first.id, Publishing("恢复第 1 版"))
    row = commands.hand_in(who(MIAO, noon), wanted, at=noon)
    assert isinstance(row, FlowRequest)
    made = approve(row, noon)
    assert (made.number, made.copy_of_id, made.checksum) == (3, first.id, first.checksum)


def test_from_the_server_itself_it_goes_through(
    app: Flask, asking: Session, noon: datetime, tmp_path: Path
) -> None:
    run, folder = app.test_cli_runner(), tmp_path / "flows"
    run.invoke(args=["flow", "export", "--unit", "420502", str(folder)])
    (folder / "bpmn" / "filing.bpmn").write_text(STRICTER, "utf-8")
    assert flow_folder.read(folder, ["filing"])["filing"]["filing.bpmn"] == STRICTER
    asked = ["--unit", "420502", "--by", MIAO, "--reason", "改为 1 日", str(folder)]
    said = run.invoke(args=["flow", "import", *asked])
    assert said.exit_code == 0, said.output
    assert numbers() == [1]


def test_a_wrong_flow_is_not_even_asked_for(asking: Session, noon: datetime) -> None:
    with pytest.raises(BrokenProcess):
        ask(noon, WRONG)
    with pytest.raises(Invalid) as refused:
        commands.hand_in(who(MIAO, noon), Publication(district().id, "filing", {}, "  "), at=noon)
    assert "reason" in refused.value.fields
    approve(ask(noon), noon)
    with pytest.raises(Conflict, match="完全相同"):
        ask(noon)
    assert asking.scalar(select(func.count()).select_from(FlowRequest)) == 1


def test_one_of_a_flow_waits_at_a_time(asking: Session, noon: datetime) -> None:
    row = ask(noon)
    with pytest.raises(Conflict, match="苗青禾已把这个流程送请批准") as refused:
        ask(noon, CAREFUL)
    assert refused.value.who == "苗青禾"
    other = publication(CAREFUL, people.unit("夷陵区", "district"))
    assert isinstance(commands.hand_in(who(SHI, noon), other, at=noon), FlowRequest)
    commands.take_back(who(MIAO, noon), row.id, at=noon)
    assert ask(noon, CAREFUL).state == "waiting"


def test_of_two_who_ask_at_once_one_waits(app: Flask, asking: Session, noon: datetime) -> None:
    miao, start, unit = who(MIAO, noon), Barrier(2), district().id

    def one(drawn: str) -> str:
        with app.app_context():
            wanted = Publication(unit, "filing", {"filing.bpmn": drawn.encode()}, "改为 1 日")
            start.wait(30)
            try:
                commands.hand_in(miao, wanted, at=noon)
            except Conflict as refused:
                return refused.message
            finally:
                db.session.remove()
            return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(one, (STRICTER, CAREFUL)))
    assert said[0] == ""
    assert "送请批准" in said[1]


def test_the_same_form_again_asks_once(asking: Session, noon: datetime) -> None:
    assert ask(noon, key="once").id == ask(noon, key="once").id
    assert len(told(NING, noon)) == 1


def test_the_draft_goes_on_and_what_was_asked_stays(asking: Session, noon: datetime) -> None:
    miao = who(MIAO, noon)
    draft = commands.begin_flow_draft(miao, district().id, "filing", at=noon)
    draft = commands.save_flow_draft(miao, draft.id, 1, {"filing.bpmn": STRICTER.encode()}, at=noon)
    wanted = proving.publication(draft, 2, Publishing("改为 1 日"))
    row = commands.hand_in(miao, wanted, at=noon)
    assert isinstance(row, FlowRequest)
    waits = approvals.waits(asking, draft.unit_id, "filing")
    assert waits is not None
    assert waits.id == row.id
    commands.save_flow_draft(miao, draft.id, 2, {"filing.bpmn": CAREFUL.encode()}, at=noon)
    assert approve(row, noon).files["filing.bpmn"] == STRICTER
    kept = asking.scalars(select(FlowDraft)).one()  # it was changed since: nobody's work is lost
    assert (kept.revision, kept.files["filing.bpmn"]) == (3, CAREFUL)


def test_the_draft_that_was_asked_for_is_spent(asking: Session, noon: datetime) -> None:
    miao = who(MIAO, noon)
    draft = commands.begin_flow_draft(miao, district().id, "filing", at=noon)
    draft = commands.save_flow_draft(miao, draft.id, 1, {"filing.bpmn": STRICTER.encode()}, at=noon)
    with pytest.raises(Conflict, match="另一个窗口"):
        commands.hand_in(miao, proving.publication(draft, 1, Publishing("改了")), at=noon)
    row = commands.hand_in(miao, proving.publication(draft, 2, Publishing("改了")), at=noon)
    assert isinstance(row, FlowRequest)
    assert asking.scalars(select(FlowDraft)).all() != []
    approve(row, noon)
    assert asking.scalars(select(FlowDraft)).all() == []
