"""Tasks of people whose rights ended: back in the pool, with a line in the record."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.identity.commands import Post, granting
from app.identity.commands.granting import NewGrant
from app.workflow import commands
from app.workflow.commands.upkeep import free_stranded
from app.workflow.commands.views import Named
from app.workflow.models import Task
from app.workflow.queries import views
from tests.workflow import make
from tests.workflow.people import HERE, NOON, unit, who

TODAY, WHY = date(2026, 11, 23), "调离"


def claimed() -> Task:
    """A task of the community in the hands of 李禾."""
    task = make.open_tasks(make.case("community_check"))[0]
    return commands.claim(who("li"), task.id, at=NOON)


def test_what_a_disabled_person_had_claimed_is_anybodys_of_the_pool(town: Session) -> None:
    task = claimed()
    granting.disable(who("jin"), who("li").id, WHY, at=NOON)
    assert commands.claim(who("wang"), task.id, at=NOON).claimed_by_id == who("wang").id
    assert make.verbs(task.case) == ["filed", "claimed", "freed", "claimed"]
    assert make.events(task.case)[2].actor_id == who("jin").id


def test_a_post_that_ends_at_once_lets_go_of_its_tasks(town: Session) -> None:
    task, grant = claimed(), who("li").holds[0].grant_id
    granting.end_post(who("jin"), grant, TODAY - timedelta(1), WHY, at=NOON)
    assert make.verbs(task.case) == ["filed", "claimed", "freed"]


def test_another_post_in_the_same_pool_keeps_them(town: Session) -> None:
    task, grant = claimed(), who("li").holds[0].grant_id
    given = NewGrant(Post(unit(HERE).id, "", "inspector"), TODAY)
    granting.give_post(who("jin"), who("li").id, given, WHY, at=NOON)
    granting.end_post(who("jin"), grant, TODAY - timedelta(1), WHY, at=NOON)
    assert make.verbs(task.case) == ["filed", "claimed"]
    assert commands.release(who("li"), task.id, at=NOON).claimed_by_id is None


def test_a_post_that_runs_out_lets_go_when_the_house_is_kept(town: Session) -> None:
    task, grant = claimed(), who("li").holds[0].grant_id
    granting.end_post(who("jin"), grant, TODAY + timedelta(1), WHY, at=NOON)
    free_stranded(at=NOON + timedelta(1))
    assert make.verbs(task.case) == ["filed", "claimed"]
    for _ in range(2):
        free_stranded(at=NOON + timedelta(2))
        assert make.verbs(task.case) == ["filed", "claimed", "freed"]
    assert make.events(task.case)[2].actor_id is None


def test_who_leaves_a_unit_shares_no_views_with_it_any_more(town: Session) -> None:
    """At once, or when the house is kept; for themselves they have them on."""
    wang = who("wang")
    for key, post_ends in (("li", TODAY - timedelta(1)), ("wang", TODAY + timedelta(1))):
        commands.save_view(who(key), Named("装修件", unit(HERE).id, box="todo"), at=NOON)
        granting.end_post(who("jin"), who(key).holds[0].grant_id, post_ends, WHY, at=NOON)
    assert [view.person_id for view in views.reach(town, wang)] == [wang.id]
    for day, shared in ((1, unit(HERE).id), (2, None)):
        free_stranded(at=NOON + timedelta(day))
        assert [view.unit_id for view in views.reach(town, wang)] == [shared]


def test_another_post_of_the_unit_that_does_not_decide_keeps_nothing(town: Session) -> None:
    task, grant = claimed(), who("li").holds[0].grant_id
    given = NewGrant(Post(unit(HERE).id, "", "leader"), TODAY)
    granting.give_post(who("jin"), who("li").id, given, WHY, at=NOON)
    granting.end_post(who("jin"), grant, TODAY + timedelta(1), WHY, at=NOON)
    free_stranded(at=NOON + timedelta(2))
    assert make.verbs(task.case) == ["filed", "claimed", "freed"]
