"""Units in which a step of a drawing would fall to nobody, or to one person alone.

No fault of the drawing: whoever publishes it has to know, and confirms it. What is so already by
the version in force is no news of this drawing; the page 岗位人员 shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.engine import Process, outline
from app.identity.models import Unit
from app.workflow import definitions, staffing
from app.workflow.desks import spelled
from app.workflow.models import ProcessVersion
from app.workflow.staffing import Duty, Flow

MOST_NAMES = 5
_Gap = tuple[str, str, str]
"""A unit's id, what becomes of a step there, and its desk, or the step."""
_UP = "无人可办，件到这里转上级办理"
_TRAY = "无人可办，件到这里要由管理员逐件指定"
_ALONE = "只有一人可办，本人申报或代办的件转上级办理"


def told(
    work: Session, unit: Unit, process: Process, before: ProcessVersion | None, day: date
) -> list[str]:
    """A sentence for each step and what becomes of it, with the units; `before` is in force now."""
    new = Flow(process.key, process.title, outline(process))
    known: set[_Gap] = set()
    if before is not None:
        steps = definitions.get(work, before.id).steps
        old = staffing.foreseen(work, Flow(before.key, before.title, steps), unit.id, day)
        known = {gap for duty in old for gap, _unit, _how in _gaps(duty)}
        known |= {(*gap[:2], duty.step.element) for duty in old for gap, *_rest in _gaps(duty)}
    found: dict[tuple[str, str], list[Unit]] = {
        (step.policy.name, how): [] for step in new.steps for how in (_UP, _TRAY, _ALONE)
    }
    for duty in staffing.foreseen(work, new, unit.id, day):
        for gap, where, how in _gaps(duty):
            if not known.intersection((gap, (*gap[:2], duty.step.element))):
                found[duty.name, how].append(where)
    return [_sentence(*said, units) for said, units in found.items() if units]


def _gaps(duty: Duty) -> Iterator[tuple[_Gap, Unit, str]]:
    """The desks without whom, or without whose only one, a step cannot be brought to an end."""
    settles = duty.settles()
    hangs = {member.person.id for member in duty.alone}
    for turn in duty.turns:
        if turn.unit is None:
            continue
        if not settles and not turn.answers(()):
            how = _UP if turn.stand_in() else _TRAY
        elif any(member.person.id in hangs for member, _hold in turn.seated):
            how = _ALONE
        else:
            continue
        yield (turn.unit.id, how, spelled(turn.party)), turn.unit, how


def _sentence(step: str, how: str, units: Sequence[Unit]) -> str:
    ordered = sorted(units, key=lambda unit: (unit.division_code or "", unit.name))
    named = list(dict.fromkeys(unit.name for unit in ordered))
    more = f"等 {len(named)} 个单位" if len(named) > MOST_NAMES else ""
    return f"“{step}”在{'、'.join(named[:MOST_NAMES])}{more}{how}"
