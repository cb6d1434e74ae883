"""Annexes of people (附件1–3): sent, explained, carried out behind the scenes, given out.

Identity reads, judges and applies them; the table of jobs, which is ours, does the long work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid, Refusal
from app.identity import audit, provenance, queries, telephones, waiting
from app.identity.actor import Actor
from app.identity.annexes import exporting, imports, judging, reading, workbooks
from app.identity.annexes.applying import carry_out
from app.identity.annexes.models import AnnexImport
from app.identity.annexes.reading import MOST_LINES, Reading
from app.identity.annexes.verdicts import (
    CHANGED,
    FAULT,
    NEW,
    OPEN,
    Choices,
    Doubt,
    Judgement,
    Question,
    Twin,
)
from app.identity.models import Person
from app.identity.permissions import holds_permission
from app.workflow import documents, intake, jobs

RIGHT = "people:create"
LARGEST = 10 * 1024 * 1024
MOST_OPEN = 10
_NOTHING_READ = (
    "没有认出附件1、2、3的表头。表里应有“乡镇（街道）”“社区（村）”或“所属行业”一列，"
    "以及“分管领导”“负责人”等列；可下载模板对照"
)
_NOBODY = "认出了表头，但没有读到任何人员，请填写后再上传"
_MOVED = "核对之后人员或机构又有变化，已重新核对，请再看一遍后确认"
_NOT_YOURS_NOW = "这些人员已不由您管理，账号请由其现在的系统后台管理员逐人重置密码"
_STUMBLED = "处理时出错，系统稍后自动重试；一直不好请联系平台管理员"


def take_annex(actor: Actor, filename: str, sent: bytes, *, at: datetime) -> AnnexImport:
    """Take a workbook in; it is read behind the scenes. Raises Invalid in words for the person."""
    _may(actor)
    workbooks.refuse_others(filename, sent)
    if len(sent) > LARGEST:
        raise Invalid("文件超过 10 MB，请删去图片和多余工作表后再上传")
    if documents.kind_of(sent) != "xlsx":
        raise Invalid("这不是 Excel 工作簿（xlsx），请另存为 xlsx 后再上传")
    with transaction() as work:
        mine = (AnnexImport.by_id == actor.id) & AnnexImport.state.in_(imports.UNSETTLED)
        if (work.scalar(select(func.count()).where(mine)) or 0) >= MOST_OPEN:
            raise Conflict(f"您有 {MOST_OPEN} 次导入还没有办完，请先确认或放弃")
        row = AnnexImport(
            file_name=intake.clean_name(filename, "xlsx"),
            file_hash=hashlib.sha256(sent).hexdigest(),
            file=imports.sealed(sent),
            by_id=actor.id,
            at=at,
            changed_at=at,
        )
        work.add(row)
        work.flush()
        _ask(work, actor, row, READING, at)
    return row


def choose_in_annex(actor: Actor, import_id: str, given: Choices, *, at: datetime) -> None:
    """Answer what the workbook left open; it is judged again with the answers."""
    with transaction() as work:
        row = _in_state(work, actor, import_id, imports.READ)
        known = imports.preview(row)[1]
        spelled = {key: word.strip().lower() for key, word in given.readings.items()}
        asked = Choices(
            _to(known.questions, given.units),
            _to(known.doubts, spelled),
            _to(known.twins, given.twins),
        )
        imports.choose(row, asked)
        row.state, row.why = imports.WAITING, ""
        _ask(work, actor, row, READING, at)


def _to(asked: Iterable[Question | Doubt | Twin], given: Mapping[str, str]) -> dict[str, str]:
    """The answers to what was asked, and none else."""
    return {one.key: given[one.key] for one in asked if one.key in given}


def commit_annex(actor: Actor, import_id: str, mark: str, *, at: datetime) -> None:
    """Have what was previewed carried out, all of it or nothing."""
    _may(actor)
    with transaction() as work:
        row = _in_state(work, actor, import_id, imports.READ)
        _refuse_unready(row, mark)
        row.state, row.why = imports.COMMITTING, ""
        _ask(work, actor, row, CARRYING, at)


def abandon_annex(actor: Actor, import_id: str, *, at: datetime) -> None:
    """Let go of a workbook: nothing of it was done, nothing of it is kept."""
    with transaction() as work:
        row = _in_state(work, actor, import_id, *imports.UNSETTLED)
        imports.settle(row, imports.ABANDONED, at=at)


def fetch_account_sheet(
    actor: Actor, import_id: str, *, at: datetime
) -> list[tuple[str, str, str, str]]:
    """(unit, name, account, first password) of the accounts just opened; told once, then gone.

    Who was moved since is not told of those whom others keep now: they give new passwords.
    """
    with transaction() as work:
        row = imports.own(work, actor, import_id, lock=True)
        told = imports.issued(row)
        if not told:
            raise Conflict("账号发放表只能取一次，已取走；遗失的请在人员账号页逐人重置密码")
        kept = waiting.kept(work, actor, [line[2] for line in told])
        told = [line for line in told if line[2] in kept]
        if not told:
            raise Forbidden(_NOT_YOURS_NOW)
        row.issued = ""
        _record(work, actor, ("account_sheet_fetched", f"{len(told)} accounts"), row, at)
    return told


def export_annex(actor: Actor, annex: str, unit_id: str, *, at: datetime) -> bytes:
    """The people of today in the layout of an annex, with who took them away and when."""
    _may(actor)
    origin = provenance.of(actor, at)
    made, posts = exporting.export(session(), actor, annex, unit_id, origin)
    with transaction() as work:
        said = f"annex {annex}, {posts} posts"
        deed = audit.Deed("annex_exported", actor.id, f"unit:{unit_id}", said, actor.address)
        audit.record(work, deed, at=at)
    return made


def read_annex(import_id: str, *, at: datetime) -> None:
    """Read a workbook that waits, or judge it again; a refusal is told on its page."""
    row = session().get(AnnexImport, import_id)
    if row is None or row.state != imports.WAITING:
        return
    actor, why = queries.actor_for(row.by_id, at), ""
    found, judged = Reading(), Judgement()
    try:
        found = imports.preview(row)[0] if row.lines else _read(row)
        judged = judging.judge(session(), actor, found, imports.choices_of(row))
    except Invalid as refused:
        why = refused.message
    with transaction() as work:
        row = work.get_one(AnnexImport, import_id, with_for_update=True, populate_existing=True)
        if row.state != imports.WAITING:
            return
        row.state, row.changed_at = imports.REFUSED if why else imports.READ, at
        row.why = why
        if why:
            row.file = ""
        else:
            imports.keep(row, found, judged)


def carry_out_annex(import_id: str, address: str, *, at: datetime) -> None:
    """Do what was previewed in one transaction, if it still comes out the same."""
    try:
        with transaction() as work:
            row = work.get(AnnexImport, import_id, with_for_update=True, populate_existing=True)
            if row is None or row.state != imports.COMMITTING:
                return
            actor = _sender(work, row, at)
            found, shown = imports.preview(row)
            telephones.in_turn(work)
            judged = judging.judge(work, actor, found, imports.choices_of(row))
            if judged.mark() != shown.mark():
                raise Conflict(_MOVED)
            opened = carry_out(work, actor, judged, at=at)
            imports.issue(row, opened)
            row.committed_at = at
            imports.settle(row, imports.COMMITTED, at=at)
            counts = " ".join(f"{key}={row.counts[key]}" for key in (NEW, CHANGED, "people"))
            told = f"sha256={row.file_hash} annex={row.annex} {counts}"
            _record(work, replace(actor, address=address), ("annex_imported", told), row, at)
    except Refusal as refused:
        _hand_back(import_id, refused.message, at)


def _hand_back(import_id: str, why: str, at: datetime) -> None:
    """To its sender with the reason, judged anew: the store is not what they were shown."""
    with transaction() as work:
        row = work.get_one(AnnexImport, import_id, with_for_update=True, populate_existing=True)
        actor = queries.actor_for(row.by_id, at)
        found = imports.preview(row)[0]
        imports.keep(row, found, judging.judge(work, actor, found, imports.choices_of(row)))
        row.state, row.why, row.changed_at = imports.READ, why, at


def _read(row: AnnexImport) -> Reading:
    found = reading.read(workbooks.sheets_of(imports.content(row)))
    if not found.heads:
        raise Invalid(_NOTHING_READ)
    if not found.lines:
        raise Invalid(_NOBODY)
    if len(found.lines) >= MOST_LINES:
        raise Invalid(f"一次最多导入 {MOST_LINES} 人，请按乡镇拆成几个文件")
    return found


def _sender(work: Session, row: AnnexImport, at: datetime) -> Actor:
    """Whoever sent it, with what they hold now: rights may have ended since the upload."""
    person = work.get_one(Person, row.by_id)
    actor = queries.actor_for(row.by_id, at)
    if person.status != "active":
        raise Forbidden("您的账号已停用，不能导入")
    _may(actor)
    return actor


def _may(actor: Actor) -> None:
    if not holds_permission(actor, RIGHT):
        raise Forbidden("您没有新增人员账号的权限，如工作需要请联系本单位系统后台管理员")


def _in_state(work: Session, actor: Actor, import_id: str, *states: str) -> AnnexImport:
    row = imports.own(work, actor, import_id, lock=True)
    if row.state not in states:
        raise Conflict("这次导入已经办理或正在处理，请刷新后查看")
    return row


def _refuse_unready(row: AnnexImport, mark: str) -> None:
    counts = row.counts
    if counts.get("mark") != mark:
        raise Conflict(_MOVED)
    if counts[FAULT] or counts[OPEN]:
        raise Invalid("还有有误或待确认的行，改好后才能导入；一行有误，全部不导入")
    if not counts[NEW] and not counts[CHANGED]:
        raise Invalid("没有新增或变更，不需要导入")


def _record(
    work: Session, actor: Actor, said: tuple[str, str], row: AnnexImport, at: datetime
) -> None:
    verb, detail = said
    deed = audit.Deed(verb, actor.id, f"annex_import:{row.id}", detail, actor.address)
    audit.record(work, deed, at=at)


READING, CARRYING = "annex_read", "annex_commit"


def _ask(work: Session, actor: Actor, row: AnnexImport, kind: str, at: datetime) -> None:
    row.step += 1
    row.changed_at = at
    payload = {"import": row.id, "address": actor.address}
    jobs.enqueue(work, kind, f"{kind}:{row.id}:{row.step}", payload, at)


def _stumbled(work: Session, payload: jobs.Payload, _fault: str, _at: datetime) -> None:
    """A fault of ours: say so on the page, which otherwise would wait without a word."""
    row = work.get_one(AnnexImport, payload["import"])
    row.why = _STUMBLED


jobs.handlers[READING] = jobs.Handler(
    outside=lambda payload, _, at: read_annex(payload["import"], at=at),
    failed=_stumbled,
    long=True,
)
jobs.handlers[CARRYING] = jobs.Handler(
    outside=lambda payload, _, at: carry_out_annex(payload["import"], payload["address"], at=at),
    failed=_stumbled,
    long=True,
)
