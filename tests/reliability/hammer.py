"""The hammer: processes that file, claim, decide and work the queue, killed at random.

    python -m tests.reliability.hammer --store sqlite --folder FOLDER --seed 1 --kills 300

Every process draws from a seed of its own, made of the run's seed and its number. Some die by their
own hand at a named place, most are killed from outside; on PostgreSQL the server crashes as well.
Whoever takes a dead process's place sends its unanswered posts again. In the end a worker does
what is left to do, and the checker looks.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.checker import check
from tests.reliability.crowd import client, worker
from tests.reliability.drills import drain, open_task
from tests.reliability.history import History, Journal
from tests.reliability.house import NOON, House, let_go, open_house
from tests.reliability.posts import Post, send
from tests.reliability.processes import ended, forked, say
from tests.reliability.server import CrashingServer
from tests.stores import PostgresStore, SqliteStore, Store

CLIENTS, WORKERS = 4, 2
OWN_HAND = 0.01
"""How likely a process is to die at any one named place."""
OUTSIDE = "killed from outside"
REST = 0.1
"""Seconds from one kill to the next, on average, and longer where nothing is done meanwhile."""
AN_ACT = 500
"""Bytes of a journal: what somebody wanted, and what they were told."""


@dataclass
class Crowd:
    """The processes at work, and how many of them died how."""

    house: House
    seed: int
    living: dict[int, tuple[str, int]] = field(default_factory=dict)
    started: int = 0
    shot: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def start(self, role: str, slot: int) -> None:
        """One more process, in this place."""
        self.started += 1
        draw = random.Random(f"{self.seed}/{self.started}")  # noqa: S311
        let_go()
        begun = self.house.folder / "begun"
        work = client if role == "client" else worker

        def act() -> None:
            work(self.house, slot, draw, begun.stat().st_mtime)

        def die_by_own_hand(_place: str) -> None:
            if draw.random() < OWN_HAND:
                os.kill(os.getpid(), signal.SIGKILL)

        self.living[forked(self.house, act, die_by_own_hand)] = (role, slot)

    @property
    def written(self) -> int:
        """How much of what was wanted and told is written down."""
        return sum(one.stat().st_size for one in self.house.folder.glob("journal-*.jsonl"))

    def shoot(self, draw: random.Random) -> None:
        """Kill one of them, whatever it is doing."""
        victim = draw.choice(sorted(self.living))
        self.shot.add(victim)
        os.kill(victim, signal.SIGKILL)

    def replace_the_dead(self) -> None:
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            if child not in self.living:
                continue  # who waited to read photos for us went home
            role, slot = self.living.pop(child)
            if not os.WIFSIGNALED(status):
                self.counts["broken"] += 1
            else:
                self.counts[
                    "killed from outside" if child in self.shot else "killed at a place"
                ] += 1
            self.start(role, slot)

    def end(self) -> None:
        for child in self.living:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def hammer(house: House, seed: int, kills: int, server: CrashingServer | None) -> Counter[str]:
    """Until so many were killed from outside; five crashes of the server are spread over them."""
    draw = random.Random(seed)  # noqa: S311
    (house.folder / "begun").touch()
    crowd = Crowd(house, seed)
    for slot in range(CLIENTS + WORKERS):
        crowd.start("client" if slot < CLIENTS else "worker", slot)
    following, written = time.monotonic() + 1, 0
    while crowd.counts[OUTSIDE] < kills:
        time.sleep(0.005)
        crowd.replace_the_dead()
        if time.monotonic() < following or crowd.written < written:
            continue
        following = time.monotonic() + draw.expovariate(1 / REST)
        written = crowd.written + AN_ACT
        crowd.shoot(draw)
        done = len(crowd.shot)
        if server and done % max(1, kills // 5) == kills // 10:
            server.crash()
            crowd.counts["server crashes"] += 1
    crowd.replace_the_dead()
    crowd.end()
    return crowd.counts


def warm_up(house: House) -> None:
    """Do once what the forked processes will do, so that none of them begins with cold caches.

    Not the rendering of papers: it has threads, which do not survive a fork.
    """
    journal = Journal(house.folder / "warm.jsonl")
    case = send(house, Post("file", "", "file:warm"), NOON)
    for who, outcome in (("shecundong", "return"), ("", "submit"), ("shecundong", "approve")):
        task = open_task(case)
        say(house, journal, Post("claim", who, f"claim:{task}", task), lambda: NOON)
        say(house, journal, Post("decide", who, f"d:{task}", task, outcome), lambda: NOON)
    (house.folder / "warm.jsonl").unlink()


@contextmanager
def a_store(kind: str, folder: Path) -> Iterator[tuple[Store, CrashingServer | None]]:
    """A store of our own; on PostgreSQL with a server of our own, which can be crashed."""
    if kind == "sqlite":
        yield SqliteStore(folder / "store"), None
        return
    with CrashingServer(folder / "server") as server:
        yield PostgresStore(server.url, "anguan"), server


def run(args: argparse.Namespace) -> dict[str, object]:
    begun = time.monotonic()
    with a_store(args.store, args.folder) as (store, server):
        house = open_house(store, args.folder)
        warm_up(house)
        store.begin("moved_in", lambda: None)
        store.settle()
        counts = hammer(house, args.seed, args.kills, server)
        if ended(forked(house, drain)) != "well":
            counts["the worker could not go on"] += 1
        seen = History.read(args.folder)
        found = check(args.folder, seen)
        let_go()
    seconds = round(time.monotonic() - begun, 1)
    posts = {f"posts: {name}": count for name, count in sorted(seen.counts.items())}
    mail = {"mail": len(seen.mail), "mail twice": seen.mail.total() - len(seen.mail)}
    acts = {"acts": len(seen.posts), "acts acknowledged": len(seen.acks)}
    return {
        "store": args.store, "seed": args.seed, "seconds": seconds,
        **dict(sorted(counts.items())), **acts, **posts, **mail, "violations": found,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=300)
    report = run(parser.parse_args())
    sys.stdout.write(json.dumps(report, ensure_ascii=False))
    sys.exit(bool(report["violations"] or report.get("broken")))


if __name__ == "__main__":
    main()
