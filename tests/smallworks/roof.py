"""A roof to be made tight by a craftsman, and what happens there until it is stopped."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Invalid
from app.smallworks.models import Paper, Work
from app.workflow.models import Case
from tests.smallworks import truths
from tests.smallworks.patrols import visits
from tests.smallworks.stops import site
from tests.smallworks.town import LEGAL_REP_ID, Town, credit_code, owner

CRAFTSMAN = {
    "contractor_type": "craftsman", "contractor_name": "武青瓦", "contractor_credit_code": "",
    "contractor_legal_rep": "", "contractor_legal_rep_id": "", "contractor_id_no": LEGAL_REP_ID,
    "site_manager": "武青瓦", "emergency_contact": "武青瓦",
}  # fmt: skip
ROOF: dict[str, Any] = {
    "kind": "odd_job", "project_type": "roof_waterproof", "name": "绣球巷 5 号屋面防水翻修",
    "address": "绣球巷 5 号", "content": "铲除旧卷材，重做防水", "risk_flags": ["height"],
    "indoor": "false", "investment_wan": "3.2", "area_sqm": "110", "height_m": "9",
    "measures": "屋面四周设生命线，系挂安全带", **CRAFTSMAN,
}  # fmt: skip
FIRM = {
    "contractor_name": "宜昌青瓦防水工程有限公司", "contractor_legal_rep": "武青瓦",
    "contractor_credit_code": credit_code("91420502MA4KNEW77"),
    "contractor_legal_rep_id": LEGAL_REP_ID,
}  # fmt: skip
LATER = {"planned_start": "2026-12-21", "planned_end": "2027-01-30"}


@dataclass(slots=True)
class Story:
    """One work through its life; after each step everything that must be true is looked at."""

    town: Town
    case: Case | None = None
    states: list[str] = field(default_factory=list)

    @property
    def work(self) -> Work:
        assert self.case
        return self.town.work(self.case)

    def on(self, day: int, hour: int = 10) -> Town:
        """A day of December, at that hour in Yichang; the background has come up to it."""
        at = datetime(2026, 12, day, hour - 8, tzinfo=UTC)
        site.work_off(at)
        self.town = replace(self.town, at=at)
        self.check()
        return self.town

    def done(self, state: str) -> None:
        """A step is done: the background follows, nothing is broken, the work is in this state."""
        site.work_off(self.town.at)
        self.check()
        assert self.work.state == state
        self.states.append(state)

    def check(self) -> None:
        assert truths.broken() == []

    def papers(self) -> list[Paper]:
        """Everything that was issued about the work, as it was issued."""
        assert self.case
        mine = select(Case.id).where(Case.subject_id == self.case.id)
        asked = select(Paper).where((Paper.case_id == self.case.id) | Paper.case_id.in_(mine))
        return list(session().scalars(asked.order_by(Paper.issued_at, Paper.id)))


def begin(story: Story) -> None:
    """Filed, let pass by community, township and both of the district; then begun."""
    town = story.town
    story.case = case = town.file(**ROOF)
    story.done("in_review")
    town.approve(case)
    town.decide(case, "quyuanhang", "approve", opinion="同意")
    town.decide(case, "shuangshu", "approve", opinion="同意")
    story.done("filed")
    town = story.on(1)
    started = site.case_of(story.work, "start_report")
    site.attach(owner(town.at), started, town.at, "briefing_record", "start_photos")
    town.decide(
        started, "", "submit", started_on="2026-12-01", site_manager="武青瓦",
        briefed_on="2026-12-01", briefed_by="武青瓦", briefed_count="3",
    )  # fmt: skip
    story.done("in_progress")


def stopped_for_a_harness(story: Story) -> None:
    """佘存栋 finds people without harness on the roof: a major hazard, a stop, an order."""
    town = story.on(2)
    patrol = visits.failing(town, story.work, "person_harness", "person_helmet")
    grades = {one.item_code: one.grade for one in visits.hazards_of(patrol)}
    assert grades == {"person_harness": "major", "person_helmet": "general"}
    for milder in ("normal", "verbal", "rectify"):
        with pytest.raises(Invalid):
            visits.conclude(town, patrol, milder)
    visits.conclude(town, patrol, "stop", scope="all")
    story.done("stopped")
