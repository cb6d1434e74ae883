"""What signing in leaves behind goes after a time, and nothing goes before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Forbidden
from app.identity import commands, sessions
from app.identity.actor import Actor
from app.identity.commands import Credentials
from app.identity.models import Attempt, OneTimeCode, SignIn
from app.workflow.commands.upkeep import forget_old
from tests.identity.offices import opened
from tests.identity.people import HERE, SECRET

DAY = timedelta(days=1)


def test_tries_codes_and_ended_sessions_are_swept(
    work: Session, chief: Actor, noon: datetime
) -> None:
    opened(chief, "曾庆云", at=noon)
    came = commands.sign_in(Credentials("ningyuanshan", SECRET, "staff"), HERE, at=noon)
    with pytest.raises(Forbidden):
        commands.sign_in(Credentials("ningyuanshan", "wrong", "staff"), HERE, at=noon)

    def left(at: datetime) -> tuple[int, int, int]:
        forget_old(at=at)
        return (
            len(work.scalars(select(Attempt.id)).all()),
            len(work.scalars(select(OneTimeCode.id)).all()),
            len(work.scalars(select(SignIn.id)).all()),
        )

    assert left(noon + timedelta(hours=11)) == (2, 2, 2)  # the first run left one of each, too
    assert sessions.live(came.token, "web", noon)
    assert left(noon + timedelta(hours=12)) == (2, 2, 0)
    assert left(noon + DAY) == (0, 2, 0)
    assert left(noon + 7 * DAY) == (0, 1, 0)
    assert left(noon + 10 * DAY) == (0, 0, 0)  # the printed code ended with its window
