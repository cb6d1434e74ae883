"""Photos of a visit: taken in with a watermark, once each; dropped ones stay on record."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.errors import Invalid, NotFound
from app.identity.actor import Actor
from app.smallworks.patrols import grading, turns, typed
from app.smallworks.patrols.models import Patrol
from app.workflow import attachments, events
from app.workflow.attachments import REPLACED, Upload
from app.workflow.events import Act
from app.workflow.models import Attachment, Case
from app.workflow.photos import Watermark

SITE, SIGNATURE = "site", "signature"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo as it was sent: of a hazard (by its id or the device's), the site, a signature.

    The clock of a phone may be wrong, or set so. What it says of a photo is believed only between
    the visit's being asked for and now; outside of that the nearer of the two holds, so that a
    photo is never lost for a wrong clock. The hash stays that of the original, whose own notes
    can be compared with it. A time that the camera itself noted may be earlier, never later.
    """

    of: str
    filename: str
    stream: BinaryIO
    sha256: str = ""  # of the original, as the device counted it
    taken_at: datetime | None = None
    place: dict[str, str] | None = None


def take(actor: Actor, patrol_id: str, shot: Shot, *, at: datetime) -> tuple[Attachment, bool]:
    """Keep a photo; whether it is a new one. The same original for the same purpose is kept once.

    Raises Invalid for what is no photo, Conflict once the visit is concluded.
    """
    patrol = turns.readable(session(), actor, patrol_id)
    known = _known(session(), patrol, shot)
    if known is not None:
        return known, False
    shot = replace(shot, taken_at=_believed(session(), patrol, shot, at))
    mark = _mark(patrol, actor, shot, at)
    taken = attachments.take_in(Upload(shot.of, shot.filename, shot.stream, mark))
    if taken.kept.photo is None:
        raise Invalid("请拍照或者选择照片")
    if shot.sha256 and taken.kept.original != shot.sha256:
        raise Invalid("照片没有传完整，请再传一次")
    with transaction() as work:
        patrol, task, hold = turns.mine(work, actor, patrol_id, at)
        field = _field(patrol, shot.of)
        same = attachments.find(work, patrol.case_id, field, taken.kept.original)
        if same is not None:
            return same, False
        row = attachments.lay_in(work, actor, patrol.case_id, field, taken, at=at)
        _told(row, shot)
        work.flush()
        if field == SIGNATURE:
            _sign(work, patrol, row)
        case = work.get_one(Case, patrol.case_id)
        events.record(work, case, "attached", actor, Act(task=task, hold=hold), at=at)
    return row, True


def drop(actor: Actor, patrol_id: str, attachment_id: str, *, at: datetime) -> None:
    """Take a photo out of the sheet, before the conclusion; it stays on record. Again: nothing."""
    with transaction() as work:
        patrol, task, hold = turns.mine(work, actor, patrol_id, at)
        row = work.get(Attachment, attachment_id)
        if row is None or row.case_id != patrol.case_id:
            raise NotFound("没有这张照片，可能已经移除")
        if row.field == REPLACED:
            return
        row.field = REPLACED
        if patrol.signature_id == row.id:
            patrol.signature_id = None
        case = work.get_one(Case, patrol.case_id)
        events.record(work, case, "detached", actor, Act(task=task, hold=hold), at=at)


def of_patrol(work: Session, patrol: Patrol) -> list[Attachment]:
    """Every photo of a visit that was not dropped, in the order of taking in."""
    rows = select(Attachment).where(
        Attachment.case_id == patrol.case_id,
        Attachment.field.startswith("hazard:") | Attachment.field.in_((SITE, SIGNATURE)),
    )
    return list(work.scalars(rows.order_by(Attachment.at, Attachment.id)))


def _known(work: Session, patrol: Patrol, shot: Shot) -> Attachment | None:
    """The photo, where the device says its hash and it is here: no decoder is asked twice."""
    if not _SHA256.fullmatch(shot.sha256):
        return None
    return attachments.find(work, patrol.case_id, _field(patrol, shot.of), shot.sha256)


def _field(patrol: Patrol, of: str) -> str:
    """The field that a photo answers. Raises Invalid for a hazard that is not there."""
    if of in (SITE, SIGNATURE):
        return of
    key = of.removeprefix("hazard:")
    for hazard in grading.standing(patrol.hazards):
        if key in (hazard.id, hazard.client_id):
            return f"hazard:{hazard.id}"
    raise Invalid("没有这条隐患，请先保存隐患，再传照片")


def _mark(patrol: Patrol, actor: Actor, shot: Shot, at: datetime) -> Watermark | None:
    if shot.of == SIGNATURE:
        return None
    case = session().get_one(Case, patrol.case_id)
    place = shot.place or typed.place_of(patrol)
    where = f" {place['lng']},{place['lat']}" if place else ""
    lines = (f"{{time}} {case.place}{where}", f"{case.title}：{actor.name} {case.number}")
    return Watermark(lines, shot.taken_at or at, latest=at)


def _believed(work: Session, patrol: Patrol, shot: Shot, at: datetime) -> datetime | None:
    """When the photo was taken, as far as the device's clock is believed."""
    if shot.taken_at is None:
        return None
    return min(max(shot.taken_at, work.get_one(Case, patrol.case_id).opened_at), at)


def _told(row: Attachment, shot: Shot) -> None:
    """What the device knows and the camera did not note."""
    if row.taken_at is None and shot.taken_at is not None:
        row.taken_at = shot.taken_at.astimezone(UTC)
    if row.lng is None and shot.place is not None:
        row.lng, row.lat = shot.place["lng"], shot.place["lat"]


def _sign(work: Session, patrol: Patrol, row: Attachment) -> None:
    """The newest signature counts."""
    earlier = work.get(Attachment, patrol.signature_id) if patrol.signature_id else None
    if earlier is not None and earlier.id != row.id:
        earlier.field = REPLACED
    patrol.signature_id = row.id
