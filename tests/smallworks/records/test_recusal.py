"""Who brought a bad record about neither reviews nor decides it; who decided answers no appeal."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Forbidden
from app.identity.models import Person
from app.smallworks.records import recusal
from app.smallworks.stops import commands as stops
from app.smallworks.stops.commands import Seen, Typed
from app.workflow.models import Case, Event
from tests.smallworks.patrols import visits
from tests.smallworks.records.market import (
    SHOWN,
    answer,
    filed,
    heard,
    propose,
    record,
    recorded,
    work_off,
)
from tests.smallworks.rectifications import orders
from tests.smallworks.stops import site
from tests.smallworks.town import Town, staff

BAN = {"public_fact": SHOWN, "opinion": "事实清楚，证据充分", "bound": ["contractor"]}


def breached(town: Town, by: str) -> Case:
    """Somebody saw work going on under a stop: the record that is proposed of it by rule."""
    work = site.filed(town)
    typed = Typed(scope="all", own=site.SEEN, photos=[site.picture()])
    stop = stops.order_stop(staff("wenruoqing", town.at), work.id, typed, "", at=town.at)
    seen = Seen("三名工人仍在屋面施工", [site.picture()])
    stops.report_breach(staff(by, town.at), stop.id, seen, "", at=town.at)
    work_off(town.at)
    case = site.case_of(work, "bad_record")
    assert (record(case).by_rule, record(case).proposed_by_id) == (True, None)
    return case


def leave(town: Town, account: str) -> None:
    """They sit at no desk any more."""
    person = session().scalars(select(Person).where(Person.account == account)).one()
    person.status = "disabled"
    session().commit()


def marks(case: Case) -> list[object]:
    """Of each official's decision: whether it was made by who brought the record about."""
    session().rollback()
    rows = select(Event).where(Event.case_id == case.id, Event.verb == "decided")
    told = [one.routing for one in session().scalars(rows.order_by(Event.seq))]
    return [one["reporter_decides"] for one in told if "reporter_decides" in one]


def test_a_head_who_reported_the_breach_does_not_decide_the_ban(town: Town) -> None:
    case = heard(town, breached(town, "chuhuaijin"))
    for outcome in ("ban", "record", "dismiss"):
        with pytest.raises(Forbidden, match="回避"):
            town.decide(case, "chuhuaijin", outcome, **BAN)
    town.decide(case, "qiaowangshu", "ban", **BAN)
    assert record(case).banned


def test_a_head_who_reported_the_breach_does_not_review_it(town: Town) -> None:
    case = breached(town, "muyulan")
    with pytest.raises(Forbidden, match="回避"):
        town.decide(case, "muyulan", "approve")
    town.decide(case, "cuizhishan", "approve")
    assert case.state == "hearing"


def test_where_nobody_else_sits_they_decide_and_it_is_marked(town: Town) -> None:
    case = heard(town, breached(town, "chuhuaijin"))
    leave(town, "qiaowangshu")
    town.decide(case, "chuhuaijin", "ban", **BAN)
    assert marks(case)[-2:] == [False, True]


def test_finders_and_re_inspectors_bring_a_record_about(town: Town) -> None:
    work, ordered = orders.ordered(town)
    for _round in range(2):
        orders.report(town, ordered)
        orders.conclude(town, ordered, 1, 2)
        work_off(town.at)
    case = site.case_of(work, "bad_record")
    brought = recusal.reporters(session(), record(case))
    accounts = select(Person.account).where(Person.id.in_(brought))
    assert set(session().scalars(accounts)) == {orders.HEAD, orders.INSPECTOR}


def test_who_concluded_the_visit_brought_the_record_about(town: Town) -> None:
    """佘存栋 found it and handed the visit to 陆远秋, who ordered it put right."""
    visits.hire_inspector(town.at)
    work, inspector = visits.filed(town), staff(orders.INSPECTOR, town.at)
    patrol = visits.failing(town, work, "person_helmet")
    visits.commands.hand_over(staff(orders.HEAD, town.at), patrol.id, inspector.id, at=town.at)
    visits.conclude(town, patrol, "rectify", orders.INSPECTOR)
    visits.work_off(town.at)
    visits.work_off(orders.later(town, 10).at)
    made = record(site.case_of(work, "bad_record"))
    assert inspector.id in recusal.reporters(session(), made)


def test_who_decided_does_not_answer_the_appeal(town: Town) -> None:
    case = propose(town, filed(town))
    recorded(town, case)
    answer(town, case, "appeal", reason="护栏当日已经加装")
    for outcome in ("uphold", "revoke"):
        with pytest.raises(Forbidden, match="回避"):
            town.decide(case, "chuhuaijin", outcome, opinion="维持")
    town.decide(case, "qiaowangshu", "uphold", opinion="复查照片显示未加装")
    assert session().get_one(Case, case.id).state == "published"


def test_who_decided_does_not_judge_the_repair_while_another_sits_there(town: Town) -> None:
    case = propose(town, filed(town))
    recorded(town, case)
    answer(town, case, "repair", reason="已经整改，并参加培训")
    with pytest.raises(Forbidden, match="回避"):
        town.decide(case, "chuhuaijin", "repair", opinion="已经改正")
    leave(town, "qiaowangshu")
    town.decide(case, "chuhuaijin", "repair", opinion="已经改正")
    assert record(case).state == "repaired"
