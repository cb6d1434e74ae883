"""Everybody in these tests, invented: Ann and Ben of the public, and who handles their cases."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime

from PIL import Image
from sqlalchemy import select

from app.db import session
from app.identity import queries, sms
from app.identity.actor import Actor
from app.identity.commands import Post
from app.identity.models import Person, Unit
from app.workflow import attachments
from app.workflow.attachments import Home, Upload
from app.workflow.models import Attachment
from tests.identity import people

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Monday 23 November 2026, noon in Yichang: the `noon` of every test."""
HIRED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
HERE, NEXT, FAR = "420502002023", "420502002002", "420506001001"
"""解放路社区 and 四方堰社区 of 学院街道, 西陵区; 冯家湾社区 of 夷陵区."""

STAFF: Mapping[str, tuple[str, str, str, str]] = {
    # account: name, unit, role, position
    "li": ("李禾", HERE, "", "head"),
    "wang": ("王渡", HERE, "", "inspector"),
    "chen": ("陈末", NEXT, "", "head"),
    "zhao": ("赵屿", "420502002", "", "head"),
    "sun": ("孙牧", "420502002", "", "inspector"),
    "he": ("何岚", "420502002", "", "leader"),
    "qian": ("钱叙", "420502", "district_gov_user", ""),
    "zhou": ("周祁", "420502:housing", "district_dept_user", ""),
    "wu": ("吴攸", "420502:urban_mgmt", "district_dept_user", ""),
    "han": ("韩予", "420502", "district_gov_admin", ""),
    "jin": ("金洲", "420502", "unit_admin", ""),
    "yi": ("易安", "420506", "district_gov_user", ""),
    "zheng": ("郑垣", "4205", "city_gov_user", ""),
    "feng": ("冯阡", "4205:housing", "city_dept_user", ""),
    "qin": ("秦督", "4205", "supervisor", ""),
}
PUBLIC = {"ann": ("安宁", "13900001001"), "ben": ("卞恩", "13900001002")}

FIELDS = (
    "site_photos", "owner_papers", "commitment", "property_proof", "contract", "craftsman_papers",
    "neighbour_notice", "worker_certificates", "plan", "insurance_policy",
)  # fmt: skip
"""The files that a filing of these tests may need."""
SETS = {"ann": 5, "ben": 1}
"""Uploaded before the tests begin, for so many filings of each; decoding photos takes its time."""


def settle() -> None:
    """Make everybody, and upload what their filings will need."""
    chief, phone = people.first(HIRED), people.Phone()
    for account, (name, code, role, position) in STAFF.items():
        people.add(chief, name, account, Post(unit(code).id, role, position), HIRED)
    before = sms.use(phone)
    for name, number in PUBLIC.values():
        people.register(phone, number, name, HIRED)
    sms.use(before)
    for key, count in SETS.items():
        for field in FIELDS * count:
            attach(who(key), field)


def unit(code: str) -> Unit:
    """The government of a division, or, `420502:housing`, its department."""
    division, _, industry = code.partition(":")
    found = select(Unit).where(Unit.division_code == division, Unit.kind == "government")
    government = session().scalars(found).one()
    if not industry:
        return government
    beneath = select(Unit).where(Unit.parent_id == government.id, Unit.industry == industry)
    return session().scalars(beneath).one()


def who(key: str, at: datetime = NOON) -> Actor:
    """Somebody by their short name, as they stand at that moment."""
    name = (STAFF.get(key) or PUBLIC[key])[0] if key != "ning" else "宁远山"
    return queries.actor_for(
        session().scalars(select(Person.id).where(Person.name == name)).one(), at
    )


def attach(actor: Actor, field: str, home: Home | None = None, at: datetime = NOON) -> str:
    """Upload a small file; returns its id."""
    photo = field.endswith("photos")
    made = io.BytesIO()
    Image.new("RGB", (32, 24), "grey").save(made, "JPEG" if photo else "PDF")
    made.seek(0)
    file = Upload(field, f"{field}.{'jpg' if photo else 'pdf'}", made)
    return attachments.attach(actor, home or Home(), file, at=at).id


def loose(actor: Actor, field: str) -> str:
    """A file of theirs that no case has yet."""
    rows = select(Attachment.id).where(
        Attachment.by_id == actor.id, Attachment.field == field, Attachment.case_id.is_(None)
    )
    return session().scalars(rows.limit(1)).first() or attach(actor, field)
