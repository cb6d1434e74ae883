"""Nothing acknowledged is lost, nothing happens twice, whatever is killed; and the checker sees.

ANGUAN_KILLS and ANGUAN_SEED make the hammer longer and different; each run prints its seed.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from setup.postgres import _quick_place
from setup.screen import ROOT
from tests.conftest import KINDS, SERVER
from tests.reliability.drills import STAGES
from tests.reliability.faults import FAULTS

KILLS = int(os.environ.get("ANGUAN_KILLS", "300"))
PATIENCE = 1200
SEED = int(os.environ.get("ANGUAN_SEED", "20261123"))
VERBS = {
    "filing": ("file", "file_draft", "publish"),
    "handling": ("claim", "release", "complete", "return", "resubmit", "sign", "withdraw"),
    "background": ("timer", "job"),
    "works": ("about", "hold", "lift"),
    "flows": ("begin_move", "move", "move_back"),
}
SEEDED = [(name, kind) for name, fault in FAULTS.items() for kind in KINDS if kind in fault.stores]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where quick disks are, if there are any; kept when a test fails, to be looked into."""
    made = Path(tempfile.mkdtemp(prefix="anguan-crash-", dir=_quick_place()))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


Houses = Callable[[str], "House"]


class House:
    """The program of the sweep on one store: opened once, and asked for one thing after another."""

    def __init__(self, kind: str, folder: Path) -> None:
        self._said = folder / "said.txt"
        place = ["--store", where(kind), "--folder", str(folder / "house"), "--stay-open"]
        with self._said.open("w") as said:
            self._program = subprocess.Popen(
                [sys.executable, "-m", "tests.reliability.sweep", *place],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True,
            )  # fmt: skip

    def ask(self, **wanted: Any) -> dict[str, Any]:
        """Have it done, and read the report."""
        given, answers = self._program.stdin, self._program.stdout
        assert given
        assert answers
        print(json.dumps(wanted), file=given, flush=True)
        answered, _, _ = select.select([answers], [], [], PATIENCE)
        report: dict[str, Any] = json.loads((answered and answers.readline()) or '{"broken": true}')
        if "broken" in report:
            pytest.fail(f"{wanted}\n{self._said.read_text()[-6000:]}")
        print(report)  # noqa: T201 - shown with a failure
        return report

    def close(self) -> None:
        """It clears away what it left on a server, and ends."""
        try:
            self._program.communicate(timeout=60)
        finally:
            self._program.kill()


@pytest.fixture(scope="session")
def houses() -> Iterator[Houses]:
    """One for each store, opened when the first test asks for it."""
    with tempfile.TemporaryDirectory(prefix="anguan-crash-", dir=_quick_place()) as place:
        Path(place).chmod(0o711)
        opened: dict[str, House] = {}

        def house(kind: str) -> House:
            if kind not in opened:
                folder = Path(tempfile.mkdtemp(prefix="house-", dir=place))  # names the database
                opened[kind] = House(kind, folder)
            return opened[kind]

        yield house
        for one in opened.values():
            one.close()


def program(module: str, *words: str | Path) -> dict[str, Any]:
    """Run one of the programs beside this file, and read its report."""
    command = [sys.executable, "-m", f"tests.reliability.{module}", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    try:
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        pytest.fail(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}")
    print(report)  # noqa: T201 - shown with a failure: the seed that repeats it
    return report


def where(kind: str) -> str:
    return "sqlite" if kind == "sqlite" else SERVER


def test_every_verb_is_swept() -> None:
    assert {verb for verbs in VERBS.values() for verb in verbs} == set(STAGES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("group", list(VERBS))
def test_a_crash_at_any_place_loses_nothing(kind: str, group: str, houses: Houses) -> None:
    report = houses(kind).ask(verbs=VERBS[group])
    assert report["violations"] == {}
    assert report["crashes"] > 4 * len(VERBS[group])
    assert report.get("races", 0) > 0 or group in ("works", "flows")  # tests/workflow races them


@pytest.mark.parametrize("kind", KINDS)
def test_the_hammer_breaks_nothing(kind: str, folder: Path) -> None:
    seed = SEED or random.SystemRandom().randrange(10**6)
    how = ("--seed", str(seed), "--kills", str(KILLS))
    report = program("hammer", "--store", kind, "--folder", folder / "house", *how)
    assert report["violations"] == []
    assert report["killed from outside"] >= KILLS
    assert report.get("server crashes", 0) >= (4 if kind == "postgresql" else 0)
    assert report["acts acknowledged"] > KILLS / 10
    assert "broken" not in report


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_made_under_load_can_be_restored(kind: str, folder: Path) -> None:
    report = program("restoring", "--store", where(kind), "--folder", folder / "house")
    assert report["backups"] == 3
    assert 0 < report["cases in each"][0] <= report["cases in each"][-1]


@pytest.mark.parametrize(("name", "kind"), SEEDED)
def test_the_checker_sees_a_seeded_fault(name: str, kind: str, houses: Houses) -> None:
    report = houses(kind).ask(fault=name)
    assert report["violations"], f"{name} was not seen"
