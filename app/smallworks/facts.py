"""What a filing says, read once from its form: the only place that knows the form's field names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.workflow.reads import Reads

RISK_FLAGS = (
    "height", "hot_work", "confined", "excavation",
    "demolition", "lifting", "structure", "scaffold",
)  # fmt: skip
"""The circumstances that make a work a high risk; each enters the engine as `risk_<flag>`."""

BUILDER = (
    "contractor_name", "contractor_credit_code", "contractor_id_no", "contractor_legal_rep",
    "contractor_legal_rep_id", "contractor_phone", "qualification_no", "safety_licence_no",
)  # fmt: skip
BUILDERS: Mapping[str, tuple[str, ...]] = {"contractor_type": ("enterprise", "craftsman")}
READS = Reads(
    (
        *("name", "kind", "project_type", "address", "content", "lng", "lat"),
        *("investment_wan", "area_sqm", "planned_start", "planned_end", "emergency_repair"),
        *("owner_name", "id_no", "credit_code", "phone", "applicant_phone"), *BUILDER,
        *("site_manager", "workers.name", "workers.cert_valid_to", "indoor"),
        # what the owner declares and signs
        *("commitment", "no_structural_change", "not_split", "truthful", "accepts_patrol"),
        *("stops_on_order", "signer", "declaration_version", "signed_at", "signed_from"),
    ),
    {
        **BUILDERS, "risk_flags": RISK_FLAGS, "special_site": ("cross_district", "city_site"),
        "workplace_kind": ("estate",),
    },
)  # fmt: skip
"""What of the form any code here reads, or stands by."""

_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker with a special-operation certificate; `place` is their row in the form."""

    place: int
    name: str
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Builder:
    """The contractor as the filing names it."""

    kind: str
    name: str
    code: str
    legal_rep: str
    legal_rep_id: str
    phone: str
    qualification_no: str
    safety_licence_no: str

    @property
    def numbers(self) -> dict[str, str]:
        """The numbers by which whoever stands behind this contractor is known, by form field."""
        own = "contractor_id_no" if self.kind == "craftsman" else "contractor_credit_code"
        return {own: self.code, "contractor_legal_rep_id": self.legal_rep_id}


@dataclass(frozen=True, slots=True)
class Facts:
    """One filing, typed."""

    name: str
    kind: str
    category: str
    address: str
    investment_wan: Decimal
    area_sqm: Decimal | None
    planned_start: date | None
    planned_end: date | None
    emergency: bool
    owner_name: str
    owner_code: str
    builder: Builder
    workers: tuple[Worker, ...]
    risk_flags: frozenset[str]
    indoor: bool
    city_case: bool


def read(values: Mapping[str, Any]) -> Facts:
    """The facts in a cleaned start form."""
    flags = values.get("risk_flags") or ()
    return Facts(
        name=_text(values, "name"),
        kind=_text(values, "kind"),
        category=_text(values, "project_type"),
        address=_text(values, "address"),
        investment_wan=_number(values, "investment_wan") or Decimal(0),
        area_sqm=_number(values, "area_sqm"),
        planned_start=_day(values.get("planned_start")),
        planned_end=_day(values.get("planned_end")),
        emergency=_yes(values, "emergency_repair"),
        owner_name=_text(values, "owner_name"),
        owner_code=_text(values, "credit_code") or _text(values, "id_no"),
        builder=_builder(values),
        workers=tuple(_workers(values.get("workers") or ())),
        risk_flags=frozenset(flag for flag in RISK_FLAGS if flag in flags),
        indoor=_yes(values, "indoor"),
        city_case=bool(values.get("special_site")),
    )


def address_key(address: str) -> str:
    """The address without spaces, marks and case, so that two ways of writing it compare equal."""
    return _NOT_A_LETTER.sub("", address).lower()


def _builder(values: Mapping[str, Any]) -> Builder:
    return Builder(
        kind=_text(values, "contractor_type"),
        name=_text(values, "contractor_name"),
        code=_text(values, "contractor_credit_code") or _text(values, "contractor_id_no"),
        legal_rep=_text(values, "contractor_legal_rep"),
        legal_rep_id=_text(values, "contractor_legal_rep_id"),
        phone=_text(values, "contractor_phone"),
        qualification_no=_text(values, "qualification_no"),
        safety_licence_no=_text(values, "safety_licence_no"),
    )


def _workers(rows: Any) -> list[Worker]:
    return [
        Worker(place, _text(row, "name"), _day(row.get("cert_valid_to")))
        for place, row in enumerate(rows)
    ]


def _text(values: Mapping[str, Any], name: str) -> str:
    return str(values.get(name) or "").strip()


def _yes(values: Mapping[str, Any], name: str) -> bool:
    return values.get(name) in (True, "yes", "true")


def _number(values: Mapping[str, Any], name: str) -> Decimal | None:
    try:
        return Decimal(_text(values, name))
    except InvalidOperation:
        return None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
