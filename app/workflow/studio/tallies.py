"""What a replay comes to: how many cases of each class, the load of each level, the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.rehearsing import KINDS, Verdict
from app.identity.units import LEVELS as ORDER
from app.identity.words import LEVELS
from app.workflow.desks import APPLICANT
from app.workflow.studio.recorded import Record

MOST_WAYS = 300
"""So many different ways are counted by themselves; of a flow that has more, the others are not."""
SHOWN_WAYS = 5
DAY = 86400.0
OTHER = "other"
_FROM_BELOW = {
    APPLICANT: "申请人", **{level: LEVELS[level] for level in reversed(ORDER)}, OTHER: "其他"
}  # fmt: skip
NAMES: Mapping[str, str] = {
    "same": "路径不变", "extra": "多走环节", "skipped": "少走环节", "both": "有多有少",
    "other_end": "结果不同", "unrecorded": "没有记录可依", "never": "走不到头",
}  # fmt: skip
SAYS: Mapping[str, str] = {
    "same": "按草稿走，经过的环节和结果都一样",
    "extra": "草稿里要多办的环节没有记录，按通过往下走",
    "skipped": "记录里办过的环节，草稿里不再办",
    "both": "有的环节要多办，有的不再办",
    "other_end": "经过的环节一样，办结结果不同",
    "unrecorded": "草稿要用的结论或数据，记录里没有，走不下去",
    "never": "在草稿里停住、出错或者一直绕圈",
}


def add(tally: Mapping[str, Any], pairs: Sequence[tuple[Record, Verdict]]) -> dict[str, Any]:
    """The tally after these cases."""
    kinds, ways = Counter(tally.get("kinds", {})), Counter(tally.get("ways", {}))
    before, after = Counter(tally.get("before", {})), Counter(tally.get("after", {}))
    waited = {step: list(pair) for step, pair in tally.get("waited", {}).items()}
    faults = dict(tally.get("faults", {}))
    for record, verdict in pairs:
        kinds[verdict.kind] += 1
        before.update(record.steps)
        after.update(verdict.steps)
        way = " ".join((verdict.kind, *verdict.steps))
        if way in ways or len(ways) < MOST_WAYS:
            ways[way] += 1
            if verdict.fault:
                faults[way] = verdict.fault
        for step, seconds in record.waited:
            pair = waited.setdefault(step, [0, 0.0])
            pair[0], pair[1] = pair[0] + 1, pair[1] + seconds
    return {
        "kinds": dict(kinds), "ways": dict(ways), "before": dict(before), "after": dict(after),
        "waited": waited, "faults": faults,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One way that cases of a class would have gone, and how many of them."""

    steps: str
    count: int
    fault: str


@dataclass(frozen=True, slots=True)
class Class:
    """One class, how many cases, and its commonest ways."""

    kind: str
    name: str
    says: str
    count: int
    ways: Sequence[Way]


@dataclass(frozen=True, slots=True)
class Load:
    """What one level decided, and would have decided; how many days a decision waited there."""

    level: str
    before: int
    after: int
    days: float | None


def classes(tally: Mapping[str, Any], names: Mapping[str, str]) -> list[Class]:
    """Every class that has a case, with the ways that cases of it took."""
    counted = tally.get("kinds", {})
    return [
        Class(kind, NAMES[kind], SAYS[kind], counted[kind], _ways(tally, kind, names))
        for kind in KINDS
        if counted.get(kind)
    ]


def _ways(tally: Mapping[str, Any], kind: str, names: Mapping[str, str]) -> list[Way]:
    mine = ((way, n) for way, n in tally["ways"].items() if way.split(" ", 1)[0] == kind)
    most = sorted(mine, key=lambda pair: (-pair[1], pair[0]))[:SHOWN_WAYS]
    return [
        Way(way_words(way.split(" ")[1:], names), n, tally["faults"].get(way, ""))
        for way, n in most
    ]


def way_words(steps: Iterable[str], names: Mapping[str, str]) -> str:
    """Steps in order, in words."""
    return " → ".join(names.get(step, step) for step in steps) or "没有人办过"


def loads(tally: Mapping[str, Any], levels: Mapping[str, str]) -> list[Load]:
    """The load of each level, from the community up; the applicant's steps first."""
    return [
        Load(words, _sum(tally, "before", level, levels), _sum(tally, "after", level, levels),
             _mean(tally, level, levels))
        for level, words in _FROM_BELOW.items()
        if _sum(tally, "before", level, levels) or _sum(tally, "after", level, levels)
    ]  # fmt: skip


def _sum(tally: Mapping[str, Any], when: str, level: str, levels: Mapping[str, str]) -> int:
    counted = tally.get(when, {})
    return sum(n for step, n in counted.items() if levels.get(step, OTHER) == level)


def _mean(tally: Mapping[str, Any], level: str, levels: Mapping[str, str]) -> float | None:
    """In days, over all that was decided there."""
    mine = [pair for step, pair in tally["waited"].items() if levels.get(step, OTHER) == level]
    count = sum(pair[0] for pair in mine)
    return sum(pair[1] for pair in mine) / count / DAY if count else None


def days(tally: Mapping[str, Any], when: str, levels: Mapping[str, str]) -> float | None:
    """Days of waiting a case, by what was waited at each step, or at its level where it is new."""
    total, cases = 0.0, sum(tally.get("kinds", {}).values())
    for step, n in tally.get(when, {}).items():
        count, seconds = tally["waited"].get(step, (0, 0.0))
        mean = seconds / count / DAY if count else _mean(tally, levels.get(step, OTHER), levels)
        if mean is None:
            return None  # nobody ever decided there: to guess would be to mislead
        total += n * mean
    return total / cases if cases else None
