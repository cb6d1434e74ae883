"""Dates, moments and ISO durations: read with bounds, added without walking month by month."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.clock import SHANGHAI
from app.engine.feel.errors import FeelError

MAX_DAYS = 3660
"""Ten years: no limit of an approval is longer."""

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>[0-9]{1,2})Y)?(?:(?P<months>[0-9]{1,3})M)?"
    r"(?:(?P<weeks>[0-9]{1,3})W)?(?:(?P<days>[0-9]{1,4})D)?"
    r"(?:T(?:(?P<hours>[0-9]{1,5})H)?(?:(?P<minutes>[0-9]{1,7})M)?(?:(?P<seconds>[0-9]{1,9})S)?)?"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: calendar months and exact seconds, both of one sign."""

    months: int = 0
    seconds: int = 0

    def __neg__(self) -> Duration:
        return Duration(-self.months, -self.seconds)

    def after(self, moment: datetime) -> datetime:
        """The moment that lies this much later. The 31st becomes the last day of a shorter month.

        Months and days are counted on the wall clock of the moment's own time zone.
        """
        day = self._shifted(moment.date())
        try:
            return datetime.combine(day, moment.timetz()) + timedelta(seconds=self.seconds)
        except OverflowError:
            raise FeelError("日期超出了可用范围") from None

    def after_day(self, day: date) -> date:
        """The day that lies this much later; hours are not for days."""
        if self.seconds % 86400:
            raise FeelError("日期只能加减整天的时长，例如 duration(“P3D”)")
        try:
            return self._shifted(day) + timedelta(seconds=self.seconds)
        except OverflowError:
            raise FeelError("日期超出了可用范围") from None

    def _shifted(self, day: date) -> date:
        months = day.year * 12 + day.month - 1 + self.months
        year, month = divmod(months, 12)
        if not 1 <= year <= 9999:
            raise FeelError("日期超出了可用范围")
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def read_duration(text: str) -> Duration:
    """An ISO 8601 duration such as P3D, PT48H or P1M, at most ten years long."""
    found = _DURATION.fullmatch(text) if len(text) <= 40 else None
    if not found or not any(c.isdigit() for c in text) or text.endswith("T"):
        raise FeelError(f"“{text[:40]}”不是时长，请写成 P3D（3 天）、PT48H（48 小时）的样子")
    part = {k: int(v or 0) for k, v in found.groupdict().items() if k != "sign"}
    months = part["years"] * 12 + part["months"]
    days = part["weeks"] * 7 + part["days"]
    seconds = (days * 24 + part["hours"]) * 3600 + part["minutes"] * 60 + part["seconds"]
    if months * 31 + seconds // 86400 > MAX_DAYS:
        raise FeelError(f"时长“{text[:40]}”太长，最多 10 年")
    sign = -1 if found["sign"] else 1
    return Duration(sign * months, sign * seconds)


def read_date(text: str) -> date:
    """A day written as 2026-11-22."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise FeelError(f"“{text[:40]}”不是日期，请写成 2026-11-22 的样子")


def read_moment(text: str) -> datetime:
    """A day and time, in UTC; without an offset it is the wall clock of Shanghai."""
    try:
        if _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise FeelError(f"“{text[:40]}”不是日期时间，请写成 2026-11-22T17:30:00 的样子")
