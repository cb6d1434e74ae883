"""Recorded decisions through another drawing: the same way, or what is otherwise.

A step of which nothing is recorded is taken to have been agreed to, by its first outcome; where a
form would have said more than that, nobody can know, and it is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.engine.process import Process
from app.engine.rehearsing.moves import DECIDE, DUE, Move, moves, plain, scalars
from app.engine.rehearsing.trial import Trial
from app.engine.types import Data, Workdays
from app.errors import BrokenProcess, Refusal

SAME, OTHER_END, EXTRA, SKIPPED = "same", "other_end", "extra", "skipped"
BOTH, UNRECORDED, NEVER = "both", "unrecorded", "never"
KINDS = (SAME, EXTRA, SKIPPED, BOTH, OTHER_END, UNRECORDED, NEVER)
ENDED, OPEN, CUT = "ended", "open", "cut"
"""How a record stops: at an end, waiting for somebody, or where somebody steered it by hand."""
MOST_MORE = 40
"""So many moves beyond those that are recorded, and it is taken never to end."""


@dataclass(frozen=True, slots=True)
class History:
    """What is recorded of one case: its values at the start, what happened, where it stopped."""

    data: Data
    acts: Sequence[Move]
    stop: str
    result: str | None = None
    waits: tuple[str, ...] = ()

    def plain(self, reads: frozenset[str]) -> dict[str, Any]:
        """As JSON carries what a drawing reads of it: cases that are alike there look alike."""
        read = reads | {"outcome"}
        kept = {name: self.data[name] for name in sorted(self.data) if name in read}
        acts = [
            replace(act, data={name: act.data[name] for name in sorted(act.data) if name in read})
            for act in self.acts
        ]
        return {
            "data": plain(kept), "acts": [act.plain() for act in acts], "stop": self.stop,
            "result": self.result, "waits": sorted(self.waits),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case would have gone: its class, its human steps in order, and why it stopped.

    `waits` are the steps at which it stands then, `result` that of the end that it came to.
    """

    kind: str
    steps: tuple[str, ...]
    fault: str = ""
    waits: tuple[str, ...] = ()
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What every case of a replay shares: the routing names that forms and that tables give."""

    process: Process
    forms: Mapping[str, Sequence[str]]
    derived: frozenset[str]
    at: datetime
    workdays: Workdays


class _Unrecorded(Exception):
    """Somebody would have had to say what is not recorded."""


@dataclass(slots=True)
class _Run:
    """One history on its way through the drawing."""

    setting: Setting
    history: History
    trial: Trial
    left: list[Move]
    steps: list[str] = field(default_factory=list)
    extra: bool = False
    skipped: bool = False

    def go(self) -> None:
        most = len(self.left) + MOST_MORE
        while not self.trial.step.ended and self._moved():
            if len(self.steps) > most:
                raise BrokenProcess(f"走了 {most} 步还没有结束")
        if self.trial.step.ended:
            self.skipped |= any(act.kind == DECIDE for act in self.left)
            self.skipped |= self.history.stop == OPEN and bool(self.history.waits)

    def _moved(self) -> bool:
        """Take the next recorded act, or one that is assumed; false where the record stops."""
        if not self.left:
            return self._beyond()
        act = self.left[0]
        if act.kind != DECIDE:
            self.left.pop(0)
            self._happen(act)
        elif (place := self._place(act.what)) is not None:
            self.left.pop(0)
            self._decide(replace(act, place=place))
        else:
            later = {one.what for one in self.left if one.kind == DECIDE}
            later.update(self.history.waits)
            if not self._assume(later):
                self.left.pop(0)
                self.skipped = True
        return True

    def _beyond(self) -> bool:
        """What the drawing asks after the last recorded act."""
        if self.history.stop == CUT:
            return False
        waits = set(self.history.waits)
        if self._assume(waits):
            return True
        if self.history.stop == OPEN:
            self.skipped |= bool(waits - {task.element for task in self.trial.step.open})
            return False
        if self.trial.step.wake_at is None:
            raise _Unrecorded
        self.trial.make(Move(DUE))
        self.steps.append("")  # it counts, so that a clock cannot go round for ever
        return True

    def _place(self, element: str) -> int | None:
        waiting = self.trial.step.open
        return next((n for n, task in enumerate(waiting) if task.element == element), None)

    def _happen(self, act: Move) -> None:
        """A clock or a message of the record; a drawing that does not wait for it goes on.

        A clock is known by its element: another one that runs would have run out another day.
        """
        if act.kind == DUE and act.what and act.what != self.trial.waits()[0]:
            return
        try:
            self.trial.make(act)
        except BrokenProcess:
            raise
        except Refusal:
            return

    def _decide(self, act: Move) -> None:
        policy = self.setting.process.tasks[act.what]
        if act.data.get("outcome") not in {one.key for one in policy.outcomes}:
            raise _Unrecorded
        self.steps.append(act.what)
        self.trial.make(act)

    def _assume(self, known: set[str]) -> bool:
        """Agree to the first step of which the record says nothing; whether there was one."""
        waiting = enumerate(self.trial.step.open)
        new = next(((n, one.element) for n, one in waiting if one.element not in known), None)
        if new is None:
            return False
        place, element = new
        policy = self.setting.process.tasks[element]
        said = set(self.setting.forms.get(policy.form, ())) & self.setting.process.routing
        if said - self.trial.step.data.keys():
            raise _Unrecorded
        self.extra = True
        self._decide(Move(DECIDE, element, place, {"outcome": policy.outcomes[0].key}))
        return True

    def kind(self) -> str:
        if self.extra:
            return BOTH if self.skipped else EXTRA
        if self.skipped:
            return SKIPPED
        step = self.trial.step
        differs = self.history.stop == ENDED and step.ended and step.result != self.history.result
        return OTHER_END if differs else SAME


def replayed(setting: Setting, history: History) -> Verdict:
    """How this case would have gone."""
    process, run = setting.process, None
    known = {name: value for name, value in history.data.items() if name in process.routing}
    try:
        trial = Trial(process, known, setting.at, setting.workdays)
        run = _Run(setting, history, trial, list(history.acts))
        run.go()
    except _Unrecorded:
        return Verdict(UNRECORDED, _steps(run))
    except Refusal as refused:
        given = run.trial.step.data if run else known
        kind = UNRECORDED if _lacks(setting, history, given) else NEVER
        return Verdict(kind, _steps(run), refused.message)
    step = trial.step
    waits = tuple(task.element for task in step.open)
    return Verdict(run.kind(), _steps(run), "", waits, step.result)


def _steps(run: _Run | None) -> tuple[str, ...]:
    return tuple(step for step in run.steps if step) if run else ()


def _lacks(setting: Setting, history: History, given: Data) -> bool:
    """Whether a value may have been asked for that neither the record nor a table has given."""
    recorded = {"outcome"}.union(*(act.data for act in history.acts))
    return bool(setting.process.routing - given.keys() - recorded - setting.derived)


def history(said: Mapping[str, Any]) -> History:
    """A record as it came out of JSON."""
    data, acts = scalars(said["data"]), moves(said["acts"])
    return History(data, acts, said["stop"], said["result"], tuple(said["waits"]))
