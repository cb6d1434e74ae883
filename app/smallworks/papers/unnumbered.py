"""Sheets that bear no number: made when they are asked for, to be signed or put into a folder."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import long_day, minute
from app.errors import NotFound
from app.identity.actor import Actor
from app.smallworks import works
from app.smallworks.facts import read
from app.smallworks.papers import blocks, layout, queries
from app.smallworks.papers.kinds import KINDS, SHEETS
from app.smallworks.papers.queries import Pdf, of_case
from app.smallworks.papers.rendering import pictures
from app.smallworks.papers.said.sites import UNKNOWN
from app.smallworks.papers.serving import RECEIPTS, WAYS
from app.smallworks.places import public_place
from app.web import history
from app.workflow import kinds
from app.workflow.models import Case, Event, Task
from app.workflow.queries import casefile
from app.workflow.queries.casefile import CaseFile
from app.workflow.reach import own_case

APPLICATION, COMMITMENT, SIGN_OFF = "application", "commitment", "sign_off"
SERVICE = "service_receipt"
_PRIVATE = "不公开"
_SIDES = ({"title": "业主", "block": "owner"}, {"title": "施工方", "block": "contractor"})


def application(work: Session, actor: Actor, case_id: str) -> Pdf:
    """备案申请表: the start form as last submitted, secrets masked. Raises NotFound."""
    file = casefile.read(work, actor, case_id)
    case = file.case
    form = file.definition.form(file.definition.process.start_form)
    groups = [
        {"title": group.title, "rows": [[fact.label, fact.text] for fact in group.facts]}
        for group in form.facts(file.values)
    ]
    return _sheet(work, case, APPLICATION, {
        "day": long_day(case.opened_at),
        "behalf": case.filed_by.name if case.filed_by.staff else "",
        "groups": groups,
    })  # fmt: skip


def commitment(work: Session, actor: Actor, case_id: str) -> Pdf:
    """安全承诺书 of owner and contractor, filled in from the filing. Raises NotFound."""
    file = casefile.read(work, actor, case_id)
    facts = read(file.values)
    return _sheet(work, file.case, COMMITMENT, {
        "name": facts.name or file.case.title,
        "place": f"{public_place(work, file.case.division_code)}{facts.address}",
        "owner": facts.owner_name,
        "contractor": facts.builder.name,
        "sides": list(_SIDES),
    })  # fmt: skip


def sign_off(work: Session, actor: Actor, case_id: str, *, at: datetime) -> Pdf:
    """审批流程记录表: who did what when, as the record of the case tells this reader."""
    file = casefile.read(work, actor, case_id)
    case = file.case
    told = [event for event in file.events if event.verb not in history.QUIET]
    papers = [f"{KINDS[one.kind].title}（{one.number}）" for one in of_case(work, case.id)]
    return _sheet(work, case, SIGN_OFF, {
        "process": file.definition.process.title,
        "name": case.title,
        "place": case.place,
        "owner": _owner(work, file, actor),
        "opened": minute(case.opened_at),
        "result": kinds.words(case),
        "papers": "、".join(papers) or "无",
        "steps": [_step(work, no, event, file, actor) for no, event in enumerate(told, start=1)],
        "printed": minute(at),
    }, at=at)  # fmt: skip


def _owner(work: Session, file: CaseFile, actor: Actor) -> str:
    """Whose work it is, as filed: not whom this case addresses, nor who filed for somebody.

    Of the public only the owner reads it: a case about a work may be that of who complained.
    """
    row = works.maybe_of_subject(work, file.case)
    if row is None:
        return read(file.values).owner_name or UNKNOWN
    return row.owner_name if actor.staff or own_case(actor, row.case) else _PRIVATE


def _step(work: Session, no: int, event: Event, file: CaseFile, actor: Actor) -> dict[str, Any]:
    told = history.entry(event, file, actor)
    task = work.get(Task, event.task_id) if event.task_id else None
    return {
        "no": no,
        "name": told["act"],
        "outcome": "",
        "who": told["who"],
        "unit": told["unit"],
        "opinion": told["opinion"],
        "at": told["when"],
        "took": _lasting(event.at - task.opened_at) if task else "",
    }


def _lasting(span: timedelta) -> str:
    """How long something took, in its two largest measures."""
    minutes = int(span.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} 天 {hours} 小时"
    return f"{hours} 小时 {minutes % 60} 分" if hours else f"{minutes} 分"


def _sheet(
    work: Session, case: Case, kind: str, facts: dict[str, Any], *, at: datetime | None = None
) -> Pdf:
    """The PDF of such a sheet, with the texts now in force in the place of the case."""
    title = SHEETS[kind]
    told = {"case": case.number, **facts}
    texts = blocks.in_force(work, kind, (case.l2, case.l1))
    values = {**told, "title": title, "said": blocks.filled(kind, texts, told)}
    page = layout.Page(kind, values, "", at or case.opened_at)
    return Pdf(f"{title} {case.number}.pdf", layout.compile_pdf(page))


def service_receipt(work: Session, actor: Actor, paper_id: str, service_id: str) -> Pdf:
    """送达回证: how a paper was served and what came back. Raises NotFound."""
    opened = queries.opened(work, actor, paper_id)
    row = next((one for one in opened.services if one.id == service_id), None)
    if row is None:
        raise NotFound("没有这次送达")
    paper, title = opened.paper, SHEETS[SERVICE]
    photo = row.attachment_id or ""
    told = {
        "issuer": paper.facts.get("issuer") or opened.unit.name,
        "paper": KINDS[paper.kind].title,
        "number": paper.number,
        "to": row.to_name,
        "name": opened.case.title,
        "way": WAYS[row.way],
        "at": minute(row.at),
        "by": row.by.name,
        "result": RECEIPTS[row.receipt] if row.receipt else "尚无回执",
        "received": row.received_name,
        "received_at": minute(row.received_at) if row.received_at else "",
        "witness": row.witness,
        "remark": row.remark,
        "photo": photo,
    }
    case = opened.case
    texts = blocks.in_force(work, SERVICE, (case.l2, case.l1))
    values = {**told, "title": title, "said": blocks.filled(SERVICE, texts, told)}
    page = layout.Page(SERVICE, values, f"/check/{paper.code}", row.at, pictures(work, told))
    return Pdf(f"{title} {paper.number}.pdf", layout.compile_pdf(page))
