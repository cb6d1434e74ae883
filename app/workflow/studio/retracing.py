"""Changes of drafts, kept so that each can be taken back and made again: the last thirty."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.identity.actor import Actor
from app.workflow.studio.models import DraftChange, FlowDraft

MOST = 30
PAUSE = timedelta(minutes=5)
Changed = Mapping[str, str | None]
"""Files by name; none of them is a file that is not there."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where an editor that saves by itself stands: the revision that it has before it, and the
    one on which it saved for the first time."""

    revision: int
    begun: int


def put(work: Session, draft: FlowDraft, files: Changed, actor: Actor, *, at: datetime) -> None:
    """Change these files of a draft, and keep what they replace."""
    _forget_undone(work, draft)
    made = [one.number for one in draft.changes if not one.undone]
    if old := made[: max(0, len(made) - MOST + 1)]:
        mine = DraftChange.draft_id == draft.id
        work.execute(delete(DraftChange).where(mine, DraftChange.number.in_(old)))
    replaced = _put(draft, files)
    _keep(work, draft, replaced, undone=False, by_id=actor.id, at=at)
    _saved(work, draft, actor, at)


def put_on(
    work: Session, draft: FlowDraft, files: Changed, actor: Actor, sitting: Sitting, *, at: datetime
) -> None:
    """The same for an editor that saves by itself: its saves are one change, taken back at once.

    A pause ends the change, and so does whatever else became of the draft.
    """
    last = draft.undoable
    same = last is not None and (last.number, last.by_id) == (sitting.begun, actor.id)
    if last is None or not same or last.names != sorted(files) or at - last.at > PAUSE:
        put(work, draft, files, actor, at=at)
        return
    _forget_undone(work, draft)
    _put(draft, files)
    last.at = at
    _saved(work, draft, actor, at)


def _forget_undone(work: Session, draft: FlowDraft) -> None:
    mine = DraftChange.draft_id == draft.id
    work.execute(delete(DraftChange).where(mine, DraftChange.undone))


def back(work: Session, draft: FlowDraft, actor: Actor, *, at: datetime) -> None:
    """Take the last change back. Raises Invalid where none is left."""
    change = draft.undoable
    if change is None:
        raise Invalid(f"没有可以撤销的修改了，最多退回 {MOST} 次")
    _turn(work, draft, change)
    _saved(work, draft, actor, at)


def again(work: Session, draft: FlowDraft, actor: Actor, *, at: datetime) -> None:
    """Make the change again that was taken back last. Raises Invalid where there is none."""
    change = draft.redoable
    if change is None:
        raise Invalid("没有可以恢复的修改；撤销以后又改过的，不能再恢复")
    _turn(work, draft, change)
    _saved(work, draft, actor, at)


def served(draft: FlowDraft, actor: Actor, revision: int, *, undone: bool) -> bool:
    """Whether the last change of the draft is what this person asked for on that revision.

    So the second of two presses is answered as the first was. A save keeps its own moment; what
    was turned keeps that of the save.
    """
    if (draft.revision, draft.saved_by_id) != (revision + 1, actor.id):
        return False
    change = draft.redoable if undone else draft.undoable
    return change is not None and change.number == revision and change.at < draft.saved_at


def _turn(work: Session, draft: FlowDraft, change: DraftChange) -> None:
    """To the other side of a change: what it replaces now is kept in its place."""
    files = json.loads(zlib.decompress(change.before))
    undone, by_id, at = not change.undone, change.by_id, change.at
    work.delete(change)
    work.flush()
    _keep(work, draft, _put(draft, files), undone=undone, by_id=by_id, at=at)


def _put(draft: FlowDraft, files: Changed) -> Changed:
    """Returns what is replaced."""
    replaced = {name: draft.files.get(name) for name in files}
    whole = {**draft.files, **files}
    draft.files = {name: text for name, text in whole.items() if text is not None}
    return replaced


def _keep(
    work: Session, draft: FlowDraft, before: Changed, *, undone: bool, by_id: str, at: datetime
) -> None:
    packed = zlib.compress(json.dumps(before, ensure_ascii=False).encode())
    work.add(
        DraftChange(
            draft_id=draft.id, number=draft.revision, undone=undone, names=sorted(before),
            before=packed, by_id=by_id, at=at,
        )
    )  # fmt: skip


def _saved(work: Session, draft: FlowDraft, actor: Actor, at: datetime) -> None:
    draft.revision += 1
    draft.saved_by_id = draft.open_by_id = actor.id
    draft.saved_at = draft.open_at = at
    work.flush()
    work.expire(draft, ["changes"])
