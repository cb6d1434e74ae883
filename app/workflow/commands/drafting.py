"""Drafts of processes: begun from what is in force, changed, changes taken back, given up.

A draft becomes a version by `publishing.publish`, or as it was handed in, once it is approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session, undefer

from app import engine
from app.db import insert_if_new, transaction
from app.errors import BrokenProcess, Finding, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.workflow import receiving, versions
from app.workflow.models import ProcessVersion
from app.workflow.studio import drafts, retracing
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.retracing import Sitting

MAX_FILES = 80
MAX_SIZE = 1 << 20
MAX_WHOLE = 4 << 20
"""Bytes of one file, and of all files of a draft."""


def begin_flow_draft(actor: Actor, unit_id: str, key: str, *, at: datetime) -> FlowDraft:
    """A draft of what is in force there now; the one that is there already, where there is one.

    Raises Invalid for a unit that has no flows of its own.
    """
    with transaction() as work:
        unit = drafts.keeping_unit(work, actor, unit_id)
        drafts.refuse_level(unit)
        version = versions.in_force(work, unit, key, at=at)
        if version is None:
            raise NotFound("这里还没有这个流程，请先上传并发布一版")
        row = {
            "key": key, "unit_id": unit.id, "begun_from_id": version.id, "revision": 1,
            "files": _files(work, version), "begun_by_id": actor.id, "begun_at": at,
            "saved_by_id": actor.id, "saved_at": at, "open_by_id": actor.id, "open_at": at,
        }  # fmt: skip
        taken = insert_if_new(work, FlowDraft).returning(FlowDraft.id)
        if work.execute(taken.values(row)).scalar() is not None:
            _tell(work, actor, "flow_draft_begun", (unit.id, key), at)
        return drafts.of_unit(work, actor, key, unit.id)


def _files(work: Session, version: ProcessVersion) -> dict[str, str]:
    whole = [undefer(ProcessVersion.files)]
    return work.get_one(ProcessVersion, version.id, options=whole).files


def save_flow_draft(
    actor: Actor, draft_id: str, revision: int, files: Mapping[str, bytes], *, at: datetime
) -> FlowDraft:
    """Keep these files in place of what the draft has under their names; the others stay.

    `revision` is the one on which they were made. Raises Conflict where somebody saved meanwhile,
    Invalid and BrokenProcess for what no editor could open; what only cannot run is kept.
    """
    _readable(files)
    with transaction() as work:
        draft = drafts.taken(work, actor, draft_id)
        if changed := _changed(draft, files, actor, revision):
            retracing.put(work, draft, changed, actor, at=at)
    return draft


def keep_flow_draft(
    actor: Actor, draft_id: str, sitting: Sitting, files: Mapping[str, bytes], *, at: datetime
) -> FlowDraft:
    """What an editor saves by itself while one draws: a sitting is taken back as one change.

    Raises as the saving does.
    """
    _readable(files)
    with transaction() as work:
        draft = drafts.taken(work, actor, draft_id)
        if changed := _changed(draft, files, actor, sitting.revision):
            retracing.put_on(work, draft, changed, actor, sitting, at=at)
    return draft


def _changed(
    draft: FlowDraft, files: Mapping[str, bytes], actor: Actor, revision: int
) -> dict[str, str]:
    """None where it was saved already and only the answer was lost. Raises Conflict, Invalid."""
    sent = receiving.received(files, draft.key)
    changed = {name: text for name, text in sent.items() if draft.files.get(name) != text}
    if changed:
        drafts.expect(draft, revision, actor.id)
        _fit(draft, changed)
    return changed


def _readable(files: Mapping[str, bytes]) -> None:
    """Raises for what no editor could open, before anything reads it for its meaning."""
    if len(files) > MAX_FILES:
        raise Invalid(f"一次最多放进 {MAX_FILES} 个文件，请分几次上传")
    found: list[Finding] = []
    for name, body in files.items():
        if len(body) > MAX_SIZE:
            found.append(Finding("file-size", name, f"文件 {name} 超过 1 MB，请精简后再上传"))
        elif name.endswith((".bpmn", ".dmn")):
            found += engine.unreadable(body, name)
    if found:
        raise BrokenProcess("文件打不开，没有存进草稿", found)


def _fit(draft: FlowDraft, changed: Mapping[str, str]) -> None:
    """Raises for what would make the draft useless to all who have it open."""
    drawn = {name for name in changed if name.endswith(".bpmn")}
    if drawn - draft.files.keys() and f"{draft.key}.bpmn" not in drawn:
        raise Invalid(f"流程图的文件名应是 {draft.key}.bpmn，请改名后再上传")
    whole = {**draft.files, **changed}
    if len(whole) > MAX_FILES:
        raise Invalid(f"草稿里的文件超过 {MAX_FILES} 个，请先去掉不用的")
    if sum(len(text.encode()) for text in whole.values()) > MAX_WHOLE:
        raise Invalid("草稿里的文件合起来超过 4 MB，请先去掉不用的")


def drop_flow_file(
    actor: Actor, draft_id: str, revision: int, name: str, *, at: datetime
) -> FlowDraft:
    """Take a file out of the draft: what is in force, or ships, stands in for it again.

    Raises Conflict where somebody saved meanwhile, Invalid for the drawing itself.
    """
    with transaction() as work:
        draft = drafts.taken(work, actor, draft_id)
        if name == f"{draft.key}.bpmn":
            raise Invalid("流程图不能去掉；要重新画，请放弃草稿后再开始")
        if name not in draft.files:
            return draft
        drafts.expect(draft, revision, actor.id)
        retracing.put(work, draft, {name: None}, actor, at=at)
    return draft


def undo_flow_draft(actor: Actor, draft_id: str, revision: int, *, at: datetime) -> FlowDraft:
    """Take back the last change of the draft, whoever made it.

    Raises Conflict where somebody saved meanwhile, Invalid where nothing is left to take back.
    """
    with transaction() as work:
        draft = drafts.taken(work, actor, draft_id)
        if retracing.served(draft, actor, revision, undone=True):
            return draft  # it was pressed twice, or only the answer was lost
        drafts.expect(draft, revision, actor.id, "没有撤销，请看过现在的再撤销")
        retracing.back(work, draft, actor, at=at)
    return draft


def redo_flow_draft(actor: Actor, draft_id: str, revision: int, *, at: datetime) -> FlowDraft:
    """Make again what was taken back last. Raises as the undoing does."""
    with transaction() as work:
        draft = drafts.taken(work, actor, draft_id)
        if retracing.served(draft, actor, revision, undone=False):
            return draft  # it was pressed twice, or only the answer was lost
        drafts.expect(draft, revision, actor.id, "没有恢复，请看过现在的再恢复")
        retracing.again(work, draft, actor, at=at)
    return draft


def open_flow_draft(actor: Actor, draft_id: str, *, at: datetime) -> tuple[FlowDraft, str]:
    """Note that this person has it open, and say who else has."""
    with transaction() as work:
        draft = drafts.taken(work, actor, draft_id)
        other = drafts.beside(draft, actor, at)
        draft.open_by_id, draft.open_at = actor.id, at
    return draft, other


def discard_flow_draft(actor: Actor, draft_id: str, revision: int, *, at: datetime) -> None:
    """Give the draft up; what is in force stays. Raises Conflict where somebody saved meanwhile."""
    with transaction() as work:
        draft = drafts.taken(work, actor, draft_id)
        drafts.expect(draft, revision, actor.id)
        _tell(work, actor, "flow_draft_discarded", (draft.unit_id, draft.key), at)
        work.execute(delete(FlowDraft).where(FlowDraft.id == draft.id))


def _tell(work: Session, actor: Actor, verb: str, about: tuple[str, str], at: datetime) -> None:
    unit, key = about
    audit.record(work, audit.Deed(verb, actor.id, f"unit:{unit}", key, actor.address), at=at)
