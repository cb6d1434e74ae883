"""Reopening a closed hazard: photos, answers and history stay; who may, and how often."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.smallworks.rectifications import histories, reopening
from app.smallworks.rectifications.models import HazardReopening
from app.workflow.models import Attachment, Case
from tests.identity import people
from tests.smallworks.rectifications.orders import (
    HEAD,
    INSPECTOR,
    case_of,
    conclude,
    foreman,
    hazards_of,
    judge,
    later,
    ordered,
    report,
    row_of,
    states,
    verbs,
)
from tests.smallworks.town import Town, staff

WHY = "护栏又被拆了，临边没有防护"


def reopen(town: Town, hazard_id: str, account: str = INSPECTOR, key: str = "") -> str:
    return reopening.reopen(staff(account, town.at), hazard_id, WHY, key, at=town.at)


def turns(town: Town, hazard_id: str) -> list[str]:
    session().rollback()
    found = histories.history(session(), staff(HEAD, town.at), hazard_id)
    return [one.what for one in found.turns]


def shots(town: Town, hazard_id: str) -> int:
    found = histories.history(session(), staff(HEAD, town.at), hazard_id)
    return sum(len(one.photos) for one in found.turns)


def closed_in_an_open_case(town: Town) -> tuple[Case, str]:
    """The first hazard passed, the second did not."""
    _work, case = ordered(town)
    report(town, case)
    conclude(town, case, 2)
    return case, hazards_of(case)[0].id


def test_within_an_open_case_it_goes_on_there_with_all_that_was(town: Town):
    case, hazard_id = closed_in_an_open_case(town)
    before, seen = turns(town, hazard_id), shots(town, hazard_id)
    assert reopen(later(town, 1), hazard_id) == case.id
    assert states(case) == ["open", "open"]
    assert turns(town, hazard_id) == [*before, "reopened"]
    assert (shots(town, hazard_id), seen) == (seen, 2)
    assert verbs(case)[-1] == "reopened"
    report(later(town, 1), case)
    conclude(later(town, 1), case)
    assert states(case) == ["closed", "closed"]
    assert shots(town, hazard_id) == 3
    assert hazards_of(case)[0].reopened == 1


def test_after_its_case_it_is_a_rectification_of_its_own(town: Town):
    work, old = ordered(town, "person_helmet")
    report(town, old)
    conclude(town, old)
    hazard_id = hazards_of(old)[0].id
    new_id = reopen(later(town, 5), hazard_id)
    case = case_of(work)
    assert (case.id, case.parent_id, case.subject_id) == (new_id, old.id, work.case_id)
    assert [one.id for one in hazards_of(case)] == [hazard_id]
    assert row_of(case).deadline is not None
    assert row_of(case).notice_paper_id is not None
    assert set(turns(town, hazard_id)[-2:]) == {"ordered", "reopened"}
    assert session().scalars(
        select(HazardReopening.reason).where(HazardReopening.hazard_id == hazard_id)
    ).all() == [WHY]
    photos = select(Attachment).where(Attachment.case_id == old.id)
    assert len(session().scalars(photos).all()) == 1
    report(later(town, 5), case)
    conclude(later(town, 5), case)
    assert case_of(work).result == "done"


def test_who_reopened_it_leaves_judging_to_a_colleague(town: Town):
    case, hazard_id = closed_in_an_open_case(town)
    chief, post = staff("jinhezhu", town.at), people.unit("铁路坝社区", "community").id
    people.add(chief, "蔺知微", "linzhiwei", people.Post(post, "", "inspector"), town.at)
    reopen(later(town, 1), hazard_id)
    report(later(town, 1), case)
    reopened, failed = hazards_of(case)
    for hazard in (reopened, failed):  # 佘存栋 found them, 陆远秋 opened one again
        for account in (HEAD, INSPECTOR):
            with pytest.raises(Forbidden, match="同岗位其他人员复查"):
                judge(later(town, 1), case, hazard, "pass", account)
    conclude(later(town, 1), case, account="linzhiwei")
    assert states(case) == ["closed", "closed"]


def test_where_only_reporters_are_left_one_of_them_may_and_it_is_marked(town: Town):
    case, hazard_id = closed_in_an_open_case(town)
    reopen(later(town, 1), hazard_id)
    report(later(town, 1), case)
    conclude(later(town, 1), case)
    session().rollback()
    event = session().get_one(Case, case.id).events[-1]
    assert event.routing["finder_checks"] is True


def test_the_same_form_twice_reopens_once(town: Town):
    case, hazard_id = closed_in_an_open_case(town)
    assert reopen(town, hazard_id, key="twice") == reopen(town, hazard_id, key="twice") == case.id
    assert hazards_of(case)[0].reopened == 1


def test_an_open_one_is_not_reopened(town: Town):
    _work, case = ordered(town, "person_helmet")
    with pytest.raises(Conflict, match="还没有销号"):
        reopen(town, hazards_of(case)[0].id)


def test_not_while_the_others_are_re_inspected(town: Town):
    case, hazard_id = closed_in_an_open_case(town)
    report(later(town, 1), case)
    with pytest.raises(Conflict, match="正在复查"):
        reopen(later(town, 1), hazard_id)


def test_it_says_why(town: Town):
    _case, hazard_id = closed_in_an_open_case(town)
    with pytest.raises(Invalid):
        reopening.reopen(staff(INSPECTOR, town.at), hazard_id, "又坏", at=town.at)


def test_only_whoever_may_order_it_there(town: Town):
    _case, hazard_id = closed_in_an_open_case(town)
    with pytest.raises(NotFound):
        reopen(town, hazard_id, "chaiyiling")  # of another district
    with pytest.raises(NotFound):
        reopening.reopen(foreman(town.at), hazard_id, WHY, at=town.at)
