"""A ban holds on every entrance, and on whoever stands behind; nothing private is published."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import vault
from app.clock import local
from app.db import session
from app.errors import Conflict, Invalid
from app.smallworks import filing
from app.smallworks.models import Contractor, Work
from app.smallworks.patrols.models import Patrol
from app.smallworks.records import bans, publicity
from app.smallworks.records.models import BadRecord
from app.workflow.models import Case
from tests.smallworks.records.market import (
    SHOWN,
    answer,
    ban,
    filed,
    propose,
    record,
    recorded,
    work_off,
)
from tests.smallworks.town import FORM, LEGAL_REP_ID, Town, credit_code

CRAFTSMAN = {
    "contractor_type": "craftsman", "contractor_name": "冼南橘",
    "contractor_credit_code": "", "contractor_legal_rep": "", "contractor_legal_rep_id": "",
    "contractor_id_no": LEGAL_REP_ID,
}  # fmt: skip
OTHER_FIRM = credit_code("91420502MA4KNEW77")
OTHER_ID = "420502198001010038"


def shut_out(town: Town, **changed: Any) -> Case:
    """The contractor of a filed work is banned; the case of the record."""
    case = propose(town, filed(town, **changed), "stop_breach")
    recorded(town, case, "ban")
    return case


def test_a_banned_firm_files_nothing_and_hears_until_when(town: Town) -> None:
    shut_out(town)
    with pytest.raises(Invalid) as refused:
        town.file()
    said = refused.value.fields["contractor_credit_code"]
    assert said == (
        "该施工方（或其负责人）已被清除出市场，2027年11月22日前不得承接小散工程和零星作业，请另选施工方"
    )


def test_the_same_is_said_before_it_is_sent(town: Town) -> None:
    shut_out(town)
    values = {**FORM, "contractor_credit_code": credit_code()}
    found = filing.faults(session(), values, town.at)
    assert set(found) == {"contractor_credit_code", "contractor_legal_rep_id"}


def test_a_firm_registered_anew_is_caught_by_its_legal_representative(town: Town) -> None:
    shut_out(town)
    with pytest.raises(Invalid) as refused:
        town.file(contractor_credit_code=OTHER_FIRM, contractor_name="宜昌新橘装饰有限公司")
    assert set(refused.value.fields) == {"contractor_legal_rep_id"}
    town.file(contractor_credit_code=OTHER_FIRM, contractor_legal_rep_id=OTHER_ID)


def test_a_banned_craftsman_is_caught_behind_a_firm(town: Town) -> None:
    shut_out(town, **CRAFTSMAN)
    with pytest.raises(Invalid) as refused:
        town.file(contractor_credit_code=OTHER_FIRM)
    assert set(refused.value.fields) == {"contractor_legal_rep_id"}


def test_the_representative_of_a_banned_firm_is_caught_as_a_craftsman(town: Town) -> None:
    shut_out(town)
    with pytest.raises(Invalid) as refused:
        town.file(**CRAFTSMAN)
    assert set(refused.value.fields) == {"contractor_id_no"}


def test_each_number_of_the_banned_is_refused_and_no_other(town: Town) -> None:
    shut_out(town)
    typed = {
        "code": credit_code(), "other": OTHER_FIRM, "behind": LEGAL_REP_ID.lower(),
        "stranger": OTHER_ID, "none": "",
    }  # fmt: skip
    found = bans.faults(session(), typed, local(town.at).date())
    assert {name for name, said in found.items() if "已被清除出市场" in said} == {"code", "behind"}
    assert set(found) == {"code", "behind"}


def test_a_filing_under_review_is_not_approved(town: Town) -> None:
    waiting = town.file(address="沿江大道 9 号")
    shut_out(town)
    work_off(town.at)
    assert any("已被清除出市场" in told for told in town.work(waiting).warnings)
    town.decide(waiting, "shecundong", "approve")
    with pytest.raises(Conflict, match="在审核期间被清除出"):
        town.decide(waiting, "muyulan", "approve")
    town.decide(waiting, "muyulan", "reject", opinion="施工方已被清除出市场")
    assert town.work(waiting).state == "rejected"


def test_running_works_of_the_banned_are_visited(town: Town) -> None:
    running = filed(town, address="沿江大道 9 号")
    shut_out(town)
    work = town.work(running)
    mine = select(Patrol.reason).where(Patrol.work_id == work.id)
    assert session().scalars(mine).all() == []  # the decision waits for no work
    work_off(town.at)
    assert session().scalars(mine).all() == ["banned"]


def test_a_ban_lifted_meanwhile_sends_nobody(town: Town) -> None:
    running = filed(town, address="沿江大道 9 号")
    case = shut_out(town)
    answer(town, case, "appeal", reason="停工期间没有施工")
    town.decide(case, "qiaowangshu", "revoke", opinion="认定有误")
    work_off(town.at)
    work = town.work(running)
    assert session().scalars(select(Patrol.id).where(Patrol.work_id == work.id)).all() == []


def test_a_ban_ends_with_its_term(town: Town) -> None:
    case = shut_out(town)
    assert ban(case).ends_on == date(2027, 11, 22)
    day = local(town.at).date()
    contractor = session().scalars(select(Contractor)).one()
    assert bans.of_contractor(session(), contractor, day) is not None
    assert bans.of_contractor(session(), contractor, date(2027, 11, 22)) is not None
    assert bans.of_contractor(session(), contractor, date(2027, 11, 23)) is None
    work_off(town.at + timedelta(days=366))
    town.file(at=town.at)


def test_a_second_ban_lasts_three_years(town: Town) -> None:
    work = filed(town)
    for _ in range(2):
        case = propose(town, work, "stop_breach")
        recorded(town, case, "ban")
    assert ban(case).ends_on == date(2029, 11, 22)


def test_a_ban_until_a_hazard_is_fixed_outlasts_its_term(town: Town) -> None:
    case = propose(town, filed(town), "major", "stop_breach")
    recorded(town, case, "ban", until_fixed="true")
    assert ban(case).until_fixed
    at = town.at + timedelta(days=366)
    work_off(at)
    contractor = session().scalars(select(Contractor)).one()
    assert bans.of_contractor(session(), contractor, local(at).date()) is not None
    town.decide(case, "qiaowangshu", "wait", opinion="临边护栏还没有恢复")
    work_off(at + timedelta(days=40))
    town.decide(case, "qiaowangshu", "fixed", opinion="已经复查销号")
    assert (record(case).state, ban(case).lifted_why) == ("expired", "expired")


def test_a_lifted_ban_opens_every_entrance_again(town: Town) -> None:
    case = shut_out(town)
    answer(town, case, "repair", reason="已经整改，并参加培训")
    town.decide(case, "qiaowangshu", "repair", opinion="已经改正")
    assert town.file().state == "in_review"


def test_the_public_reads_who_and_what_and_nothing_private(town: Town, app: Flask) -> None:
    shut_out(town, **CRAFTSMAN)
    page = app.test_client().get("/records").get_data(as_text=True)
    assert "冼某某" in page
    assert "1101**************" in page
    assert SHOWN in page
    for private in ("冼南橘", LEGAL_REP_ID, "13900003333", "鄢小满", FORM["address"], "江畔花园"):
        assert private not in page


def test_a_firm_is_public_by_its_name_and_code(town: Town, app: Flask) -> None:
    case = shut_out(town)
    page = app.test_client().get("/records").get_data(as_text=True)
    assert "宜昌橘颂装饰有限公司" in page
    assert credit_code() in page
    assert "冼南橘" not in page
    answer(town, case, "repair", reason="已经整改，并参加培训")
    town.decide(case, "qiaowangshu", "repair", opinion="已经改正")
    again = app.test_client().get("/records").get_data(as_text=True)
    assert "宜昌橘颂装饰有限公司" not in again


@pytest.mark.parametrize(
    ("name", "masked"), [("冼南橘", "冼某某"), ("冼橘", "冼某"), ("欧阳南橘", "欧某某")]
)
def test_names_of_craftsmen_are_masked(name: str, masked: str) -> None:
    record = BadRecord(name=name, contractor=Contractor(kind="craftsman"))
    assert publicity.masked_name(record) == masked


def test_nothing_is_published_before_it_is_decided(town: Town, app: Flask) -> None:
    propose(town, filed(town))
    page = app.test_client().get("/records").get_data(as_text=True)
    assert "现在没有公示中的不良行为" in page


def test_the_number_of_the_representative_is_kept_blind_or_sealed(town: Town) -> None:
    case = propose(town, filed(town))
    assert [row.legal_rep_index for row in session().scalars(select(Work))] == [
        vault.blind(LEGAL_REP_ID)
    ]
    kept = record(case).legal_rep_id
    assert LEGAL_REP_ID not in kept
    assert vault.unseal(kept) == LEGAL_REP_ID
