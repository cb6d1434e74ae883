"""What the processes of the hammer do: people who press buttons, and workers."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db, session
from app.workflow import jobs
from app.workflow.desks import hold_for
from app.workflow.models import Task
from tests.reliability.history import Journal, lost_store
from tests.reliability.house import NOON, TABLE, House, let_go
from tests.reliability.posts import Post
from tests.reliability.processes import say

SPEED = 30
"""How much faster than ours the clock of the house runs: a lease of a minute is two seconds."""
AHEAD = timedelta(days=20)
"""How far one of the workers is ahead, so that the limits of applicants run out."""
WANTED = 12
"""Open tasks that are kept about: few enough for rivals to meet at each."""
WAYS = {
    "community_check": ("approve",) * 6 + ("return",) * 3 + ("reject", "refer"),
    "township_review": ("approve",) * 6 + ("return",) * 2 + ("escalate",) * 3 + ("refer",),
    "district_countersign": ("approve",) * 5 + ("return", "reject"),
    "city_review": ("approve", "return"),
    "permit_follow_up": ("permitted", "abandoned"),
    "correction": ("submit",),
}


def client(house: House, slot: int, draw: random.Random, begun: float) -> None:
    """Press buttons for ever; first, those to which a dead predecessor had no answer."""
    path = house.folder / f"journal-{slot}.jsonl"
    journal = Journal(path)
    unanswered = list(_unanswered(path.read_text() if path.exists() else ""))
    while True:
        try:
            post = unanswered.pop() if unanswered else _thought_up(house, draw)
            if post is None:
                time.sleep(0.02)
                continue
            for _click in range(draw.choice((1, 1, 1, 2))):
                say(house, journal, post, lambda: _now(begun))
            db.session.remove()
        except Exception as fault:
            bear(fault)


def bear(fault: Exception) -> None:
    """Go on without the store if it went away; anything else ends the process."""
    if not lost_store(fault):
        raise fault
    let_go()
    time.sleep(0.02)


def worker(house: House, slot: int, draw: random.Random, begun: float) -> None:
    """Do what is due, for ever; every other worker lives three weeks ahead."""
    while True:
        ahead = AHEAD if slot % 2 else timedelta()
        try:
            done = jobs.run_due(_now(begun) + ahead, most=draw.choice((1, 5, 20)))
            db.session.remove()
            if not done:
                time.sleep(0.02)
        except Exception as fault:
            bear(fault)


def _now(begun: float) -> datetime:
    return NOON + timedelta(seconds=(time.time() - begun) * SPEED)


def _unanswered(journal: str) -> Iterator[Post]:
    """The last post, if no answer to it was written down."""
    lines = [json.loads(line) for line in journal.splitlines()[-1:]]
    for line in lines:
        if line["what"] in ("want", "fault"):
            yield Post(**{name: line[name] for name in Post.__slots__})


def _thought_up(house: House, draw: random.Random) -> Post | None:
    """Something that somebody might do now."""
    rows = _open()
    if len(rows) < WANTED and draw.random() < 0.5:
        return Post("file", "", f"file:{draw.randrange(10**9)}")
    if not rows:
        return None
    return _about(house, draw, draw.choice(rows))


def _open() -> list[Task]:
    session().rollback()
    rows = (
        session()
        .scalars(
            select(Task)
            .where(Task.status == "open", Task.element.in_(WAYS))  # what filings open is another's
            .order_by(Task.opened_at, Task.id)
            .limit(WANTED)
        )
        .all()
    )
    session().rollback()
    return list(rows)


def _about(house: House, draw: random.Random, task: Task) -> Post:
    """The same person thinks of the same act with the same key, in whichever process."""
    mine = [name for name in TABLE if hold_for(house.actors[name], task)]
    who = draw.choice(mine) if mine else ""
    word, form = draw.random(), draw.choice("aab")
    if task.person_id and word < 0.12:
        return Post("withdraw", "", f"withdraw:{task.case_id}:{form}", task.case_id)
    if word < 0.3 and mine:
        return Post("claim", who, f"claim:{task.id}:{form}", task.id)
    if word < 0.36 and mine:
        return Post("release", who, f"release:{task.id}:{form}", task.id)
    key = f"d:{task.id}:{form}"
    ways = WAYS[task.element]
    outcome = random.Random(f"{who}{key}").choice(ways)  # noqa: S311 - the same form, the same words
    return Post("decide", who, key, task.id, outcome)
