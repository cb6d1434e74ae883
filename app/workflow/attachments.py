"""Attachments (附件): taken in one by one, kept by content, read by whoever may see the case."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.db import let_go, session, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.actor import Actor
from app.workflow import acting, definitions, drafts, events, holds, intake, submissions
from app.workflow.events import Act
from app.workflow.forms import Field
from app.workflow.intake import Kept, Upload
from app.workflow.models import Attachment, Case, Draft, Task
from app.workflow.reach import readable_case
from app.workflow.store import FOLDERS, FileStore

__all__ = [
    "Home",
    "Opened",
    "Taken",
    "Upload",
    "attach",
    "detach",
    "find",
    "lay_in",
    "open_file",
    "store_in",
    "sweep",
    "take_in",
]

log = logging.getLogger(__name__)

MOST_FILES = 60
REPLACED = "replaced"
"""The field of a file taken back from a case: it answers nothing, but stays on record."""
DRAFT_DAYS, LOOSE_DAYS, BYTES_DAYS = 90, 2, 1
_GONE = "没有这份附件，可能已经移除"
_LOST = "这份附件的文件已不在服务器上，请联系系统管理员从备份中找回"
_BATCH = 500
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,59}")
_stores: list[FileStore] = []


@dataclass(frozen=True, slots=True)
class Home:
    """Where a file goes: to a draft, to a case, or nowhere yet (named when the case is filed)."""

    draft_id: str = ""
    case_id: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to hand out."""

    name: str
    mime: str
    content: bytes

    @property
    def inline(self) -> bool:
        """Only pictures may be shown by the browser: those we painted ourselves."""
        return self.mime == "image/jpeg"


def store_in(root: Path) -> None:
    """Keep the bytes under this folder. Called once, by create_app."""
    _stores[:] = [FileStore(root)]
    FOLDERS[root.name] = ("附件", Attachment.stored)


def attach(actor: Actor, home: Home, upload: Upload, *, at: datetime) -> Attachment:
    """Take one file in. Raises Invalid in words for the person, Conflict if there are too many."""
    _fields(session(), actor, home, at)  # before a stranger's bytes cost us a decoder
    taken = take_in(upload)
    with transaction() as work:
        fields = _fields(work, actor, home, at, lock=True)
        _room(work, actor, home, upload.field, fields)
        if fields is not None:
            intake.suits(fields[upload.field], taken.kept)
        row = _row(actor, home, taken.kept, at)
        row.field, row.stored = upload.field, taken.stored
        work.add(row)
        if home.case_id:
            _tell(work, actor, home.case_id, "attached", at)
    return row


@dataclass(frozen=True, slots=True)
class Taken:
    """A file judged, painted and stored, that no row names yet."""

    kept: Kept
    stored: str


def take_in(upload: Upload) -> Taken:
    """Judge a file and store its bytes, outside any transaction: for rooms with their own fields.

    Raises Invalid. Bytes that no row comes to name are swept away. Several may wait long for a
    decoder, so what was read before is let go.
    """
    let_go()
    kept = intake.judge(upload)
    return Taken(kept, _stores[0].put(kept.content))


def lay_in(
    work: Session, actor: Actor, case_id: str, field: str, taken: Taken, *, at: datetime
) -> Attachment:
    """A row for a file taken in, within a command of the room that asked for it."""
    where = (Attachment.case_id == case_id) & (Attachment.field != REPLACED)
    if sum(submissions.attachments_of(work, where).values()) >= MOST_FILES:
        raise Conflict(f"附件已有 {MOST_FILES} 份，请先移除一些")
    row = _row(actor, Home(case_id=case_id), taken.kept, at)
    row.field, row.stored = field, taken.stored
    work.add(row)
    return row


def find(work: Session, case_id: str, field: str, original: str) -> Attachment | None:
    """The row under which the same file already answers the same field of a case."""
    same = (Attachment.field == field) & (Attachment.original == original)
    found = select(Attachment).where(Attachment.case_id == case_id, same)
    return work.scalars(found.order_by(Attachment.id)).first()


def detach(actor: Actor, attachment_id: str, *, at: datetime) -> None:
    """Take a file back: out of one's draft for good, out of a case only as an answer."""
    with transaction() as work:
        row = work.get(Attachment, attachment_id)
        if row is None:
            raise NotFound(_GONE)
        if row.case_id is None:
            if row.draft_id:
                drafts.own(work, actor, row.draft_id, lock=True)
            elif row.by_id != actor.id:
                raise NotFound(_GONE)
            work.delete(row)
            return
        fields = _fields(work, actor, Home(case_id=row.case_id), at, lock=True)
        if fields is None or row.field not in fields:
            raise Forbidden("这份附件不属于当前环节，不能移除")
        row.field = REPLACED
        _tell(work, actor, row.case_id, "detached", at)


def open_file(work: Session, actor: Actor, attachment_id: str) -> Opened:
    """A file that this person may read: of a case in their scope, or their own. Raises NotFound."""
    row = work.get(Attachment, attachment_id)
    if row is None:
        raise NotFound(_GONE)
    if row.case_id:
        readable_case(work, actor, row.case_id)
    elif row.by_id != actor.id:
        raise NotFound(_GONE)
    return opened(row)


