"""Rows out of which papers are made: a filed work, a visit, its order, a stop, a bad record."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id, session, transaction
from app.identity.models import Person
from app.smallworks import papers
from app.smallworks.models import Paper, Work
from app.smallworks.papers import said
from app.smallworks.patrols.models import ChecklistItem, Hazard, Patrol
from app.smallworks.records.models import BadRecord, MarketBan
from app.smallworks.rectifications.models import HazardAnswer, OrderedHazard, Rectification
from app.smallworks.stops.models import StopOrder
from app.workflow import attachments
from app.workflow.attachments import Upload
from app.workflow.models import Case
from tests.identity.people import unit
from tests.smallworks.town import Town, staff

LAW = "《中华人民共和国安全生产法》（2021年修正）第六十五条"
INSPECTORS = (
    {"name": "穆玉兰", "number": "鄂巡001"},
    {"name": "汤济川", "number": "鄂巡002"},
)
LIMIT = datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC)
"""The end of 25 November in Yichang."""


Size = tuple[int, int]
SMALL: Size = (320, 240)


def text_of(pdf: bytes) -> str:
    """Everything that a PDF says, without spaces."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def pictures_of(pdf: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(io.BytesIO(pdf)).pages)


def photo(colour: str = "grey", size: Size = SMALL) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "JPEG")
    return made.getvalue()


def clerk(name: str = "穆玉兰") -> str:
    return session().scalars(select(Person.id).where(Person.name == name)).one()


