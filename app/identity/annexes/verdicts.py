"""What comes of a line of an annex, the questions it leaves, and how both are kept. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from app.identity.annexes.reading import Line, Reading

ANOTHER = "another"
NEW, CHANGED, SAME, FAULT, OPEN = "new", "changed", "same", "fault", "open"
VERDICTS: Mapping[str, str] = {
    FAULT: "有误", OPEN: "待确认", NEW: "新增", CHANGED: "变更", SAME: "不变",
}  # fmt: skip


@dataclass(slots=True)
class Judged:
    """A line with what it comes to; ids are of what the store holds already."""

    line: Line
    verdict: str
    why: str = ""
    unit_id: str = ""
    unit_name: str = ""
    role: str = ""
    position: str = ""
    person_id: str = ""
    grant_id: str = ""
    reading: str = ""
    sets_phone: bool = False

    @property
    def who(self) -> tuple[str, str]:
        """What makes two lines of one workbook the same person."""
        return self.line.name, self.line.phone


@dataclass(slots=True)
class Question:
    """A spelling that several units or none answer to, and where its choices are listed."""

    key: str
    kind: str
    text: str
    spelling: str
    """Folded, as it is remembered; empty where a sheet says nothing that could be."""
    within_id: str
    within_name: str
    choices: str
    """A key of `Judgement.lists`."""
    likely: list[str]
    rows: list[str]
    chosen: str = ""


@dataclass(slots=True)
class Doubt:
    """A new person whose name can be read in several ways, or in none that we know."""

    key: str
    name: str
    unit_name: str
    readings: list[str]
    chosen: str = ""


@dataclass(slots=True)
class Twin:
    """Somebody new by their number, whose name stands in the unit already with another number."""

    key: str
    name: str
    phone: str
    known: list[tuple[str, str, str]]
    """(person id, unit, account) of those of that name."""
    chosen: str = ""
    """One of them, who has a new number, or `ANOTHER`."""


@dataclass(slots=True)
class Missing:
    """Somebody who holds a post in a unit of the workbook and does not stand in it."""

    unit_name: str
    name: str
    position: str
    account: str


@dataclass(slots=True)
class Choices:
    """What the administrator answered: units by question, readings by doubt, people by twin."""

    units: dict[str, str] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Judgement:
    """Everything that the preview shows."""

    lines: list[Judged] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    lists: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """The units to choose from, (id, name), once for all questions that share them."""

    def counts(self) -> dict[str, Any]:
        """How many of each, and a mark that changes when anything would come out otherwise."""
        made = Counter(one.verdict for one in self.lines)
        fresh = {one.who for one in self.lines if one.verdict == NEW and not one.person_id}
        told = {verdict: made[verdict] for verdict in VERDICTS}
        more = {"missing": len(self.missing), "people": len(fresh), "mark": self.mark()}
        return {**told, **more}

    def mark(self) -> str:
        """The same for two judgements that would do the same."""
        done = [
            (one.verdict, one.unit_id, one.role, one.position, one.who, one.person_id, one.reading)
            for one in self.lines
        ]
        return hashlib.sha256(json.dumps(done).encode()).hexdigest()


def key_of(*words: str) -> str:
    """A short name for a question: what is written in a form must not be the text of a stranger."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def dump(found: Reading, judged: Judgement) -> str:
    """Both as one text, to be sealed."""
    return json.dumps([asdict(found), asdict(judged)], ensure_ascii=False)


def load(text: str) -> tuple[Reading, Judgement]:
    """Both again."""
    read, judged = json.loads(text)
    lines = [Line(**line) for line in read.pop("lines")]
    aside = [tuple(row) for row in read.pop("aside")]
    return Reading(lines=lines, aside=aside, **read), _judgement(judged)


def _judgement(kept: dict[str, Any]) -> Judgement:
    return Judgement(
        lines=[Judged(**{**one, "line": Line(**one["line"])}) for one in kept["lines"]],
        questions=[Question(**one) for one in kept["questions"]],
        doubts=[Doubt(**one) for one in kept["doubts"]],
        twins=[
            Twin(**{**one, "known": [tuple(each) for each in one["known"]]})
            for one in kept["twins"]
        ],
        missing=[Missing(**one) for one in kept["missing"]],
        lists={key: [tuple(pair) for pair in pairs] for key, pairs in kept["lists"].items()},
    )
