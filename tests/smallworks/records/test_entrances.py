"""A ban holds on every entrance: the page, the counter, the API, a change of contractor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.clock import local
from app.errors import Conflict, Invalid
from app.workflow.models import Case
from tests.smallworks.changes.test_changes import OTHER
from tests.smallworks.records.market import filed, propose, recorded
from tests.smallworks.stops import site
from tests.smallworks.town import LEGAL_REP_ID, OWNER_PHONE, Town, credit_code
from tests.web.test_api import Program, filing, pdf

NEW_FIRM = credit_code("91420502MA4KNEW77")
OTHER_ID = "42050319750312001X"
BEHALF = {"applicant_name": "鄢小满", "behalf_reason": "no_phone"}
FIRM: Mapping[str, Any] = {"contractor_type": "enterprise", "contractor_legal_rep": "祝无咎"}
HIMSELF: Mapping[str, Any] = {
    "contractor_type": "craftsman", "contractor_name": "冼南橘", "contractor_credit_code": "",
    "contractor_legal_rep": "", "contractor_legal_rep_id": "", "contractor_id_no": LEGAL_REP_ID,
}  # fmt: skip

BANNED = [
    # how the banned come back, and the field by which they are known
    pytest.param(
        {**FIRM, "contractor_credit_code": credit_code(), "contractor_legal_rep_id": OTHER_ID},
        "contractor_credit_code", id="the firm under another representative",
    ),
    pytest.param(
        {**FIRM, "contractor_credit_code": NEW_FIRM, "contractor_legal_rep_id": LEGAL_REP_ID},
        "contractor_legal_rep_id", id="a firm registered anew",
    ),
    pytest.param(HIMSELF, "contractor_id_no", id="the representative as a craftsman"),
]  # fmt: skip


@pytest.fixture
def now(town: Town) -> Town:
    """The town today: pages and API go by the real clock."""
    return Town(clock.now())


def dates(town: Town) -> dict[str, str]:
    start = local(town.at).date() + timedelta(days=9)
    return {
        "planned_start": start.isoformat(),
        "planned_end": (start + timedelta(days=30)).isoformat(),
    }


def shut_out(town: Town, **changed: Any) -> Case:
    """The firm of a filed work and its representative are banned; the case of the record."""
    case = propose(town, filed(town, address="胜利四路 1 号", **changed), "stop_breach")
    recorded(town, case, "ban")
    return case


@pytest.mark.parametrize(("named", "field"), BANNED)
def test_a_new_filing(town: Town, named: dict[str, Any], field: str) -> None:
    shut_out(town)
    with pytest.raises(Invalid, match="1 处需要修改") as refused:
        town.file(**named)
    assert "已被清除出市场" in refused.value.fields[field]


@pytest.mark.parametrize(("named", "field"), BANNED)
def test_a_filing_on_behalf(town: Town, named: dict[str, Any], field: str) -> None:
    shut_out(town)
    with pytest.raises(Invalid) as refused:
        town.file(by="shecundong", **BEHALF, **named)
    assert set(refused.value.fields) == {field}
    assert town.file(by="shecundong", **BEHALF, **_somebody_else()).state == "in_review"


@pytest.mark.parametrize(("named", "field"), BANNED)
def test_a_filing_through_the_api(app: Flask, now: Town, named: dict[str, Any], field: str) -> None:
    shut_out(now, **dates(now))
    owner = Program(app, OWNER_PHONE)
    body = filing(owner, **named)
    if named["contractor_type"] == "craftsman":
        body["attachments"].append(_paper(owner, "craftsman_papers"))
    refused = owner.post("/cases", json=body)
    assert refused.status_code == 422
    assert list(refused.get_json()["fields"]) == [field]
    assert "已被清除出市场" in refused.get_json()["fields"][field]
    taken = owner.post("/cases", json=filing(owner, **_somebody_else()))
    assert taken.status_code == 201


@pytest.mark.parametrize(("named", "field"), BANNED)
def test_a_change_of_contractor(town: Town, named: dict[str, Any], field: str) -> None:
    work = town.work(filed(town, **_somebody_else()))
    shut_out(town)
    with pytest.raises(Invalid) as refused:
        site.about(town, work, "change", **{**OTHER, **named})
    assert set(refused.value.fields) == {field}


def test_a_change_is_not_granted_to_whoever_was_banned_meanwhile(town: Town) -> None:
    work = town.work(filed(town, **_somebody_else()))
    change = site.about(
        town, work, "change", **{**OTHER, **FIRM, "contractor_credit_code": NEW_FIRM,
                                 "contractor_legal_rep_id": LEGAL_REP_ID},
    )  # fmt: skip
    shut_out(town)
    town.decide(change, "shecundong", "approve")
    with pytest.raises(Conflict, match="在审核期间被清除出"):
        town.decide(change, "muyulan", "approve")
    assert town.work(work.case).contractor_id == work.contractor_id


def _somebody_else() -> dict[str, Any]:
    return {
        **FIRM, "contractor_name": "宜昌远橘装饰有限公司",
        "contractor_credit_code": credit_code("91420502MA4KFAR88"),
        "contractor_legal_rep_id": OTHER_ID,
    }  # fmt: skip


def _paper(owner: Program, field: str) -> str:
    sent = {"field": field, "file": (pdf(), "材料.pdf")}
    return str(owner.post("/attachments", data=sent).get_json()["id"])
