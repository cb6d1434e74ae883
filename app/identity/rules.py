"""The rule of accounts in force: how first passwords are made, and what later ones need."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.account_models import AccountRule

RANDOM, NOTICE = "random", "notice"
NOTICE_ENDING = "2020"
"""What the notice hangs behind the pinyin of a name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts now. A fresh store gives random first passwords."""

    initial: str = RANDOM
    three_classes: bool = False

    @property
    def by_notice(self) -> bool:
        """Whether first passwords are those of the notice, behind a window and a printed code."""
        return self.initial == NOTICE


def current(work: Session) -> Rule:
    """The newest rule that was set."""
    row = work.scalars(select(AccountRule).order_by(AccountRule.id.desc()).limit(1)).first()
    return Rule(row.initial, row.three_classes) if row else Rule()
