"""What the house asks of the child, and its answers as values again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.engine.check import Limits, answer_of
from app.engine.rehearsing.moves import Drawn, Move, Rehearsed, Stage, plain, policy, scalars
from app.engine.types import Data
from app.errors import BrokenProcess, Finding

_CHILD = "app.engine.rehearsing.child"
_LIMITS = Limits(cpu_seconds=5, wall_seconds=15)


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
    said = answer_of(_CHILD, request, _LIMITS)
    if isinstance(said, Finding):
        raise BrokenProcess(_STOPPED[said.code])
    if "broken" in said:
        raise BrokenProcess(said["broken"])
    drawn = said["drawn"]
    tasks = {step: policy(one) for step, one in drawn["tasks"].items()}
    return Rehearsed(
        drawn=Drawn(drawn["form"], drawn["names"], tuple(drawn["reads"]), tasks),
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


def _stage(said: Mapping[str, list[str]]) -> Stage:
    named = {name: tuple(said[name]) for name in ("passed", "opened", "acted", "sent")}
    return Stage(**named, at=datetime.fromisoformat(str(said["at"])))


_STOPPED = {
    "check-time": "运行用时超过上限，已停止：流程可能在自己绕圈，或者分支太多，请先检查草稿",
    "check-memory": "运行占用内存超过上限，已停止：流程的分支太多，请先检查草稿",
    "check-crash": "运行中断，请先检查草稿；仍不行请联系系统管理员",
}
