"""Who acts: a person as they stand today, with everything that they hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

_NO_WORK = {"", "unit_user", "platform_user", "system_user", "security_user", "audit_user"}


@dataclass(frozen=True, slots=True)
class Hold:
    """One grant in force: a role and/or a position, in one unit."""

    grant_id: str
    unit_id: str
    unit_name: str
    unit_level: str
    unit_kind: str
    industry: str | None
    role: str
    position: str
    area_unit_id: str | None
    """The unit whose place bounds what is seen: the unit itself, or a department's government."""
    categories: frozenset[str] | None
    """The project types that a department answers for; None is all of them."""
    for_id: str | None = None
    """In whose name it is used, where that is another's (代理、代办)."""

    @property
    def words(self) -> frozenset[str]:
        """The words of `flow:role` it answers to; an administrator also does a user's work."""
        words = {self.role, self.position, self.role.replace("_admin", "_user")}
        return frozenset(words - _NO_WORK)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or one for whom a command is run."""

    id: str
    name: str
    staff: bool
    holds: tuple[Hold, ...]
    must_change: bool
    address: str
    day: date
    """The day in Yichang on which these grants are in force."""
    factor_due: bool = False
    """Whether the second factor has yet to be proved in this session."""
    chosen: str = ""
    """The grant that they chose to act under, where several fit; empty where nothing was chosen."""

    def under(self, grant_id: str) -> Actor:
        """The same person with the post that they chose, which comes before their others."""
        first = tuple(hold for hold in self.holds if hold.grant_id == grant_id)
        rest = tuple(hold for hold in self.holds if hold.grant_id != grant_id)
        return replace(self, holds=first + rest, chosen=grant_id)
