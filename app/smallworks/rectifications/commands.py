"""What people do hazard by hazard: say what was put right, judge it, take a photo back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.identity.models import Person
from app.smallworks import photos
from app.smallworks.papers import serving
from app.smallworks.patrols.models import Hazard
from app.smallworks.rectifications import steps, words
from app.smallworks.rectifications.models import HazardAnswer, OrderedHazard, Rectification
from app.workflow import attachments, desks, events, keys
from app.workflow.attachments import REPLACED, Taken, Upload
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.models import Attachment, Case
from app.workflow.reach import readable_case

MOST_PHOTOS = 9
LONGEST, LONGEST_REASON = 1000, 400
_GONE = "没有这条隐患，可能已移出本次整改，请刷新后查看"


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed about one hazard, and the photos sent with it."""

    text: str = ""
    photos: Sequence[Upload] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on one hazard: pass or fail, why, and the inspector's own photos."""

    verdict: str
    reason: str = ""
    photos: Sequence[Upload] = ()
    key: str = ""


def answer(actor: Actor, case_id: str, hazard_id: str, told: Said, *, at: datetime) -> HazardAnswer:
    """Save what was done about one hazard, with photos; again and again until it is reported.

    Raises Forbidden for anybody but the addressee, Conflict once it is reported or closed.
    """
    text = _tidy(told.text, LONGEST, "text")
    taken = photos.take_in(told.photos, MOST_PHOTOS)
    if not text and not taken:
        raise Invalid("请写明怎么整改的，或选择整改后的照片", {"text": "请写明怎么整改的"})
    with transaction() as work:
        case, row, hazard = _place(work, actor, case_id, hazard_id)
        _refuse_strangers(work, actor, case)
        done = keys.first_answer(work, actor.id, told.key, at, {"answered": hazard_id})
        if done is not None:
            return _written(work, actor, row, hazard, at=at)
        if hazard.state != "open":
            raise Conflict("这条隐患已提交复查，不能再改；有问题请联系检查人员")
        found = _written(work, actor, row, hazard, at=at)
        found.text, found.by_id, found.at = text or found.text, actor.id, at
        _lay(work, actor, case, (f"answer:{found.id}", taken), at=at)
        serving.seen(work, case, work.get_one(Person, actor.id), at=at)
        _tell(work, case, "answered", (actor, row, hazard), at=at)
    return found


def verify(
    actor: Actor, case_id: str, hazard_id: str, judged: Judged, *, at: datetime
) -> HazardAnswer:
    """Judge one answered hazard on site; may be changed until the conclusion is handed in."""
    reason = _tidy(judged.reason, LONGEST_REASON, "reason")
    if judged.verdict not in words.VERDICTS:
        raise Invalid("请判定合格或不合格", {"verdict": "请判定合格或不合格"})
    if judged.verdict == words.FAIL and not reason:
        raise Invalid("不合格的请写明理由", {"reason": "请写明哪里不合格、怎么改"})
    taken = photos.take_in(judged.photos, MOST_PHOTOS)
    with transaction() as work:
        case, row, hazard = _place(work, actor, case_id, hazard_id)
        said = "现在不在复查环节，请刷新后查看"
        task = steps.required(work, case, steps.REINSPECTION, said)
        hold = steps.inspecting(work, actor, task)
        found = _written(work, actor, row, hazard, at=at)
        if keys.first_answer(work, actor.id, judged.key, at, {"verified": hazard_id}) is not None:
            return found
        if hazard.state != "answered":
            raise Conflict("这条隐患不在本次复查之列，请刷新后查看")
        found.verdict_reason = _kept(found, judged.verdict, reason)
        found.verdict = judged.verdict
        found.checked_by_id, found.checked_at = actor.id, at
        if task.claimed_by_id != actor.id:
            task.claimed_by_id, task.claimed_at, task.for_id = actor.id, at, hold.for_id
        _lay(work, actor, case, (f"check:{found.id}", taken), at=at)
        act = Act(task=task, outcome=judged.verdict, routing=_which(row, hazard), hold=hold)
        events.record(work, case, "verified", actor, act, at=at)
    return found


def _kept(found: HazardAnswer, verdict: str, reason: str) -> str:
    """What is said with a verdict: the words of a failure do not stay with a pass."""
    mended = verdict == words.PASS and found.verdict == words.FAIL
    return "" if mended and reason == found.verdict_reason else reason


