"""The child in which drafts run: limits first, then JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from app.clock import add_workdays
from app.engine.check_child import answer
from app.engine.decisions import read_decisions
from app.engine.parse import parse
from app.engine.process import Process
from app.engine.rehearsing.moves import moves, plain, scalars
from app.engine.rehearsing.replay import Setting, history, replayed
from app.engine.rehearsing.trial import tried
from app.engine.types import Workdays
from app.errors import BrokenProcess

Said = dict[str, Any]


def main() -> int:
    """What `asking` runs."""
    return answer(_said)


def _said(request: Said) -> Said:
    try:
        process = parse(request["files"], request["key"])
    except BrokenProcess as broken:
        first = broken.findings[0].message if broken.findings else broken.message
        return {"broken": first}
    return _WORKS[request["work"]](process, request)


def _trial(process: Process, request: Said) -> Said:
    at, workdays = datetime.fromisoformat(request["at"]), _workdays(request["days"])
    found = tried(process, scalars(request["data"]), moves(request["moves"]), at, workdays)
    stages = [{**asdict(stage), "at": stage.at.isoformat()} for stage in found.stages]
    due = found.due.isoformat() if found.due else None
    return {
        "drawn": _drawn(process, request), "stages": stages, "open": found.open,
        "data": plain(found.data),
        "ended": found.ended, "result": found.result, "timer": found.timer, "due": due,
        "hears": found.hears, "fault": found.fault,
    }  # fmt: skip


def _drawn(process: Process, _request: Said) -> Said:
    return {
        "form": process.start_form,
        "names": dict(process.names),
        "reads": sorted(process.routing),
        "tasks": {step: asdict(policy) for step, policy in process.tasks.items()},
    }


def _replay(process: Process, request: Said) -> Said:
    tables = [text for name, text in request["files"].items() if name.endswith(".dmn")]
    found = [each for text in tables for each in read_decisions(text.encode(), "").values()]
    derived = frozenset(name for each in found for name in each.outputs)
    at, workdays = datetime.fromisoformat(request["at"]), _workdays(request["days"])
    setting = Setting(process, request["forms"], derived, at, workdays)
    return {"verdicts": [asdict(replayed(setting, history(one))) for one in request["histories"]]}


def _workdays(kept: Mapping[str, bool]) -> Workdays:
    days = {date.fromisoformat(day): worked for day, worked in kept.items()}

    def is_workday(day: date) -> bool:
        return days.get(day, day.weekday() < 5)

    return lambda moment, count: add_workdays(moment, count, is_workday)


_WORKS: Mapping[str, Callable[[Process, Said], Said]] = {
    "trial": _trial, "drawn": _drawn, "replay": _replay,
}  # fmt: skip
