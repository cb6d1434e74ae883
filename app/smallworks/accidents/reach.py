"""Which accidents an official reads."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from app.identity.actor import Actor
from app.identity.permissions import holding
from app.workflow.models import Case
from app.workflow.reach import visible

READ = "accident:read"
COORDINATES = "emergency"
"""The department that answers for accidents of every trade in its area."""


def reached(actor: Actor) -> ColumnElement[bool]:
    """By scope; and all in its area for the department that coordinates."""
    columns = {"city": Case.l1, "district": Case.l2}
    areas = [
        columns[hold.unit_level] == hold.area_unit_id
        for hold in holding(actor, READ)
        if hold.industry == COORDINATES and hold.unit_level in columns
    ]
    return or_(visible(actor, READ), *areas)
