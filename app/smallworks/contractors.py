"""Contractors (施工方): filled and kept up to date by the filings themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import insert_if_new, new_id
from app.smallworks.facts import Builder
from app.smallworks.models import Contractor


def remember(work: Session, builder: Builder, at: datetime) -> Contractor | None:
    """The contractor of a filing, made or brought up to date; none where it gives no number.

    The name and the legal representative stay as first filed: anybody can cite a firm's public
    number, and must not rename it in everybody's register. For the same reason nothing is done to
    anybody by what stands here: telephone and identity numbers are read of each work's own filing.
    """
    index = vault.blind(builder.code)
    if not index:
        return None
    contractor = _found(work, builder.code) or _made(work, builder, index, at)
    contractor.last_seen = at
    contractor.legal_rep = contractor.legal_rep or builder.legal_rep
    contractor.qualification_no = builder.qualification_no or contractor.qualification_no
    contractor.safety_licence_no = builder.safety_licence_no or contractor.safety_licence_no
    return contractor


def _found(work: Session, code: str) -> Contractor | None:
    known = Contractor.code_index.in_(vault.blinds(code))
    return work.scalars(select(Contractor).where(known)).first()


def _made(work: Session, builder: Builder, index: str, at: datetime) -> Contractor:
    """Two filings may name a new contractor at once: the second takes the first one's row."""
    row = {
        "id": new_id(), "kind": builder.kind, "name": builder.name,
        "code": vault.seal(builder.code), "code_index": index,
        "legal_rep": "", "qualification_no": "", "safety_licence_no": "",
        "first_seen": at, "last_seen": at,
    }  # fmt: skip
    work.execute(insert_if_new(work, Contractor).values(**row))
    return work.scalars(select(Contractor).where(Contractor.code_index == index)).one()
