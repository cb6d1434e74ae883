"""Which running cases a version is for, and whose they are to move: by place, for each keeper."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden
from app.workflow import commands, jobs
from app.workflow.commands.filing import Filing
from app.workflow.commands.moving import Moving
from app.workflow.models import Case, ProcessVersion
from app.workflow.publishing import Publishing
from app.workflow.studio import moves, moving, outlook
from app.workflow.studio.models import FlowMove
from tests.workflow import drawn, make
from tests.workflow.moves import item, seen
from tests.workflow.people import FAR, HERE, NOON, unit, who

DISTRICT = "420502"


def file(place: str) -> Case:
    made = commands.file_values(who("ann"), Filing("demo", place, {"title": "一件"}), at=NOON)
    while jobs.run_due(NOON):  # where nobody is posted, it goes to the unit above
        pass
    return made


def limited(limit: str, code: str = "4205") -> str:
    """A version with this limit, published; its id."""
    return drawn.publish("demo", drawn.two_levels("demo", limit), code).id


def test_a_draft_counts_the_cases_of_its_place_whatever_they_run_by(town: Session) -> None:
    limited("1wd")
    file(HERE)
    file(FAR)
    limited("2wd", DISTRICT)
    file(HERE)
    draft = commands.begin_flow_draft(who("jin"), unit(DISTRICT).id, "demo", at=NOON)
    assert moving.running(town, draft, NOON) == 2
    city = commands.begin_flow_draft(who("ning"), unit("4205").id, "demo", at=NOON)
    assert moving.running(town, city, NOON) == 1


def begin(by: str, version_id: str, *cases: Case) -> FlowMove:
    wanted = Moving(version_id, {one.id: seen(one) for one in cases}, "统一办理")
    return commands.begin_move(who(by), wanted, at=NOON)


def run() -> None:
    while jobs.run_due(NOON):
        pass


def move(by: str, version_id: str, *cases: Case) -> FlowMove:
    asked = begin(by, version_id, *cases)
    run()
    return asked


def test_a_district_moves_its_own_cases_back_onto_the_citys_version(town: Session) -> None:
    city = limited("1wd")
    own = limited("2wd", DISTRICT)
    here = file(HERE)
    commands.fall_back(who("jin"), own, Publishing("市里统一了", True), at=NOON)
    made, jin = town.get_one(ProcessVersion, city), who("jin")
    assert city in moving.open_to(town, jin, "demo", NOON)
    assert moving.staying(town, jin, made, NOON) == 1
    asked = move("jin", city, here)
    assert (item(asked, here).status, make.fresh(here).version_id) == ("moved", city)
    assert [one.id for one in moves.of_flow(town, jin, "demo", [unit(DISTRICT)])] == [asked.id]
    assert moves.kept(town, jin, asked.id).id == asked.id
    commands.undo_move(jin, asked.id, at=NOON)
    run()
    assert (item(asked, here).status, make.fresh(here).version_id) == ("undone", own)


def test_cases_of_another_place_are_not_theirs_to_move(town: Session) -> None:
    limited("1wd")
    here, far = file(HERE), file(FAR)
    newer = limited("9wd")
    made, jin = town.get_one(ProcessVersion, newer), who("jin")
    assert moving.staying(town, jin, made, NOON) == 1
    assert moving.staying(town, who("ning"), made, NOON) == 2
    assert [one.case.id for one in outlook.outlook(town, jin, made, {}, NOON).lines] == [here.id]
    with pytest.raises(Conflict):
        move("jin", newer, far)
    asked = move("ning", newer, here, far)
    assert (item(asked, here).status, item(asked, far).status) == ("moved", "moved")
    with pytest.raises(Forbidden):
        moves.kept(town, jin, asked.id)
    with pytest.raises(Forbidden):
        commands.undo_move(jin, asked.id, at=NOON)
    assert moves.of_flow(town, jin, "demo", [unit(DISTRICT)]) == []


def test_who_goes_by_a_version_of_their_own_moves_none_onto_the_citys(town: Session) -> None:
    city = limited("1wd")
    limited("2wd", DISTRICT)
    here = file(HERE)
    with pytest.raises(Forbidden):
        move("jin", city, here)
    with pytest.raises(Forbidden):
        move("han", city, here)


def test_earlier_moves_stay_on_the_page_of_the_flow(town: Session) -> None:
    limited("1wd")
    here = file(HERE)
    first = move("ning", limited("2wd"), here)
    second = move("ning", limited("3wd"), here)
    limited("4wd")
    found = moves.of_flow(town, who("ning"), "demo", [unit("4205")])
    assert {one.id for one in found} == {first.id, second.id}


def test_what_the_city_moved_only_the_city_undoes(town: Session) -> None:
    """Though every case of it lies in the district, which may look at it."""
    old = limited("1wd")
    here, there = file(HERE), file(HERE)
    asked = move("ning", limited("2wd"), here, there)
    jin = who("jin")
    assert moves.kept(town, jin, asked.id).id == asked.id
    with pytest.raises(Forbidden, match="这次更新由宜昌市决定"):
        commands.undo_move(jin, asked.id, at=NOON)
    run()
    assert [item(asked, one).status for one in (here, there)] == ["moved", "moved"]
    commands.undo_move(who("ning"), asked.id, at=NOON)
    run()
    assert {make.fresh(one).version_id for one in (here, there)} == {old}


def test_what_the_city_moved_onto_the_districts_own_is_the_citys_too(town: Session) -> None:
    limited("1wd")
    here = file(HERE)
    asked = move("ning", limited("2wd", DISTRICT), here)
    with pytest.raises(Forbidden, match="宜昌市"):
        commands.undo_move(who("jin"), asked.id, at=NOON)


def test_what_the_district_moved_the_city_may_undo(town: Session) -> None:
    old = limited("1wd")
    here = file(HERE)
    asked = move("jin", limited("2wd"), here)
    assert moves.theirs(town, who("jin"), asked) is None
    commands.undo_move(who("ning"), asked.id, at=NOON)
    run()
    assert (item(asked, here).status, make.fresh(here).version_id) == ("undone", old)


def test_a_district_sees_only_its_own_moves_onto_the_citys_version(town: Session) -> None:
    limited("1wd")
    here, far = file(HERE), file(FAR)
    made = town.get_one(ProcessVersion, limited("2wd"))
    there, mine = move("ning", made.id, far), move("jin", made.id, here)
    found = [{one.id for one in moves.of_version(town, who(by), made)} for by in ("jin", "ning")]
    assert found == [{mine.id}, {mine.id, there.id}]


def test_a_district_that_got_its_own_version_meanwhile_keeps_its_cases(town: Session) -> None:
    old = limited("1wd")
    here, far = file(HERE), file(FAR)
    newer = limited("2wd")
    asked = begin("ning", newer, here, far)
    limited("3wd", DISTRICT)
    run()
    left = item(asked, here)
    assert (left.status, make.fresh(here).version_id) == ("skipped", old)
    assert left.why == "当地的新办件现在按西陵区第 1 版办理，请回到流程页选择"
    assert (item(asked, far).status, make.fresh(far).version_id) == ("moved", newer)


def test_a_version_superseded_meanwhile_takes_no_more_cases(town: Session) -> None:
    old = limited("1wd")
    here = file(HERE)
    asked = begin("jin", limited("2wd"), here)
    limited("3wd")
    run()
    left = item(asked, here)
    assert (left.status, make.fresh(here).version_id) == ("skipped", old)
    assert "宜昌市第 3 版" in left.why
