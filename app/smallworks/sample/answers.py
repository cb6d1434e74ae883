"""What the sample's people fill in: a filing's start form, and a reviewer's few words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from app.clock import local
from app.identity.actor import Actor
from app.identity.trades import SMALL_WORKS
from app.workflow.forms.checks import credit_digit_fits, id_digit_fits

_NOWHERE = "420599"
"""A place that no division has: numbers that begin with it belong to nobody."""
_DECLARED = (
    "no_structural_change", "not_split", "truthful", "accepts_patrol", "stops_on_order",
)  # fmt: skip
_CERTIFICATE_LASTS = timedelta(days=700)
_BORN = "19780616"
"""The birthday of every legal representative of the sample."""
_Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One filing as it was read: form fields by their names, and who stands behind it."""

    community: str
    form: Mapping[str, Any]
    owner: Mapping[str, str]
    relation: str
    builder: Mapping[str, str]
    behalf: Mapping[str, str]
    starts_in: int
    lasts: int

    @property
    def name(self) -> str:
        """The work's name."""
        return str(self.form["name"])

    @property
    def category(self) -> str:
        """Its project type."""
        return str(self.form["project_type"])


@cache
def _builders() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(
        Path(__file__).with_name("builders.json").read_text("utf-8")
    )
    return found


def tell(read: Mapping[str, Any]) -> Told:
    """A filing from the sample's file."""
    return Told(
        community=read["at"], form=read["form"], owner=read["owner"], relation=read["relation"],
        builder=_builders()[read["builder"]], behalf=read.get("behalf", {}),
        starts_in=read["start"], lasts=read["days"],
    )  # fmt: skip


def typed(told: Told, actor: Actor, at: datetime) -> _Answers:
    """The start form as this person types it on that day."""
    start = local(at).date() + timedelta(days=told.starts_in)
    return {
        "kind": "small_work" if told.category in SMALL_WORKS else "odd_job",
        "planned_start": start.isoformat(),
        "planned_end": (start + timedelta(days=told.lasts)).isoformat(),
        "daily_hours": "8:00—12:00，14:00—18:00",
        **told.form,
        "workers": _workers(told.form.get("workers", ()), start),
        **_owner(told),
        **_contractor(told.builder),
        **_behalf(told.behalf),
        **dict.fromkeys(_DECLARED, True),
        "signer": told.behalf.get("name", actor.name),
    }


def opinion(verb: str, said: str, missing: Sequence[str], by: tuple[Actor, datetime]) -> _Answers:
    """A reviewer's form for an outcome, with every field that the outcome asks for."""
    actor, at = by
    today = local(at).date().isoformat()
    if verb == "submit":
        return {
            "checked_on": today, "checkers": actor.name, "consistent": True,
            "measures_in_place": True, "findings": said,
        }  # fmt: skip
    if verb == "permitted":
        return {"permit_no": said, "permit_date": today, "permit_issuer": "区住建局"}
    if verb == "abandoned":
        return {"abandoned_note": said}
    return {"opinion": said, **({"missing_items": list(missing)} if verb == "return" else {})}


def _owner(told: Told) -> _Answers:
    owner, name = told.owner, told.owner["name"]
    said = {"owner_name": name, "relation": told.relation}
    if not told.behalf:
        said["phone"] = f"1380000{1000 + crc32(name.encode()) % 9000}"
    if "born" in owner:
        return {**said, "owner_type": "person", "id_no": id_number(owner["born"], name)}
    return {
        **said, "owner_type": "organisation", "credit_code": credit_code(name),
        "legal_rep": owner["legal_rep"],
    }  # fmt: skip


def _contractor(builder: Mapping[str, str]) -> _Answers:
    name = builder["name"]
    manager = builder.get("legal_rep", name)
    said = {
        "contractor_type": builder["type"], "contractor_name": name,
        "contractor_phone": builder["phone"], "site_manager": manager,
        "emergency_contact": manager, "emergency_phone": builder["phone"],
    }  # fmt: skip
    if builder["type"] == "craftsman":
        return {**said, "contractor_id_no": id_number(builder["born"], name)}
    numbers = {key: builder[key] for key in builder if key.endswith("_no")}
    return {
        **said, **numbers, "contractor_credit_code": credit_code(name),
        "contractor_legal_rep": manager,
        "contractor_legal_rep_id": id_number(_BORN, manager),
    }  # fmt: skip


def _behalf(behalf: Mapping[str, str]) -> _Answers:
    if not behalf:
        return {}
    return {"applicant_name": behalf["name"], "behalf_reason": behalf["reason"]}


def _workers(read: Sequence[Mapping[str, str]], start: date) -> list[_Answers]:
    valid = {"cert_valid_to": (start + _CERTIFICATE_LASTS).isoformat()}
    return [{**row, **valid} for row in read]


def id_number(born: str, name: str) -> str:
    """An identity number that is nobody's, its last digit right."""
    body = f"{_NOWHERE}{born}{crc32(name.encode()) % 1000:03}"
    return next(body + digit for digit in "0123456789X" if id_digit_fits(body + digit))


def credit_code(name: str) -> str:
    """A credit code that is nobody's, its last sign right."""
    body = f"91{_NOWHERE}MA{crc32(name.encode()) % 10_000_000:07}"
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return next(body + sign for sign in signs if credit_digit_fits(body + sign))
