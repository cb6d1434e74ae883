"""What it takes to handle a task: each condition in turn, and the refusal where one is not met."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import minute
from app.errors import Conflict, Forbidden, Invalid, Refusal
from app.identity.actor import Actor, Hold
from app.identity.models import Person
from app.workflow import acting, holds, kinds, separation, signing
from app.workflow.models import Event, Task
from app.workflow.reach import is_party

SEAT, OPEN, RUNNING = "seat", "open", "running"
FREE, APART, RECUSED, LEVELS, SIGNED = "free", "apart", "recused", "levels", "signed"
"""The conditions: theirs to handle, still waiting, not held, no one else's, no party to it, not
kept from it by its kind, not the hand that decided at the level before, and no signer of the same
step already.
"""
_Rule = tuple[str, Callable[[], None]]
_NOT_FOR = "您所代的人员对这一件应当回避，或者已办过上一级，不能由您代办"
_NOT_AS = "所选身份现在不能办理这一任务，请重新选择"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of handling a task; with a refusal, it is not met."""

    key: str
    refusal: Refusal | None


def conditions(work: Session, actor: Actor, task: Task) -> Iterator[Condition]:
    """The conditions under which this person may handle a task now, in the order of asking.

    What binds whose name it is in binds as well.
    """
    hold = next(iter(fitting(work, actor, task)), None)
    asked: tuple[_Rule, ...] = (
        (SEAT, lambda: _seated(actor, task, hold)),
        (OPEN, lambda: still_open(work, task)),
        (RUNNING, lambda: holds.refuse(task.case)),
        (FREE, lambda: refuse_taken(work, actor, task, hold)),
    )
    for key, refuse in (*asked, *_lasting(work, actor, task)):
        yield Condition(key, _refusal(refuse) or _of_principal(work, actor, task, hold, key))


def fitting(work: Session, actor: Actor, task: Task) -> tuple[Hold, ...]:
    """The posts under which it may be done, in the order of choice.

    Of several who left their seats to this person, none who must leave the task to others; if all
    must, that is what is said.
    """
    posts = acting.posts(work, actor, task)
    if len(posts) < 2:
        return posts
    return tuple(hold for hold in posts if not _bound(work, actor, task, hold)) or posts


def _bound(work: Session, actor: Actor, task: Task, hold: Hold) -> bool:
    """Whether they in whose name it would be done must leave it to others."""
    if hold.for_id is None:
        return False
    return kept_away(work, replace(actor, id=hold.for_id), task) is not None


def _of_principal(
    work: Session, actor: Actor, task: Task, hold: Hold | None, key: str
) -> Refusal | None:
    """The same condition for the one in whose name somebody acts."""
    if hold is None or hold.for_id is None:
        return None
    lasting = dict(_lasting(work, replace(actor, id=hold.for_id), task))
    refused = _refusal(lasting[key]) if key in lasting else None
    return Forbidden(_NOT_FOR) if refused else None


def _lasting(work: Session, actor: Actor, task: Task) -> tuple[_Rule, ...]:
    """Those that do not pass with time: who must leave it to others is not there for it."""
    return (
        (APART, lambda: _apart(actor, task)),
        (RECUSED, lambda: not_recused(work, actor, task)),
        (LEVELS, lambda: separation.refuse(work, task, actor.id)),
        (SIGNED, lambda: signing.refuse_twice(work, task, actor.id)),
    )


def kept_away(work: Session, actor: Actor, task: Task) -> Refusal | None:
    """Why this person must leave a task to others, wherever it lies; none if they need not."""
    found = (_refusal(refuse) for _key, refuse in _lasting(work, actor, task))
    return next((refusal for refusal in found if refusal is not None), None)


def refuse_principal(work: Session, actor: Actor, task: Task, hold: Hold) -> None:
    """Raises Forbidden where they in whose name it is done must leave the task to others."""
    if _bound(work, actor, task, hold):
        raise Forbidden(_NOT_FOR)


def allowed(work: Session, actor: Actor, task: Task) -> Hold | None:
    """The assignment under which this person handles the task; none if it is their own.

    Raises the refusal of the first condition that is not met, and Invalid for a chosen post that
    does not fit.
    """
    for condition in conditions(work, actor, task):
        if condition.refusal is not None:
            raise condition.refusal
    return hold_under(work, actor, task)


def may(work: Session, actor: Actor, task: Task) -> bool:
    """Whether this person may handle the task now."""
    return all(condition.refusal is None for condition in conditions(work, actor, task))


def may_let_go(work: Session, actor: Actor, task: Task) -> None:
    """Raises a Refusal for whoever does not have the task; what lasts is no reason to keep it."""
    has = task.claimed_by_id == actor.id
    asked = {OPEN, RUNNING, FREE} if has else {SEAT, OPEN, RUNNING, FREE}
    for condition in conditions(work, actor, task):
        if condition.key in asked and condition.refusal is not None:
            raise condition.refusal


