"""Whom a ban binds: who stands in the work's own filing, and nobody whom no official confirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock, vault
from app.clock import local
from app.db import session
from app.errors import Invalid
from app.smallworks.models import Contractor, Paper, Work
from app.smallworks.patrols.models import Patrol
from app.smallworks.records import bans
from app.workflow import kinds
from app.workflow.kinds import Extra
from app.workflow.models import Case, Task
from tests.smallworks.changes.test_changes import other
from tests.smallworks.records.market import (
    BUILDER_PHONE,
    SHOWN,
    answer,
    ban,
    contractor,
    filed,
    heard,
    open_step,
    propose,
    record,
    recorded,
    work_off,
)
from tests.smallworks.stops import site
from tests.smallworks.test_pages import Browser, as_staff
from tests.smallworks.town import LEGAL_REP_ID, Town, credit_code, staff

STRANGER_ID = "420502198001010038"
"""Of somebody who has nothing to do with the firm."""
FOUND_ID = "42050319750312001X"
"""What the department finds out of the trade register."""
OTHER_FIRM = credit_code("91420502MA4KNEW77")
FALSE: dict[str, Any] = {
    "contractor_name": "宜昌冒名装饰有限公司", "contractor_legal_rep": "祝无咎",
    "contractor_legal_rep_id": STRANGER_ID, "contractor_phone": "13900009999",
}  # fmt: skip
CRAFTSMAN = {
    "contractor_type": "craftsman", "contractor_name": "冼南橘",
    "contractor_credit_code": "", "contractor_legal_rep": "", "contractor_legal_rep_id": "",
    "contractor_id_no": LEGAL_REP_ID,
}  # fmt: skip


def decided(town: Town, case: Case, *bound: str, **but: Any) -> None:
    """The department shuts the contractor out, and says whom it confirmed."""
    answers = {"public_fact": SHOWN, "opinion": "事实清楚", "bound": list(bound), **but}
    town.decide(case, "chuhuaijin", "ban", **answers)


def faults(town: Town, case: Case, *bound: str, **but: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        decided(town, case, *bound, **but)
    assert open_step(case) == ["decide"]
    return refused.value.fields


def files_as(town: Town, number: str) -> Case:
    """Another firm files, with this number for its legal representative."""
    return town.file(
        contractor_credit_code=OTHER_FIRM, contractor_name="宜昌新橘装饰有限公司",
        contractor_legal_rep_id=number, address="沿江大道 9 号",
    )  # fmt: skip


def test_who_typed_a_strangers_number_first_bans_no_stranger(town: Town) -> None:
    town.file(address="胜利四路 1 号", **FALSE)
    recorded(town, propose(town, filed(town), "stop_breach"), "ban")
    assert files_as(town, STRANGER_ID).state == "in_review"
    with pytest.raises(Invalid) as refused:
        files_as(town, LEGAL_REP_ID)
    assert set(refused.value.fields) == {"contractor_legal_rep_id"}


def test_a_record_names_whom_the_works_own_filing_names(town: Town) -> None:
    town.file(address="胜利四路 1 号", **FALSE)
    case = propose(town, filed(town), "stop_breach")
    assert contractor().name == "宜昌冒名装饰有限公司"  # the register stays as first filed
    found = record(case)
    assert (found.name, found.legal_rep) == ("宜昌橘颂装饰有限公司", "冼南橘")
    assert vault.unseal(found.phone) == BUILDER_PHONE
    assert case.title == "宜昌橘颂装饰有限公司：违反停工决定施工"


def test_a_representative_whom_nobody_confirmed_is_not_bound(town: Town) -> None:
    case = heard(town, propose(town, filed(town), "stop_breach"))
    decided(town, case, "contractor")
    assert ban(case).legal_rep_index == ""
    assert files_as(town, LEGAL_REP_ID).state == "in_review"
    with pytest.raises(Invalid):
        town.file(address="沿江大道 10 号")


def test_a_false_number_does_not_help_who_stands_behind(town: Town) -> None:
    work = filed(town, contractor_legal_rep_id=STRANGER_ID)
    case = heard(town, propose(town, work, "stop_breach"))
    decided(town, case, "contractor", "legal_rep", legal_rep_id=FOUND_ID)
    assert ban(case).legal_rep_index == vault.blind(FOUND_ID)
    assert files_as(town, STRANGER_ID).state == "in_review"
    with pytest.raises(Invalid) as refused:
        files_as(town, FOUND_ID)
    assert set(refused.value.fields) == {"contractor_legal_rep_id"}


def test_what_is_not_confirmed_is_asked_for(town: Town) -> None:
    case = heard(town, propose(town, filed(town), "stop_breach"))
    assert set(faults(town, case)) == {"bound"}
    assert set(faults(town, case, "legal_rep")) == {"bound"}
    assert set(faults(town, case, "contractor", legal_rep_id=FOUND_ID)) == {"bound"}
    wrong = faults(town, case, "contractor", "legal_rep", legal_rep_id="420503197503120011")
    assert set(wrong) == {"legal_rep_id"}
    assert record(case).state == "proposed"


def test_a_craftsman_stands_for_himself(town: Town) -> None:
    case = heard(town, propose(town, filed(town, **CRAFTSMAN), "stop_breach"))
    assert set(faults(town, case, "contractor", "legal_rep")) == {"bound"}
    decided(town, case, "contractor")
    with pytest.raises(Invalid) as refused:
        files_as(town, LEGAL_REP_ID)
    assert set(refused.value.fields) == {"contractor_legal_rep_id"}


def identity(case: Case) -> Extra:
    shown = kinds.of("bad_record").extras(session(), case, True)
    return next(one for one in shown if one.title == "当事人身份")


def test_the_deciding_official_sees_whom_it_is_about(town: Town) -> None:
    firm = propose(town, filed(town))
    assert identity(firm).text == (
        f"企业 宜昌橘颂装饰有限公司，统一社会信用代码 {credit_code()}；"
        "法定代表人 冼南橘，身份证号 1101**********002X"
    )
    craftsman = propose(town, filed(town, address="沿江大道 9 号", **CRAFTSMAN))
    assert identity(craftsman).text == "工匠 冼南橘，身份证号 1101**********002X"
    public = kinds.of("bad_record").extras(session(), firm, False)
    assert [one.kind for one in public] == ["paper"]


def test_the_paper_says_whether_the_representative_is_bound(town: Town) -> None:
    case = heard(town, propose(town, filed(town), "stop_breach"))
    decided(town, case, "contractor", "legal_rep")
    said = select(Paper.facts).where(Paper.kind == "bad_record_decision")
    assert "法定代表人一并清除" in session().scalars(said).one()["ban"]


def test_works_that_name_the_bound_are_visited_and_others_are_not(town: Town) -> None:
    theirs = filed(
        town, contractor_credit_code=OTHER_FIRM, contractor_name="宜昌新橘装饰有限公司",
        address="沿江大道 9 号",
    )  # fmt: skip
    strangers = filed(
        town, contractor_credit_code=credit_code("91420502MA4KFAR88"),
        contractor_name="宜昌远橘装饰有限公司", address="沿江大道 11 号",
        contractor_legal_rep_id=FOUND_ID,
    )  # fmt: skip
    own = filed(town)
    recorded(town, propose(town, own, "stop_breach"), "ban")
    work_off(town.at)
    visited = select(Work.case_id).join(Patrol, Patrol.work_id == Work.id)
    found = set(session().scalars(visited.where(Patrol.reason == "banned")))
    assert found == {theirs.id, own.id}
    assert strangers.id not in found


def test_officials_see_a_ban_on_a_firm_where_it_binds_that_firm(town: Town) -> None:
    other = {"contractor_credit_code": OTHER_FIRM, "contractor_name": "宜昌新橘装饰有限公司"}
    theirs = filed(town, address="沿江大道 9 号", **other)
    far = credit_code("91420502MA4KFAR88")
    filed(town, contractor_credit_code=far, address="沿江大道 11 号")  # anybody may have typed it
    confirmed = recorded(town, propose(town, theirs, "stop_breach"), "ban").case
    answer(town, confirmed, "repair", reason="已经整改，并参加培训")
    town.decide(confirmed, "qiaowangshu", "repair", opinion="已经改正")
    recorded(town, propose(town, filed(town), "stop_breach"), "ban")
    day = local(town.at).date()
    held = {
        firm.code_index: bans.of_contractor(session(), firm, day) is not None
        for firm in session().scalars(select(Contractor))
    }
    assert held == {
        vault.blind(credit_code()): True, vault.blind(OTHER_FIRM): True, vault.blind(far): False,
    }  # fmt: skip


def test_a_later_contractor_does_not_get_the_former_ones_papers(town: Town) -> None:
    work = filed(town)
    case = propose(town, work, "stop_breach")
    former = case.applicant_id
    change = site.about(town, town.work(work), "change", **other())
    town.approve(change)
    town.decide(case, "cuizhishan", "approve")
    tasks = select(Task.person_id).where(Task.case_id == case.id, Task.element == "statement")
    assert session().scalars(tasks).all() == [former]


def test_the_page_shows_whom_it_is_about_and_no_number(town: Town, app: Flask) -> None:
    real = Town(clock.now())  # pages go by the real clock
    soon = local(real.at).date() + timedelta(days=9)
    dates = {"planned_start": soon.isoformat(), "planned_end": soon.isoformat()}
    case = heard(real, propose(real, filed(real, **dates), "stop_breach"))
    task = real.task(case, staff("chuhuaijin", real.at))
    browse = as_staff(Browser(app.test_client()), "chuhuaijin")
    page = browse.page(f"/tasks/{task.id}")
    assert "法定代表人 冼南橘，身份证号 1101**********002X" in page.text
    assert {box["value"] for box in page.select("input[name=bound]")} == {"contractor", "legal_rep"}
    answers = {"outcome": "ban", "public_fact": SHOWN, "opinion": "事实清楚"}
    refused = browse.send(f"/tasks/{task.id}", f"/tasks/{task.id}", **answers)
    assert refused.status_code == 422
    assert "核实后勾选清除出市场的对象" in refused.text
    decided(real, case, "contractor", "legal_rep", legal_rep_id=FOUND_ID)
    record_page = browse.page(f"/cases/{case.id}").text
    assert "查明的法定代表人身份证号：4205**********001X" in record_page
    assert not any(number in record_page for number in (FOUND_ID, LEGAL_REP_ID, vault.PREFIX))
