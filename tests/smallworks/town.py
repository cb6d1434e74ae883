"""A filing in one community of 西陵区, and the invented people whom it meets on its way."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from PIL import Image
from pypdf import PdfWriter
from sqlalchemy import select

from app.db import db, session
from app.identity import queries, sms
from app.identity.actor import Actor
from app.identity.commands import Post
from app.identity.models import Person, Unit
from app.smallworks.models import Paper, Work
from app.workflow import attachments, commands
from app.workflow.attachments import Home, Upload
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Task
from tests.identity import people
from tests.stores import Store

HIRED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
"""Long before any test: pages go by the real clock, and grants hold from their day on."""
COMMUNITY = "420502001004"  # 铁路坝社区, 西陵街道, 西陵区
ELSEWHERE = "420506001001"  # a community of 夷陵区
OWNER_PHONE = "13900002222"
OWNER_ID = "420502198001010038"
LEGAL_REP_ID = "11010519491231002X"

STAFF: Mapping[str, tuple[str, str, str, str, str]] = {
    # account: name, unit, level, role, position
    "shecundong": ("佘存栋", "铁路坝社区", "community", "", "head"),
    "muyulan": ("穆玉兰", "西陵街道", "township", "", "head"),
    "tangjichuan": ("汤济川", "西陵街道", "township", "", "inspector"),
    "quyuanhang": ("瞿远航", "西陵区", "district", "district_gov_user", ""),
    "jinhezhu": ("靳禾竹", "西陵区", "district", "unit_admin", ""),
    "shuangshu": ("双澍", "", "district", "district_dept_user", ""),
    "kuangda": ("邝达", "宜昌市", "city", "city_gov_user", ""),
    "chaiyiling": ("柴夷陵", "夷陵区", "district", "district_gov_user", ""),
}


def begin_town(
    database: Store, app: Flask, picture: str, *hire: Callable[[datetime], None]
) -> None:
    """Begin the test with everybody of the table, and those whom `hire` adds."""

    def build() -> None:
        with app.app_context():
            for each in (settle, *hire):
                each(HIRED)
            db.session.remove()

    database.begin(picture, build, upon="first_start")


def inside(app: Flask, at: datetime) -> Iterator[Town]:
    """The town at this moment; inside an application context."""
    with app.app_context():
        yield Town(at)
        db.session.remove()


def settle(at: datetime) -> None:
    """Everybody of the table, and 鄢小满, who has a flat done up."""
    chief = people.first(at)
    for account, (name, unit, level, role, position) in STAFF.items():
        place = _housing() if not unit else people.unit(unit, level)
        people.add(chief, name, account, Post(place.id, role, position), at)
    phone = people.Phone()
    sms.use(phone)
    people.register(phone, OWNER_PHONE, "鄢小满", at)


def _housing() -> Unit:
    district = people.unit("西陵区", "district")
    mine = (Unit.parent_id == district.id) & (Unit.industry == "housing")
    return session().scalars(select(Unit).where(mine)).one()


def staff(account: str, at: datetime) -> Actor:
    person = session().scalars(select(Person.id).where(Person.account == account)).one()
    return queries.actor_for(person, at)


def owner(at: datetime) -> Actor:
    person = session().scalars(select(Person.id).where(Person.name == "鄢小满")).one()
    return queries.actor_for(person, at)


FORM: Mapping[str, Any] = {
    "kind": "small_work",
    "project_type": "home_decoration",
    "name": "江畔花园 3 栋 602 室装修",
    "address": "沿江大道 88 号江畔花园 3 栋 602 室",
    "workplace_kind": "home",
    "content": "客厅、卧室墙面翻新，铺地板",
    "investment_wan": "12.5",
    "area_sqm": "96",
    "planned_start": "2026-12-01",
    "planned_end": "2027-01-15",
    "owner_type": "person",
    "owner_name": "鄢小满",
    "id_no": OWNER_ID,
    "phone": OWNER_PHONE,
    "relation": "owner",
    "contractor_type": "enterprise",
    "contractor_name": "宜昌橘颂装饰有限公司",
    "contractor_credit_code": "",
    "contractor_legal_rep": "冼南橘",
    "contractor_legal_rep_id": LEGAL_REP_ID,
    "contractor_phone": "13900003333",
    "site_manager": "冼南橘",
    "indoor": "true",
    "risk_flags": ["none"],
    "measures": "现场配灭火器，工人戴安全帽",
    "emergency_contact": "冼南橘",
    "emergency_phone": "13900003333",
    "no_structural_change": "true",
    "not_split": "true",
    "truthful": "true",
    "accepts_patrol": "true",
    "stops_on_order": "true",
    "signer": "鄢小满",
}
FILES = (
    "site_photos", "owner_papers", "commitment", "property_proof", "contract",
    "contractor_papers", "neighbour_notice",
)  # fmt: skip
RISKY_FILES = (*FILES, "worker_certificates", "plan")


@dataclass(frozen=True, slots=True)
class Town:
    """The town at one moment."""

    at: datetime

    def file(self, at: datetime | None = None, by: str = "", **changed: Any) -> Case:
        """鄢小满 files her work, or an official on her behalf, with whatever the test changes."""
        who, moment = staff(by, self.at) if by else owner(self.at), at or self.at
        place = changed.pop("division_code", COMMUNITY)
        values = {**FORM, "contractor_credit_code": credit_code(), **changed}
        risky = values["risk_flags"] != ["none"] or values["project_type"] != "home_decoration"
        named = RISKY_FILES if risky else FILES
        named += ("craftsman_papers",) if values["contractor_type"] == "craftsman" else ()
        named += ("insurance_policy",) if values["indoor"] == "false" else ()
        files = [_attached(who, name, moment) for name in named]
        return commands.file_values(who, Filing("filing", place, values, files), at=moment)

    def decide(self, case: Case, account: str, outcome: str, **answers: Any) -> Case:
        """Somebody decides the task of this case that is theirs; the owner's account is empty."""
        who = staff(account, self.at) if account else owner(self.at)
        task = self.task(case, who)
        return commands.decide(who, task.id, Decision(outcome, answers), at=self.at)

    def task(self, case: Case, who: Actor) -> Task:
        held = {hold.unit_id for hold in who.holds}
        rows = session().scalars(select(Task).where(Task.case_id == case.id, Task.status == "open"))
        return next(row for row in rows if row.person_id == who.id or row.unit_id in held)

    def approve(self, case: Case) -> Case:
        """Community and township agree."""
        self.decide(case, "shecundong", "approve")
        return self.decide(case, "muyulan", "approve")

    def work(self, case: Case) -> Work:
        session().rollback()
        return session().scalars(select(Work).where(Work.case_id == case.id)).one()

    def papers(self, case: Case) -> list[Paper]:
        rows = select(Paper).where(Paper.case_id == case.id).order_by(Paper.issued_at, Paper.id)
        return list(session().scalars(rows))


def credit_code(body: str = "91420502MA4KYANG5") -> str:
    """A code whose check digit holds (GB 32100)."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = body.ljust(17, "0")
    total = sum(letters.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + letters[-total % 31]


def _attached(who: Actor, field: str, at: datetime) -> str:
    made = io.BytesIO()
    if field == "site_photos":
        Image.new("RGB", (64, 48), "grey").save(made, "JPEG")
        name = "现场.jpg"
    else:
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        writer.write(made)
        name = "材料.pdf"
    made.seek(0)
    return attachments.attach(who, Home(), Upload(field, name, made), at=at).id
