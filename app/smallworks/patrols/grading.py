"""What the hazards of a visit call for, as the decision table of its own version says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app.clock import SHANGHAI, local
from app.engine.types import Scalar
from app.smallworks.patrols import words
from app.smallworks.patrols.models import Hazard, Patrol
from app.workflow import definitions

TABLE = "hazard_grade"
GENERAL, MAJOR = "general", "major"
OPEN, VOID = "open", "void"


@dataclass(frozen=True, slots=True)
class Grading:
    """The conclusion that is offered, the mildest that is allowed, and the most days to mend."""

    offered: str
    least: str
    confirm: bool
    general_days: int
    major_days: int

    def days(self, grade: str) -> int:
        """The most calendar days for a hazard of this grade."""
        return self.major_days if grade == MAJOR else self.general_days

    def latest(self, grade: str, at: datetime) -> date:
        """The last day on which such a hazard found now may be mended."""
        return local(at).date() + timedelta(days=self.days(grade))

    def milder(self, conclusion: str) -> bool:
        """Whether a conclusion is milder than the hazards allow."""
        order = list(words.CONCLUSIONS)
        return order.index(conclusion) < order.index(self.least)


def standing(hazards: Sequence[Hazard]) -> list[Hazard]:
    """Those that were not struck out."""
    return [hazard for hazard in hazards if hazard.state != VOID]


def softened(hazard: Hazard) -> bool:
    """Whether a major hazard was called a general one."""
    return hazard.grade == GENERAL and hazard.default_grade == MAJOR


def counts(hazards: Sequence[Hazard]) -> dict[str, Scalar]:
    """How many hazards there are, as the table asks."""
    kept = standing(hazards)
    return {
        "major": sum(one.grade == MAJOR for one in kept),
        "downgraded": sum(softened(one) for one in kept),
        "general": sum(one.grade == GENERAL for one in kept),
    }


def of(work: Session, patrol: Patrol, conclusion: str = "") -> Grading:
    """What the hazards found so far call for, were the visit to end with this conclusion."""
    asked = {**counts(patrol.hazards), "conclusion": conclusion}
    said = definitions.get(work, patrol.case.version_id).decide(TABLE, asked)
    return Grading(
        str(said["offered"]),
        str(said["least"]),
        bool(said["confirm"]),
        int(said["general_days"] or 0),
        int(said["major_days"] or 0),
    )


def end_of(day: date) -> datetime:
    """The last second of a day in Yichang: a deadline said as a day holds until then."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)
