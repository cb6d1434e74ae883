"""Hazards (隐患) that are still to be put right: the one rule of which these are."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from app.smallworks.patrols.models import Hazard, Patrol

OUTSTANDING = frozenset({"open", "answered"})


def outstanding() -> ColumnElement[bool]:
    """The condition on hazards: found by a visit that is over, and neither closed nor struck out.

    What a visit under way has on its sheet may yet be struck out, and counts against nobody.
    """
    concluded = Hazard.patrol.has(Patrol.concluded_at.is_not(None))
    return and_(Hazard.state.in_(OUTSTANDING), concluded)
