"""Processes that are forked from an open house, and die where they are told to."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil

from app import crashing
from app.errors import Refusal
from tests.reliability.history import Journal
from tests.reliability.house import House, let_go
from tests.reliability.posts import Post, send

Watcher = Callable[[str], None]
STILL = 0.3
"""Seconds in which a rival did nothing at all: it waits for a lock."""
STILLER = 1.5
"""With a fault seeded, it must have been a lock, however busy the machine."""
LONGEST = 60.0


def forked(house: House, act: Callable[[], None], watch: Watcher | None = None) -> int:
    """Start a process that does this and ends. The parent holds no connection meanwhile."""
    let_go()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        crashing.watchers[:] = [watch] if watch else []
        act()
        let_go()
        code = 0
    except BaseException:  # it would run on in the parent's place
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def ended(child: int) -> str:
    """How a process ended, once it has: well, killed, or broken."""
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return "killed"
    return "broken" if os.waitstatus_to_exitcode(status) else "well"


def die_at(place: str, time_: int) -> Watcher:
    """Kill this process, with no chance to tidy up, when it comes to a place for the nth time."""
    seen: Counter[str] = Counter()

    def watch(here: str) -> None:
        seen[here] += 1
        if here == place and seen[here] == time_:
            os.kill(os.getpid(), signal.SIGKILL)

    return watch


def linger_at(place: str, folder: Path) -> Watcher:
    """At a place, the first time, wait until we are told to go on."""

    def watch(here: str) -> None:
        if here == place and not (folder / "here").exists():
            (folder / "here").touch()
            await_file(folder / "gone", LONGEST)

    return watch


def done_or_held(child: int, still: float) -> None:
    """Give a process every chance to get done: until it ended, or was still for so long."""
    watched, used, since = psutil.Process(child), -1.0, time.monotonic()
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.01)
        now = sum(watched.cpu_times()[:2])
        if now != used or watched.status() != psutil.STATUS_SLEEPING:
            used, since = now, time.monotonic()
        elif time.monotonic() - since > still:
            return


def await_file(path: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.005)


def note_in(path: Path) -> Watcher:
    """Write down every place that is passed."""

    def watch(here: str) -> None:
        with path.open("a") as out:
            out.write(here + "\n")

    return watch


def say(house: House, journal: Journal, post: Post, at: Callable[[], object]) -> None:
    """Send a post and write down what was wanted and what came of it."""
    person = house.actors[post.who].id
    journal.wants(post, person)
    try:
        journal.told(post, person, send(house, post, at()))  # type: ignore[arg-type]
    except Refusal as why:
        journal.refused(post, person, why)
    except Exception as fault:  # whatever it is, the checker judges it
        journal.failed(post, person, fault)
        let_go()
