"""Drawings cut up and put together again: the checks answer with findings, never with an error."""

from __future__ import annotations

import random
import re
import time

import pytest

from app.engine.check_bundle import check_bundle
from tests.engine.drawings import (
    WORDS,
    boundary,
    document,
    end,
    flow,
    flows,
    graded,
    honest,
    node,
    review,
    start,
    table,
    timer,
)

ROUNDS = 150
TAGS = [
    "userTask",
    "scriptTask",
    "parallelGateway",
    "exclusiveGateway",
    "inclusiveGateway",
    "subProcess",
    "endEvent",
    "startEvent",
    "eventBasedGateway",
    "callActivity",
    "boundaryEvent",
    "intermediateCatchEvent",
    "sequenceFlow",
]


def nested() -> str:
    inside = (
        start("s1")
        + review("a", "community", "approve")
        + end("e1", "done")
        + flows("s1", "a", "e1")
    )
    return document(
        start(), node("subProcess", "sub", inside=inside), review("b", "city", "approve"),
        end("yes"), flows("begin", "sub", "b", "yes"),
        boundary("late", "sub", timer("timeDuration", "P1D")), flow("late", "b"),
    )  # fmt: skip


def spoilt(text: str, chance: random.Random) -> str:
    """One change of the kinds that an editor, a merge or an attacker could make."""
    pieces = re.findall(r"<[^>]*>|[^<]+", text)
    a, b = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    match chance.randrange(5):
        case 0:
            del pieces[a]
        case 1:
            pieces.insert(a, pieces[b])
        case 2:
            pieces[a], pieces[b] = pieces[b], pieces[a]
        case 3:
            values = re.findall(r'="([^"]*)"', text)
            old, new = chance.choice(values), chance.choice(values)
            return text.replace(f'="{old}"', f'="{new}"')
        case _:
            old, new = chance.choice(TAGS), chance.choice(TAGS)
            return re.sub(rf"bpmn:{old}\b", f"bpmn:{new}", text)
    return "".join(pieces)


@pytest.mark.parametrize("seed", range(4))
def test_spoilt_drawings_are_judged_and_quickly(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    begun = time.process_time()
    refused = 0
    for _ in range(ROUNDS):
        drawn, decided = chance.choice([honest(), graded(), nested()]), table()
        for _ in range(chance.randint(1, 4)):
            drawn = spoilt(drawn, chance)
        decided = spoilt(decided, chance) if chance.random() < 0.3 else decided
        files = {"demo.bpmn": drawn.encode(), "grade.dmn": decided.encode()}
        refused += bool(check_bundle(files, "demo", WORDS))
    assert refused > ROUNDS / 2
    assert time.process_time() - begun < ROUNDS * 0.1
