"""Faults put into the shipped flows by chance: each is refused, or does no harm in the engine.

`SPOILT=20000` puts in as many; by default a share of it with the same seed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from random import Random
from types import MappingProxyType

import pytest
from flask import Flask

from app import engine
from app.engine.check_bundle import check_bundle
from app.workflow import declared, definitions, forms, kinds
from tests.processes.everywhere import Kind, everywhere
from tests.processes.spoiling import FAULTS, Spoiler
from tests.processes.spoiling_tables import TABLE_FAULTS, TableSpoiler, unanswered
from tests.processes.test_bad_record import BANNED, DATED, PROPOSED
from tests.processes.test_patrol import FINE, RECTIFY, SOFTENED, START, STOP
from tests.processes.test_rectification import ORDERED
from tests.processes.walks import FILED

COUNT = int(os.environ.get("SPOILT", "500"))
OVER = {"investment_wan": Decimal(400), "area_sqm": Decimal(4000)}
YES_NO = (True, False)
ASKED = {"extensions": 0, "started": False, "high_risk": False, "change_kind": "content"}
KINDS: dict[str, Kind] = {
    "accident": Kind(({},)),
    "bad_record": Kind(
        ({**PROPOSED}, {**PROPOSED, "repeated": True}),
        tuple({**told, "until_fixed": until} for told in (DATED, BANNED) for until in YES_NO),
        levels=2, approving=frozenset({"expired", "repaired"}),
        watched=frozenset({"repeated", "until_fixed"}),
    ),
    "change": Kind(
        (ASKED, {**ASKED, "change_kind": "dates", "started": True},
         {**ASKED, "change_kind": "contractor", "high_risk": True}),
        again=("smallworks/change",), levels=2,
        bound={"district": ("depth", "district", frozenset({"approved"}))},
        watched=frozenset({"allowed", "depth"}),
    ),
    "completion": Kind(({},)),
    "department_call": Kind(({},)),
    "filing": Kind(
        (FILED, {**FILED, "risk_height": True}, {**FILED, "city_case": True}, {**FILED, **OVER}),
        ({}, {"risk_floor": "high"}), ("smallworks/filing",), levels=2,
        bound={
            "district": ("in_limit", False, frozenset({"approved", "referred"})),
            "city": ("depth", "city", frozenset({"approved"})),
        },
        watched=frozenset({"in_limit", "depth", "risk_floor", "city_case", "risk_height"}),
    ),
    "overdue": Kind(({},)),
    "patrol": Kind(
        tuple({**START, "level": level} for level in ("", "township", "department")),
        (FINE, RECTIFY, STOP, {**SOFTENED, "confirmer": "confirm_township"}),
        watched=frozenset({"level", "conclusion", "confirm", "confirmer"}),
    ),
    "rating": Kind(({},)),
    "rectification": Kind(
        tuple({**ORDERED, "level": level} for level in ("community", "department")),
        ({"all_passed": True}, {"all_passed": False, "failures": 1},
         {"all_passed": False, "failures": 2}),
        watched=frozenset({"level", "all_passed", "failures", "proposed", "propose"}),
    ),
    "report": Kind(
        ({"report_kind": "unfiled", "known_work": False, "party_known": False},),
        tuple({"known_work": k, "party_known": p} for k in YES_NO for p in YES_NO),
        watched=frozenset({"known_work", "party_known", "propose"}),
    ),
    "start_report": Kind(({},)),
    "stop_work": Kind(
        tuple({"formal": f, "major_hazard": m} for f in YES_NO for m in YES_NO),
        ({"wish": "resume"}, {"wish": "abandon"}),
        watched=frozenset({"formal", "major_hazard", "wish"}),
    ),
}  # fmt: skip


ALL = {*FAULTS, *TABLE_FAULTS}
Files = dict[str, bytes]


class Shipped:
    """One shipped process: its files, and what its kind may speak of."""

    def __init__(self, key: str) -> None:
        files = definitions.shipped_files(key)
        read = [forms.read(text, name) for name, text in files.items() if name.endswith(".json")]
        self.key = key
        self.words = declared.vocabulary(read, kinds.of(key))
        self.drawn = {n: t for n, t in files.items() if n.endswith((".bpmn", ".dmn"))}
        named = f"{key}.bpmn"
        self.drawing = self.drawn.pop(named)
        used = {n: t for n, t in self.drawn.items() if self._asks(t)}
        self.tables = MappingProxyType({n: t.encode() for n, t in used.items()})

    def unanswered(self, files: Files, chance: Random) -> list[str]:
        """Cases for which one of its tables has no answer."""
        kind = KINDS[self.key]
        known = {**kind.begun[0], **kind.added[0]}
        tables = {name: text for name, text in files.items() if name.endswith(".dmn")}
        return list(unanswered(tables, self.words, known, chance))

    def _asks(self, table: str) -> bool:
        return any(f'flow:decision="{word}"' in self.drawing for word in _ids(table))

    def bundle(self, drawing: bytes, tables: Mapping[str, bytes] | None = None) -> Files:
        return {f"{self.key}.bpmn": drawing, **(self.tables if tables is None else tables)}

    def spoilt(self, kind: str, chance: Random) -> Files | None:
        """Its files with one fault of this kind, in the drawing or in a table, if it has any."""
        if kind in TABLE_FAULTS:
            tables = TableSpoiler(self.tables, chance)
            whole = Spoiler(self.drawing, chance).text
            return self.bundle(whole, tables.tables) if tables.put(kind) else None
        spoiler = Spoiler(self.drawing, chance)
        return self.bundle(spoiler.text) if spoiler.put(kind) else None


def _ids(table: str) -> list[str]:
    return [part.split('"')[1] for part in table.split("<decision ")[1:]]


@pytest.fixture
def shipped(app: Flask) -> Callable[[str], Shipped]:
    """The shipped processes, with what the domain that is installed says of them."""
    return cache(Shipped)


pytestmark = pytest.mark.one_store


@pytest.mark.parametrize("key", sorted(KINDS))
def test_the_shipped_drawing_does_no_harm(key: str, shipped: Callable[[str], Shipped]) -> None:
    mine = shipped(key)
    files = mine.bundle(Spoiler(mine.drawing, Random(0)).text)  # noqa: S311
    assert check_bundle(files, key, mine.words) == []
    walked = everywhere(engine.parse(files, key), KINDS[key])
    assert walked.wrong == []
    assert any(seen.step.ended for seen in walked.states.values())


def test_every_fault_is_refused_or_does_no_harm(
    shipped: Callable[[str], Shipped], record_property: Callable[[str, object], None]
) -> None:
    chance, refused, harm = Random("spoilt"), Counter[str](), []  # noqa: S311
    keys, names, number, moves, harmless = sorted(KINDS), sorted(ALL), 0, 0, Counter[str]()
    while refused.total() + harmless.total() < COUNT:
        number += 1
        mine, kind = shipped(chance.choice(keys)), names[number % len(names)]
        files = mine.spoilt(kind, chance)
        if files is None:
            continue
        found = check_bundle(files, mine.key, mine.words)
        if found:
            refused[f"{kind}: {found[0].code}"] += 1
            continue
        walked = everywhere(engine.parse(files, mine.key), KINDS[mine.key])
        harmless[f"{kind}: harmless"] += 1
        moves += walked.moves
        wrong = [*walked.wrong, *mine.unanswered(files, chance)]
        harm += [f"{mine.key} {kind} {number}: {each}" for each in wrong[:2]]
    told = [f"{what}: {many}" for what, many in sorted((refused + harmless).items())]
    record_property("measured", "\n".join([*told, f"{moves} moves made in the engine"]))
    assert harm == []
    assert refused.total() > COUNT / 2
    assert harmless.total() > COUNT / 10
