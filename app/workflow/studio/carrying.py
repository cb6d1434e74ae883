"""A locked case goes on in another version: its rows follow, and those concerned are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import IsWorkday, local
from app.engine.types import Scalar
from app.identity.actor import Actor
from app.identity.models import Person
from app.workflow import (
    calendar,
    deadlines,
    definitions,
    desks,
    jobs,
    notices,
    past,
    steering,
    straight,
    submissions,
)
from app.workflow.definitions import Definition
from app.workflow.events import WHOM
from app.workflow.follow import follow
from app.workflow.kinds import Moment
from app.workflow.models import Case, ProcessVersion, Task
from app.workflow.studio import clocks, hands, standing, typed
from app.workflow.studio.models import MovedCase
from app.workflow.studio.moving import Plan
from app.workflow.studio.standing import WAITING

NOTICE = "flow_moved"
_LEFT, _BACK = "流程已更新，这一步按新版办理", "流程更新已撤销，这一步按原版办理"
_NOT_YOURS, _YOURS = "“{step}”不用您办理了", "请您办理“{step}”"
_STILL = "“{step}”仍在您手里"
_TYPED = "您在“{step}”写了一半的内容没有带过来"
_ROUND, _STRAIGHT = "“{step}”办结后不再直接送您，按新版逐级办理", "“{step}”办结后仍直接送您"


def carry(
    work: Session, actor: Actor, item: MovedCase, plan: Plan, at: datetime
) -> Mapping[str, Scalar]:
    """Let it go on as was planned; what its event says of it beyond the versions.

    What is kept keeps its hands, signatures and drafts; a claim of what is asked anew goes on where
    it may. The clocks of a case that is held stand where they stood when that began.
    """
    case = item.case
    then, old_id, state = case.held_at or at, case.version_id, case.state
    version = plan.version
    leaving = steering.leaving(work, case, plan.step)
    drafts = typed.lying(work, [case.id])
    askers = straight.drop(work, case)
    ran = clocks.running(leaving)
    for row in leaving:
        row.close_reason = _LEFT
    came_of = _origins(work, case, leaving)
    case.version, case.version_id = version, version.id
    old, new = definitions.get(work, old_id), definitions.get(work, version.id)
    is_workday = calendar.workday_test(work, case.l2, case.l1)
    values = submissions.StartValues(work, case, new)
    _keep_whole(case, (old, new), then, is_workday)
    follow(Moment(work, case, values, then, actor), new, plan.step, is_workday)
    opened = [row for row in past.opened(work, case, plan.step) if row.status in WAITING]
    for row in opened:
        row.came_of_id = came_of.get(row.ref, came_of[""])
    clocks.go_on(opened, ran, (old.process, new.process), then, is_workday)
    _rename_kept(work, case, plan, then, is_workday)
    over = Task.case_id == case.id, Task.status.in_(("done", "closed")), Task.version_id.is_(None)
    work.execute(update(Task).where(*over).values(version_id=old_id))
    case.touched_at = at
    notices.of_step(work, case, state, at)
    words, said = _hand_over(work, leaving, opened, at)
    carried = typed.carry(work, case, (old, new), drafts, at)
    if carried.aside:
        item.before = {**(item.before or {}), "drafts": carried.aside}
    _tell(work, case, _and_lost(_said(_ROUND, askers) | words, carried.lost), at)
    return said | ({past.STRAIGHT_TO: ""} if askers else {})


def _hand_over(
    work: Session, leaving: Iterable[Task], opened: Sequence[Task], at: datetime
) -> tuple[dict[str, str], dict[str, Scalar]]:
    """Let claims go on where they may; what those concerned hear, and what the event says."""
    kept = hands.Hands(work, at).take_over(leaving, opened)
    lost = hands.losers(leaving, kept)
    asked = _people(work, opened, at)
    still = {who: one.row.name for one in kept for who in one.hands}
    words = _said(_NOT_YOURS, _holders(leaving) | dict(lost)) | _said(_YOURS, asked)
    theirs = {**asked, **still}
    besides = {who: step for who, step in lost if theirs.get(who, step) != step}
    words = _and_lost(words | _said(_STILL, still), besides, _NOT_YOURS)
    gone = sorted({who for who, _step in lost})
    return words, {WHOM: " ".join(gone)} if gone else {}


def _keep_whole(
    case: Case, both: tuple[Definition, Definition], at: datetime, is_workday: IsWorkday
) -> None:
    """The limit of the whole case is that of the newer version from now on."""
    old, new = (one.process.limit for one in both)
    if new is None:
        case.due_at = case.stopped_at = case.chase_at = None
    elif old != new:
        deadlines.change(case, (old, new), case.stopped_at or at, is_workday)


def _origins(work: Session, case: Case, leaving: Iterable[Task]) -> dict[str, str | None]:
    """Out of whose handling a step came, by its ref; else out of what was handled last."""
    found = {row.ref: row.came_of_id for row in leaving}
    return {**found, "": past.last_handled(work, case)}


def _rename_kept(
    work: Session, case: Case, plan: Plan, at: datetime, is_workday: IsWorkday
) -> None:
    """What stays open is called as the new version calls it, and due as its limit says now."""
    policies = definitions.get(work, case.version_id).process.tasks
    mine = Task.case_id == case.id, Task.status.in_(WAITING)
    for row in work.scalars(select(Task).where(*mine)):
        row.name = policies[row.element].name
        if row.ref in plan.limits:
            deadlines.change(row, plan.limits[row.ref], at, is_workday)


def carry_back(work: Session, case: Case, item: MovedCase, at: datetime) -> None:
    """Let it stand again as it stood before. The caller knows that nobody has touched it since."""
    before, moved_to = item.before or {}, case.version_id
    drafts = typed.lying(work, [case.id])
    again, added = standing.put_back(work, case, before, at)
    closed = [row for row in added if row.status in WAITING]
    asked = _people(work, closed, at)
    for row in closed:
        row.status, row.closed_at, row.close_reason = "closed", at, _BACK
    for row in added:
        row.version_id = row.version_id or moved_to
    case.version = work.get_one(ProcessVersion, case.version_id)
    case.snapshot, case.touched_at = item.snapshot or b"", at
    if case.wake_at is not None:
        key = f"wake:{case.id}:{case.revision}:{int(case.wake_at.timestamp())}:back"
        jobs.enqueue(work, "wake", key, {"case": case.id}, case.wake_at)
    both = definitions.get(work, moved_to), definitions.get(work, case.version_id)
    lost = typed.carry(work, case, both, drafts, at).lost
    typed.give_back(work, before.get("drafts", ()))
    words = _said(_STRAIGHT, straight.askers(work, case)) | _said(_NOT_YOURS, asked)
    words |= _said(_YOURS, _holders(again))
    _tell(work, case, _and_lost(words, lost), at)


def _holders(rows: Iterable[Task]) -> dict[str, str]:
    held = ((row.claimed_by_id or row.named_id, row) for row in rows if row.unit_id)
    return {person_id: row.name for person_id, row in held if person_id}


def _people(work: Session, rows: Iterable[Task], at: datetime) -> dict[str, str]:
    """Who is asked by these rows: who has them, or all at their desk."""
    found: dict[str, str] = {}
    for row in rows:
        has = row.claimed_by_id or row.named_id
        if has and row.unit_id:
            found[has] = row.name
        elif row.unit_id and row.status == "open":
            day = local(at).date()
            seated = desks.seated(work, row.unit_id, row.desk, day)
            found |= {person.id: row.name for person in seated}
    return found


def _said(words: str, steps: Mapping[str, str]) -> dict[str, str]:
    return {person_id: words.format(step=name) for person_id, name in steps.items()}


def _and_lost(
    words: Mapping[str, str], lost: Mapping[str, str], how: str = _TYPED
) -> dict[str, str]:
    """The same, and what somebody lost besides; if nothing else, what they typed."""
    said = _said(how, lost)
    return {**words, **{one: "；".join(filter(None, (words.get(one), text)))
                        for one, text in said.items()}}  # fmt: skip


def _tell(work: Session, case: Case, words: Mapping[str, str], at: datetime) -> None:
    """A word to each of those concerned by it."""
    for person in work.scalars(select(Person).where(Person.id.in_(words)).order_by(Person.id)):
        notices.tell(work, person, case, (NOTICE, words[person.id]), at)


def version_words(version: ProcessVersion) -> str:
    """A version as records and pages call it."""
    return f"{version.unit.name}第 {version.number} 版"
