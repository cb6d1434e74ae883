"""What the house asks of the child, and its answers as values again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.engine.check import Limits, answer_of
from app.engine.rehearsing.moves import Drawn, Move, Rehearsed, Stage, plain, policy, scalars
from app.engine.rehearsing.replay import Verdict
from app.engine.types import Data
from app.errors import BrokenProcess, Finding

_CHILD = "app.engine.rehearsing.child"
_LIMITS = Limits(cpu_seconds=5, wall_seconds=15)
_LONG = Limits(cpu_seconds=30, wall_seconds=45)
"""Of a batch: less than the lease of the background work that asks for it."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is tried out: the files of one process, and the days that its calendar changes."""

    files: Mapping[str, str]
    key: str
    days: Mapping[date, bool] = field(default_factory=dict)

    def request(self, work: str) -> dict[str, object]:
        """As the child is asked."""
        drawn = {n: text for n, text in self.files.items() if n.endswith((".bpmn", ".dmn"))}
        days = {day.isoformat(): worked for day, worked in self.days.items()}
        return {"work": work, "files": drawn, "key": self.key, "days": days}


def rehearse(bundle: Bundle, data: Data, made: Iterable[Move], *, at: datetime) -> Rehearsed:
    """Run a drawing from the start through these moves. Nothing is kept and nothing is sent.

    Raises BrokenProcess for one that cannot be read, or does not come to rest within limits.
    """
    request = {
        **bundle.request("trial"),
        "data": plain(data),
        "moves": [move.plain() for move in made],
        "at": at.isoformat(),
    }
    said = _asked(request, _LIMITS)
    return Rehearsed(
        drawn=_drawn(said["drawn"]),
        stages=tuple(_stage(one) for one in said["stages"]),
        open=tuple(said["open"]),
        data=scalars(said["data"]),
        ended=said["ended"],
        result=said["result"],
        timer=said["timer"],
        due=datetime.fromisoformat(said["due"]) if said["due"] else None,
        hears=tuple(said["hears"]),
        fault=said["fault"],
    )


def look(bundle: Bundle) -> Drawn:
    """What a drawing says, without running it. Raises BrokenProcess."""
    return _drawn(_asked(bundle.request("drawn"), _LIMITS))


def replay(
    bundle: Bundle,
    forms: Mapping[str, Sequence[str]],
    histories: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
) -> list[Verdict]:
    """How each of these records, as `History.plain` says them, would go. Raises BrokenProcess.

    Two children share the work, one for each core that a server has at least.
    """
    shared = {
        **bundle.request("replay"),
        "at": at.isoformat(),
        "forms": {key: list(names) for key, names in forms.items()},
    }
    half = -(-len(histories) // 2)
    parts = [part for part in (histories[:half], histories[half:]) if part]
    with ThreadPoolExecutor(2) as pool:
        said = pool.map(lambda part: _asked({**shared, "histories": part}, _LONG), parts)
        found = [one for each in said for one in each["verdicts"]]
    return [
        Verdict(
            one["kind"], tuple(one["steps"]), one["fault"], tuple(one["waits"]), one["result"]
        )
        for one in found
    ]  # fmt: skip


def _asked(request: Mapping[str, object], limits: Limits) -> dict[str, Any]:
    said = answer_of(_CHILD, request, limits)
    if isinstance(said, Finding):
        raise BrokenProcess(_STOPPED[said.code])
    if "broken" in said:
        raise BrokenProcess(said["broken"])
    return said


def _drawn(said: Mapping[str, Any]) -> Drawn:
    tasks = {step: policy(one) for step, one in said["tasks"].items()}
    return Drawn(said["form"], said["names"], tuple(said["reads"]), tasks)


def _stage(said: Mapping[str, list[str]]) -> Stage:
    named = {name: tuple(said[name]) for name in ("passed", "opened", "acted", "sent")}
    return Stage(**named, at=datetime.fromisoformat(str(said["at"])))


_STOPPED = {
    "check-time": "运行用时超过上限，已停止：流程可能在自己绕圈，或者分支太多，请先检查草稿",
    "check-memory": "运行占用内存超过上限，已停止：流程的分支太多，请先检查草稿",
    "check-crash": "运行中断，请先检查草稿；仍不行请联系系统管理员",
}
