"""The checker: given a store at rest and the history of what people were told, what is not true.

It shares no rule with the commands: it compares rows, the engine's snapshot, files and history
with each other. An empty list means that nothing was lost, doubled, half done or made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session, undefer

from app import engine
from app.db import session
from app.identity import audit
from app.workflow.backstage import SubmitKey
from app.workflow.events import broken_link
from app.workflow.models import Case, Event, ProcessVersion, Task
from app.workflow.studio.models import FlowMove
from tests.reliability.checker_jobs import check_jobs
from tests.reliability.checker_moves import check_moves
from tests.reliability.checker_numbers import check_numbers
from tests.reliability.history import History
from tests.reliability.replay import BEGUN, DECIDED, Replay

WAITS = ("open", "waiting")
EVENTS = {
    "file": ("filed",), "file_draft": ("filed",), "claim": ("claimed",),
    "release": ("released",), "decide": DECIDED, "withdraw": ("withdrew",), "about": ("filed",),
    "hold": ("held",), "lift": ("unheld",),
}  # fmt: skip
"""The events that each verb of a post leaves."""
ROWS = {"publish": ProcessVersion, "begin_move": FlowMove, "undo_move": FlowMove}
"""What a verb that is about no case leaves instead."""


def check(folder: Path, history: History | None = None) -> list[str]:
    """Every violation, in words."""
    work = session()
    work.rollback()
    seen = history or History.read(folder)
    return [
        *(f"unexplained failure: {fault}" for fault in seen.faults),
        *_acknowledged(work, seen),
        *_keys(work, seen),
        *_cases(work, seen, folder),
        *check_moves(work),
        *check_numbers(work),
        *_records(work),
    ]


def _acknowledged(work: Session, seen: History) -> Iterator[str]:
    """Whatever somebody was told is stored, once, and every repetition was told the same."""
    kept = {(row.person_id, row.key): row.result or {} for row in work.scalars(select(SubmitKey))}
    for act, answers in seen.acks.items():
        post, result = seen.posts[act], kept.get(act)
        if not act[1]:
            yield from _effect(work, post, next(iter(answers)))
            continue  # it was sent without a key: once only
        if len(answers) > 1:
            yield f"one key, several answers: {post['verb']} {act[1]}: {sorted(answers)}"
        if not result:
            yield f"acknowledged, but its key is gone: {post['verb']} {act[1]}"
            continue
        answer = next(iter(answers))
        stored = next(iter(result.values()))
        if post["verb"] == "decide":
            stored = getattr(work.get(Task, stored), "case_id", "nothing")
        if stored != answer:
            yield f"acknowledged {answer}, stored {stored}: {post['verb']} {act[1]}"
        yield from _effect(work, post, answer)


def _effect(work: Session, post: dict[str, str], answer: str) -> Iterator[str]:
    """The row that an acknowledged post must have left, and the one event of it."""
    named = f"{post['verb']} {post['key']}"
    if kept := ROWS.get(post["verb"]):
        if work.get(kept, answer) is None:
            yield f"acknowledged, not stored: {named}"
        return
    mine = select(Event.id).where(
        Event.verb.in_(EVENTS[post["verb"]]), Event.actor_id == post["person"]
    )
    task = post["verb"] in ("claim", "release", "decide")
    here = Event.task_id == post["target"] if task else Event.case_id == answer
    found = len(work.scalars(mine.where(here, Event.verb.in_(EVENTS[post["verb"]]))).all())
    if not found and post["verb"] == "claim":
        held = work.get(Task, post["target"])
        found = bool(held and post["person"] in (held.claimed_by_id, held.done_by_id))
    if not found or (found > 1 and post["verb"] not in ("claim", "release")):
        yield f"acknowledged, {found} events: {named}"
    if post["verb"] == "decide":
        row = work.get_one(Task, post["target"])
        if (row.status, row.outcome, row.done_by_id) != ("done", post["outcome"], post["person"]):
            yield f"acknowledged, but the task says {row.status} {row.outcome}: {named}"


def _keys(work: Session, seen: History) -> Iterator[str]:
    """No key without a result, none without its effect, no effect without a key."""
    filed: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for row in work.scalars(select(SubmitKey)):
        post = seen.posts.get((row.person_id, row.key))
        if row.result is None:
            yield f"a key without a result: {row.key}"
        elif post is None:
            yield f"a key that nobody sent: {row.key}"
        elif post["verb"] in ("file", "file_draft", "about"):
            filed[next(iter(row.result.values()))] += 1
        elif post["verb"] == "decide":
            done[next(iter(row.result.values()))] += 1
    cases = set(work.scalars(select(Case.id)))
    tasks = set(work.scalars(select(Task.id).where(Task.status == "done")))
    yield from (f"{n} filings came to one case {case}" for case, n in filed.items() if n > 1)
    yield from (f"{n} decisions of one task {task}" for task, n in done.items() if n > 1)
    opened = set(work.scalars(select(Event.case_id).where(Event.verb == "opened", Event.seq == 1)))
    yield from (f"a case that nobody filed: {case}" for case in cases - set(filed) - opened)
    yield from (f"a filing without its case: {case}" for case in set(filed) - cases)
    yield from (f"a task that nobody decided: {task}" for task in tasks - set(done))
    yield from (f"a decision without its task: {task}" for task in set(done) - tasks)


def _cases(work: Session, seen: History, folder: Path) -> Iterator[str]:
    wakes: dict[str, Replay] = {}
    every = select(Case).options(undefer(Case.snapshot)).order_by(Case.id)
    for case in work.scalars(every).all():
        events = list(work.scalars(
            select(Event).where(Event.case_id == case.id).order_by(Event.seq)
        ))  # fmt: skip
        broken = broken_link(events)
        if broken:
            yield f"{case.number}: the chain breaks at {broken.seq}: {broken.fault}"
        replay = Replay(work, case, events)
        wakes[case.id] = replay
        yield from (f"{case.number}: {found}" for found in replay.differences())
        yield from (f"{case.number}: {found}" for found in _tasks(work, case, replay))
        yield from (f"{case.number}: {found}" for found in _told(work, case, events))
    moments = {case: replay.wakes for case, replay in wakes.items()}
    yield from check_jobs(work, seen, folder, moments)


def _tasks(work: Session, case: Case, replay: Replay) -> Iterator[str]:
    """Rows that wait are the engine's open tasks, one for each party, and no others."""
    rows = work.scalars(select(Task).where(Task.case_id == case.id)).all()
    for place, count in Counter((row.ref, row.party) for row in rows).items():
        if count > 1:
            yield f"{count} rows for one signer {place}"
    policies = replay.process.tasks
    wanted = {task.ref: task.element for task in engine.waiting(replay.process, case.snapshot)}
    found = {row.ref: row.element for row in rows if row.status in WAITS}
    if wanted != found:
        yield f"open rows {found}, open in the engine {wanted}"
    for ref, element in wanted.items():
        here = sum(1 for row in rows if row.ref == ref)
        if here != len(policies[element].parties):
            yield f"{here} rows for the {len(policies[element].parties)} signers of {element}"
    stuck = not wanted and case.wake_at is None and case.ended_at is None
    if stuck or (case.ended_at is not None and wanted):
        yield f"ended at {case.ended_at}, open {sorted(wanted.values())}"


