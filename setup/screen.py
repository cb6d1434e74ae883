"""Talking on screen, refusing with advice, and starting programs."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent


class Refusal(Exception):
    """Something is missing or not allowed; the text says what to do about it."""


class Broken(Exception):
    """A program that we started failed; the text is its last words."""


class Stopped(BaseException):
    """Somebody sent SIGTERM: clean up and leave."""


def say(text: str) -> None:
    print(f"[安管] {text}", flush=True)


def shout(text: str) -> None:
    """One line that nobody overlooks."""
    red = sys.stdout.isatty() and os.name != "nt"
    print(f"\033[1;37;41m[安管] {text}\033[0m" if red else f"[安管] !!! {text}", flush=True)


@contextmanager
def timed(what: str) -> Iterator[None]:
    say(f"{what} …")
    begun = time.monotonic()
    yield
    say(f"{what}：完成，用时 {time.monotonic() - begun:.1f} 秒")


def quietly(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str:
    """Run to the end and return what it printed; raise Broken with the tail when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise Broken("\n".join(text.strip().splitlines()[-25:]) or f"exit {done.returncode}")
    return text


def aloud(command: Sequence[str | Path], env: Mapping[str, str]) -> int:
    """Run to the end where the user stands, with our screen and keyboard; return its exit code."""
    found = {**env, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen([str(part) for part in command], env=found)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # the child has had the same key; let it end in its own way
            continue
        except Stopped:
            child.terminate()
            child.wait()
            raise


def listen_for_sigterm() -> None:
    """Turn SIGTERM into Stopped, so that whatever we started is stopped too."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    signal.signal(signal.SIGTERM, stop)


def end_with_us(number: int) -> Callable[[], None] | None:
    """What a child runs first, so that Linux sends it this signal when we are killed outright."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(1, number)

    return ask
