"""试运行: the draft in the real engine, in memory, step by step as anybody; nothing kept or sent.

All that was done so far comes with the question, and is done again from the start each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import local, minute
from app.db import let_go
from app.engine.rehearsing import DECIDE, DUE, Bundle, Move, Rehearsed, Stage, rehearse
from app.engine.types import Scalar, TaskPolicy
from app.errors import BrokenProcess, Invalid, NotFound
from app.identity.actor import Actor
from app.identity.trades import CATEGORIES
from app.identity.units import Chain
from app.workflow import calendar, kinds, publishing, starting
from app.workflow.models import Case
from app.workflow.reach import reads
from app.workflow.studio import facts, sites
from app.workflow.studio.facts import Fact, Facts
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.sites import Turn

MOST_MOVES = 60


@dataclass(frozen=True, slots=True)
class Said:
    """One move as a page says it: which step or message, which of those open, and what came."""

    kind: str
    what: str = ""
    place: int = 0
    outcome: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A whole trial as an address carries it."""

    place: str = ""  # a community
    number: str = ""  # the 受理号 of the case that it is a copy of
    values: Mapping[str, str] = field(default_factory=dict)
    moves: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open step: who would get it, and what can be given with a decision."""

    place: int
    policy: TaskPolicy
    turns: Sequence[Turn]
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Told:
    """What the start or one move came to, in words."""

    did: str
    came: str
    left_out: str = ""  # what a real case would have carried out or sent


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as its page shows it."""

    found: Rehearsed
    waiting: Sequence[Waiting]
    told: Sequence[Told]
    result: str  # of one that has ended, in words
    timer: str  # the clock that runs out next, in words
    given: Mapping[str, str]  # the values as they stand, by their titles


def sites_of(work: Session, draft: FlowDraft, day: date) -> Sequence[sites.Site]:
    """Where the draft can be tried out."""
    return sites.within(work, draft.unit_id, day)


def beginning(work: Session, actor: Actor, draft: FlowDraft, at: datetime) -> list[Fact]:
    """What a trial begins with, each value with a sample. Raises BrokenProcess."""
    files = publishing.completed(work, draft.unit, draft.key, draft.files, at=at)
    key, common = draft.key, facts.common(work, actor, draft)
    let_go()
    found = rehearse(Bundle(files, key), {}, [], at=at)
    drawn = found.drawn
    return Facts(files, key, common).asked(drawn.form, drawn.reads)


def run(work: Session, actor: Actor, draft: FlowDraft, asked: Question, at: datetime) -> Trial:
    """Where all these moves lead. Raises Invalid, NotFound, BrokenProcess."""
    if len(asked.moves) > MOST_MOVES:
        raise Invalid(f"试运行最多走 {MOST_MOVES} 步，请退回上一步或者重新开始")
    files = publishing.completed(work, draft.unit, draft.key, draft.files, at=at)
    known = Facts(files, draft.key, facts.common(work, actor, draft))
    copied = copied_case(work, actor, draft.key, asked.number) if asked.number else None
    chain = starting.chain_of(copied) if copied else sites.chain(draft.unit_id, asked.place, at)
    data, made = said(work, known, copied, asked)
    bundle = Bundle(files, draft.key, calendar.kept_days(work, chain.l2, chain.l1))
    category = copied.category if copied else _category(data)
    let_go()
    found = rehearse(bundle, data, made, at=at)
    if not found.stages:
        raise BrokenProcess(found.fault)
    words = _Words(draft.key, found)
    return Trial(
        found=found,
        waiting=_waiting(work, actor, (found, known), (chain, category), at),
        told=words.told(made),
        result=words.result(),
        timer=words.timer(),
        given=words.given(known),
    )


def said(
    work: Session, known: Facts, copied: Case | None, asked: Question
) -> tuple[dict[str, Scalar], list[Move]]:
    """What a trial begins with and what happens in it, as the engine takes both."""
    begun = _begun(work, copied) if copied else {}
    return {**begun, **known.read(asked.values)}, [_move(known, one) for one in asked.moves]


def copied_case(work: Session, actor: Actor, key: str, number: str) -> Case:
    """A case of this process that this person may read, by its number. Raises NotFound."""
    wanted = select(Case).where(Case.process_key == key, Case.number == number)
    case = work.scalars(wanted).first()
    if case is None or not reads(work, actor, case):
        raise NotFound("没有这个流程的这个受理号，或者这一件不在您能查看的范围")
    return case


def _begun(work: Session, case: Case) -> dict[str, Scalar]:
    return next(iter(facts.begun_with(work, [case.id])), {})


def _move(known: Facts, said: Said) -> Move:
    data = known.read(said.values)
    if said.kind == DECIDE:
        data["outcome"] = said.outcome
    return Move(said.kind, said.what, said.place, data)


def _category(data: Mapping[str, Scalar]) -> str:
    """The project type, by which departments are asked, where a value of the case is one."""
    return next((str(value) for value in data.values() if value in CATEGORIES), "")


def _waiting(
    work: Session,
    actor: Actor,
    tried: tuple[Rehearsed, Facts],
    where: tuple[Chain, str],
    at: datetime,
) -> list[Waiting]:
    found, known = tried
    asked, day = [], local(at).date()
    for place, step in enumerate(found.open):
        policy = found.drawn.tasks[step]
        turns = sites.turns(work, actor, policy, where, day)
        given = known.asked(policy.form, found.drawn.reads, found.data)
        asked.append(Waiting(place, policy, turns, given))
    return asked


class _Words:
    """A trial in sentences."""

    def __init__(self, key: str, found: Rehearsed) -> None:
        self._found, self._names = found, found.drawn.names
        kind = kinds.of(key)
        self._results = kind.results or kinds.RESULTS

    def told(self, made: Sequence[Move]) -> list[Told]:
        said = ["开始", *(self._did(move) for move in made)]
        pairs = zip(said, self._found.stages, strict=False)  # the last may have been refused
        return [Told(did, self._came(stage), self._left_out(stage)) for did, stage in pairs]

    def _did(self, move: Move) -> str:
        if move.kind == DUE:
            return "时限到期"
        if move.kind != DECIDE:
            return f"收到消息“{move.what}”"
        policy, chosen = self._found.drawn.tasks.get(move.what), move.data["outcome"]
        labels = {one.key: one.label for one in policy.outcomes} if policy else {}
        return f"{self._name(move.what)}：{labels.get(str(chosen), chosen)}"

    def _came(self, stage: Stage) -> str:
        if stage.opened:
            return "到" + "、".join(f"“{self._name(step)}”" for step in stage.opened)
        if stage is self._found.stages[-1] and self._found.ended:
            return f"办结：{self.result()}"
        return "其他步骤还在等人办理" if self._found.open else "等待时限或者消息"

    def _left_out(self, stage: Stage) -> str:
        """What nothing was done about, because it is a trial."""
        acted = "、".join(self._name(one) for one in stage.acted)
        sent = "、".join(self._name(one) for one in stage.sent)
        parts = [f"没有执行“{acted}”"] * bool(acted) + [f"没有发出“{sent}”"] * bool(sent)
        return "，".join(parts)

    def _name(self, element: str) -> str:
        return self._names.get(element) or element

    def result(self) -> str:
        found = self._found
        return self._results.get(found.result or "", found.result or "没有写明结果")

    def timer(self) -> str:
        if self._found.due is None:
            return ""
        return f"“{self._name(self._found.timer)}”到期（{minute(self._found.due)}）"

    def given(self, known: Facts) -> dict[str, str]:
        """Every value that the case has now, by what it is called."""
        return known.said(self._found.data)
