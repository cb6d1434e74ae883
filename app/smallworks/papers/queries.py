"""Reading papers: those of a case, one with everything about it, and its file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db import session
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.models import Person, Unit
from app.identity.permissions import holds_permission
from app.identity.scope import in_scope
from app.smallworks.models import Paper
from app.smallworks.papers.kinds import KINDS
from app.smallworks.papers.models import Service
from app.smallworks.papers.rendering import render
from app.smallworks.papers.serving import RECEIPTS, SERVE, WITNESSED
from app.smallworks.papers.voiding import VOID
from app.workflow.kinds import Extra
from app.workflow.models import Case
from app.workflow.reach import own_case, readable_case


@dataclass(frozen=True, slots=True)
class Pdf:
    """A paper's file, and the name under which it is saved."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper as its page shows it, and what this reader may do with it."""

    paper: Paper
    case: Case
    unit: Unit
    services: Sequence[Service]
    voided_by: str
    may_serve: bool
    may_void: bool
    asked: bool  # this reader is asked to say that they have it


def readable(actor: Actor, paper_id: str) -> Pdf:
    """A paper of a case that this person may see. Raises NotFound."""
    paper, _case = _found(session(), actor, paper_id)
    return Pdf(f"{KINDS[paper.kind].title} {paper.number}.pdf", render(paper_id))


def opened(work: Session, actor: Actor, paper_id: str) -> Opened:
    """A paper with its services, for whoever may see its case. Raises NotFound."""
    paper, case = _found(work, actor, paper_id)
    unit = work.get_one(Unit, paper.unit_id)
    by = work.get(Person, paper.void_by_id) if paper.void_by_id else None
    rows = _services(work, [paper.id])
    return Opened(
        paper, case, unit, rows,
        voided_by=by.name if by and actor.staff else "",
        may_serve=paper.void_at is None and in_scope(actor, SERVE, case),
        may_void=paper.void_at is None and holds_permission(actor, VOID, unit),
        asked=_waits(paper, rows) and not actor.staff and own_case(actor, case),
    )  # fmt: skip


def issued_since(work: Session, case: Case, at: datetime) -> bool:
    """Whether a case brought forth a paper at that moment, or later: what others go by now."""
    rows = select(Paper.id).where(Paper.case_id == case.id, Paper.issued_at >= at)
    return work.scalar(rows.limit(1)) is not None


def of_case(work: Session, case_id: str) -> list[Paper]:
    """Every paper of a case, in the order of issue."""
    rows = select(Paper).where(Paper.case_id == case_id).order_by(Paper.issued_at, Paper.id)
    return list(work.scalars(rows))


def extras(work: Session, case: Case, staff: bool) -> list[Extra]:
    """The papers of a case as its page lists them, and the sheet of everything done in it.

    Officials are led to the paper's page, where it is served; the public too, while they are
    asked to say that they have it, and else straight to the file.
    """
    issued = of_case(work, case.id)
    by_paper: dict[str, list[Service]] = {paper.id: [] for paper in issued}
    for row in _services(work, by_paper):
        by_paper[row.paper_id].append(row)
    listed = [_extra(paper, by_paper[paper.id], staff) for paper in issued]
    sheet = Extra("paper", "审批流程记录表", "按办理记录生成", f"/cases/{case.id}/sign-off.pdf")
    return [*listed, sheet]


def _extra(paper: Paper, services: Sequence[Service], staff: bool) -> Extra:
    page = f"/papers/{paper.id}"
    told = [paper.number, served(paper, services) if staff else "已作废" if paper.void_at else ""]
    text = "，".join(word for word in told if word)
    href = page if staff or _waits(paper, services) else f"{page}.pdf"
    return Extra("paper", KINDS[paper.kind].title, text, href)


def _waits(paper: Paper, services: Sequence[Service]) -> bool:
    """Whether it went out by wire, and its receiver has not said yet to have it."""
    sent = any(row.receipt is None and row.way in ("link", "sms") for row in services)
    return sent and paper.void_at is None


def served(paper: Paper, services: Sequence[Service]) -> str:
    """How far a paper has come: void, not served, sent, or what came back last."""
    return standing(paper, services)[0]


def standing(paper: Paper, services: Sequence[Service]) -> tuple[str, str]:
    """The same, with the colour of its badge."""
    if paper.void_at is not None:
        return "已作废", "red"
    if not services:
        return "", ""
    known = [row.receipt for row in services if row.receipt is not None]
    if not known:
        return "已送达，待回执", "amber"
    return RECEIPTS[known[-1]], "amber" if known[-1] in WITNESSED else "green"


def _found(work: Session, actor: Actor, paper_id: str) -> tuple[Paper, Case]:
    paper = work.get(Paper, paper_id)
    if paper is None:
        raise NotFound("没有这份文书")
    return paper, readable_case(work, actor, paper.case_id)


def _services(work: Session, paper_ids: Iterable[str]) -> Sequence[Service]:
    return work.scalars(
        select(Service)
        .where(Service.paper_id.in_(list(paper_ids)))
        .options(joinedload(Service.by))
        .order_by(Service.at, Service.id)
    ).all()
