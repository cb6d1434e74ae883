"""Deadlines of a rectification: one extension, before it is due; overdue; escalation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Conflict, Invalid
from app.identity import sms
from app.web.display import due_text
from app.workflow.models import Case
from app.workflow.queries import register
from tests.identity import people
from tests.smallworks.patrols import visits
from tests.smallworks.rectifications.orders import (
    HEAD,
    answer,
    conclude,
    decide,
    extend,
    foreman,
    hazards_of,
    later,
    ordered,
    report,
    row_of,
    task_of,
    verbs,
)
from tests.smallworks.rectifications.test_rounds import told
from tests.smallworks.town import Town, staff


def due(day: int) -> datetime:
    """The end of that day of November in Yichang."""
    return datetime(2026, 11, day, 15, 59, 59, tzinfo=UTC)


def bad_records(work_case: str) -> int:
    session().rollback()
    found = select(Case.id).where(Case.subject_id == work_case, Case.process_key == "bad_record")
    return len(session().scalars(found).all())


def test_an_extension_moves_every_deadline(town: Town):
    _work, case = ordered(town)
    extend(later(town, 1), case)
    assert row_of(case).extend_to == due(28)
    decide(later(town, 1), case, staff(HEAD, town.at), "approve", more_days="2")
    row = row_of(case)
    assert (row.first_deadline, row.deadline) == (due(26), due(28))
    assert {hazard.deadline for hazard in hazards_of(case)} == {due(28)}
    assert task_of(case).due_at == due(28)


def test_an_order_that_nobody_answers_shows_as_overdue(town: Town):
    _work, case = ordered(town)
    head, late = staff(HEAD, town.at), later(town, 8)
    for light, at in (("green", town.at), ("red", late.at)):
        wanted = register.Wanted(light=light)
        (line,) = [
            line
            for line in register.cases(session(), head, wanted, at=at).rows
            if line.case.id == case.id
        ]
        assert line.light == light
        assert line.due is not None
        assert due_text(line.due, at) == ("剩 3 个工作日" if light == "green" else "超 3 个工作日")


def test_more_than_the_table_allows_is_cut(town: Town):
    _work, case = ordered(town)
    extend(town, case, "15")
    decide(town, case, staff(HEAD, town.at), "approve", more_days="15")
    assert row_of(case).deadline == due(29)


def test_it_is_asked_for_once_only(town: Town):
    _work, case = ordered(town)
    extend(town, case)
    decide(town, case, staff(HEAD, town.at), "reject", opinion="材料当天可以买到")
    assert row_of(case).deadline == due(26)
    with pytest.raises(Conflict, match="一次"):
        extend(town, case)


def test_it_is_asked_for_before_the_deadline_only(town: Town):
    _work, case = ordered(town)
    with pytest.raises(Conflict, match="期限已过"):
        extend(later(town, 4), case)
    extend(later(town, 3), case)


def test_it_says_for_how_long_and_why(town: Town):
    _work, case = ordered(town)
    with pytest.raises(Invalid) as refused:
        decide(town, case, foreman(town.at), "extend", extend_days="", extend_reason="忙")
    assert set(refused.value.fields) == {"extend_days", "extend_reason"}


def test_answers_may_be_written_while_an_extension_is_decided(town: Town):
    _work, case = ordered(town, "person_helmet")
    extend(town, case)
    hazard = hazards_of(case)[0]
    answer(town, case, hazard)
    decide(town, case, staff(HEAD, town.at), "approve", more_days="1")
    report(town, case)
    assert hazards_of(case)[0].state == "answered"


def test_overdue_is_marked_told_and_proposed_once(town: Town):
    phone = people.Phone()
    sms.use(phone)
    work, case = ordered(town)
    visits.work_off(due(26) + timedelta(seconds=5))
    row = row_of(case)
    assert row.overdue_at is not None
    assert task_of(case).name == "逾期整改"
    assert bad_records(work.case_id) == 1
    assert any("整改期限已过" in text for text in told(HEAD))
    assert sum("/l/" in text for _number, text in phone.messages) == 2
    report(later(town, 4), case)
    conclude(later(town, 4), case, 1)
    visits.work_off(later(town, 20).at)  # late once more
    assert bad_records(work.case_id) == 1
    assert verbs(case).count("timed") >= 2


def test_an_overdue_rectification_can_still_be_answered_and_passed(town: Town):
    _work, case = ordered(town)
    visits.work_off(later(town, 10).at)
    report(later(town, 10), case)
    ended = conclude(later(town, 10), case)
    assert (ended.state, ended.result) == ("ended", "done")


def test_a_working_day_later_the_leaders_hear_of_it(town: Town):
    township = people.unit("西陵街道", "township").id
    post = people.Post(township, "", "leader")
    people.add(staff("jinhezhu", town.at), "殷疏影", "yinshuying", post, town.at)
    ordered(town)
    visits.work_off(due(26) + timedelta(hours=1))
    assert told("yinshuying") == []
    visits.work_off(due(30))
    assert [text for text in told("yinshuying") if "逾期仍未整改" in text]


def test_who_answered_in_time_is_never_overdue(town: Town):
    work, case = ordered(town)
    report(town, case)
    visits.work_off(later(town, 10).at)
    assert (row_of(case).overdue_at, bad_records(work.case_id)) == (None, 0)
