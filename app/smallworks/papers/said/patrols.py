"""What the record of a patrol (巡查记录表) says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.smallworks.papers.said.sites import MOST_PHOTOS, Said, day, moment, of_work, photos_of
from app.smallworks.patrols import words
from app.smallworks.patrols.models import ChecklistItem, Hazard, Patrol

SITE, MOST_OF_SITE = "site", 6
_FOUND = ("open", "answered", "closed")


def patrol_record(work: Session, patrol: Patrol, at: datetime) -> Said:
    """The visit as concluded: every question and answer, hazards, photos, who signed."""
    groups = _groups(work, patrol)
    answers = [item for group in groups for item in group["items"]]
    pictures = photos_of(work, patrol.case_id, (SITE,))
    return {
        **of_work(work, patrol.work, patrol.case),
        "checked": _span(patrol, at),
        "position": _position(patrol),
        "inspectors": inspectors(patrol),
        "counts": f"共检查 {len(answers)} 项，不合格 {sum(one['failed'] for one in answers)} 项。",
        "groups": groups,
        "hazards": [_hazard(work, one) for one in found(patrol)],
        "photos": pictures[SITE][:MOST_OF_SITE],
        "conclusion": words.CONCLUSIONS.get(patrol.conclusion, patrol.conclusion),
        "remark": patrol.remark or "无",
        "signed": patrol.signed_name,
        "signature": patrol.signature_id or "",
        "refused": refusal(patrol),
        "day": day(patrol.concluded_at or at),
    }


def found(patrol: Patrol) -> list[Hazard]:
    """The hazards of a visit, in the order of their numbers, without those struck out."""
    return [one for one in patrol.hazards if one.state in _FOUND]


def inspectors(patrol: Patrol | None) -> list[Mapping[str, str]]:
    """Who was on site, with the numbers of their certificates."""
    people = patrol.inspectors if patrol else []
    return [{"name": one.get("name", ""), "number": one.get("number", "")} for one in people]


def refusal(patrol: Patrol | None) -> str:
    """The note that nobody on site would sign, with the witness."""
    if patrol is None or not patrol.refused:
        return ""
    return f"现场拒绝签字{f'，见证人：{patrol.witness}' if patrol.witness else ''}"


def before(work: Session, hazard: Hazard) -> list[str]:
    """The first photos of a hazard as it was found."""
    field = f"hazard:{hazard.id}"
    return photos_of(work, hazard.patrol.case_id, (field,))[field][:MOST_PHOTOS]


def _hazard(work: Session, hazard: Hazard) -> Said:
    return {
        "no": hazard.position,
        "text": hazard.text,
        "rule": hazard.rule,
        "grade": words.GRADES.get(hazard.grade, hazard.grade),
        "measure": hazard.measure,
        "deadline": day(hazard.deadline),
        "photos": before(work, hazard),
    }


def _groups(work: Session, patrol: Patrol) -> list[Said]:
    asked = work.scalars(select(ChecklistItem).where(ChecklistItem.id.in_(patrol.asked))).all()
    ordered = sorted(asked, key=lambda item: (_place(item.group), item.position))
    groups: dict[str, list[Said]] = {}
    for number, item in enumerate(ordered, start=1):
        result, note = _answer(patrol.answers.get(item.code))
        groups.setdefault(item.group, []).append(
            {
                "no": number, "text": item.text, "note": note, "failed": result == "bad",
                "result": words.RESULTS.get(result, "未答"),
            }
        )  # fmt: skip
    return [{"title": words.GROUPS.get(key, key), "items": items} for key, items in groups.items()]


def _place(group: str) -> int:
    order = list(words.GROUPS)
    return order.index(group) if group in order else len(order)


def _answer(kept: Any) -> tuple[str, str]:
    """An answer as it is kept: a word, or a word and a note."""
    if isinstance(kept, Mapping):
        return str(kept.get("result", "")), str(kept.get("note", ""))
    return str(kept or ""), ""


def _span(patrol: Patrol, at: datetime) -> str:
    end = patrol.concluded_at or at
    return f"{moment(patrol.started_at or end)}至{moment(end)}"


def _position(patrol: Patrol) -> str:
    if not patrol.lng or not patrol.lat:
        return "未取得定位"
    off = f"，误差约 {patrol.accuracy_m} 米" if patrol.accuracy_m else ""
    return f"东经 {patrol.lng}，北纬 {patrol.lat}{off}"
