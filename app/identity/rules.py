"""The rule of accounts in force: how first passwords are made, and what later ones need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.account_models import AccountRule
from app.identity.models import Person

RANDOM, NOTICE = "random", "notice"


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


def history(work: Session) -> Sequence[tuple[AccountRule, str]]:
    """Every rule that was set, newest first, and by whom."""
    found = select(AccountRule, Person.name).join(Person, AccountRule.set_by_id == Person.id)
    rows = work.execute(found.order_by(AccountRule.id.desc()).limit(20))
    return [(row[0], row[1]) for row in rows]
