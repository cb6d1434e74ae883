"""Which hazards are still to be put right, wherever that is asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import session, transaction
from app.smallworks.models import Work
from app.smallworks.patrols import coverage, queries
from app.smallworks.patrols.hazards import outstanding
from app.smallworks.patrols.models import Hazard
from app.smallworks.stops import commands as stops
from tests.smallworks.patrols.visits import conclude, failing, filed
from tests.smallworks.town import Town


def counted(work: Work) -> list[int]:
    """As the rule has it, the work's page, the plan of visits, and the form of a stop."""
    session().rollback()
    rule = session().scalars(select(Hazard).where(Hazard.work_id == work.id, outstanding())).all()
    page = queries.of_work(session(), work)[2]
    plan = coverage.open_hazards_of(session()).get(work.id, 0)
    stop = session().scalars(stops.open_hazards(work)).all()
    return [len(rule), len(page), plan, len(stop)]


def test_what_a_visit_found_counts_once_it_is_over(town: Town):
    work, other = filed(town), filed(town, name="别处的外墙修补")
    patrol = failing(town, work, "person_helmet", "order_exit")
    assert counted(work) == [0, 0, 0, 0]
    conclude(town, patrol, "stop", scope="all")
    assert counted(work) == [2, 2, 2, 2]
    assert counted(other) == [0, 0, 0, 0]


@pytest.mark.parametrize(("state", "left"), [("answered", 2), ("closed", 1), ("void", 1)])
def test_an_answer_closes_nothing_and_what_was_struck_out_never_was(
    town: Town, state: str, left: int
):
    work = filed(town)
    patrol = failing(town, work, "person_helmet", "order_exit")
    conclude(town, patrol, "stop", scope="all")
    with transaction() as rows:
        mine = select(Hazard).where(Hazard.work_id == work.id, Hazard.position == 1)
        rows.scalars(mine).one().state = state
    assert counted(work) == [left] * 4
