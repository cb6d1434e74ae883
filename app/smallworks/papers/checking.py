"""What anybody may read behind the QR code of a paper: nothing private, of some kinds little."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.identity.models import Unit
from app.smallworks import words
from app.smallworks.models import Paper, Work
from app.smallworks.papers.kinds import KINDS
from app.workflow.models import Case


@dataclass(frozen=True, slots=True)
class Shown:
    """The work of a paper that hangs at the site, down to the township."""

    name: str
    kind: str
    category: str
    place: str
    start: date
    end: date
    contractor: str
    state: str


@dataclass(frozen=True, slots=True)
class Checked:
    """That a paper is genuine and whether it counts; and its work, if it hangs in public."""

    paper: str
    number: str
    issuer: str
    issued_at: datetime
    void: bool
    work: Shown | None


def check(work: Session, code: str) -> Checked:
    """The public words on a paper. Raises NotFound for a code that no paper bears."""
    row = work.execute(
        select(Paper, Work, Unit)
        .join(Case, Case.id == Paper.case_id)
        .join(Unit, Unit.id == Paper.unit_id)
        .outerjoin(Work, Work.case_id == Case.subject_id)
        .where(Paper.code == code)
    ).first()
    if row is None:
        raise NotFound("没有查到这份文书，请核对扫码的纸件或编码")
    paper, unit = row.Paper, row.Unit
    site: Work | None = row.Work
    kind = KINDS[paper.kind]
    return Checked(
        paper=kind.title, number=paper.number, issuer=paper.facts.get("issuer") or unit.name,
        issued_at=paper.issued_at, void=paper.void_at is not None,
        work=_shown(paper, site) if site is not None and kind.hangs else None,
    )  # fmt: skip


def _shown(paper: Paper, site: Work) -> Shown:
    return Shown(
        name=site.name, kind=words.KINDS.get(site.kind, site.kind), category=site.category,
        place=site.place, start=site.planned_start, end=site.planned_end,
        contractor=paper.facts.get("contractor", ""),
        state=words.STATES.get(site.state, site.state),
    )  # fmt: skip
