"""Steps drawn for people who lack the right that they ask: said before a version is published."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine import Process
from app.engine.types import Party, TaskPolicy
from app.errors import Finding
from app.identity.permissions import PERMISSIONS, rights
from app.identity.words import LEVELS, POSITIONS, ROLES
from app.workflow import kinds
from app.workflow.assignment import asks_department
from app.workflow.desks import APPLICANT, DECIDE


def lacking(process: Process, key: str) -> tuple[Finding, ...]:
    """Every party of a step of whom nobody, or not everybody, may do what the step asks of them.

    No fault: the table of rights decides whatever is drawn; they are refused, or it goes up.
    """
    needs = kinds.of(key).needs
    return tuple(
        finding
        for policy in process.tasks.values()
        for party in policy.parties
        if APPLICANT not in party.roles
        for finding in _of_party(policy, party, needs.get(policy.form, ""))
    )


def _of_party(policy: TaskPolicy, party: Party, need: str) -> Iterator[Finding]:
    held = {role: _rights(role, party) for role in party.roles}
    seated = [role for role, its in held.items() if DECIDE in its]
    if not seated:
        said = f"“{policy.name}”的{_called(party.roles, party)}不能审核办理，件到这里会转到上级"
        yield Finding("no-seat", policy.element, said)
    without = [role for role in seated if need and need not in held[role]]
    if without:
        right = PERMISSIONS[need]
        said = f"“{policy.name}”的{_called(without, party)}没有“{right}”的权限，办理时会被拒绝"
        yield Finding("no-right", policy.element, said)


def _rights(role: str, party: Party) -> frozenset[str]:
    """What a role or position of a drawing carries by itself, in the units that the party is."""
    level = party.scope.partition(":")[0]
    kind = "department" if asks_department(party) else "government"
    return rights(role, "", level, kind) | rights("", role, level, kind)


def _called(roles: tuple[str, ...] | list[str], party: Party) -> str:
    level = LEVELS.get(party.scope.partition(":")[0], "")
    named = (ROLES.get(role) or f"{level}{POSITIONS.get(role, role)}" for role in roles)
    return "、".join(named)
