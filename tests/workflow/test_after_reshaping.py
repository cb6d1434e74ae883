"""After divisions changed: what goes by a place goes by where it lies now, not by its digits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.identity.annexes.places import Directory
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
