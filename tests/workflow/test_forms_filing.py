"""The shipped forms: which answers and which papers a filing needs, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.identity.trades import CATEGORIES, ODD_JOBS, SMALL_WORKS
from tests.workflow.small_forms import ROOT, faults, shipped

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FILING = shipped("smallworks/filing")
GOOD: dict[str, Any] = {
    "kind": "small_work",
    "project_type": "municipal",
    "name": "背街路灯维修",
    "address": "学院街 8 号",
    "workplace_kind": "road",
    "content": "更换三盏路灯",
    "investment_wan": "0.8",
    "planned_start": "2026-12-01",
    "planned_end": "2026-12-03",
    "owner_type": "person",
    "owner_name": "鄢小满",
    "id_no": "11010519491231002X",
    "phone": "13900002222",
    "relation": "agent",
    "contractor_type": "craftsman",
    "contractor_name": "冼南橘",
    "contractor_phone": "13900003333",
    "contractor_id_no": "11010519491231002X",
    "site_manager": "冼南橘",
    "indoor": "false",
    "risk_flags": ["none"],
    "measures": "设围挡，断电作业",
    "emergency_contact": "冼南橘",
    "emergency_phone": "13900003333",
    "no_structural_change": "true",
    "not_split": "true",
    "truthful": "true",
    "accepts_patrol": "true",
    "stops_on_order": "true",
    "signer": "鄢小满",
}
PAPERS = {"site_photos": 1, "owner_papers": 1, "commitment": 1, "craftsman_papers": 1}
CODE = "91350100M000100Y43"
ENTERPRISE = {
    "contractor_type": "enterprise",
    "contractor_credit_code": CODE,
    "contractor_legal_rep": "冼南橘",
    "contractor_legal_rep_id": "11010519491231002X",
}


def missing(**changed: Any) -> set[str]:
    """What is asked for beyond the good filing of a craftsman's small job."""
    return set(faults(FILING, {**GOOD, **changed}, attachments=PAPERS, at=NOON))


def test_a_good_filing_is_taken() -> None:
    cleaned = FILING.clean(GOOD, attachments=PAPERS, at=NOON)
    assert cleaned.routing == {
        "kind": "small_work",
        "project_type": "municipal",
        "investment_wan": Decimal("0.8"),
        "area_sqm": None,
        "indoor": False,
        "emergency_repair": False,
        "risk_height": False,
        "risk_hot_work": False,
        "risk_confined": False,
        "risk_excavation": False,
        "risk_demolition": False,
        "risk_lifting": False,
        "risk_structure": False,
        "risk_scaffold": False,
    }
    assert cleaned.values["declaration_version"]


@pytest.mark.parametrize(
    "starred",
    [
        "kind",
        "project_type",
        "name",
        "address",
        "workplace_kind",
        "content",
        "investment_wan",
        "planned_start",
        "planned_end",
        "owner_type",
        "owner_name",
        "id_no",
        "phone",
        "relation",
        "contractor_type",
        "contractor_name",
        "contractor_phone",
        "contractor_id_no",
        "site_manager",
        "indoor",
        "risk_flags",
        "measures",
        "emergency_contact",
        "emergency_phone",
        "no_structural_change",
        "not_split",
        "truthful",
        "accepts_patrol",
        "stops_on_order",
        "signer",
    ],
)
def test_every_starred_answer_is_asked_for(starred: str) -> None:
    assert starred in missing(**{starred: ""})


@pytest.mark.parametrize("paper", sorted(PAPERS))
def test_every_paper_that_is_always_needed(paper: str) -> None:
    left = {name: count for name, count in PAPERS.items() if name != paper}
    assert paper in faults(FILING, GOOD, attachments=left, at=NOON)


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ({"project_type": "home_decoration"}, {"property_proof"}),
        ({"project_type": "farm_house"}, {"property_proof", "planning_consent"}),
        ({"project_type": "house_build"}, {"property_proof", "planning_consent"}),
        ({"investment_wan": "1.01"}, {"contract"}),
        ({"investment_wan": "1"}, set()),
        (ENTERPRISE, {"contract", "contractor_papers", "qualification_papers"}),
        ({"workplace_kind": "home"}, {"neighbour_notice"}),
        ({"workplace_kind": "estate"}, {"neighbour_notice"}),
        ({"risk_flags": ["excavation"]}, {"worker_certificates", "plan", "pipeline_check"}),
        (
            {"risk_flags": ["height"], "height_m": "3.4"},
            {"worker_certificates", "plan", "insurance_policy"},
        ),
        (
            {"risk_flags": ["height"]},
            {"height_m", "worker_certificates", "plan", "insurance_policy"},
        ),
        ({"risk_flags": ["structure"]}, {"worker_certificates", "plan"}),
        (
            {"kind": "odd_job", "project_type": "facade_cleaning"},
            {"worker_certificates", "plan", "insurance_policy"},
        ),
        ({"kind": "odd_job", "project_type": "aircon_install"}, {"worker_certificates"}),
        ({"kind": "odd_job", "project_type": "other_odd_job"}, set()),
        ({"owner_type": "organisation"}, {"credit_code", "legal_rep"}),
        ({"owner_type": "organisation", "credit_code": CODE, "legal_rep": "鄢小满"}, set()),
        (
            {"risk_flags": ["none", "height"]},
            {"risk_flags", "height_m", "worker_certificates", "plan", "insurance_policy"},
        ),
        ({"kind": "odd_job"}, {"project_type"}),
        ({"planned_start": "2026-11-22"}, {"planned_start"}),
        ({"planned_start": "2026-11-22", "emergency_repair": "true"}, set()),
        ({"planned_end": "2026-11-30"}, {"planned_end"}),
    ],
)
def test_what_depends_on_the_answers(changed: dict[str, Any], asked: set[str]) -> None:
    assert missing(**changed) == asked


