"""Who steps fall to before any case asks: as cases then find it, and as changes then leave it."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import transaction
from app.identity.models import Grant, Person
from app.identity.queries import Member
from app.workflow import handling
from app.workflow.commands.upkeep import fill_vacancies, free_stranded
from app.workflow.models import Case, Task
from app.workflow.queries import access, gaps
from app.workflow.staffing import Duty, Seated, duties, falling_empty
from tests.workflow.people import HERE, NOON, unit, who
from tests.workflow.random_world import DAY, settle


def key(duty: Duty) -> tuple[object, ...]:
    """A step in the units of its parties."""
    where = tuple(turn.unit.id if turn.unit else None for turn in duty.turns)
    return duty.flow.version_id, duty.step.element, where


def remaining(work: Session, task: Task, seated: Seated) -> list[Member]:
    """Who of these can come in and need not leave this case to others."""
    able = [member for member, _hold in seated if member.able]
    return [one for one in able if handling.kept_away(work, one.actor, task) is None]


def set_status(account: str, status: str) -> None:
    with transaction() as work:
        work.scalars(select(Person).where(Person.account == account)).one().status = status


def named(found: list[Duty]) -> set[tuple[str, tuple[str, ...]]]:
    """Steps and units, of the filing alone."""
    return {(one.step.element, one.units) for one in found if one.flow.key == "filing"}


@pytest.mark.parametrize("seed", [1])
def test_every_open_task_lies_where_it_was_foretold(town: Session, seed: int) -> None:
    """Also what nobody is there for: it goes where it was said to go, or waits to be given."""
    seen: Counter[str] = Counter()
    cases = settle(seed).cases
    with transaction() as work:  # nobody is left at one community
        here = select(Grant.person_id).where(Grant.unit_id == unit(HERE).id)
        for person in work.scalars(select(Person).where(Person.id.in_(here))):
            person.status = "disabled"
    free_stranded(at=NOON)
    fill_vacancies(at=NOON)
    for case_id in cases:
        case = town.get_one(Case, case_id, populate_existing=True)
        for task, told in access.handlers(town, case, DAY):
            if task.unit_id is None:
                continue
            drawn = task.stands_in_id or task.unit_id
            (turn,) = [
                turn
                for duty in duties(town, {drawn}, DAY, case.process_key)
                for turn in duty.turns[task.party : task.party + 1]
                if duty.step.element == task.element and turn.unit
                and (not duty.categories or case.category in duty.categories)
            ]  # fmt: skip
            ups = [unit.id for unit, seated in turn.above if remaining(town, task, seated)]
            if task.stands_in_id or task.vacant:
                assert not remaining(town, task, turn.seated)
                assert ups[:1] == ([task.unit_id] if task.stands_in_id else [])
                seen["up" if task.stands_in_id else "tray"] += 1
            else:
                assert turn.unit
                assert turn.unit.id == task.unit_id
                assert {one.person.id for one, _ in turn.seated} == {
                    one.member.person.id for one in told
                }
                seen["there"] += 1
    assert seen["there"] >= 3, seen
    assert seen["up"] >= 1, seen


def test_what_falls_empty_is_what_is_empty_afterwards(town: Session) -> None:
    world, fell = settle(2), 0
    for person_id in world.staff[::3]:
        held = town.scalars(select(Grant.unit_id).where(Grant.person_id == person_id)).all()
        before = {key(duty) for duty in duties(town, held, DAY) if duty.settles()}
        told = falling_empty(town, person_id, DAY)
        with transaction() as work:
            person = work.get_one(Person, person_id)
            was, person.status = person.status, "disabled"
        after = {key(duty) for duty in duties(town, held, DAY) if duty.settles()}
        assert {key(duty) for duty in told} == before - after
        assert len(told) == len(before - after)
        with transaction() as work:
            work.get_one(Person, person_id).status = was
        fell += len(told)
    assert fell > 0


def test_the_second_of_two_is_the_last(town: Session) -> None:
    here = ("community_check", ("解放路社区",))
    assert here not in named(falling_empty(town, who("li").id, DAY))
    set_status("wang", "disabled")
    assert here in named(falling_empty(town, who("li").id, DAY))
    assert falling_empty(town, who("wang").id, DAY) == []


def test_a_grant_that_ends_leaves_what_another_holds(town: Session) -> None:
    set_status("wang", "disabled")
    li = who("li")
    here = ("community_check", ("解放路社区",))
    with transaction() as work:
        second = Grant(person_id=li.id, unit_id=unit(HERE).id, position="inspector", valid_from=DAY)
        work.add(second)
        work.flush()
        added = second.id
    first = li.holds[0].grant_id
    assert here not in named(falling_empty(town, li.id, DAY, [first]))
    assert here not in named(falling_empty(town, li.id, DAY, [added]))
    assert here in named(falling_empty(town, li.id, DAY, [first, added]))
    assert here in named(falling_empty(town, li.id, DAY))


def test_gaps_are_listed_by_unit_within_reach(town: Session) -> None:
    set_status("wang", "disabled")
    han, kept = who("han"), unit("420502")
    found = gaps.gaps(town, han, gaps.unit_of(town, han, kept.id))
    filing = [gap for gap in found if gap.duty.step.element == "community_check"]
    by_unit = {gap.unit.name: [one.person.name for one in gap.alone] for gap in filing}
    assert by_unit["解放路社区"] == ["李禾"]
    assert by_unit["四方堰社区"] == ["陈末"]
    assert all(gap.unit.division_code.startswith("420502") for gap in filing)
