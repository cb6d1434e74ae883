"""Papers (文书): numbered when they are issued, rendered soon after, voided but never deleted."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import new_id, session, transaction
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.models import Unit
from app.smallworks import layout, numbering
from app.smallworks.models import Paper
from app.workflow import jobs
from app.workflow.models import Case
from app.workflow.reach import readable_case
from app.workflow.store import FOLDERS, FileStore

JOB = "paper"
_shelf: list[FileStore] = []


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper: its mark in the number, its title, and its layout in `papers/`."""

    mark: str
    title: str
    layout: str


KINDS = MappingProxyType(
    {
        "receipt": Kind("备", "备案回执", "receipt"),
        "risk_notice": Kind("险", "风险告知书", "risk_notice"),
        "permit_notice": Kind("告", "报建（施工许可）告知单", "permit_notice"),
        "correction": Kind("补", "补正通知书", "correction"),
        "rejection": Kind("拒", "不予备案通知书", "rejection"),
    }
)


@dataclass(frozen=True, slots=True)
class Pdf:
    """A paper's file, and the name under which it is saved."""

    name: str
    content: bytes


def keep_in(folder: Path) -> None:
    """Where rendered papers lie: apart from attachments, whose sweep knows nothing of them."""
    _shelf[:] = [FileStore(folder)]
    FOLDERS[folder.name] = ("文书", Paper.stored)


def issue(work: Session, case: Case, kind: str, facts: Mapping[str, str], at: datetime) -> Paper:
    """Number a paper in the series of the case's district, and ask for it to be rendered."""
    unit = work.get_one(Unit, case.l2 or case.l1)
    number = numbering.next_number(work, unit, KINDS[kind].mark, local(at).year)
    paper = Paper(
        id=new_id(), kind=kind, number=number, unit_id=unit.id, case_id=case.id,
        code=secrets.token_urlsafe(15), facts={**facts, "number": number}, issued_at=at,
    )  # fmt: skip
    work.add(paper)
    jobs.enqueue(work, JOB, f"{JOB}:{paper.id}", {"paper": paper.id}, at)
    return paper


def render(paper_id: str) -> bytes:
    """The paper's PDF; made and kept if there is none yet. Run twice, it makes the same file."""
    paper = session().get(Paper, paper_id)
    if paper is None:
        raise NotFound("没有这份文书")
    if paper.stored:
        with suppress(FileNotFoundError):  # a lost file is made again
            return _shelf[0].get(paper.stored)
    facts = {**paper.facts, "title": KINDS[paper.kind].title}
    page = layout.Page(KINDS[paper.kind].layout, facts, f"/check/{paper.code}", paper.issued_at)
    content = layout.compile_pdf(page)
    stored = _shelf[0].put(content)
    with transaction() as work:
        work.get_one(Paper, paper_id).stored = stored
    return content


def render_job(payload: jobs.Payload, _dedupe: str, _at: datetime) -> None:
    """Background work: a paper is there before anybody asks for it."""
    render(payload["paper"])


def readable(actor: Actor, paper_id: str) -> Pdf:
    """A paper of a case that this person may see. Raises NotFound."""
    paper = session().get(Paper, paper_id)
    if paper is None:
        raise NotFound("没有这份文书")
    readable_case(session(), actor, paper.case_id)
    return Pdf(f"{KINDS[paper.kind].title} {paper.number}.pdf", render(paper_id))


def of_case(work: Session, case_id: str) -> list[Paper]:
    """Every paper of a case, in the order of issue."""
    rows = select(Paper).where(Paper.case_id == case_id).order_by(Paper.issued_at, Paper.id)
    return list(work.scalars(rows))
