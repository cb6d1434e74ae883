"""Versions: a running case keeps its own, a new one takes the newest of the nearest unit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import session, transaction
from app.errors import BrokenProcess
from app.workflow import definitions
from app.workflow.backstage import Counter, Desk
from app.workflow.models import Case, ProcessVersion
from app.workflow.numbers import take
from app.workflow.queries import casefile
from tests.engine.drawings import document, end, flows, review, start
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened


@pytest.fixture
def published(database: Store, app: Flask) -> Iterator[ProcessVersion]:
    """The first version of a process of two levels, the city's."""

    def build() -> None:
        drawn.publish("demo", drawn.two_levels("demo"))

    with opened(database, app, "published", build) as work:
        yield work.scalars(select(ProcessVersion).where(ProcessVersion.key == "demo")).one()


def due(made: Case) -> str:
    return local(make.open_tasks(made)[0].due_at).strftime("%m-%d")


def longer(key: str) -> str:
    """Three levels instead of two."""
    return document(
        start(),
        review("first", "community", "approve:通过"),
        review("second", "township", "approve:通过"),
        review("third", "district", "approve:通过", flow_role="district_gov_user"),
        end("yes", "approved"),
        flows("begin", "first", "second", "third", "yes"),
        key=key,
    )


def test_a_running_case_keeps_its_version(published: ProcessVersion) -> None:
    made = drawn.file("demo")
    newer = drawn.publish("demo", longer("demo"))
    assert (published.number, newer.number) == (1, 2)
    drawn.decide(made, "li", "approve")
    drawn.decide(made, "zhao", "approve")
    ended = make.fresh(made)
    assert (ended.version_id, ended.result) == (published.id, "approved")


def test_a_new_case_takes_the_newest(published: ProcessVersion) -> None:
    newer = drawn.publish("demo", longer("demo"))
    made = drawn.file("demo")
    assert made.version_id == newer.id
    drawn.decide(made, "li", "approve")
    drawn.decide(made, "zhao", "approve")
    assert make.waiting(made) == ["third"]


def test_both_versions_run_side_by_side(published: ProcessVersion) -> None:
    old = drawn.file("demo")
    drawn.publish("demo", longer("demo"))
    new = drawn.file("demo")
    for made in (old, new):
        drawn.decide(made, "li", "approve")
        drawn.decide(made, "zhao", "approve")
    assert (make.fresh(old).result, make.fresh(new).result) == ("approved", None)


@pytest.mark.parametrize(
    ("codes", "day"),
    [
        (["4205"], "11-24"),
        (["420502"], "11-25"),
        (["420506"], "11-24"),  # a neighbour's
        (["420502", "420506"], "11-25"),
    ],
)
def test_the_nearest_units_version_wins(
    published: ProcessVersion, codes: list[str], day: str
) -> None:
    limits = {"420502": "2wd", "420506": "9wd"}
    for code in (code for code in codes if code != "4205"):
        drawn.publish("demo", drawn.two_levels("demo", limits[code]), code)
    assert due(drawn.file("demo")) == day


def test_a_newer_one_of_the_city_does_not_overrule_a_districts(published: ProcessVersion) -> None:
    drawn.publish("demo", drawn.two_levels("demo", "3wd"), "420502")
    drawn.publish("demo", drawn.two_levels("demo", "9wd"), "4205", NOON + timedelta(days=1))
    assert due(drawn.file("demo")) == "11-26"


def test_a_case_shows_the_drawing_of_its_own_version(published: ProcessVersion) -> None:
    made = drawn.file("demo")
    drawn.publish("demo", longer("demo"))
    file = casefile.of_case(session(), make.fresh(made))
    assert file.definition.version_id == published.id
    assert "third" not in file.definition.bpmn
    assert [stage.element for stage in file.stages] == ["first", "second"]


def test_a_version_is_parsed_once(published: ProcessVersion) -> None:
    work = session()
    assert definitions.get(work, published.id) is definitions.get(work, published.id)


def test_publishing_opens_the_desks_that_it_asks(town: Session) -> None:
    drawn.publish("demo", longer("demo"))
    known = set(town.scalars(select(Desk.words)))
    assert {"head", "head inspector", "district_gov_user"} <= known


def test_a_broken_drawing_changes_nothing(published: ProcessVersion) -> None:
    before = session().scalar(select(func.count(ProcessVersion.id)))
    broken = drawn.two_levels("demo").replace('flow:scope="township"', 'flow:scope="nowhere"')
    with pytest.raises(BrokenProcess):
        drawn.publish("demo", broken)
    session().rollback()
    assert session().scalar(select(func.count(ProcessVersion.id))) == before


def test_what_was_passed_and_what_lies_ahead(town: Session) -> None:
    made = make.case("township_review")
    file = casefile.read(town, who("ann"), made.id)
    assert [(stage.name, stage.status) for stage in file.stages][:2] == [
        ("社区初审", "passed"),
        ("乡镇审核", "current"),
    ]
    assert file.current == {"township_review"}
    assert file.passed["community_check"] == 1
    assert file.stages[0].done.done_by_id == who("li").id


def test_the_applicants_page_shows_no_secret(town: Session) -> None:
    made = make.case()
    values = casefile.read(town, who("ann"), made.id).values
    assert values["name"] == make.FORM["name"]
    assert make.OWNER_ID not in str(values)
    assert "*" in values["id_no"]


def test_a_number_taken_in_vain_is_taken_again(town: Session) -> None:
    with suppress(KeyError), transaction() as work:
        assert take(work, "row") == 1
        raise KeyError("something went wrong")
    with transaction() as work:
        assert [take(work, "row") for _ in range(3)] == [1, 2, 3]
        assert take(work, "another") == 1
    assert town.scalar(select(Counter.value).where(Counter.name == "row")) == 3
