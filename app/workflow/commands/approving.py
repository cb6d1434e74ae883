"""送请批准: handed in, taken back, approved or returned by the unit above; and whether it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.clock import local
from app.db import let_go, session, transaction
from app.engine import Process
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit
from app.identity.actor import Actor
from app.identity.models import Person, Unit
from app.identity.permissions import holds_permission
from app.workflow import freezing, keys, notices, publishing, versions
from app.workflow.freezing import Ready
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication
from app.workflow.studio import approvals, drafts, settling
from app.workflow.studio.approval_models import (
    APPROVED,
    RETURNED,
    FlowRequest,
    FlowRule,
)
from app.workflow.studio.models import FlowDraft

ANSWERED = "flow_answered"
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Approval:
    """What whoever approves had before them: what stood there (`versions.standing`); and whether
    they know of what its sender could not confirm. Also what they have to say to its sender.
    """

    seen: str
    despite: bool = False
    words: str = ""


def hand_in(actor: Actor, wanted: Publication, *, at: datetime) -> ProcessVersion | FlowRequest:
    """Publish it, or hand it in for approval where the unit above asks for that.

    The same key again comes to the same, whether or not it asks by now. Raises what
    `publishing.publish` raises, also where it is only handed in.
    """
    unit = drafts.keeping_unit(session(), actor, wanted.unit_id)
    came_to = keys.answer(session(), actor.id, wanted.key)
    if came_to is not None:
        return _first(session(), wanted, came_to)
    if approvals.approver(session(), actor, unit) is None:
        return publishing.publish(actor, wanted, at=at)
    ready = publishing.prepare(actor, wanted, at=at)
    with transaction() as work:
        earlier = keys.first_answer(work, actor.id, wanted.key, at)
        if earlier is not None:
            return _first(work, wanted, earlier)
        row = _asked(work, actor, wanted, ready, at)
        keys.keep_answer(work, actor.id, wanted.key, {"request": row.id})
    return row


def _first(
    work: Session, wanted: Publication, answer: Mapping[str, str]
) -> ProcessVersion | FlowRequest:
    """What the first use of this key came to. Raises Conflict where that was for something else."""
    row: ProcessVersion | FlowRequest
    if "request" in answer:
        row = work.get_one(FlowRequest, answer["request"])
    else:
        row = work.get_one(ProcessVersion, answer["version"])
    if (row.key, row.unit_id) != (wanted.process, wanted.unit_id):
        raise Conflict(keys.OTHER_USE)
    return row


def _asked(
    work: Session, actor: Actor, wanted: Publication, ready: Ready, at: datetime
) -> FlowRequest:
    unit = drafts.keeping_unit(work, actor, wanted.unit_id)
    above = approvals.approver(work, actor, unit)
    if above is None:
        raise Conflict("现在不用批准了，请刷新后直接发布")
    versions.refuse_changed(work, unit, wanted.process, wanted.seen, at=at)
    if (other := approvals.waits(work, unit.id, wanted.process)) is not None:
        words = f"{other.asked_by.name}已把这个流程送请批准，还没有答复；要改送新的，请先撤回"
        raise Conflict(words, other.asked_by.name, other.asked_at)
    draft_id, revision = wanted.draft or (None, None)
    if draft_id is not None and revision is not None:
        drafts.expect(drafts.taken(work, actor, draft_id), revision, actor.id)
    row = FlowRequest(
        key=wanted.process, unit_id=unit.id, above_id=above.id, title=ready.process.title,
        files=ready.files, checksum=ready.checksum, reason=wanted.reason.strip()[:_LONGEST],
        confirmed=list(ready.said), starts_on=wanted.starts_on, copy_of_id=ready.copy_of,
        begun_from_id=ready.begun_from, draft_id=draft_id, revision=revision,
        asked_by_id=actor.id, asked_at=at,
    )  # fmt: skip
    versions.refuse_same(work, row, at=at)
    work.add(row)
    work.flush()
    settling.note_request(work, actor, "flow_approval_asked", row, at)
    said = {"by": work.get_one(Person, actor.id).name, "text": f"{unit.name}的“{row.title}”"}
    for person in approvals.keepers(work, above, local(at).date()):
        word = (settling.ASKED, said)
        notices.tell(work, person, None, word, at, about=settling.about(row))
    return row


def take_back(actor: Actor, request_id: str, *, at: datetime) -> FlowRequest:
    """Ask no longer: who asked, or who keeps the flows of the same unit."""
    with transaction() as work:
        row = approvals.taken(work, actor, request_id)
        if not approvals.may_take_back(actor, row):
            raise Forbidden("由送审的单位撤回；不同意的，请退回")
        settling.take_back(work, actor, row, at)
    return row


def send_back_flow(actor: Actor, request_id: str, why: str, *, at: datetime) -> FlowRequest:
    """Return it with the reason; nothing is published, and its draft can be changed further."""
    if not why.strip():
        raise Invalid("请写明退回的理由", {"words": "请写明退回的理由，让送审的人知道要改什么"})
    with transaction() as work:
        row = approvals.taken(work, actor, request_id)
        approvals.refuse_settling(actor, row)
        row.answer = why.strip()[:_LONGEST]
        settling.settle(work, actor, row, RETURNED, at)
        settling.note_request(work, actor, "flow_approval_refused", row, at)
        _answer(work, row, f"已退回：{row.answer}", at)
    return row


def approve_flow(actor: Actor, request_id: str, how: Approval, *, at: datetime) -> ProcessVersion:
    """Publish what was handed in. It is checked anew: what is in force may be another by now.

    Raises BrokenProcess with every finding, Invalid for warnings that its sender did not see, and
    Conflict where it was settled, or something else stands there, since the page was shown.
    """
    process = _checked(session(), actor, request_id, how, at)
    with transaction() as work:
        row = approvals.taken(work, actor, request_id)
        approvals.refuse_settling(actor, row)
        _refuse_changed(work, row, how.seen, at)
        version = ProcessVersion(
            key=row.key, unit_id=row.unit_id, title=process.title, files=row.files,
            checksum=row.checksum, reason=row.reason, copy_of_id=row.copy_of_id,
            published_by_id=row.asked_by_id, approved_by_id=actor.id, published_at=at,
            starts_on=approvals.begins(row, at),
        )  # fmt: skip
        freezing.freeze(work, actor, version, process, "flow_approved")
        row.version_id = version.id
        spent = (FlowDraft.id == row.draft_id) & (FlowDraft.revision == row.revision)
        work.execute(delete(FlowDraft).where(spent))  # unless it was changed since
        row.answer = how.words.strip()[:_LONGEST]
        settling.settle(work, actor, row, APPROVED, at)
        more = f"：{row.answer}" if row.answer else ""
        _answer(work, row, f"已批准，作为第 {version.number} 版发布{more}", at)
    return version


def _checked(work: Session, actor: Actor, request_id: str, how: Approval, at: datetime) -> Process:
    """What it is, after every check that is asked today."""
    row = approvals.shown(work, actor, request_id)
    approvals.refuse_settling(actor, row)
    if not row.unit.active:
        raise Conflict(f"{row.unit.name}已经撤并，不能再发布；请退回")
    unit, key, files, known = row.unit, row.key, row.files, frozenset(row.confirmed)
    let_go()
    process = publishing.checked(files, key)
    said = publishing.concerns(work, unit, process, files, at=at)
    freezing.confirm([one for one in said if one not in known], despite=how.despite)
    return process


def _refuse_changed(work: Session, row: FlowRequest, seen: str, at: datetime) -> None:
    if not row.unit.active:
        raise Conflict(f"{row.unit.name}已经撤并，不能再发布；请退回")
    versions.refuse_changed(work, row.unit, row.key, seen, at=at)


def _answer(work: Session, row: FlowRequest, words: str, at: datetime) -> None:
    said = {"unit": row.above.name, "text": f"“{row.title}”{words}"}
    word = (ANSWERED, said)
    notices.tell(work, row.asked_by, None, word, at, about=settling.about(row))


def set_flow_rule(actor: Actor, unit_id: str, approves: bool, *, at: datetime) -> int:
    """Say whether those below a unit ask it before they publish; returns how many requests wait,
    which stay to be decided either way.
    """
    with transaction() as work:
        unit = work.get(Unit, unit_id, with_for_update=True)
        if unit is None or unit.level != approvals.APPROVING or unit.kind != "government":
            raise NotFound("没有这个单位的设置")
        if not holds_permission(actor, drafts.PUBLISH, unit):
            raise Forbidden(f"由{unit.name}的系统后台管理员设置")
        if approvals.approves(work, unit) == approves:
            return approvals.asked_of(work, unit_id)
        rule = work.get(FlowRule, unit_id) or FlowRule(unit_id=unit_id)
        rule.approves, rule.set_by_id, rule.set_at = approves, actor.id, at
        work.add(rule)
        verb = "flow_rule_on" if approves else "flow_rule_off"
        deed = audit.Deed(verb, actor.id, f"unit:{unit_id}", "", actor.address)
        audit.record(work, deed, at=at)
        return approvals.asked_of(work, unit_id)
