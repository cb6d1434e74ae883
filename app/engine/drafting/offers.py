"""What the table offers for a step: its ways, and a new level beside it that is like it."""

from __future__ import annotations

from app.engine.drafting.requests import Way
from app.engine.drafting.sheet import Sheet
from app.engine.drafting.ways import WayOut, asks_outcome, exit_of, task_of
from app.engine.policy import HUMAN, OWN_SCOPE
from app.engine.policy_words import LABELS
from app.engine.types import TaskPolicy
from app.errors import Invalid

_STEPS = frozenset({"serviceTask", "businessRuleTask", "endEvent", "subProcess"})
REFUSING = frozenset({"return", "reject", "refer"})
"""Outcomes that send a case back or end it; a level beside a step has those of the step."""


def ways_out(sheet: Sheet, step: str) -> tuple[WayOut, ...]:
    """The flows on which a step of people is left. Raises Invalid where the table cannot say."""
    return exit_of(sheet, step).ways


def ways_like(sheet: Sheet, step: str, *, after: bool) -> tuple[Way, ...]:
    """The ways out of a new level: on, and back or to an end as the step beside it has them."""
    neighbours = [step, *(_next_step(sheet, step) if after else ())]
    for neighbour in neighbours:
        if any(party.scope != OWN_SCOPE for party in task_of(sheet, neighbour).parties):
            found = _refusals(sheet, neighbour)
            if found:
                return (_onward(), *found)
    back = (Way("return", LABELS["return"], step),) if after else ()
    return (_onward(), *back)


def _onward() -> Way:
    return Way("approve", LABELS["approve"])


def _refusals(sheet: Sheet, step: str) -> list[Way]:
    """The outcomes of a step that are no consent, each by a flow of its own."""
    task = task_of(sheet, step)
    try:
        leaving = exit_of(sheet, step)
    except Invalid:
        return []
    found = []
    for outcome in task.outcomes[1:]:
        ways = [way for way in leaving.ways if way.keys == (outcome.key,)]
        if len(ways) != 1 or not leaving.gateway:
            continue
        node = sheet.node(ways[0].target)
        wanted = outcome.key in REFUSING or node.tag == "endEvent"
        if wanted and asks_outcome(sheet, node.id) is None:
            found.append(Way(outcome.key, outcome.label, node.id))
    return found


def _next_step(sheet: Sheet, step: str) -> list[str]:
    """The step of people that follows, where one does at once."""
    try:
        ways = exit_of(sheet, step).ways
    except Invalid:
        return []
    return [way.target for way in ways[:1] if sheet.node(way.target).tag in HUMAN]


def policies(sheet: Sheet) -> dict[str, TaskPolicy]:
    """What the drawing says of each step of people, also within sub-processes."""
    within = {each for scope in sheet.scope.all() for each in scope.nodes}
    return {step: task for step, task in sheet.tasks().items() if step in within}


def targets(sheet: Sheet) -> tuple[str, ...]:
    """Where an outcome may lead: steps of people and of the system, and ends."""
    nodes = sheet.scope.nodes.values()
    return tuple(node.id for node in nodes if node.tag in HUMAN | _STEPS)
