"""重放: recorded cases of a time through a draft, batch by batch, in the background.

A batch is one job: what it read is left before the children run, and what they say is kept in one
transaction that asks for the next. One that is done twice finds its place taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session, undefer

from app.clock import local, midnight
from app.db import let_go, session, transaction
from app.engine import rehearsing
from app.engine.rehearsing import Bundle, Verdict
from app.engine.types import Party
from app.errors import BrokenProcess, Conflict, Invalid, NotFound, Refusal
from app.identity.actor import Actor
from app.identity.models import Unit
from app.workflow import definitions, jobs, publishing
from app.workflow.desks import APPLICANT
from app.workflow.models import Case
from app.workflow.studio import drafts, legible, recorded, tallies
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.recorded import Record
from app.workflow.studio.replay_models import FlowReplay, ReplayedCase

JOB = "replay"
BATCH = 1000
MOST_CASES = 10_000
MOST_KNOWN = 4000
RUNNING, DONE, CANCELLED, FAILED = "running", "done", "cancelled", "failed"
OLDEST = date(2000, 1, 1)
"""Nothing was filed before; days long past have no midnight that could be told."""
_OURS = "系统出错，没有走完；请重新重放，仍然停住的，请联系系统运行维护人员"


@dataclass(frozen=True, slots=True)
class Span:
    """From which day to which, both counted, the cases were filed that are replayed."""

    since: date
    until: date


def begin_replay(actor: Actor, draft_id: str, span: Span, *, at: datetime) -> FlowReplay:
    """Replay what was filed in that time; what was replayed before is forgotten.

    Raises Invalid, BrokenProcess for a draft that cannot be read, NotFound, Forbidden.
    """
    since, until = _moments(span, at)
    draft = _readable(actor, draft_id)
    key, revision = draft.key, draft.revision
    files = publishing.completed(session(), draft.unit, draft.key, draft.files, at=at)
    begun = definitions.get(session(), draft.begun_from_id)
    names = {step.element: step.name for step in begun.steps}
    levels = {step.element: _level(step.policy.parties) for step in begun.steps}
    let_go()
    drawn = rehearsing.look(Bundle(files, key))
    now = {step: _level(policy.parties) for step, policy in drawn.tasks.items()}
    kept = {"reads": drawn.reads, "names": {**names, **drawn.names}, "levels": {**levels, **now}}
    with transaction() as work:
        draft = drafts.taken(work, actor, draft_id)
        drafts.expect(draft, revision, actor.id)
        forget(work, draft.key, draft.unit_id)
        mine = recorded.within(key, draft.unit, since, until)
        counted = work.scalar(select(func.count()).select_from(Case).where(mine)) or 0
        row = FlowReplay(
            key=key, unit_id=draft.unit_id, revision=revision, files=files, drawn=kept,
            since=since, until=until, asked_by_id=actor.id, asked_at=at,
            total=min(counted, MOST_CASES),
        )  # fmt: skip
        work.add(row)
        work.flush()
        _ask(work, row, at)
    return row


def _moments(span: Span, at: datetime) -> tuple[datetime, datetime]:
    """When the first day begins, and when the last one is over. Raises Invalid."""
    if span.since > span.until:
        raise Invalid("开始日期晚于结束日期", {"since": "开始日期不能晚于结束日期"})
    if span.since > local(at).date():
        raise Invalid("开始日期还没有到", {"since": "开始日期不能晚于今天"})
    if span.since < OLDEST:
        words = f"开始日期不能早于 {OLDEST.year} 年"
        raise Invalid("开始日期太早", {"since": words})
    over = min(span.until, local(at).date()) + timedelta(days=1)
    return midnight(span.since), midnight(over)


def _readable(actor: Actor, draft_id: str) -> FlowDraft:
    draft = session().get(FlowDraft, draft_id, options=[undefer(FlowDraft.files)])
    if draft is None:
        raise NotFound(drafts.GONE)
    drafts.keeping_unit(session(), actor, draft.unit_id)
    return draft


def _level(parties: Sequence[Party]) -> str:
    first = parties[0]
    return APPLICANT if APPLICANT in first.roles else first.scope.partition(":")[0]


def forget(work: Session, key: str, unit_id: str) -> None:
    """Drop what was replayed through a draft."""
    mine = select(FlowReplay.id).where(FlowReplay.key == key, FlowReplay.unit_id == unit_id)
    work.execute(delete(ReplayedCase).where(ReplayedCase.replay_id.in_(mine)))
    work.execute(delete(FlowReplay).where(FlowReplay.key == key, FlowReplay.unit_id == unit_id))


def cancel_replay(actor: Actor, replay_id: str, *, at: datetime) -> None:
    """Stop it after the batch that runs; what is counted so far stays."""
    with transaction() as work:
        row = work.get(FlowReplay, replay_id, with_for_update=True)
        if row is None:
            raise NotFound("这次重放已经被新的代替，请刷新")
        drafts.keeping_unit(work, actor, row.unit_id)
        if row.status != RUNNING:
            raise Conflict("这次重放已经结束")
        row.status, row.ended_at = CANCELLED, at


def _ask(work: Session, row: FlowReplay, at: datetime) -> None:
    payload = {"replay": row.id, "from": row.done}
    jobs.enqueue(work, JOB, f"{JOB}:{row.id}:{row.done}", payload, at)


def run_batch(replay_id: str, place: int, *, at: datetime) -> None:
    """The next batch of a replay, if it still waits there."""
    row = session().get(
        FlowReplay, replay_id, populate_existing=True,
        options=[undefer(FlowReplay.files), undefer(FlowReplay.drawn), undefer(FlowReplay.known)],
    )  # fmt: skip
    if row is None or row.status != RUNNING or row.done != place:
        return
    found = recorded.records(session(), _next(session(), row))
    bundle, known, reads = (
        Bundle(row.files, row.key),
        dict(row.known),
        frozenset(row.drawn["reads"]),
    )
    before = len(known)
    let_go()
    pairs = replay_all(bundle, found, known, reads, at)
    with transaction() as work:
        kept = work.get(FlowReplay, replay_id, with_for_update=True, populate_existing=True)
        if kept is None or kept.status != RUNNING or kept.done != place:
            return
        runs = kept.tally.get("runs", 0) + len(known) - before
        kept.tally = {**tallies.add(kept.tally, pairs), "runs": runs}
        _keep(work, kept, pairs, at)
        kept.known = dict(list(known.items())[:MOST_KNOWN])


def _next(work: Session, row: FlowReplay) -> list[str]:
    """The ids of the newest cases that were not looked at yet."""
    unit = work.get_one(Unit, row.unit_id)
    mine = recorded.within(row.key, unit, row.since, row.until)
    last = work.get(Case, row.last_case_id) if row.last_case_id else None
    newest = select(Case.id).where(mine, Case.opened_at <= row.asked_at, *_after(last))
    newest = newest.order_by(Case.opened_at.desc(), Case.id.desc())
    return list(work.scalars(newest.limit(min(BATCH, row.total - row.done))))


def _after(last: Case | None) -> tuple[ColumnElement[bool], ...]:
    if last is None:
        return ()
    same = (Case.opened_at == last.opened_at) & (Case.id < last.id)
    return ((Case.opened_at < last.opened_at) | same,)


def replay_all(
    bundle: Bundle,
    found: Sequence[Record],
    known: dict[str, Any],
    reads: frozenset[str],
    at: datetime,
) -> list[tuple[Record, Verdict]]:
    """Each record with its verdict; the engine runs once for those that look alike."""
    said = [one.history.plain(reads) for one in found]
    marks = [_mark(one) for one in said]
    new = {mark: one for mark, one in zip(marks, said, strict=True) if mark not in known}
    verdicts = rehearsing.replay(bundle, legible.routed(bundle.files), list(new.values()), at=at)
    for mark, one in zip(new, verdicts, strict=True):
        known[mark] = [one.kind, list(one.steps), one.fault]
    judged = (known[mark] for mark in marks)
    return [
        (record, Verdict(kind, tuple(steps), fault))
        for record, (kind, steps, fault) in zip(found, judged, strict=True)
    ]


def _mark(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def _keep(
    work: Session, row: FlowReplay, pairs: Sequence[tuple[Record, Verdict]], at: datetime
) -> None:
    if pairs:
        lines = [
            {"replay_id": row.id, "case_id": record.case_id, "kind": verdict.kind, "place": place,
             "was": list(record.steps), "way": list(verdict.steps)}
            for place, (record, verdict) in enumerate(pairs, row.done + 1)
        ]  # fmt: skip
        work.execute(insert(ReplayedCase), lines)
        row.last_case_id = pairs[-1][0].case_id
    row.done += len(pairs)
    if not pairs or row.done >= row.total:
        row.total, row.status, row.ended_at = row.done, DONE, at
    else:
        _ask(work, row, at)


def _failed(work: Session, payload: jobs.Payload, fault: str, at: datetime) -> None:
    row = work.get(FlowReplay, payload["replay"])
    if row is not None and row.status == RUNNING:
        row.status, row.fault, row.ended_at = FAILED, fault[:400], at


def _batch(payload: jobs.Payload, _: str, at: datetime) -> None:
    try:
        run_batch(payload["replay"], payload["from"], at=at)
    except Refusal:
        raise
    except Exception as fault:
        raise BrokenProcess(_OURS) from fault  # the log has it whole; the page has words


jobs.handlers[JOB] = jobs.Handler(outside=_batch, failed=_failed, long=True)
