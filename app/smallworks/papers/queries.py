"""Reading papers: those of a case, and the file of one, by whoever may see its case."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session
from app.errors import NotFound
from app.identity.actor import Actor
from app.smallworks.models import Paper
from app.smallworks.papers.kinds import KINDS
from app.smallworks.papers.rendering import render
from app.workflow.reach import readable_case


@dataclass(frozen=True, slots=True)
class Pdf:
    """A paper's file, and the name under which it is saved."""

    name: str
    content: bytes


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
