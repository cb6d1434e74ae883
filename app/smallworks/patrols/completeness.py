"""Whether a visit is complete: what is still missing before it may be concluded, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import local
from app.errors import Invalid
from app.smallworks.patrols import checklist, grading, words
from app.smallworks.patrols.grading import Grading
from app.smallworks.patrols.models import Hazard, Patrol
from app.workflow.models import Attachment

ALONE, FORMAL = 1, 2
"""How many inspectors a visit needs, and how many a formal order does."""
_FORMAL = frozenset({"rectify", "stop"})


def refuse_incomplete(work: Session, patrol: Patrol, conclusion: str, at: datetime) -> Grading:
    """What the hazards call for. Raises Invalid naming everything that is missing, at once."""
    graded = grading.of(work, patrol, conclusion)
    faults = dict(missing(work, patrol, conclusion, at))
    if conclusion in words.CONCLUSIONS and graded.milder(conclusion):
        least = words.CONCLUSIONS[graded.least]
        faults["conclusion"] = (
            f"按现有隐患，结论不能轻于“{least}”；重大隐患要改为一般隐患的，写明理由"
        )
    if faults:
        raise Invalid(f"巡查还有 {len(faults)} 处没有完成，补齐后再下结论", faults)
    return graded


def missing(
    work: Session, patrol: Patrol, conclusion: str, at: datetime
) -> Iterator[tuple[str, str]]:
    """Field and words of each thing that is not there yet."""
    for item in checklist.of_patrol(work, patrol):
        if patrol.answers.get(item.code) not in words.RESULTS:
            yield f"answers.{item.code}", f"“{item.text}”还没有检查"
    hazards = grading.standing(patrol.hazards)
    photos = photos_of(work, patrol)
    for hazard in hazards:
        yield from _of_hazard(hazard, photos, conclusion, at)
    yield from _unrecorded(patrol, hazards)
    if conclusion != "normal" and conclusion in words.CONCLUSIONS and not hazards:
        yield "conclusion", "没有记录隐患，不能下整改或停工的结论"
    yield from _people(patrol, conclusion)


def _unrecorded(patrol: Patrol, hazards: list[Hazard]) -> Iterator[tuple[str, str]]:
    recorded = {hazard.item_code for hazard in hazards}
    for code, result in patrol.answers.items():
        if result == "bad" and code not in recorded:
            yield f"answers.{code}", "不合格的检查项要记为隐患"


def _of_hazard(
    hazard: Hazard, photos: Mapping[str, int], conclusion: str, at: datetime
) -> Iterator[tuple[str, str]]:
    name, where = f"hazards.{hazard.client_id or hazard.id}", f"隐患“{hazard.text[:20]}”"
    if not photos.get(f"hazard:{hazard.id}"):
        yield f"{name}.photos", f"{where}至少拍 1 张照片"
    if not hazard.text.strip():
        yield f"{name}.text", "写明隐患的情况"
    downgraded = hazard.grade != hazard.default_grade and hazard.grade == grading.GENERAL
    if downgraded and not hazard.downgrade_reason.strip():
        yield f"{name}.downgrade_reason", f"{where}改为一般隐患，要写明理由"
    if conclusion in _FORMAL:
        yield from _order(hazard, name, where, at)


def _order(hazard: Hazard, name: str, where: str, at: datetime) -> Iterator[tuple[str, str]]:
    if not hazard.measure.strip():
        yield f"{name}.measure", f"{where}要写明整改要求"
    if hazard.deadline is None:
        yield f"{name}.deadline", f"{where}要写明整改期限"
    elif local(hazard.deadline).date() < local(at).date():
        yield f"{name}.deadline", f"{where}的整改期限已经过了，请重新填写"


def _people(patrol: Patrol, conclusion: str) -> Iterator[tuple[str, str]]:
    needed = FORMAL if conclusion in _FORMAL else ALONE
    if len(patrol.inspectors) < needed:
        word = "下达整改、停工须有 2 名以上巡查人员" if needed == FORMAL else "写明巡查人员"
        yield "inspectors", word
    if patrol.refused:
        if not patrol.witness.strip():
            yield "witness", "拒签的，写明见证人"
    elif not patrol.signed_name.strip():
        yield "signed_name", "请现场负责人签字；拒签的，勾选拒签并写明见证人"


def photos_of(work: Session, patrol: Patrol) -> dict[str, int]:
    """How many photos of this visit answer each field."""
    rows = work.execute(
        select(Attachment.field, func.count())
        .where(Attachment.case_id == patrol.case_id)
        .group_by(Attachment.field)
    ).all()
    return dict(rows)