@dataclass(frozen=True, slots=True)
class Site:
    """A filed work and everything found on it."""

    town: Town
    case: Case
    work: Work

    @property
    def at(self) -> datetime:
        return self.town.at

    def child(self, work: Session, key: str) -> Case:
        """A case about this work, as the flow of that key would open it."""
        first = work.get_one(Case, self.case.id)
        names = ("division_code", "category", "l1", "l2", "l3", "l4", "place", "version_id")
        row = Case(
            id=new_id(), number=f"2026-{key}-{new_id()[-6:]}", process_key=key,
            title=f"{first.title} 巡查", parent_id=first.id, subject_id=first.id,
            applicant_id=first.applicant_id, filed_by_id=first.filed_by_id, snapshot=b"",
            opened_at=self.at, touched_at=self.at,
            **{name: getattr(first, name) for name in names},
        )  # fmt: skip
        work.add(row)
        work.flush()
        return row

    def picture(
        self, work: Session, case_id: str, field: str, colour: str = "grey", size: Size = SMALL
    ) -> str:
        who = staff("muyulan", self.at)
        upload = Upload(field, "现场.jpg", io.BytesIO(photo(colour, size)))
        taken = attachments.take_in(upload)
        row = attachments.lay_in(work, who, case_id, field, taken, at=self.at)
        work.flush()
        return row.id

    def patrol(self, work: Session, **changed: Any) -> Patrol:
        """A visit that asked three things, and found two hazards with a photo each."""
        case = self.child(work, "patrol")
        asked = self.checklist(work)
        row = Patrol(
            id=new_id(), case_id=case.id, work_id=self.work.id, reason="planned",
            level="township", started_at=self.at - timedelta(minutes=35),
            started_by_id=clerk(), lng="111.2865", lat="30.6916", accuracy_m=12,
            asked=[item.id for item in asked],
            answers={asked[0].code: "ok", asked[1].code: "bad", asked[2].code: "none"},
            inspectors=[dict(one) for one in INSPECTORS],
            remark="檐口风大", signed_name="冼南橘", conclusion="rectify", concluded_at=self.at,
            concluded_by_id=clerk(),
        )  # fmt: skip
        for name, value in changed.items():
            setattr(row, name, value)
        work.add(row)
        work.flush()
        for place, grade in ((1, "major"), (2, "general")):
            self.hazard(work, row, place, grade)
        work.refresh(row)
        return row

    def checklist(self, work: Session) -> list[ChecklistItem]:
        """Three questions of two groups."""
        texts = ("作业人员佩戴安全帽", "两米以上系挂安全带", "脚手架经过验收")
        rows = [
            ChecklistItem(
                id=new_id(), unit_id=unit("宜昌市", "city").id, code=f"asked-{place}",
                group=group, position=place, text=text, rule="", measure="", grade="general",
                valid_from=self.at, set_at=self.at,
            )
            for place, (group, text) in enumerate(
                zip(("person", "person", "height"), texts, strict=True)
            )
        ]  # fmt: skip
        work.add_all(rows)
        work.flush()
        return rows

    def hazard(self, work: Session, patrol: Patrol, place: int, grade: str) -> Hazard:
        text = {1: "屋面作业人员未系安全带", 2: "檐口没有防护栏杆"}.get(
            place, f"第{place}处洞口未盖"
        )
        row = Hazard(
            id=new_id(), work_id=self.work.id, patrol_id=patrol.id, position=place,
            item_code="", text=text, rule="高处作业安全要求", measure=f"立即整改第{place}项",
            grade=grade, default_grade=grade, deadline=LIMIT, found_at=self.at,
            found_by_id=clerk(),
        )  # fmt: skip
        work.add(row)
        work.flush()
        colour = ("navy", "teal", "olive")[place % 3]  # the same picture is kept but once
        self.picture(work, patrol.case_id, f"hazard:{row.id}", colour)
        return row

    def rectification(self, work: Session, patrol: Patrol) -> Rectification:
        case = self.child(work, "rectification")
        row = Rectification(
            id=new_id(), case_id=case.id, work_id=self.work.id, patrol_id=patrol.id,
            level="township", grade="major", deadline=LIMIT, first_deadline=LIMIT,
        )  # fmt: skip
        work.add(row)
        work.flush()
        for hazard in patrol.hazards:
            work.add(OrderedHazard(
                rectification_id=row.id, hazard_id=hazard.id, position=hazard.position,
                deadline=hazard.deadline,
            ))  # fmt: skip
        work.flush()
        return row

    def answered(self, work: Session, row: Rectification, patrol: Patrol) -> None:
        """The first hazard passes the re-inspection, the second does not."""
        for hazard, verdict, why in zip(
            patrol.hazards, ("pass", "fail"), ("", "只拉了警示带"), strict=True
        ):
            answer = HazardAnswer(
                id=new_id(), rectification_id=row.id, hazard_id=hazard.id, round=1,
                text=f"第{hazard.position}项已处理", by_id=clerk("鄢小满"), at=self.at,
                verdict=verdict, verdict_reason=why, checked_by_id=clerk("汤济川"),
                checked_at=self.at + timedelta(hours=3),
            )  # fmt: skip
            work.add(answer)
            work.flush()
            colour = "green" if verdict == "pass" else "maroon"
            self.picture(work, row.case_id, f"answer:{answer.id}", colour)

    def stop(self, work: Session, patrol: Patrol, **changed: Any) -> StopOrder:
        case = self.child(work, "stop_work")
        case.parent_id = patrol.case_id
        row = StopOrder(
            id=new_id(), case_id=case.id, work_id=self.work.id, scope="part", part="屋面作业",
            reasons=[
                {"text": hazard.text, "rule": hazard.rule, "hazard_id": hazard.id,
                 "major": hazard.grade == "major"}
                for hazard in patrol.hazards
            ],
            law=LAW, major=True, effective_at=self.at, ordered_by_id=clerk(),
        )  # fmt: skip
        for name, value in changed.items():
            setattr(row, name, value)
        work.add(row)
        work.flush()
        return row

    def bad_record(self, work: Session, **changed: Any) -> BadRecord:
        assert self.work.contractor_id is not None
        row = BadRecord(
            id=new_id(), case_id=self.child(work, "bad_record").id, work_id=self.work.id,
            contractor_id=self.work.contractor_id, grounds=["overdue", "incomplete"],
            name="宜昌橘颂装饰有限公司",
            fact="期限届满后经两次复查仍未整改", points=4, by_rule=True, proposed_at=self.at,
        )  # fmt: skip
        for name, value in changed.items():
            setattr(row, name, value)
        work.add(row)
        work.flush()
        return row

    def ban(self, work: Session, record: BadRecord) -> MarketBan:
        row = MarketBan(
            id=new_id(), bad_record_id=record.id, contractor_id=record.contractor_id,
            code_index="x", starts_on=date(2026, 11, 23), ends_on=date(2027, 11, 22),
        )  # fmt: skip
        work.add(row)
        work.flush()
        return row

    def paper(self, work: Session, case: Case, kind: str, facts: dict[str, Any]) -> Paper:
        """The paper, issued by 西陵街道."""
        street = unit("西陵街道", "township")
        return papers.issue(work, case, kind, facts, self.at, unit=street)

    def order(self) -> Paper:
        """The order to put right what one visit found, of a case of its own."""
        with transaction() as work:
            row = self.rectification(work, self.patrol(work))
            facts = said.rectification_notice(work, row, self.at)
            return self.paper(work, row.case, "rectification_notice", facts)


def filed(town: Town, **changed: Any) -> Site:
    """鄢小满's work, filed."""
    case = town.approve(town.file(name="江畔花园屋面翻修", **changed))
    return Site(town, case, town.work(case))
