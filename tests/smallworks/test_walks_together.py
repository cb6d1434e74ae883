"""Random walks over all flows together: works in every state, and every verb tried at them."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import Base, db, session
from app.errors import BrokenProcess, Refusal
from app.smallworks import life
from app.smallworks.models import Work
from app.workflow.models import Case, Event
from tests.smallworks import truths
from tests.smallworks.gallery import one_of_each
from tests.smallworks.patrols import visits
from tests.smallworks.rambling import VERBS, Nothing, Try
from tests.smallworks.records import market
from tests.smallworks.stops import site
from tests.smallworks.town import HIRED, Town, settle
from tests.stores import Store

TRIES = int(os.environ.get("ANGUAN_WALK_TRIES", "300"))
SEED = int(os.environ.get("ANGUAN_WALK_SEED", "20261123"))
PER_WALK = 60
"""So many tries, then the store is put back and another walk begins."""
GOES_ON = frozenset({"patrol", "rectification", "stop_work", "bad_record", "report", "accident",
                     "department_call"})  # fmt: skip
LEADING_ON = ("decide", "decide", "decide", "fill_in", "photograph", "answer", "verify")
STEERED = 0.75
"""So often the next attempt is one that was never made at a work in such a state."""
STRANGE = "decide_as_stranger"
"""Hardly ever taken: whoever comes along is hardly ever whoever it falls to."""
CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
FOREGROUND = frozenset({"attached", "removed"})
"""Photos are laid in before a verb, by commands of their own."""
NEVER_BEGUN = (life.IN_REVIEW, life.REFERRED, life.REJECTED, life.WITHDRAWN)
NAMELESS = {
    (state, verb)
    for state in NEVER_BEGUN
    for verb in ("breach", "fill_in", "photograph", "answer", "verify", "reopen")
} | {(state, verb) for state in (life.FILED, life.LAPSED) for verb in ("answer", "verify")}
"""Cannot be tried: a work that was never let begin has no stop, visit or hazard to be named, and
one that was ever ordered to be put right goes on as begun."""
UNTRIED = {(state, verb) for state in life.TRANSITIONS for verb in VERBS} - NAMELESS
Pair = tuple[str, str]
"""The state of a work, and a verb tried at it."""
Seen = dict[str, tuple[int, str | None, datetime | None]]


@pytest.fixture
def begin(database: Store, app: Flask, noon: datetime) -> Iterator[Callable[[], Town]]:
    """Puts the town back to where every walk begins: a work in each state, at noon."""

    def build() -> None:
        with app.app_context():
            settle(HIRED)
            market.hire(HIRED)
            visits.hire_inspector(HIRED)
            one_of_each(Town(noon))
            db.session.remove()

    def back() -> Town:
        db.session.remove()
        database.begin("walks_town", build, upon="first_start")
        return Town(noon + timedelta(days=3))

    database.begin("walks_town", build, upon="first_start")
    with app.app_context():
        yield back
        db.session.remove()


@dataclass(slots=True)
class Walk:
    """What was tried so far: at a work in which state, by which verb, and what came of it."""

    seed: int
    taken: Counter[Pair] = field(default_factory=Counter)
    refused: Counter[Pair] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    trail: list[str] = field(default_factory=list)
    last_new: int = 0

    def turn(self, at: datetime, dice: random.Random) -> None:
        """One attempt that finds something to be tried on."""
        before, rows, states = _seen(), _counts(), _states()
        for verb, work in self._offers(states, dice):
            if self._tried(Try(at, dice, work), verb, states[work], before):
                break
        self._look(before, rows, states)

    def _offers(self, states: Mapping[str, str], dice: random.Random) -> Iterator[tuple[str, str]]:
        """Verbs and works: mostly what was never tried there yet, else what leads on."""
        pairs = [(verb, work) for work in sorted(states) for verb in VERBS]
        dice.shuffle(pairs)
        if dice.random() < STEERED:
            missing, idle = UNTRIED - self.tried, self.never_taken
            yield from [(verb, work) for verb, work in pairs if (states[work], verb) in missing]
            yield from [(verb, work) for verb, work in pairs if verb in idle]
        alive = [work for work in sorted(states) if states[work] not in life.OVER]
        for _ in range(3):
            yield dice.choice(LEADING_ON), dice.choice(alive)
        yield from pairs

    def _tried(self, attempt: Try, verb: str, state: str, before: Seen) -> bool:
        """Whether there was anything to try the verb on."""
        self.trail.append(f"{attempt.at:%m-%d %H:%M} {verb} at a work {state}")
        known = len(self.tried)
        try:
            VERBS[verb](attempt)
        except Nothing:
            self.trail.pop()
            return False
        except BrokenProcess as broken:
            raise AssertionError(f"{broken.message} {broken.findings}\n{self}") from broken
        except Refusal as refused:
            self.refused[state, verb] += 1
            self._refused(refused, before)
        else:
            self.taken[state, verb] += 1
        self.last_new = len(self.trail) if len(self.tried) > known else self.last_new
        return True

    @property
    def tried(self) -> set[Pair]:
        return {*self.taken, *self.refused}

    @property
    def never_taken(self) -> set[str]:
        return set(VERBS) - {verb for _state, verb in self.taken} - {STRANGE}

    @property
    def goes_on(self) -> bool:
        """To the end, and as far again while anything is left that was never tried."""
        done = len(self.trail)
        left = UNTRIED - self.tried or self.never_taken
        return done < TRIES or (bool(left) and done < 2 * TRIES)

    def _refused(self, refused: Refusal, before: Seen) -> None:
        """In Chinese words, and nothing of it is left."""
        self.said[type(refused).__name__] += 1
        assert CHINESE.search(refused.message), f"{refused.message}\n{self}"
        session().rollback()
        assert _verbs_since(before) <= FOREGROUND, f"a refused verb left something\n{self}"

    def _look(self, before: Seen, rows: Counter[str], states: dict[str, str]) -> None:
        """After any step: events, states, held cases, and what was never to be lost."""
        session().rollback()
        now = _seen()
        touched = [case for case in now if now[case] != before.get(case)]
        faults = [*truths.standing(session(), *touched)] if touched else []
        faults += _moves(states, _states(), self.trail[-1])
        faults += [f"{gone} rows of {name} are gone" for name, gone in (rows - _counts()).items()]
        for case in touched:
            faults += _one_event(case, before, now)
        assert not faults, "\n".join([*faults, str(self)])

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}", *self.trail[-25:]])


def _seen() -> Seen:
    """Of every case: how many events it has, its snapshot by its hash, since when it is held."""
    last = select(Event.case_id, func.max(Event.seq)).group_by(Event.case_id)
    events = {row[0]: int(row[1]) for row in session().execute(last)}
    rows = session().execute(select(Case.id, Case.snapshot, Case.held_at))
    return {case: (events.get(case, 0), str(hash(shot)), held) for case, shot, held in rows}


def _verbs_since(before: Seen) -> set[str]:
    found = session().execute(select(Event.case_id, Event.seq, Event.verb))
    return {verb for case, seq, verb in found if seq > before.get(case, (0, None, None))[0]}


def _one_event(case: str, before: Seen, now: Seen) -> list[str]:
    """One verb is one event in each case that it touches; a held case is touched by no step."""
    was = before.get(case, (0, None, None))
    rows = select(Event.verb).where(Event.case_id == case, Event.seq > was[0])
    verbs = [verb for verb in session().scalars(rows) if verb not in FOREGROUND]
    key = session().get_one(Case, case).process_key
    if len(verbs) > 1:
        return [f"{key}: several events of one verb: {verbs}"]
    stepped = now[case][1] != was[1] and was[1] is not None
    if stepped and not verbs:
        return [f"{key}: a step without an event"]
    over = verbs == ["closed_with_work"]
    if stepped and was[2] and now[case][2] and not over and key not in GOES_ON:
        return [f"{key}: a held case took a step: {verbs}"]
    return []


def _states() -> dict[str, str]:
    return {row.id: row.state for row in session().execute(select(Work.id, Work.state))}


def _moves(before: dict[str, str], now: dict[str, str], what: str) -> list[str]:
    """A work only goes where the table of its life leads."""
    return [
        f"{was} → {now[work]} by {what}"
        for work, was in before.items()
        if now[work] != was and now[work] not in life.TRANSITIONS[was]
    ]


def _counts() -> Counter[str]:
    """Rows of everything that is a record: none of them is ever deleted."""
    return Counter({name: session().scalar(_count(name)) or 0 for name in RECORDS})


def _count(name: str):  # type: ignore[no-untyped-def]
    return select(func.count()).select_from(Base.metadata.tables[name])


RECORDS = (
    "cases", "tasks", "events", "submissions", "attachments", "works", "papers", "services",
    "patrols", "hazards", "rectifications", "hazard_answers", "stop_orders", "stop_breaches",
    "bad_records", "market_bans", "site_reports", "contractors",
)  # fmt: skip


def test_every_verb_at_works_in_every_state(
    begin: Callable[[], Town], database: Store, record_property: Callable[[str, object], None]
) -> None:
    walk, number = Walk(SEED), 0
    while walk.goes_on:
        _ramble(begin(), walk, random.Random(SEED + number))  # noqa: S311 - no secret
        number += 1
    record_property(
        "measured",
        f"walks over all flows on {database.kind}, seed {SEED}: {len(walk.trail)} tries, "
        f"{walk.taken.total()} taken, {walk.refused.total()} refused {dict(walk.said)}; "
        f"{len(life.TRANSITIONS)} states × {len(VERBS)} verbs: {len(walk.tried)} pairs tried, "
        f"{len(walk.taken)} taken, {len(NAMELESS)} have nothing to name; the last new one "
        f"after {walk.last_new} tries",
    )
    assert UNTRIED - walk.tried == set()
    assert walk.never_taken == set()


def _ramble(town: Town, walk: Walk, dice: random.Random) -> None:
    """One walk: somebody tries something, time passes, the background follows."""
    at = town.at
    for _turn in range(PER_WALK):
        at += timedelta(hours=dice.choice([0, 0, 0, 1, 3, 20, 50]), minutes=dice.randrange(1, 30))
        before = _states()
        site.work_off(at)
        session().rollback()
        assert not _moves(before, _states(), f"the background at {at}"), str(walk)
        walk.turn(at, dice)
    assert truths.broken() == [], str(walk)
