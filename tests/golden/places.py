"""Where a filing can rest, how it comes there, and how it goes on from there to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.smallworks.town import FORM, credit_code

Decided = tuple[str, str, Mapping[str, Any]]
"""Who (the owner is the empty account), the outcome, the answers."""

AGREED: Mapping[str, Any] = {"opinion": "同意"}
AGAIN = {**FORM, "contractor_credit_code": credit_code()}
LACKING = {"missing_items": ["contract"], "opinion": "合同缺签名页"}
PERMIT = {"permit_no": "420502202612010101", "permit_date": "2026-11-20"}
SEEN = {
    "checked_on": "2026-11-23", "checkers": "汤济川", "consistent": "true",
    "measures_in_place": "true", "findings": "与申报一致",
}  # fmt: skip
RETURN: Decided = ("shecundong", "return", LACKING)
SUBMIT: Decided = ("", "submit", AGAIN)
COMMUNITY: Decided = ("shecundong", "approve", AGREED)
TOWNSHIP: Decided = ("muyulan", "approve", AGREED)
UP: Decided = ("muyulan", "escalate", {"opinion": "请区县研究"})
DISTRICT: Decided = ("quyuanhang", "approve", AGREED)
HOUSING: Decided = ("shuangshu", "approve", AGREED)


@dataclass(frozen=True, slots=True)
class Place:
    """A resting place: what was filed and decided before, what is decided after, how it ends."""

    before: tuple[Decided, ...]
    after: tuple[Decided, ...]
    result: str
    filed: Mapping[str, Any] = field(default_factory=dict)


PLACES: Mapping[str, Place] = {
    "community_check": Place((), (COMMUNITY, TOWNSHIP), "approved"),
    "correction": Place((RETURN,), (SUBMIT, COMMUNITY, TOWNSHIP), "approved"),
    "corrected_twice": Place((RETURN, SUBMIT) * 2, (COMMUNITY, TOWNSHIP), "approved"),
    "township_review": Place((COMMUNITY,), (TOWNSHIP,), "approved"),
    "site_check": Place(
        (COMMUNITY, ("muyulan", "inspect", {"opinion": "现场看"})),
        (("tangjichuan", "submit", SEEN), TOWNSHIP), "approved",
    ),
    "district_countersign": Place((COMMUNITY, UP), (DISTRICT, HOUSING), "approved"),
    "city_review": Place(
        (COMMUNITY, UP, ("quyuanhang", "escalate", AGREED)),
        (("kuangda", "reject", {"opinion": "不符合条件"}),), "rejected",
    ),
    "permit_follow_up": Place(
        (), (("shuangshu", "permitted", PERMIT),), "referred",
        {"investment_wan": "88", "area_sqm": "1200"},
    ),
    "ended": Place((COMMUNITY, TOWNSHIP), (), "approved"),
}  # fmt: skip
