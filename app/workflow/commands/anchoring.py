"""Anchoring the records, once a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import sealing
from app.clock import local
from app.db import named_conflicts, session, transaction
from app.workflow import anchors
from app.workflow.backstage import Anchor

_RACE = "今天已经锚定过"
named_conflicts["pk_anchors"] = _RACE
named_conflicts["uq_anchors_day"] = _RACE
named_conflicts["anchors.number"] = _RACE  # how SQLite names the same constraints
named_conflicts["anchors.day"] = _RACE


def anchor_records(*, at: datetime) -> Anchor:
    """Sign the heads of every record, the first time on each day; again only writes a lost file.

    Raises Conflict where another process was first.
    """
    day = local(at).date()
    made = _of(day) or _make(day, at)
    for kept in session().scalars(select(Anchor).order_by(Anchor.number.desc()).limit(7)):
        anchors.write(kept)  # a crash may have come between the commit and the file
    return made


def _of(day: object) -> Anchor | None:
    work = session()
    work.rollback()
    return work.scalars(select(Anchor).where(Anchor.day == day)).first()


def _make(day: object, at: datetime) -> Anchor:
    with transaction() as work:
        before = anchors.latest(work)
        made = Anchor(
            number=before.number + 1 if before else 1, day=day, at=at,
            heads=anchors.grown(work, before), audit=anchors.audit_head(work),
            upto=anchors.newest_event(work),
            previous=before.signature if before else sealing.GENESIS,
        )  # fmt: skip
        anchors.sign(made)
        work.add(made)
    return made
