"""Issuing a paper: numbered in its unit's series, its words frozen, rendered soon after."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.clock import local
from app.db import new_id
from app.identity.models import Unit
from app.smallworks.models import Paper
from app.smallworks.papers import blocks, numbering
from app.smallworks.papers.kinds import KINDS
from app.workflow import jobs
from app.workflow.models import Case

JOB = "paper"


def issue(
    work: Session,
    case: Case,
    kind: str,
    facts: Mapping[str, Any],
    at: datetime,
    *,
    unit: Unit | None = None,
) -> Paper:
    """Number a paper in the series of `unit`, or of the case's district; ask for its rendering.

    It keeps the texts that are in force now, whatever administrators set later.
    """
    issuer = unit or work.get_one(Unit, case.l2 or case.l1)
    number = numbering.next_number(work, issuer, KINDS[kind].mark, local(at).year)
    told = {"issuer": issuer.name, **facts, "number": number}
    texts = blocks.in_force(work, kind, (case.l2, case.l1))
    paper = Paper(
        id=new_id(), kind=kind, number=number, unit_id=issuer.id, case_id=case.id,
        code=secrets.token_urlsafe(15), issued_at=at,
        facts={**told, "said": blocks.filled(kind, texts, told)},
    )  # fmt: skip
    work.add(paper)
    jobs.enqueue(work, JOB, f"{JOB}:{paper.id}", {"paper": paper.id}, at)
    return paper
