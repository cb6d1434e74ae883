"""What an official of the scene keeps for their own work: a batch, a phrase, a view."""

from __future__ import annotations

from sqlalchemy import select

from app.db import session
from app.workflow import commands
from app.workflow.commands.batches import Order
from app.workflow.commands.views import Named
from app.workflow.models import Case, Task
from tests.smallworks.town import Town, staff

BATCH = "of-the-scene"


def keep(town: Town, case: Case) -> None:
    """One batch that was undone, so that the case waits as before; a phrase and a view."""
    who, at = staff("shecundong", town.at), town.at
    waits = session().scalars(select(Task.id).where(Task.case_id == case.id)).one()
    commands.handle_batch(who, Order("claim", [waits], BATCH), at=at)
    commands.undo_batch(who, BATCH, at=at)
    commands.add_phrase(who, "材料齐全，现场属实", at=at)
    commands.save_view(who, Named("家装初审", box="claimable", asked={"step": "社区初审"}), at=at)
