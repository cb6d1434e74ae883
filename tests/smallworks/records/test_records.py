"""Bad records: proposed, heard, decided, published, appealed, repaired, expired."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.smallworks.models import Paper, Work
from app.smallworks.papers.models import Service
from app.smallworks.records import ledger
from app.smallworks.records.models import BadRecord
from app.workflow import commands, definitions, jobs, publishing
from app.workflow.commands.filing import Filing
from app.workflow.models import Case, Event
from app.workflow.publishing import Publication
from app.workflow.reach import readable_case
from tests.identity import people
from tests.smallworks.records.market import (
    FACT,
    SHOWN,
    answer,
    ban,
    contractor,
    filed,
    heard,
    later,
    open_step,
    propose,
    record,
    recorded,
    work_off,
)
from tests.smallworks.town import Town, owner, staff


def test_a_record_from_its_proposal_to_its_publicity(town: Town) -> None:
    case = propose(town, filed(town), "overdue", "general")
    found = record(case)
    assert (found.state, found.points, found.by_rule) == ("proposed", 6, False)
    town.decide(case, "cuizhishan", "approve")
    assert (case.state, open_step(case)) == ("hearing", ["statement"])
    answer(town, case, "state", statement="护栏已于当日加装，请复核。")
    town.decide(case, "chuhuaijin", "record", public_fact=SHOWN, opinion="属实")
    found = record(case)
    assert (found.state, found.banned, found.ends_on) == ("recorded", False, date(2027, 11, 22))
    assert [paper.kind for paper in town.papers(case)] == [
        "bad_record_notice", "bad_record_decision",
    ]  # fmt: skip
    assert open_step(case) == ["publicity"]
    assert session().get_one(Case, case.id).state == "published"


def served(case: Case) -> list[tuple[str, str, str | None]]:
    """Each paper that was sent to the contractor: its kind, to whom, and what became of it."""
    session().rollback()
    rows = (
        select(Paper.kind, Service.to_name, Service.receipt)
        .join(Service, Service.paper_id == Paper.id)
        .where(Paper.case_id == case.id)
    )
    found = session().execute(rows.order_by(Paper.issued_at, Paper.kind))
    return [(kind, name, receipt) for kind, name, receipt in found]


def test_the_contractor_is_served_both_papers_and_has_read_what_they_answer(town: Town) -> None:
    case = propose(town, filed(town))
    town.decide(case, "cuizhishan", "approve")
    assert served(case) == [("bad_record_notice", "冼南橘", None)]
    answer(town, case, "state", statement="护栏已于当日加装，请复核。")
    assert served(case) == [("bad_record_notice", "冼南橘", "read")]
    later(town, hour=5).decide(case, "chuhuaijin", "record", public_fact=SHOWN, opinion="属实")
    assert served(case)[1] == ("bad_record_decision", "冼南橘", None)


def test_the_case_bears_the_contractors_name_and_the_works_department(town: Town) -> None:
    work = filed(town)
    case = propose(town, work)
    assert case.title == "宜昌橘颂装饰有限公司：逾期不整改"
    assert (case.category, case.place) == (work.category, work.place)
    assert case.applicant_id not in (work.applicant_id, case.filed_by_id)


def test_the_owner_of_the_work_does_not_read_it(town: Town) -> None:
    case = propose(town, filed(town))
    with pytest.raises(NotFound):
        readable_case(session(), owner(town.at), case.id)


def test_who_proposed_neither_reviews_nor_decides(town: Town) -> None:
    case = propose(town, filed(town), by="muyulan")
    with pytest.raises(Forbidden, match="回避"):
        town.decide(case, "muyulan", "approve")
    town.decide(case, "cuizhishan", "approve")
    other = propose(town, filed(town, address="沿江大道 9 号"), by="chuhuaijin")
    heard(town, other)
    with pytest.raises(Forbidden, match="回避"):
        town.decide(other, "chuhuaijin", "dismiss", opinion="情节轻微")
    town.decide(other, "qiaowangshu", "dismiss", opinion="情节轻微")
    assert record(other).state == "dismissed"


def test_nobody_without_the_right_proposes(town: Town) -> None:
    with pytest.raises(Forbidden):
        propose(town, filed(town), by="qiaowangshu")


def test_the_township_refuses_and_nothing_counts(town: Town) -> None:
    case = propose(town, filed(town))
    town.decide(case, "muyulan", "reject", opinion="事实不清")
    assert record(case).state == "dismissed"
    assert ledger.points(session(), contractor().id, town.at) == 0


def test_what_is_published_holds_no_number_and_no_name(town: Town) -> None:
    case = heard(town, propose(town, filed(town)))
    numbers = ("电话 13900003333", "电话 １３９００００３３３３", "证号 420502198001010038")
    for private in (*numbers, "业主鄢小满", "冼南橘不听劝"):
        with pytest.raises(Invalid) as refused:
            town.decide(case, "chuhuaijin", "record", public_fact=f"{SHOWN}{private}")
        assert set(refused.value.fields) == {"public_fact"}
    assert record(case).state == "proposed"


def test_an_appeal_is_answered_once(town: Town) -> None:
    case = propose(town, filed(town))
    recorded(town, case)
    answer(town, case, "appeal", reason="护栏当日已经加装")
    assert session().get_one(Case, case.id).state == "appealed"
    town.decide(case, "qiaowangshu", "uphold", opinion="复查照片显示未加装")
    assert session().get_one(Case, case.id).state == "published"
    with pytest.raises(Conflict, match="已经提出过一次异议"):
        answer(town, case, "appeal", reason="仍然不服")


def test_a_revoked_record_counts_no_more_and_its_ban_is_lifted(town: Town) -> None:
    case = propose(town, filed(town), "stop_breach")
    recorded(town, case, "ban")
    assert ledger.points(session(), contractor().id, town.at) == 12
    answer(town, case, "appeal", reason="停工期间没有施工")
    town.decide(case, "qiaowangshu", "revoke", opinion="认定有误")
    assert record(case).state == "revoked"
    assert (ban(case).lifted_at, ban(case).lifted_why) == (town.at, "revoked")
    assert ledger.points(session(), contractor().id, town.at) == 0
    assert ledger.bans_before(session(), contractor().id) == 0


def test_a_repaired_record_leaves_the_market_open(town: Town) -> None:
    case = propose(town, filed(town), "stop_breach")
    recorded(town, case, "ban")
    answer(town, case, "repair", reason="已经整改，并参加培训")
    town.decide(case, "qiaowangshu", "repair", opinion="已经改正")
    assert (record(case).state, ban(case).lifted_why) == ("repaired", "repaired")


def test_a_record_expires_by_itself(town: Town) -> None:
    case = propose(town, filed(town))
    recorded(town, case, "ban")
    work_off(town.at + timedelta(days=364))
    assert record(case).state == "recorded"
    work_off(town.at + timedelta(days=366))
    assert (record(case).state, ban(case).lifted_why) == ("expired", "expired")


@pytest.mark.parametrize(
    ("outcome", "told"),
    [("waive", "当事人放弃陈述和申辩"), ("state", "当事人已陈述和申辩，作出决定前已经复核")],
)
def test_the_decision_says_whether_the_contractor_was_heard(
    town: Town, outcome: str, told: str
) -> None:
    case = propose(town, filed(town))
    town.decide(case, "cuizhishan", "approve")
    answer(town, case, outcome, statement="护栏已于当日加装，请复核。")
    town.decide(case, "chuhuaijin", "record", public_fact=SHOWN, opinion="属实")
    said = select(Paper.facts).where(Paper.kind == "bad_record_decision")
    assert session().scalars(said).one()["defence"] == told


def test_silence_is_no_obstacle(town: Town) -> None:
    case = propose(town, filed(town))
    town.decide(case, "cuizhishan", "approve")
    work_off(town.at + timedelta(days=10))
    assert open_step(case) == ["decide"]


def test_a_user_of_the_department_decides_nothing(town: Town) -> None:
    case = heard(town, propose(town, filed(town)))
    with pytest.raises(Forbidden):
        town.decide(case, "shuangshu", "record", public_fact=SHOWN)


def test_only_a_department_settles_however_a_district_draws_it(town: Town) -> None:
    """The 主管部门 of its trade decides on a record; no drawing hands that to a government."""
    files = definitions.shipped_files("bad_record")
    drawn = re.sub(
        'id="decide"(.*?)flow:role="head leader" flow:scope="district:department"',
        r'id="decide"\1flow:role="district_gov_user" flow:scope="district"',
        files["bad_record.bpmn"],
    )
    assert drawn != files["bad_record.bpmn"]
    unit = people.unit("西陵区", "district").id
    sent = {"bad_record.bpmn": drawn.encode()}
    redrawn = Publication(unit, "bad_record", sent, "改由区政府决定", despite=True)
    publishing.publish(staff("jinhezhu", town.at), redrawn, at=town.at)
    case = heard(town, propose(town, filed(town)))
    for outcome in ("record", "ban", "dismiss"):
        answers = {"public_fact": SHOWN, "opinion": "属实", "bound": ["contractor"]}
        with pytest.raises(Forbidden, match="行业主管部门"):
            town.decide(case, "quyuanhang", outcome, **answers)
    assert record(case).state == "proposed"


def test_points_are_counted_over_twelve_months(town: Town) -> None:
    work = filed(town)
    for ground in ("major", "overdue"):
        recorded(town, propose(town, work, ground))
    at = town.at
    assert ledger.points(session(), contractor().id, at) == 10
    assert ledger.points(session(), contractor().id, at + timedelta(days=364)) == 10
    assert ledger.points(session(), contractor().id, at + timedelta(days=367)) == 0
    third = propose(town, work, "general")
    heard(town, third)
    assert record(third).ban_proposed
    fourth = propose(town, filed(town, address="沿江大道 9 号"), "general")
    assert not record(fourth).ban_proposed


def message(sender: Case, ground: str, name: str) -> None:
    told = {"case": sender.id, "name": "bad_record.proposed", "to": "subject",
            "data": {"ground": ground}}  # fmt: skip
    with transaction() as work:
        jobs.enqueue(work, "message", f"message:{sender.id}:{name}", told, sender.opened_at)


def test_a_repeated_proposal_by_rule_is_one_proposal(town: Town) -> None:
    work = filed(town)
    for name in ("first", "again"):
        message(work, "overdue", name)
    work_off(town.at)
    rows = session().scalars(select(BadRecord)).all()
    assert [(row.by_rule, row.grounds, row.points) for row in rows] == [(True, ["overdue"], 4)]
    cases = select(Case.result).where(Case.process_key == "bad_record").order_by(Case.opened_at)
    assert session().scalars(cases.order_by(Case.number)).all() == [None, "merged"]
    message(work, "incomplete", "other")
    work_off(town.at)
    assert session().scalar(select(func.count(BadRecord.id))) == 2


def test_every_step_leaves_one_event(town: Town) -> None:
    case = propose(town, filed(town))
    recorded(town, case)
    verbs = select(Event.verb, Event.outcome).where(Event.case_id == case.id).order_by(Event.seq)
    assert session().execute(verbs).all() == [
        ("filed", ""), ("decided", "approve"), ("decided", "waive"), ("decided", "record"),
    ]  # fmt: skip


def test_the_same_form_posted_twice_is_one_proposal(town: Town) -> None:
    work = filed(town)
    values = {"grounds": ["overdue"], "happened_on": "2026-11-23", "fact": FACT}
    for _ in range(2):
        filing = Filing("bad_record", values=values, key="once")
        commands.file_about(staff("wenruoqing", town.at), work.id, filing, at=town.at)
    assert session().scalar(select(func.count(BadRecord.id))) == 1


def test_without_a_known_contractor_nobody_is_proposed(town: Town) -> None:
    work = filed(town)
    row = session().scalars(select(Work).where(Work.case_id == work.id)).one()
    row.contractor_id = None
    session().commit()
    with pytest.raises(Invalid, match="还没有查明施工方"):
        propose(town, work)
