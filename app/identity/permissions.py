"""The permission table: which role, or position at which level, may do what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.identity.actor import Actor, Hold
from app.identity.models import Unit
from app.identity.units import lineage
from app.identity.words import PERMISSIONS, POSITIONS, ROLES

__all__ = [
    "KEEPING",
    "PERMISSIONS",
    "POSITIONS",
    "PUBLIC",
    "ROLES",
    "holding",
    "holds_permission",
    "may_give",
    "of_hold",
    "rights",
]

PUBLIC = frozenset({"case:file", "case:read"})
"""What a member of the public may do; their reading ends at their own cases (scope.py)."""

_READ = frozenset({"case:read", "register:read"})
_SITE = _READ | {
    "patrol:report", "rectification:issue", "stop:order_on_site", "bad_record:propose",
    "papers:serve", "report:record",
}  # fmt: skip
_DESK = _SITE | {"task:decide", "demand:review"}
_COUNTER = frozenset({"case:file_on_behalf"})
_STOP = frozenset({"stop:order", "stop:confirm"})
_ACCIDENTS = frozenset({"accident:record", "accident:read"})
_CONFIRM = frozenset({"accident:confirm", "accident:read"})  # of departments; the flow says which
_EXPORT = frozenset({"register:export"})
_NAMES = frozenset({"task:assign"})
_WATCH = frozenset({"case:supervise"}) | _NAMES
_HEAD = frozenset({"papers:void", "patrol:assign", "task:act_for"})  # of their own unit
_PEOPLE = frozenset(
    {"people:read", "people:create", "people:reset", "units:edit", "rights:explain"}
)
_SETTINGS = frozenset({"limits:edit", "calendar:edit", "papers:edit", "checklist:edit"})
_RULE = frozenset({"accounts:rule"})  # one for the whole store
_PLACES = frozenset({"places:edit"})  # of the city alone: a claim takes from one for another
_FLOWS = frozenset({"flow:read", "flow:publish"})
_DUTIES = frozenset({"duties:edit"})  # who keeps the whole: one, or three apart
KEEPING = _PEOPLE | _SETTINGS | _FLOWS | _RULE | _PLACES | _DUTIES
"""What keeps the product for others; nobody gives it who does not hold it, or hand it on, there."""
_HANDED_ON = {
    ("city_gov_admin", "city", "government"): _FLOWS,
    ("security_admin", "city", "government"): _SETTINGS | _FLOWS,
}
"""What a role gives without using it: the notice has the city's administrator keep all accounts,
those of districts' keepers too, but leaves the flows to the keepers; where the duties are apart,
who gives rights is not who uses them.
"""
_LEADER = _READ | _WATCH | {"task:decide", "stop:confirm"}

_USER = _DESK | _STOP | _EXPORT | _ACCIDENTS
_DEPARTMENT_ADMIN = _USER | _PEOPLE | _WATCH | _HEAD | {"audit:read", "flow:read", "case:retry"}
# limits, calendars, papers' texts and steering cases by hand belong to governments
_ADMIN = _DEPARTMENT_ADMIN | _SETTINGS | {"case:steer"}
_KEEPER = _PEOPLE | _NAMES
_UNIT_ADMIN = _KEEPER | _SETTINGS | _FLOWS
_SUPERVISOR = (
    _READ | _EXPORT | _WATCH | {"audit:read", "flow:read", "accident:read", "rights:explain"}
)
_REGIONS = (("city", "government"), ("district", "government"), ("district", "functional_zone"))

_BY_ROLE: dict[tuple[str, str, str], frozenset[str]] = {}
"""(role, level, kind of unit) → permissions. A role where it does not belong grants nothing."""
_BY_POSITION: dict[tuple[str, str, str], frozenset[str]] = {
    ("inspector", "community", "government"): _SITE | _COUNTER | {"task:decide"},
    ("head", "community", "government"): _DESK | _COUNTER | _EXPORT | _HEAD,
    ("leader", "community", "government"): _READ | _WATCH,
    ("inspector", "township", "government"): _SITE | _COUNTER | _ACCIDENTS | {"task:decide"},
    ("head", "township", "government"): (
        _DESK | _COUNTER | _STOP | _EXPORT | _WATCH | _HEAD | _ACCIDENTS
    ),
    ("leader", "township", "government"): (
        _LEADER | _EXPORT | {"bad_record:propose", "accident:read"}
    ),
}
"""(position, level, kind of unit) → permissions."""

for _level, _kind in _REGIONS:
    _BY_ROLE[f"{_level}_gov_user", _level, _kind] = _USER
    _BY_ROLE[f"{_level}_gov_admin", _level, _kind] = _ADMIN
    _BY_ROLE["unit_admin", _level, _kind] = _UNIT_ADMIN
    _BY_ROLE["supervisor", _level, _kind] = _SUPERVISOR
for _level in ("city", "district"):
    _BY_ROLE[f"{_level}_dept_user", _level, "department"] = _USER | _CONFIRM
    _BY_ROLE[f"{_level}_dept_admin", _level, "department"] = _DEPARTMENT_ADMIN | _CONFIRM
    _BY_ROLE["unit_admin", _level, "department"] = _KEEPER
    _BY_POSITION["safety_officer", _level, "department"] = _DESK | _ACCIDENTS | _CONFIRM
    _BY_POSITION["head", _level, "department"] = (
        _DESK | _STOP | _EXPORT | _WATCH | _HEAD | _ACCIDENTS | _CONFIRM | {"bad_record:decide"}
    )
    _BY_POSITION["leader", _level, "department"] = (
        _LEADER | _EXPORT | _CONFIRM | {"bad_record:decide"}
    )
for _level in ("township", "community"):
    _BY_ROLE["unit_admin", _level, "government"] = _KEEPER
_BY_ROLE["platform_admin", "city", "government"] = _UNIT_ADMIN | _RULE | _PLACES | _DUTIES
_BY_ROLE["system_admin", "city", "government"] = _SETTINGS | _FLOWS | _PLACES | _DUTIES
_BY_ROLE["security_admin", "city", "government"] = _PEOPLE | _RULE | _DUTIES
_BY_ROLE["audit_admin", "city", "government"] = frozenset({"audit:read"}) | _DUTIES
_BY_ROLE["unit_admin", "city", "government"] = _UNIT_ADMIN | _RULE | _PLACES
_BY_ROLE["city_gov_admin", "city", "government"] = _ADMIN | _PLACES


@dataclass(frozen=True, slots=True)
class Holder:
    """One line of the table: a role or a position at a level, in a kind of unit."""

    role: str
    position: str
    level: str
    kind: str
    rights: frozenset[str]


def table(level: str) -> list[Holder]:
    """What each role, then each position, may do at a level."""
    roles = [
        Holder(role, "", level, kind, held)
        for (role, at, kind), held in _BY_ROLE.items()
        if at == level
    ]
    positions = [
        Holder("", position, level, kind, held)
        for (position, at, kind), held in _BY_POSITION.items()
        if at == level
    ]
    order = list(ROLES)
    return sorted(roles, key=lambda one: (order.index(one.role), one.kind)) + positions


@lru_cache(maxsize=1024)
def rights(role: str, position: str, level: str, kind: str) -> frozenset[str]:
    """Everything that a role and/or position in such a unit may do."""
    nothing: frozenset[str] = frozenset()
    by_role = _BY_ROLE.get((role, level, kind), nothing)
    return by_role | _BY_POSITION.get((position, level, kind), nothing)


def of_hold(hold: Hold) -> frozenset[str]:
    """Everything that this one grant allows."""
    return rights(hold.role, hold.position, hold.unit_level, hold.unit_kind)


def holding(actor: Actor, permission: str) -> tuple[Hold, ...]:
    """The grants of this person that carry the permission."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return tuple(hold for hold in actor.holds if permission in of_hold(hold))


def may_give(actor: Actor, permission: str, unit: Unit) -> bool:
    """Whether a post that carries this permission in that unit is theirs to give, for its sake."""
    above = lineage(unit, actor.day)
    return any(hold.unit_id in above and permission in _given(hold) for hold in actor.holds)


def _given(hold: Hold) -> frozenset[str]:
    handed_on = _HANDED_ON.get((hold.role, hold.unit_level, hold.unit_kind), frozenset())
    return of_hold(hold) | handed_on


def holds_permission(actor: Actor, permission: str, unit: Unit | None = None) -> bool:
    """Whether the person may do this somewhere, or, with `unit`, to that unit.

    A government reaches itself and everything below it, a department only itself.
    """
    holds = holding(actor, permission)
    if unit is None:
        return bool(holds) or (not actor.staff and permission in PUBLIC)
    if not holds:
        return False
    above = lineage(unit, actor.day)
    return any(hold.unit_id in above for hold in holds)