def hold_under(work: Session, actor: Actor, task: Task) -> Hold | None:
    """The assignment that goes into the record: the chosen one, else that of their last act in
    this case, else the first that fits. Raises Invalid for a choice that does not fit.
    """
    posts = fitting(work, actor, task)
    if actor.chosen and actor.chosen not in {hold.grant_id for hold in posts}:
        raise Invalid(_NOT_AS, {"acting": _NOT_AS})
    if actor.chosen or len(posts) < 2:
        return next(iter(posts), None)
    return _as_before(work, actor, task, posts) or posts[0]


def refuse_unchosen(work: Session, actor: Actor, task: Task) -> None:
    """Raises Forbidden where several posts fit, and nothing says yet under which it is done."""
    posts = fitting(work, actor, task)
    if actor.chosen or len(posts) < 2 or posts[0].for_id:
        return
    if _as_before(work, actor, task, posts) is None:
        raise Forbidden("您有几个身份都能办这一件，请打开选定身份")


def _as_before(work: Session, actor: Actor, task: Task, posts: Sequence[Hold]) -> Hold | None:
    """Who took it up under one post goes on under it, unless they say otherwise."""
    mine = select(Event.unit_id, Event.role, Event.position, Event.for_id).where(
        Event.case_id == task.case_id, Event.actor_id == actor.id
    )
    last = work.execute(mine.order_by(Event.seq.desc()).limit(1)).first()
    same = (one for one in posts if last == (one.unit_id, one.role, one.position, one.for_id))
    return next(same, None)


def _refusal(refuse: Callable[[], None]) -> Refusal | None:
    try:
        refuse()
    except Refusal as refusal:
        return refusal
    return None


def _seated(actor: Actor, task: Task, hold: Hold | None) -> None:
    if task.person_id != actor.id and hold is None:
        raise Forbidden("该任务不属于您的岗位，无法办理")


def is_free(work: Session, actor: Actor, task: Task) -> bool:
    """Whether nobody else has it, as far as this person is concerned."""
    hold = next(iter(fitting(work, actor, task)), None)
    return _refusal(lambda: refuse_taken(work, actor, task, hold)) is None


def refuse_taken(work: Session, actor: Actor, task: Task, hold: Hold | None) -> None:
    """Raises Conflict where somebody else has it, but for whoever's name one uses."""
    if task.delegated_by_id is not None:
        raise Conflict(_given_out(work, actor, task))
    if task.claimed_by_id is None or task.for_id == actor.id:
        return
    if hold is None or hold.for_id != task.claimed_by_id:
        not_anothers(work, task, actor.id)


def _given_out(work: Session, actor: Actor, task: Task) -> str:
    if task.claimed_by_id == actor.id:
        return "这一任务是委派给您提意见的，请写明意见交回，由委派人办理"
    has = work.get(Person, task.claimed_by_id) if task.claimed_by_id else None
    return f"该任务已委派给{has.name if has else '他人'}提意见，交回或者收回后才能办理"


def _apart(actor: Actor, task: Task) -> None:
    if task.person_id != actor.id and is_party(actor, task.case):
        raise Forbidden("您是该办件的申请人、施工方或代办人，应当回避，请由同岗位其他人员办理")


def not_recused(work: Session, actor: Actor, task: Task) -> None:
    """Raises Forbidden, saying why, if the case's kind has this person leave it to others."""
    recusal = kinds.of(task.case.process_key).recuses(work, task, actor.id, actor.day)
    if recusal:
        raise Forbidden(recusal)


def still_open(work: Session, task: Task) -> None:
    """Raises Conflict, saying who was first and when, if this task does not wait any more."""
    if task.status == "open":
        return
    if task.status == "waiting":
        raise Conflict("还没有轮到该签署人，请等待前一位办理")
    first = work.get(Person, task.done_by_id) if task.done_by_id else None
    if first is None:
        raise _settled(work, task)
    raise Conflict(
        f"该任务已由{first.name}于{_clock(task.closed_at)}办理", who=first.name, at=task.closed_at
    )


def _settled(work: Session, task: Task) -> Conflict:
    """What whoever had not signed yet hears: why their row is closed, and by whose hand."""
    said = task.close_reason or "该任务已关闭"
    last = signing.closed_with(work, task)
    if last is None:
        return Conflict(said, at=task.closed_at)
    text = f"{said}（{last.name} {_clock(task.closed_at)}办理）"
    return Conflict(text, who=last.name, at=task.closed_at)


def not_anothers(work: Session, task: Task, person_id: str) -> None:
    """Raises Conflict, saying who has it since when, if somebody else holds this task."""
    if task.claimed_by_id in (None, person_id):
        return
    holder = work.get(Person, task.claimed_by_id)
    name = holder.name if holder else "他人"
    raise Conflict(f"该任务已由{name}于{_clock(task.claimed_at)}签收", who=name, at=task.claimed_at)


def _clock(moment: datetime | None) -> str:
    return minute(moment) if moment else "此前"
