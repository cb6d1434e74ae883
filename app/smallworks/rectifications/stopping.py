"""Two re-inspections failed: the site is stopped, and rectification goes on under the stop."""

from __future__ import annotations

from app.smallworks import life
from app.smallworks.models import Work
from app.smallworks.rectifications import steps
from app.smallworks.stops import ordering
from app.workflow.kinds import Moment


def stop_site(moment: Moment) -> None:
    """Order the stop, naming what still stands. A site that is stopped already stays so."""
    row = steps.of_case(moment.work, moment.case.id)
    built = moment.work.get(Work, row.work_id) if row and row.work_id else None
    if row is None or built is None or built.state not in life.ON_SITE:
        return
    reasons = [ordering.of_hazard(one) for one in steps.still_to_do(moment.work, row)]
    order = ordering.Order("all", reasons)
    ordering.stop(moment.work, built, order, moment.actor, moment.case, at=moment.at)
