"""Working days counted backwards from now, so that nothing in the sample lies in the future."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.clock import OFFICE_CLOSES, SHANGHAI, local
from app.db import session
from app.identity.units import city
from app.workflow import calendar

BACK = 30


@dataclass(frozen=True, slots=True)
class Days:
    """Day 0 is the working day whose office hours end next; day 1, 2, … are over."""

    back: tuple[date, ...]

    @classmethod
    def until(cls, at: datetime) -> Days:
        """The working days up to now, by the city's calendar."""
        is_workday = calendar.workday_test(session(), city(session()).id)
        day = local(at).date()
        while not is_workday(day) or _closing(day) < at:
            day += timedelta(days=1)
        found: list[date] = []
        while len(found) <= BACK:
            if is_workday(day):
                found.append(day)
            day -= timedelta(days=1)
        return cls(tuple(found))

    def moment(self, ago: int, clock: str) -> datetime:
        """A time of the day (`09:30`, Shanghai) on the working day that many days ago, UTC."""
        hour, minute = clock.split(":")
        there = datetime.combine(self.back[ago], time(int(hour), int(minute)), SHANGHAI)
        return there.astimezone(UTC)

    def closing(self, ago: int) -> datetime:
        """When the office closed that many working days ago, UTC."""
        return _closing(self.back[ago])


def _closing(day: date) -> datetime:
    return datetime.combine(day, time(*OFFICE_CLOSES), SHANGHAI).astimezone(UTC)
