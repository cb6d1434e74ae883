"""Every file of the corpus meets the gate: the hostile are refused by name, the honest run."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app import engine
from app.engine.check import check
from tests.engine.corpus_files import CorpusFile, corpus
from tests.engine.drawings import WORDS

HOSTILE, HONEST = list(corpus("hostile")), list(corpus("honest"))
REFUSED = [case for case in HOSTILE if case.code]
HARMLESS = [case for case in HOSTILE if not case.code]
DRAWN = [case for case in REFUSED if case.path.suffix != ".json"]
SECONDS = 2.0
AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
DATA: dict[str, engine.Scalar] = {"amount": Decimal("2.5"), "risky": True, "division": "420502"}


def name(case: CorpusFile) -> str:
    return case.path.name


def started(case: CorpusFile) -> engine.Step:
    """A case of this file, begun."""
    process = engine.parse(case.files, "demo")
    return engine.start(process, DATA, at=AT, workdays=lambda day, n: day + timedelta(days=n))


def test_the_corpus_is_as_large_as_it_says(record_property: Callable[[str, object], None]) -> None:
    said = f"corpus: {len(REFUSED)} hostile, {len(HARMLESS)} harmless, {len(HONEST)} honest files"
    record_property("measured", said)
    assert len(HOSTILE) >= 380
    assert len(HARMLESS) <= 12
    assert len(HONEST) >= 60
    assert {case.path.suffix for case in HOSTILE} == {".bpmn", ".dmn", ".json"}


@pytest.mark.parametrize("case", REFUSED, ids=name)
def test_the_hostile_are_refused_and_the_element_is_named(case: CorpusFile) -> None:
    begun = time.thread_time()
    found = case.findings()
    assert time.thread_time() - begun < SECONDS
    expected = [each for each in found if (each.code, each.element) == (case.code, case.at)]
    assert expected, found
    assert any(case.named(each) for each in expected), expected
    assert all(re.search("[一-龥]", each.message) for each in found)


@pytest.mark.parametrize("case", HARMLESS, ids=name)
def test_the_harmless_do_nothing(case: CorpusFile) -> None:
    assert case.findings() == []
    step = started(case)
    assert len(step.open) == 1
    assert not step.ended
    assert dict(step.data) == DATA
    assert (step.messages, step.actions) == ((), ())


@pytest.mark.parametrize("case", HONEST, ids=name)
def test_the_honest_pass_and_start(case: CorpusFile) -> None:
    assert case.findings() == []
    if case.path.suffix != ".json":
        step = started(case)
        assert step.open or step.wake_at or b"Message" in case.body or b"message" in case.body


@pytest.mark.parametrize("case", [*DRAWN[::30], *HONEST[::20]], ids=name)
def test_the_child_says_the_same(case: CorpusFile) -> None:
    assert check(case.files, "demo", words=WORDS) == tuple(case.findings())