def _told(work: Session, case: Case, events: list[Event]) -> Iterator[str]:
    """Each task done has one event of its decision, and each such event one task done."""
    done = Counter(event.task_id for event in events if event.verb in DECIDED)
    rows = set(work.scalars(select(Task.id).where(Task.case_id == case.id, Task.status == "done")))
    for task in rows | set(done):
        if done[task] != 1 or task not in rows:
            yield f"task {task}: {done[task]} events of its decision"
    yield from _held(events)
    if sum(1 for event in events if event.verb in BEGUN) != 1:
        yield "not filed exactly once"


def _held(events: list[Event]) -> Iterator[str]:
    """A task is in one person's hands at a time, and only that person gives it back or decides."""
    holder: dict[str | None, str | None] = {}
    for event in events:
        held = holder.get(event.task_id)
        if event.verb in ("claimed", "released", *DECIDED) and held not in (None, event.actor_id):
            yield f"{event.verb} by {event.actor_id}, in the hands of {held}"
        if event.verb == "claimed":
            holder[event.task_id] = event.actor_id
        elif event.verb == "released":
            holder[event.task_id] = None


def _records(work: Session) -> Iterator[str]:
    verdict = audit.verify()
    if not verdict.sound:
        yield f"the audit record breaks at {verdict.broken}"
    if work.get_bind().dialect.name == "sqlite":
        for row in work.execute(text("PRAGMA foreign_key_check")):
            yield f"a reference to nothing: {tuple(row)}"
