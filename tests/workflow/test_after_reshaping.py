"""After divisions changed: what goes by a place goes by where it lies now, not by its digits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid
from app.identity import reshaping
from app.identity.account_models import AccountChange
from app.identity.annexes.places import Directory
from app.identity.place_models import DivisionChange
from app.identity.reshaping import MERGE, RENAME, SPLIT, Reshape
from app.workflow import commands, jobs
from app.workflow.models import Case, Task
from app.workflow.places import listed_under
from tests.workflow import make
from tests.workflow.people import HERE, NEXT, NOON, unit, who

TODAY, LATER, WHY = date(2026, 11, 23), date(2026, 12, 1), "鄂民政函〔2026〕12号"
STREET, NEW = "420502002", "420502902"


def change(asked: Reshape) -> str:
    return commands.change_divisions(who("ning"), asked, WHY, at=NOON).id


def split() -> str:
    """解放路社区 comes to a township of its own, 四方堰社区 and the others stay."""
    targets = ((STREET, "学院街道"), (NEW, "解放路街道"))
    return change(Reshape(SPLIT, (STREET,), targets, TODAY, {HERE: NEW}))


def merge() -> str:
    return change(Reshape(MERGE, (HERE, NEXT), ((NEXT, "四方堰社区居民委员会"),), TODAY))


def test_an_annex_lists_the_communities_of_a_township_as_they_lie_now(town: Session) -> None:
    split()
    known = Directory(town, who("ning"))
    stays, goes = (known.possible_places("2", unit(code).id) for code in (STREET, NEW))
    assert list(goes) == [unit(HERE).id]
    assert unit(NEXT).id in stays
    assert unit(HERE).id not in stays


def test_a_place_is_found_beneath_the_township_that_it_lies_in_now(town: Session) -> None:
    assert (listed_under(town, HERE), listed_under(town, STREET)) == (STREET, STREET)
    split()
    assert (listed_under(town, HERE), listed_under(town, NEXT)) == (NEW, STREET)
    assert listed_under(town, "") == ""


def test_a_place_that_is_no_more_is_found_as_its_successor(town: Session) -> None:
    merge()
    assert listed_under(town, HERE) == STREET


def test_what_waits_for_its_day_stands_in_the_way_where_it_lies_now(town: Session) -> None:
    seen = split()
    change(Reshape(RENAME, (HERE,), ((HERE, "解放社区"),), LATER, seen=seen))
    with pytest.raises(Conflict, match="请等其生效"):
        change(Reshape(RENAME, (NEW,), ((NEW, "解放街道"),), LATER, seen=seen))
    change(Reshape(RENAME, (STREET,), ((STREET, "学院路街道"),), LATER, seen=seen))


@pytest.mark.parametrize(("asked", "code"), [(merge, NEXT), (split, HERE)])
def test_what_was_filed_just_as_it_changed_is_moved_soon_after(
    town: Session, asked: object, code: str
) -> None:
    case, old = make.case(), (unit(STREET).id, unit(HERE).id)
    asked()  # type: ignore[operator]
    _as_filed_before(town, case, *old)
    jobs.run_due(NOON + timedelta(minutes=1), most=100)
    town.expire_all()
    assert (make.fresh(case).l3, make.fresh(case).l4) == old
    for _ in range(2):
        jobs.run_due(NOON + timedelta(hours=1), most=100)
        town.expire_all()
        moved, task = make.fresh(case), make.open_tasks(case)[0]
        place = unit(code)
        assert (moved.l4, moved.l3) == (place.id, place.parent_id)
        assert (task.unit_id, task.l4, task.l3) == (place.id, place.id, place.parent_id)
        assert make.verbs(moved)[-1] == "rehomed"
        assert make.verbs(moved).count("rehomed") == 2


def _as_filed_before(work: Session, case: Case, l3: str, l4: str) -> None:
    """As a filing leaves it that read its places before the change, and was written after it."""
    work.execute(update(Case).where(Case.id == case.id).values(l3=l3, l4=l4))
    mine = update(Task).where(Task.case_id == case.id)
    work.execute(mine.values(unit_id=l4, l3=l3, l4=l4))
    work.commit()


TARGETS = ((STREET, "学院街道"), (NEW, "解放路街道"))


def test_a_post_goes_where_it_was_allotted_and_lets_go_of_what_stays(town: Session) -> None:
    task = make.open_tasks(make.case("township_review"))[0]
    commands.claim(who("zhao"), task.id, at=NOON)
    grant = who("zhao").holds[0].grant_id
    asked = Reshape(SPLIT, (STREET,), TARGETS, TODAY, {grant: NEW})
    seen = reshaping.foresee(town, asked)
    made = town.get_one(DivisionChange, change(asked))
    town.expire_all()
    assert (made.counts["posts"], seen.posts) == (1, 1)
    assert {hold.unit_id for hold in who("zhao").holds} == {unit(NEW).id}
    assert {hold.unit_id for hold in who("sun").holds} == {unit(STREET).id}
    assert task.claimed_by_id is None
    told = [(one.verb, one.unit_id) for one in _changes(town, "zhao")]
    assert told[-2:] == [("ended", unit(STREET).id), ("given", unit(NEW).id)]


def test_of_what_ends_each_post_goes_to_its_own_successor(town: Session) -> None:
    other = "420502903"
    grant = who("zhao").holds[0].grant_id
    asked = Reshape(
        SPLIT, (STREET,), ((NEW, "解放路街道"), (other, "北门街道")), TODAY, {grant: other}
    )
    made = town.get_one(DivisionChange, change(asked))
    town.expire_all()
    assert {hold.unit_id for hold in who("zhao").holds} == {unit(other).id}
    assert {hold.unit_id for hold in who("sun").holds} == {unit(NEW).id}
    assert made.counts["posts"] == 3


def test_a_post_of_another_unit_is_not_allotted(town: Session) -> None:
    grant = who("li").holds[0].grant_id
    with pytest.raises(Invalid) as refused:
        change(Reshape(SPLIT, (STREET,), TARGETS, TODAY, {grant: NEW}))
    assert set(refused.value.fields) == {"allotted"}


def _changes(work: Session, key: str) -> list[AccountChange]:
    mine = select(AccountChange).where(AccountChange.person_id == who(key).id)
    return list(work.scalars(mine.order_by(AccountChange.id)))
