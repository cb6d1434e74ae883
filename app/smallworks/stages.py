"""The kinds of case along the life of a work: start, change, stop, end; and their background."""

from __future__ import annotations

from app.smallworks.changes.kind import CHANGE
from app.smallworks.completions import closing, terms
from app.smallworks.completions.kind import CHASE, COMPLETION, RATING
from app.smallworks.starts import kind as starts
from app.smallworks.stops.kind import CALL, STOP
from app.workflow import jobs, kinds


def install(archive_years: int) -> None:
    """Make them known. Called once, at start-up."""
    closing.keep_for(archive_years)
    for kind in (starts.START, CHANGE, STOP, CALL, COMPLETION, RATING, CHASE):
        kinds.register(kind)
    jobs.handlers[starts.JOB] = jobs.Handler(inside=starts.ask)
    jobs.handlers[terms.JOB] = jobs.Handler(inside=terms.passed)
