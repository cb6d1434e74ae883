"""What each kind of paper says: facts taken from rows, frozen when it is issued."""

from __future__ import annotations

from app.smallworks.papers.said.ends import change_notice, completion_receipt
from app.smallworks.papers.said.filings import (
    correction,
    permit_notice,
    receipt,
    rejection,
    risk_notice,
)
from app.smallworks.papers.said.patrols import patrol_record
from app.smallworks.papers.said.records import bad_record_decision, bad_record_notice
from app.smallworks.papers.said.rectifications import (
    rectification_notice,
    reinspection,
    second_notice,
)
from app.smallworks.papers.said.stops import resume_notice, stop_notice

__all__ = [
    "bad_record_decision",
    "bad_record_notice",
    "change_notice",
    "completion_receipt",
    "correction",
    "patrol_record",
    "permit_notice",
    "receipt",
    "rectification_notice",
    "reinspection",
    "rejection",
    "resume_notice",
    "risk_notice",
    "second_notice",
    "stop_notice",
]
