"""样例: which hold for a unit, what may be expected of them, and which a drawing breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import let_go
from app.engine import rehearsing
from app.engine.policy import SCOPES
from app.engine.rehearsing import Bundle, Verdict
from app.engine.types import TaskPolicy
from app.errors import BrokenProcess, Finding
from app.identity.actor import Actor
from app.identity.models import Unit
from app.identity.words import LEVELS
from app.workflow import kinds
from app.workflow.desks import APPLICANT
from app.workflow.models import Case
from app.workflow.reach import visible
from app.workflow.studio.example_models import FlowExample
from app.workflow.studio.legible import routed

LEVEL, STEP, RESULT = "level", "step", "result"
_BROKEN = "example"
Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """One example against a drawing: where it went, and whether it is as expected."""

    example: FlowExample
    went: str
    holds: bool

    @property
    def said(self) -> str:
        """What is wrong with it, as a sentence."""
        one = self.example
        return f"{one.unit.name}的样例“{one.name}”要求{one.words}，现在：{self.went}"


def binding(work: Session, unit: Unit, key: str) -> Sequence[FlowExample]:
    """The examples of a unit's flow, and of those above it, whose flow it takes or copies."""
    units, one = [unit.id], unit
    while one.parent is not None:
        one = one.parent
        units.append(one.id)
    mine = select(FlowExample).where(FlowExample.key == key, FlowExample.unit_id.in_(units))
    return work.scalars(mine.order_by(FlowExample.pinned_at, FlowExample.id)).all()


def readable(work: Session, actor: Actor, found: Sequence[Held]) -> frozenset[str]:
    """Of the cases that were pinned, by number, those that this person may read."""
    numbers = {one.example.number for one in found if one.example.number}
    mine = select(Case.number).where(Case.number.in_(numbers), visible(actor))
    return frozenset(work.scalars(mine))


def held(examples: Sequence[FlowExample], files: Files, key: str, at: datetime) -> list[Held]:
    """How each of them goes by these files. Raises BrokenProcess where these cannot be read."""
    if not examples:
        return []
    bundle, histories = Bundle(files, key), [one.history for one in examples]
    let_go()
    drawn = rehearsing.look(bundle)
    verdicts = rehearsing.replay(bundle, routed(files), histories, at=at)
    return [
        Held(one, _went(verdict, drawn.names, key), _as_expected(one, verdict, drawn.tasks))
        for one, verdict in zip(examples, verdicts, strict=True)
    ]


def _as_expected(example: FlowExample, verdict: Verdict, tasks: Mapping[str, TaskPolicy]) -> bool:
    if verdict.kind == "never":
        return False
    if example.expects == RESULT:
        return verdict.result == example.what
    passed = {*verdict.steps, *verdict.waits}
    if example.expects == STEP:
        return example.what in passed
    return any(
        party.scope.partition(":")[0] == example.what and APPLICANT not in party.roles
        for step in passed
        for party in tasks[step].parties
    )


def _went(verdict: Verdict, names: Mapping[str, str], key: str) -> str:
    steps = " → ".join(names.get(step, step) for step in verdict.steps) or "没有人办过"
    if verdict.fault:
        return f"{steps}，{verdict.fault}"
    if verdict.kind == "unrecorded":
        return f"{steps}，再往下没有记录可依"
    kind = kinds.of(key)
    words = {**kinds.RESULTS, **kind.results}
    waits = "、".join(names.get(step, step) for step in verdict.waits)
    if waits:
        return f"{steps}，等“{waits}”"
    return f"{steps}，{words.get(verdict.result or '', '已结束')}"


def expected(files: Files, key: str) -> list[tuple[str, str]]:
    """What may be expected: a level passed, a step passed, a result. Raises BrokenProcess."""
    drawn, kind = rehearsing.look(Bundle(files, key)), kinds.of(key)
    levels = [(f"{LEVEL}:{one}", f"必须经过{LEVELS[one]}办理") for one in SCOPES]
    steps = [(f"{STEP}:{one}", f"必须经过“{task.name}”") for one, task in drawn.tasks.items()]
    results = [
        (f"{RESULT}:{one}", f"办结为“{words}”")
        for one, words in (kind.results or kinds.RESULTS).items()
    ]
    return [*levels, *steps, *results]


def broken(
    work: Session, unit: Unit, key: str, files: Files, at: datetime
) -> tuple[list[Held], list[Held]]:
    """Which of the unit's own examples these files break, and which of those above it."""
    found = [one for one in held(binding(work, unit, key), files, key, at) if not one.holds]
    own = [one for one in found if one.example.unit_id == unit.id]
    return own, [one for one in found if one.example.unit_id != unit.id]


def judge(work: Session, unit: Unit, key: str, files: Files, at: datetime) -> list[str]:
    """What of the unit's own examples its publisher must confirm to break.

    Raises BrokenProcess for one that a unit above pinned: who may not remove it may not pass it by.
    """
    own, above = broken(work, unit, key, files, at)
    if above:
        findings = [Finding(_BROKEN, "", one.said) for one in above]
        raise BrokenProcess("上级单位的样例不再成立，不能发布", findings)
    return [one.said for one in own]
