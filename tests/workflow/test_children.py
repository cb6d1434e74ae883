"""Who reads strangers' files: called once, knows nothing of ours, and each file is a fork's."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

import psutil
import pytest

from app.children import Child

ODD = Child(Path(__file__).with_name("odd_child.py"))


def waits() -> int:
    return int(ODD.ask(b"", "say who waits", seconds=20)[1].split()[0])


def test_what_is_sent_comes_back_with_the_exit_code() -> None:
    large = bytes(range(256)) * 40_000
    assert ODD.ask(b"abc", "turn round", seconds=20) == (3, b"cba")
    assert ODD.ask(large, "turn round", seconds=20) == (len(large) % 100, large[::-1])


def test_one_waits_and_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANGUAN_DATA_KEY", "a secret")
    assert waits() == waits() != os.getpid()
    assert b"ANGUAN" not in ODD.ask(b"", "say who waits", seconds=20)[1]


def test_a_fork_that_dies_or_hangs_takes_nobody_along() -> None:
    before = waits()
    assert ODD.ask(b"abc", "die", seconds=20) == (-signal.SIGKILL, b"")
    with pytest.raises(TimeoutError):
        ODD.ask(b"abc", "sleep", seconds=1)
    assert waits() == before


def test_another_is_called_when_nobody_waits_any_more() -> None:
    before = waits()
    os.kill(before, signal.SIGKILL)
    assert ODD.ask(b"abc", "turn round", seconds=20) == (3, b"cba")
    assert waits() != before


def test_who_waits_goes_home_when_nobody_can_ask_any_more() -> None:
    asker = Child(Path(__file__).with_name("odd_child.py"))
    waiting = int(asker.ask(b"", "say who waits", seconds=20)[1].split()[0])
    assert psutil.pid_exists(waiting)
    del asker
    gc.collect()
    assert not psutil.pid_exists(waiting)
