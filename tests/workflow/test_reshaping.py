"""Divisions renamed, merged and split: who and what lies there goes along, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid
from app.identity import changes, posts, reshaping
from app.identity.commands import Post
from app.identity.commands.claims import NewClaim, claim_place
from app.identity.models import AuditEntry, Division, Grant, Unit
from app.identity.place_models import DivisionChange
from app.identity.queries import in_force
from app.identity.reshaping import MERGE, RENAME, SPLIT, Reshape
from app.identity.units import resolve
from app.smallworks.places import public_place
from app.workflow import commands, events, jobs, rehoming
from app.workflow.models import Case, Event
from app.workflow.places import unit_names
from app.workflow.queries import register
from tests.identity import people
from tests.workflow import make
from tests.workflow.people import HERE, HIRED, NEXT, NOON, unit, who

TODAY, WHY = date(2026, 11, 23), "鄂民政函〔2026〕12号"
DAY = date(2026, 12, 1)
MIDNIGHT = datetime(2026, 11, 30, 16, tzinfo=UTC)
"""When 1 December begins in Yichang."""
STREET, BESIDE, NEW = "420502002", "420502001", "420502902"
KEEPING = select(Grant).where(Grant.role == "unit_admin", in_force(TODAY))
MERGED = ((NEXT, "四方堰社区居民委员会"),)


def merge(day: date = TODAY, seen: str = "") -> Reshape:
    """解放路社区 (李禾, 王渡) comes to 四方堰社区 (陈末)."""
    return Reshape(MERGE, (HERE, NEXT), MERGED, day, seen=seen)


def change(asked: Reshape, at: datetime = NOON) -> DivisionChange:
    return commands.change_divisions(who("ning"), asked, WHY, at=at)


def whole(case: Case) -> bool:
    return events.broken_link(make.events(case)) is None


def test_a_merger_moves_units_posts_tasks_and_cases_at_once(town: Session) -> None:
    waiting, over = make.case(), make.case("rejected")
    task = commands.claim(who("wang"), make.open_tasks(waiting)[0].id, at=NOON)
    old, heir = unit(HERE), unit(NEXT)
    made = change(merge())
    town.expire_all()
    assert (made.state, made.settled_by_id) == ("done", who("ning").id)
    assert made.counts == {"units": 1, "posts": 2, "running": 1, "ended": 1, "tasks": 1}
    assert (old.active, old.name) == (False, "解放路社区（已撤并）")
    assert {hold.unit_id for hold in who("wang").holds} == {heir.id}
    assert (task.unit_id, task.l4, task.claimed_by_id) == (heir.id, heir.id, who("wang").id)
    for case in (waiting, over):
        assert (case.l4, case.l3, case.division_code) == (heir.id, unit(STREET).id, HERE)
        told = make.events(case)[-1]
        assert (told.verb, told.actor_id) == ("rehomed", who("ning").id)
        assert told.routing == {"from": "解放路社区（已撤并）", "to": "四方堰社区"}
        assert whole(case)
    make.decide(waiting, "wang", "approve")
    assert make.events(waiting)[-1].unit_id == heir.id


def test_the_old_code_leads_to_its_successor_and_takes_no_new_case(town: Session) -> None:
    case, before = make.case(), resolve(HERE, TODAY)
    change(merge())
    place = town.get_one(Division, HERE)
    assert (place.valid_to, place.successor_code) == (TODAY - timedelta(1), NEXT)
    assert place.name.startswith("解放路社区")
    assert resolve(HERE, TODAY) == resolve(NEXT, TODAY) != before
    assert public_place(town, case.division_code) == "宜昌市西陵区学院街道"
    with pytest.raises(Invalid, match="已撤并"):
        make.file()
    assert make.file(place=NEXT).l4 == unit(NEXT).id


def test_registers_and_tallies_count_the_old_with_the_new(town: Session) -> None:
    make.case("approved")
    make.file(place=NEXT)
    change(merge())
    tallies = register.tallies(town, who("zhao"), unit(STREET), at=NOON)
    assert [(one.unit.name, one.total) for one in tallies] == [("四方堰社区", 2)]


def test_who_lost_and_got_a_post_reads_it_with_the_reason(town: Session) -> None:
    change(merge())
    told = [
        (one.change.verb, one.post, one.change.reason) for one in changes.of(town, who("li").id)
    ]
    assert told[:2] == [
        ("given", "四方堰社区 负责人，2026-11-23起", WHY),
        ("ended", "解放路社区（已撤并） 负责人，2026-01-05至2026-11-22", WHY),
    ]


def test_of_two_keepers_the_successors_stays(town: Session) -> None:
    for name, account, code in (("卓前", "zhuoqian", HERE), ("卓后", "zhuohou", NEXT)):
        people.add(who("ning"), name, account, Post(unit(code).id, "unit_admin"), HIRED)
    change(merge())
    keeper = posts.keeper(town, unit(NEXT).id, TODAY)
    held = [
        grant.person_id for grant in town.scalars(KEEPING.where(Grant.unit_id == unit(NEXT).id))
    ]
    assert keeper is not None
    assert (keeper.name, held) == ("卓后", [keeper.id])


def test_a_name_changes_and_no_case_moves(town: Session) -> None:
    case = make.case()
    change(Reshape(RENAME, (HERE,), ((HERE, "解放社区居民委员会"),), TODAY))
    assert unit_names(town, HERE) == ("学院街道", "解放社区")
    assert town.get_one(Division, HERE).valid_to is None
    assert make.verbs(case) == ["filed"]


def test_a_township_is_split_and_its_communities_are_allotted(town: Session) -> None:
    stays, goes = make.file(place=NEXT), make.case("township_review")
    task = commands.claim(who("zhao"), make.open_tasks(goes)[0].id, at=NOON)
    targets = ((STREET, "学院街道"), (NEW, "解放路街道"))
    change(Reshape(SPLIT, (STREET,), targets, TODAY, {HERE: NEW}))
    town.expire_all()
    new = unit(NEW)
    assert (new.level, new.parent_id, new.name) == ("township", unit("420502").id, "解放路街道")
    assert (goes.l3, goes.l4, stays.l3) == (new.id, unit(HERE).id, unit(STREET).id)
    # whose it was works elsewhere now, and in the new township nobody does yet
    assert (task.unit_id, task.stands_in_id) == (unit("420502").id, new.id)
    assert task.claimed_by_id is None
    assert make.verbs(goes)[-3:] == ["rehomed", "freed", "vacant"]
    assert make.verbs(stays) == ["filed"]
    assert public_place(town, HERE) == "宜昌市西陵区解放路街道"
    assert resolve(HERE, TODAY).l3 == new.id
    assert unit(HERE).parent_id == new.id


def test_townships_become_one_under_a_new_code(town: Session) -> None:
    case = make.case("township_review")
    made = change(Reshape(MERGE, (BESIDE, STREET), ((NEW, "西陵街道"),), TODAY))
    town.expire_all()
    new = unit(NEW)
    assert (case.l3, case.l4) == (new.id, unit(HERE).id)
    assert new.name == "西陵街道"
    assert made.counts["tasks"] == 1
    assert {hold.unit_id for hold in who("zhao").holds} == {new.id}
    assert not rehoming.lying(town, [BESIDE]).running
    assert make.decide(case, "zhao", "approve").result == "approved"


def test_what_lies_ahead_is_done_at_midnight_and_not_before(town: Session) -> None:
    case = make.case()
    made = change(merge(DAY))
    assert (made.state, unit(HERE).active, make.verbs(case)) == ("planned", True, ["filed"])
    jobs.run_due(MIDNIGHT - timedelta(seconds=1), most=100)
    town.expire_all()
    assert made.state == "planned"
    jobs.run_due(MIDNIGHT, most=100)
    town.expire_all()
    assert (made.state, made.settled_by_id, made.settled_at) == ("done", None, MIDNIGHT)
    assert town.get_one(Division, HERE).valid_to == DAY - timedelta(1)
    assert {hold.unit_id for hold in who("li", MIDNIGHT).holds} == {unit(NEXT).id}
    assert make.events(case)[-1].actor_id is None
    verbs = town.scalars(select(AuditEntry.verb).where(AuditEntry.verb.like("divisions_%")))
    assert list(verbs)[-2:] == ["divisions_planned", "divisions_changed"]


def test_what_waits_for_its_day_can_be_dropped_and_what_is_done_cannot(town: Session) -> None:
    made = change(merge(DAY))
    commands.drop_change(who("ning"), made.id, at=NOON)
    jobs.run_due(MIDNIGHT, most=100)
    town.expire_all()
    assert (made.state, unit(HERE).active) == ("dropped", True)
    done = change(merge(TODAY))
    with pytest.raises(Conflict, match="不能再取消"):
        commands.drop_change(who("ning"), done.id, at=NOON)


def test_what_was_not_seen_or_waits_is_not_overtaken(town: Session) -> None:
    made = change(merge(DAY))
    with pytest.raises(Conflict, match="宁远山已于2026-11-23 12:00办理"):
        change(merge())
    with pytest.raises(Conflict, match="2026-12-01生效，请等其生效"):
        change(merge(seen=made.id))
    with pytest.raises(Conflict, match="请等其生效"):
        change(Reshape(MERGE, (BESIDE, STREET), ((NEW, "西陵街道"),), TODAY))
    with pytest.raises(Conflict, match="请等其生效"):
        claim_place(who("ning"), NewClaim(zone(town).id, HERE, TODAY), WHY, at=NOON)


def zone(work: Session) -> Unit:
    return work.scalars(select(Unit).where(Unit.kind == "functional_zone")).one()


def test_a_place_of_the_zone_is_not_merged_under_its_feet(town: Session) -> None:
    claim_place(who("ning"), NewClaim(zone(town).id, HERE, TODAY), WHY, at=NOON)
    with pytest.raises(Conflict, match="“解放路社区”另由“宜昌高新区”管辖"):
        change(merge())


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("sources", Reshape(MERGE, (HERE,), MERGED, TODAY)),
        ("sources", Reshape(MERGE, (HERE, STREET), MERGED, TODAY)),
        ("sources", Reshape(MERGE, (HERE, "420506001001"), MERGED, TODAY)),
        ("sources", Reshape(RENAME, ("420502",), (("420502", "西陵新区"),), TODAY)),
        ("sources", Reshape(RENAME, ("nothing",), (("nothing", "某社区"),), TODAY)),
        ("targets", Reshape(MERGE, (HERE, NEXT), (("420502001004", "铁路坝社区"),), TODAY)),
        ("targets", Reshape(MERGE, (HERE, NEXT), (("420506002999", "新社区"),), TODAY)),
        ("targets", Reshape(MERGE, (HERE, NEXT), ((NEXT, "墨池巷社区"),), TODAY)),
        ("targets", Reshape(SPLIT, (HERE,), ((HERE, "解放路社区"),), TODAY)),
        ("targets", Reshape(SPLIT, (HERE,), ((HERE, "甲社区"), (HERE, "乙社区")), TODAY)),
        ("targets", Reshape(RENAME, (HERE,), ((HERE, "解放路社区"),), TODAY)),
        ("kind", Reshape("move", (HERE,), ((HERE, "某社区"),), TODAY)),
        ("effective_on", merge(TODAY - timedelta(1))),
        ("allotted", Reshape(MERGE, (HERE, NEXT), MERGED, TODAY, {"420502001004": NEXT})),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(town: Session, field: str, asked: Reshape) -> None:
    with pytest.raises(Invalid) as refused:
        change(asked)
    assert set(refused.value.fields) == {field}
    assert not town.scalars(select(DivisionChange)).all()


@pytest.mark.parametrize("key", ["jin", "han", "zheng", "li"])
def test_only_the_city_changes_divisions(town: Session, key: str) -> None:
    with pytest.raises(Forbidden, match="市级"):
        commands.change_divisions(who(key), merge(), WHY, at=NOON)


def test_what_is_foreseen_is_what_moves(town: Session) -> None:
    make.case()
    make.case("approved")
    seen, lying = reshaping.foresee(town, merge()), rehoming.lying(town, [HERE])
    assert seen.units == [("解放路社区", "四方堰社区居民委员会")]
    made = change(merge())
    assert made.counts == {
        "units": 1, "posts": seen.posts,
        "running": lying.running, "ended": lying.ended, "tasks": lying.tasks,
    }  # fmt: skip
    moved = town.scalars(select(Event).where(Event.verb == "rehomed")).all()
    assert len(moved) == lying.running + lying.ended
