"""Papers (文书): issued by number, served, voided but never deleted; their texts and files."""

from __future__ import annotations

from app.smallworks.papers.issuing import JOB, issue
from app.smallworks.papers.kinds import KINDS, SHEETS, Kind
from app.smallworks.papers.models import Service
from app.smallworks.papers.queries import Pdf, extras, issued_since, of_case, readable
from app.smallworks.papers.rendering import keep_in, render, render_job
from app.smallworks.papers.voiding import void

__all__ = [
    "JOB",
    "KINDS",
    "SHEETS",
    "Kind",
    "Pdf",
    "Service",
    "extras",
    "issue",
    "issued_since",
    "keep_in",
    "of_case",
    "readable",
    "render",
    "render_job",
    "void",
]