def test_licence_papers_only_where_the_trade_needs_them() -> None:
    changed = {**GOOD, **ENTERPRISE, "project_type": "decoration"}
    have = {**PAPERS, "contract": 1, "contractor_papers": 1, "property_proof": 1}
    assert not faults(FILING, changed, attachments=have, at=NOON)


def test_somebody_without_a_phone_is_filed_for() -> None:
    behalf = FILING.stamps(at=NOON, address="10.0.0.9", behalf=True)
    sent = {**GOOD, "phone": ""}
    wanted = faults(FILING, sent, attachments=PAPERS, base=behalf, at=NOON)
    assert set(wanted) == {"applicant_name", "behalf_reason"}
    told = {"applicant_name": "鄢小满", "behalf_reason": "no_phone"}
    values = FILING.clean({**sent, **told}, attachments=PAPERS, base=behalf, at=NOON).values
    assert values["filed_on_behalf"] is True
    assert (values["signed_at"], values["signed_from"]) == ("2026-11-23 12:00:00", "10.0.0.9")


def test_one_cannot_say_of_oneself_that_one_files_on_behalf() -> None:
    sent = {**GOOD, "filed_on_behalf": "true", "applicant_name": "他人", "phone": ""}
    assert set(faults(FILING, sent, attachments=PAPERS, at=NOON)) == {"phone"}


def test_project_types_are_those_of_the_trades() -> None:
    field = FILING.by_key["project_type"]
    assert {choice.value for choice in field.choices} == set(CATEGORIES)
    assert [set(group.values) for group in field.choice_groups] == [set(SMALL_WORKS), set(ODD_JOBS)]


SECRETS = {
    "applicant_phone",
    "id_no",
    "phone",
    "contractor_legal_rep_id",
    "contractor_id_no",
    "contractor_phone",
    "emergency_phone",
    "signed_from",
}


def test_which_answers_are_secret() -> None:
    assert {one.key for one in FILING.fields if one.secret} == SECRETS
    assert [column.key for column in FILING.by_key["workers"].columns if column.secret] == ["id_no"]


REVIEWS = [("smallworks/first_check", "community_check"), ("smallworks/review", "township_review")]


@pytest.mark.parametrize(("name", "step"), REVIEWS)
def test_approval_needs_no_word_a_return_lists_what_is_missing(name: str, step: str) -> None:
    form = shipped(name)
    assert not faults(form, {}, step=step, outcome="approve")
    assert set(faults(form, {}, step=step, outcome="return")) == {"missing_items", "opinion"}
    for outcome in ("reject", "refer"):
        assert set(faults(form, {}, step=step, outcome=outcome)) == {"opinion"}


def test_raising_the_risk_needs_a_reason_and_enters_the_engine() -> None:
    form = shipped("smallworks/review")
    assert set(faults(form, {"risk_floor": "high"}, outcome="approve")) == {"risk_reason"}
    assert "risk_floor" in faults(
        form, {"risk_floor": "low", "risk_reason": "想调低"}, outcome="approve"
    )
    raised = form.clean({"risk_floor": "high", "risk_reason": "临近高压线"}, outcome="approve")
    assert raised.routing == {"risk_floor": "high"}


def test_a_countersigner_always_gives_an_opinion_and_a_permit_its_number() -> None:
    assert set(faults(shipped("smallworks/countersign"), {}, outcome="approve")) == {"opinion"}
    permit = shipped("smallworks/permit")
    assert set(faults(permit, {}, outcome="permitted")) == {"permit_no", "permit_date"}
    assert set(faults(permit, {}, outcome="abandoned")) == {"abandoned_note"}


def test_a_site_check_has_photos_and_says_what_differs() -> None:
    form = shipped("smallworks/site_check")
    sent = {
        "checked_on": "2026-11-23",
        "checkers": "汤济川",
        "measures_in_place": "true",
        "findings": "与申报相符",
    }
    assert set(faults(form, sent, outcome="submit")) == {"consistent", "check_photos"}
    assert set(faults(form, {**sent, "consistent": "false"}, attachments={"check_photos": 1})) == {
        "differences"
    }
    assert not faults(form, {**sent, "consistent": "true"}, attachments={"check_photos": 2})


@pytest.mark.parametrize(
    "path", sorted((ROOT / "forms").glob("*/*.json")), ids=lambda path: path.stem
)
def test_every_shipped_form_is_sound_and_lays_itself_out(path: Path) -> None:
    form = shipped(path.relative_to(ROOT / "forms").with_suffix("").as_posix())
    laid = [one.key for group in form.view({}) for one in group.fields]
    assert set(laid) == {one.key for one in form.fields if one.widget != "hidden"}
