"""What every paper about a work says of it: name, numbers, place, owner and contractor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local, long_day
from app.identity.trades import CATEGORIES
from app.smallworks import words, works
from app.smallworks.models import Paper, Work
from app.workflow.models import Attachment, Case

Said = dict[str, Any]
UNKNOWN = "待查明"
MOST_PHOTOS = 2
"""Of one hazard; the others stay in the case."""


def of_work(work: Session, row: Work | None, case: Case) -> Said:
    """The work as papers name it, down to its house: they are served on whoever works there."""
    if row is None:
        return {
            "case": case.number, "filing": "未备案",
            "name": work.get_one(Case, case.subject_id).title,
            "kind": UNKNOWN, "category": CATEGORIES.get(case.category, UNKNOWN),
            "place": case.place or UNKNOWN, "owner": UNKNOWN, "contractor": UNKNOWN,
            "addressed": "施工现场负责人",
        }  # fmt: skip
    contractor = works.builder(work, row).name
    return {
        "case": case.number,
        "filing": row.number or "未取得备案号",
        "name": row.name,
        "kind": words.KINDS.get(row.kind, row.kind),
        "category": CATEGORIES.get(row.category, row.category),
        "place": whole_place(row),
        "owner": row.owner_name,
        "contractor": contractor or UNKNOWN,
        "addressed": contractor or row.owner_name,
    }


def whole_place(row: Work) -> str:
    """Where a work is, from the city down to its house."""
    return f"{row.place}{row.address}"


def number_of(work: Session, *paper_ids: str | None) -> str:
    """The number of the first of these papers that there is."""
    for paper_id in paper_ids:
        paper = work.get(Paper, paper_id) if paper_id else None
        if paper is not None:
            return paper.number
    return "无"


def photos_of(work: Session, case_id: str, fields: Iterable[str]) -> Mapping[str, list[str]]:
    """The pictures of a case under each of these fields, in the order in which they were taken."""
    wanted = list(fields)
    found: dict[str, list[str]] = {name: [] for name in wanted}
    rows = work.execute(
        select(Attachment.field, Attachment.id)
        .where(Attachment.case_id == case_id, Attachment.field.in_(wanted))
        .where(Attachment.mime == "image/jpeg")
        .order_by(Attachment.at, Attachment.id)
    )
    for row in rows:
        found[row.field].append(row.id)
    return found


def moment(when: datetime | None) -> str:
    """2026年3月9日17时30分, as papers write a moment."""
    return f"{long_day(when)}{local(when):%H时%M分}" if when else ""


def day(when: datetime | None) -> str:
    """2026年3月9日, or nothing."""
    return long_day(when) if when else ""


def sentence(text: str) -> str:
    """The text, ended as a sentence."""
    return text if text.endswith(("。", "！", "？", "?")) else f"{text}。"
