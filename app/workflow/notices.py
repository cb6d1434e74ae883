"""Notices (通知): a word to one person in the product, and by mail where they left an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.clock import local
from app.crashing import point
from app.db import new_id
from app.identity import posts, system, windows
from app.identity.account_models import AccountBatch
from app.identity.models import Grant, Person, Unit
from app.identity.queries import in_force
from app.workflow import channels, kinds, notice_kinds, wording
from app.workflow.models import Case, Task
from app.workflow.notice_models import Notice

RETURNED, RESULT, LAPSING, HELD = "returned", "result", "lapsing", "held"
ALARM = "alarm"
LONGEST = 400
Said = str | Mapping[str, str]
"""What a notice says: all of it put together, or what goes into the holes of its kind's text."""


def tell(
    work: Session,
    person: Person | None,
    case: Case | None,
    word: tuple[str, Said],
    at: datetime,
    *,
    task: Task | None = None,
    about: str = "",
) -> None:
    """Leave a notice `(kind, what it says)` in the product, and by the channels that they chose.

    A notice about one task names its step; `about` says what else than a case it is about, as
    "what:id". Nobody hears nothing.
    """
    if person is None or person.id == system.ID:
        return
    kind = notice_kinds.of(word[0])
    facts = {**_facts(case, task), **_given(word[1])}
    near = (case.l2, case.l1) if case else ()
    text = wording.filled(wording.in_force(work, kind.sheet, near)[kind.key], facts)
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 1]}…"
    chosen = channels.chosen(work, person.id, kind)
    notice = Notice(
        id=new_id(), person_id=person.id, case_id=case.id if case else None,
        task_id=task.id if task else None, about=about, kind=kind.key, text=text, at=at,
    )  # fmt: skip
    if channels.APP in chosen:
        work.add(notice)
    point("notice")
    channels.leave(work, person, notice, facts.get("name", kind.title), chosen)


def settle(work: Session, kind: str, about: str, at: datetime) -> None:
    """Nobody need heed any more what they were told of this kind about it: it was settled."""
    told = (Notice.about == about) & (Notice.about != "")  # the second lets SQLite use the index
    unread = (Notice.kind == kind) & Notice.read_at.is_(None)
    work.execute(update(Notice).where(told, unread).values(read_at=at))


def _facts(case: Case | None, task: Task | None) -> dict[str, str]:
    of_task = {notice_kinds.STEP: task.name} if task else {}
    if case is None:
        return of_task
    return {"name": case.title, "case": case.number, "place": case.place, **of_task}


def _given(said: Said) -> Mapping[str, str]:
    return {notice_kinds.SAID: said} if isinstance(said, str) else said


def alarm(work: Session, batches: Sequence[AccountBatch], at: datetime) -> None:
    """Tell who opened them, and the keepers above, that every window of first sign-ins is shut."""
    day = local(at).date()
    post = Grant.role.in_(("platform_admin", "security_admin", posts.KEEPER)) & in_force(day)
    city = select(Unit.id).where(Unit.level == "city", Unit.kind == "government")
    units = {batch.unit_id for batch in batches}
    keepers = select(Grant.person_id).where(
        post, or_(Grant.unit_id.in_(city), Grant.unit_id.in_(units))
    )
    told = {batch.opened_by_id for batch in batches} | set(work.scalars(keepers))
    text = "首次登录在十分钟内失败十次以上，可能有人在猜初始密码，所有批次已关闭，请核实后重新开放"
    for person in work.scalars(select(Person).where(Person.id.in_(told)).order_by(Person.id)):
        tell(work, person, None, (ALARM, text), at)


windows.alarms.append(alarm)


def of_step(work: Session, case: Case, before: str, at: datetime) -> None:
    """Tell the applicant what a step came to, if to anything: returned, settled, handed on."""
    if case.state == before:
        return
    person = work.get(Person, case.applicant_id or case.filed_by_id)
    if case.state == kinds.CORRECTING:
        asks = kinds.of(case.process_key).asks
        text = f"{asks}，请及时办理" if asks else "被退回补正，请按意见补全后重新提交"
        tell(work, person, case, (RETURNED, f"“{case.title}”{text}"), at)
    elif case.ended_at is not None or case.state in kinds.of(case.process_key).states:
        text = f"“{case.title}”{kinds.words(case)}"
        tell(work, person, case, (RESULT, text), at)
