"""What the public reads of a bad record (公示): who, what, until when; nothing private."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, joinedload

from app import vault
from app.clock import local
from app.errors import Invalid
from app.smallworks.models import Contractor
from app.smallworks.places import public_place
from app.smallworks.records import bans, words
from app.smallworks.records.binding import ENTERPRISE
from app.smallworks.records.models import BadRecord, MarketBan
from app.workflow.queries.pages import PAGE, Cursor, Page

_NUMBER = re.compile(r"[0-9][0-9 -]{9,}[0-9Xx]")
"""A telephone or an identity number, also one written in groups."""


@dataclass(frozen=True, slots=True)
class Published:
    """One record as anybody may read it."""

    name: str
    code: str
    place: str
    grounds: str
    fact: str
    since: date
    until: date | None
    banned: bool
    until_fixed: bool


def masked_name(record: BadRecord) -> str:
    """A firm by its name; a craftsman by the family name: 张某某."""
    name = record.name.strip()
    if record.contractor.kind == ENTERPRISE:
        return name
    return name[:1] + "某" * min(max(len(name) - 1, 1), 2)


def masked_code(contractor: Contractor) -> str:
    """A firm's credit code, which is public; of an identity number only where it was given out."""
    code = vault.unseal(contractor.code)
    return code if contractor.kind == ENTERPRISE else code[:4] + "*" * (len(code) - 4)


def refuse_private(text: str, record: BadRecord) -> None:
    """Raises Invalid where words for the public hold a number, a name or an address of somebody."""
    if _NUMBER.search(normalize("NFKC", text)):
        raise Invalid("公示内容有误", {"public_fact": "不能写身份证号、电话等号码，请删除后再提交"})
    named = next((word for word in _private(record) if word in text), "")
    if named:
        raise Invalid(
            "公示内容有误", {"public_fact": f"不能写“{named}”这样的个人信息，请删除后再提交"}
        )


def _private(record: BadRecord) -> Iterable[str]:
    row = record.work
    if record.contractor.kind != ENTERPRISE:
        yield record.name
    yield from filter(None, (record.legal_rep,))
    if row is not None:
        yield from filter(None, (row.owner_name, row.address))


def published(work: Session, after: str = "") -> Page[Published]:
    """One page of the records in their term, the latest first."""
    found = (
        select(BadRecord)
        .where(BadRecord.state == "recorded", BadRecord.published_at.is_not(None))
        .options(joinedload(BadRecord.contractor), joinedload(BadRecord.case))
        .order_by(BadRecord.published_at.desc(), BadRecord.id.desc())
    )
    cursor = Cursor.read(after)
    if cursor:
        mark = tuple_(BadRecord.published_at, BadRecord.id)
        found = found.where(mark < tuple_(cursor.moment, cursor.id))
    rows = work.scalars(found.limit(PAGE + 1)).all()
    shown = [_shown(work, row) for row in rows[:PAGE]]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(shown, Cursor(_since(last), last.id).write() if last else "")


def _since(record: BadRecord) -> datetime:
    return record.published_at or record.proposed_at


def _shown(work: Session, record: BadRecord) -> Published:
    ban: MarketBan | None = bans.of_record(work, record) if record.banned else None
    held = ban is not None and ban.lifted_at is None
    return Published(
        name=masked_name(record),
        code=masked_code(record.contractor),
        place=public_place(work, record.case.division_code),
        grounds=words.grounds(record.grounds),
        fact=record.public_fact,
        since=local(_since(record)).date(),
        until=record.ends_on,
        banned=held,
        until_fixed=held and bool(ban and ban.until_fixed),
    )