def remove_photo(actor: Actor, case_id: str, photo_id: str, *, at: datetime) -> None:
    """Take back a photo that was sent by mistake; it stays on record, but answers nothing."""
    with transaction() as work:
        readable_case(work, actor, case_id)
        case = locked_case(work, case_id)
        photo = work.get(Attachment, photo_id)
        if photo is None or photo.case_id != case.id or photo.by_id != actor.id:
            raise NotFound("没有这张照片，可能已经移除")
        kind, _, answer_id = photo.field.partition(":")
        found = work.get(HazardAnswer, answer_id) if kind in ("answer", "check") else None
        hazard = work.get(Hazard, found.hazard_id) if found else None
        row = steps.of_case(work, case.id)
        if found is None or hazard is None or row is None or found.round != row.round:
            raise NotFound("没有这张照片，可能已经移除")
        if hazard.state != {"answer": "open", "check": "answered"}[kind]:
            raise Conflict("已经提交，照片不能再移除")
        photo.field = REPLACED
        _tell(work, case, "detached", (actor, row, hazard), at=at)


def _place(
    work: Session, actor: Actor, case_id: str, hazard_id: str
) -> tuple[Case, Rectification, Hazard]:
    """The locked case, its rectification and one of its hazards, as this person may see them."""
    readable_case(work, actor, case_id)
    case = locked_case(work, case_id)
    row = steps.of_case(work, case.id)
    mine = select(OrderedHazard.id).where(
        OrderedHazard.rectification_id == (row.id if row else ""),
        OrderedHazard.hazard_id == hazard_id,
    )
    hazard = work.get(Hazard, hazard_id, populate_existing=True)
    if row is None or hazard is None or work.scalars(mine).first() is None:
        raise NotFound(_GONE)
    if case.ended_at is not None or hazard.rectification_id != case.id:
        raise Conflict("本次整改已办结，不能再改")
    return case, row, hazard


def _refuse_strangers(work: Session, actor: Actor, case: Case) -> None:
    task = steps.waiting(work, case, steps.REPORT)
    theirs = task is not None and task.person_id == actor.id
    if not theirs and case.applicant_id != actor.id:
        raise Forbidden("只有被责令整改的一方可以填写，您可以查看")


def _written(
    work: Session, actor: Actor, row: Rectification, hazard: Hazard, *, at: datetime
) -> HazardAnswer:
    """The answer of this round; a new one where there is none."""
    found = steps.answer_of(work, row, hazard)
    if found is None:
        found = HazardAnswer(
            id=new_id(), rectification_id=row.id, hazard_id=hazard.id, round=row.round,
            by_id=actor.id, at=at, text="",
        )  # fmt: skip
        work.add(found)
        work.flush()
    return found


def _lay(
    work: Session, actor: Actor, case: Case, files: tuple[str, list[Taken]], *, at: datetime
) -> None:
    """Rows for the photos of one answer; one that is there already is not put twice."""
    field, taken = files
    have = set(work.scalars(select(Attachment.original).where(
        Attachment.case_id == case.id, Attachment.field == field
    )))  # fmt: skip
    new = {one.kept.original: one for one in taken if one.kept.original not in have}
    if len(have) + len(new) > MOST_PHOTOS:
        said = f"每条隐患最多 {MOST_PHOTOS} 张照片，请先移除一些"
        raise Invalid(said, {"photos": said})
    for one in new.values():
        attachments.lay_in(work, actor, case.id, field, one, at=at)


def _tell(
    work: Session,
    case: Case,
    verb: str,
    what: tuple[Actor, Rectification, Hazard],
    *,
    at: datetime,
) -> None:
    actor, row, hazard = what
    task = steps.waiting(work, case, steps.REPORT)
    hold = desks.hold_for(actor, task) if task else None
    act = Act(task=task, routing=_which(row, hazard), hold=hold)
    events.record(work, case, verb, actor, act, at=at)


def _which(row: Rectification, hazard: Hazard) -> dict[str, int | str]:
    return {"hazard": hazard.id, "round": row.round}


def _tidy(text: str, longest: int, field: str) -> str:
    tidy = text.replace("\r\n", "\n").strip()
    if len(tidy) > longest:
        said = f"不能超过 {longest} 个字，现在有 {len(tidy)} 个字"
        raise Invalid(said, {field: said})
    return tidy
