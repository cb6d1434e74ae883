"""The sample (示例): invented people and filings in every state, made by commands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.identity.queries import staff_exist
from app.smallworks.sample import filings, people, sign_ins
from app.smallworks.sample.days import Days

__all__ = ["fill"]


def fill(data: Path, *, at: datetime) -> None:
    """Fill a store in which nobody has an account yet; leaves any other alone.

    The sign-ins are written first, so that they are known whatever happens after.
    """
    if staff_exist():
        return
    days = Days.until(at)
    members = people.invent()
    sign_ins.write(data / "sample-accounts.csv", members)
    cast = people.admit(members, days)
    filings.play(cast, days)
    sign_ins.show(members)