def opened(row: Attachment) -> Opened:
    """The file of a row that the caller found readable. Raises NotFound if its bytes are lost."""
    try:
        content = _stores[0].get(row.stored)
    except FileNotFoundError:
        log.error("the bytes of attachment %s are lost: %s", row.id, row.stored)
        raise NotFound(_LOST) from None
    return Opened(row.name, row.mime, content)


def sweep(*, at: datetime) -> int:
    """Throw away drafts untouched for months, files that nobody filed, and bytes that no row names.

    Returns how many contents went.
    """
    with transaction() as work:
        old = select(Draft.id).where(
            Draft.case_id.is_(None), Draft.updated_at < at - timedelta(days=DRAFT_DAYS)
        )
        stale = work.scalars(old).all()
        work.execute(
            delete(Attachment).where(Attachment.draft_id.in_(stale), Attachment.case_id.is_(None))
        )
        work.execute(delete(Draft).where(Draft.id.in_(stale)))
        loose = Attachment.draft_id.is_(None) & Attachment.case_id.is_(None)
        lost = Attachment.at < at - timedelta(days=LOOSE_DAYS)
        work.execute(delete(Attachment).where(loose, lost))
    return _sweep_bytes(at - timedelta(days=BYTES_DAYS))


def _sweep_bytes(edge: datetime) -> int:
    """Outside the transaction: a store may hold many files, and the write lock is everybody's.

    Whoever names old bytes anew has put them again first, so that they are young (see FileStore).
    """
    gone, names = 0, list(_stores[0].names(before=edge))
    for start in range(0, len(names), _BATCH):
        some = names[start : start + _BATCH]
        rows = session().scalars(select(Attachment.stored).where(Attachment.stored.in_(some)))
        for name in set(some) - set(rows):
            gone += _stores[0].delete(name, unless_after=edge)
    return gone


def _fields(
    work: Session, actor: Actor, home: Home, at: datetime, *, lock: bool = False
) -> Mapping[str, Field] | None:
    """The file fields that this person may answer there now; None where no form is known yet."""
    if home.draft_id:
        draft = drafts.own(work, actor, home.draft_id, lock=lock)
        form = drafts.form_of(work, draft, at)
    elif home.case_id:
        readable_case(work, actor, home.case_id)
        case = work.get_one(
            Case, home.case_id, with_for_update=True if lock else None, populate_existing=lock
        )
        task = _open_task(work, actor, case)
        definition = definitions.get(work, case.version_id)
        form = definition.form(definition.process.tasks[task.element].form)
    else:
        return None
    return {one.key: one for one in form.fields if one.kind == "files"}


def _open_task(work: Session, actor: Actor, case: Case) -> Task:
    """The open task of this case that is this person's to handle. Raises Forbidden, Held."""
    holds.refuse(case)
    tasks = select(Task).where(Task.case_id == case.id, Task.status == "open").order_by(Task.id)
    for task in work.scalars(tasks):
        theirs = task.person_id == actor.id or acting.posts(work, actor, task)
        given_out = task.delegated_by_id is not None
        if theirs and task.claimed_by_id in (None, actor.id) and not given_out:
            return task
    raise Forbidden("该办件现在不由您办理，不能增减附件")


def _room(
    work: Session, actor: Actor, home: Home, field: str, fields: Mapping[str, Field] | None
) -> None:
    if home.draft_id:
        where = Attachment.draft_id == home.draft_id
    elif home.case_id:
        where = (Attachment.case_id == home.case_id) & (Attachment.field != REPLACED)
    else:
        where = (
            Attachment.draft_id.is_(None)
            & Attachment.case_id.is_(None)
            & (Attachment.by_id == actor.id)
        )
    counts = submissions.attachments_of(work, where)
    if sum(counts.values()) >= MOST_FILES:
        raise Conflict(f"附件已有 {MOST_FILES} 份，请先移除一些")
    if fields is not None:
        _room_in_field(field, fields, counts.get(field, 0))
    elif not _FIELD.fullmatch(field):
        raise Invalid("field 应为表单字段的名称", {"field": "应为表单字段的名称"})


def _room_in_field(field: str, fields: Mapping[str, Field], count: int) -> None:
    one = fields.get(field)
    if one is None:
        raise Invalid("这里不需要上传附件，请刷新后再试")
    most = int(one.schema.get("maxItems", MOST_FILES))
    if count >= most:
        raise Invalid(f"{one.title}最多 {most} 份，请先移除一些", {field: f"最多 {most} 份"})


def _row(actor: Actor, home: Home, kept: Kept, at: datetime) -> Attachment:
    photo = kept.photo
    return Attachment(
        draft_id=home.draft_id or None,
        case_id=home.case_id or None,
        name=kept.name,
        mime=kept.mime,
        size=len(kept.content),
        original=kept.original,
        taken_at=photo.taken_at if photo else None,
        lng=photo.lng if photo else None,
        lat=photo.lat if photo else None,
        by_id=actor.id,
        at=at,
    )


def _tell(work: Session, actor: Actor, case_id: str, verb: str, at: datetime) -> None:
    case = work.get_one(Case, case_id)
    task = _open_task(work, actor, case)
    act = Act(task=task, hold=next(iter(acting.posts(work, actor, task)), None))
    events.record(work, case, verb, actor, act, at=at)
