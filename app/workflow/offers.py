"""Offers: what this person may do with a case or a task now, beside deciding it.

Pages, lists and programs show what stands here; the command asks the same rule again under the
lock, so that nothing is offered that is refused, nor refused that is offered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.workflow import barring, cosigning, handing, recalling, steering, talking
from app.workflow.models import Case, Task


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody before a case, and before one of its tasks where the verb is about that."""

    work: Session
    actor: Actor
    case: Case
    task: Task | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """One verb: its key, and the words of its button."""

    key: str
    words: str
    grave: bool = False  # it cannot be undone, or overrules others: red


Rule = Callable[[Ask], None]
"""Raises the refusal that the command would raise before it looks at what was typed."""

_TASK: tuple[tuple[Offer, Rule], ...] = (
    (Offer("give_back", "交回意见"), handing.may_answer),
    (Offer("fetch_back", "收回委派"), handing.may_fetch),
    (Offer("send_back", "退回到…"), steering.may_send_back),
    (Offer("recall", "收回"), recalling.may_recall),
    (Offer("transfer", "转办"), handing.may_hand_on),
    (Offer("delegate", "委派"), handing.may_hand_on),
    (Offer("add_signer", "加签"), cosigning.may_add),
    (Offer("act_for", "代办"), handing.may_act_for),
)
"""Of one task, in the order of the menu."""
_CASE: tuple[tuple[Offer, Rule], ...] = (
    (Offer("remove_signer", "减签"), cosigning.may_remove),
    (Offer("answer", "回复意见"), talking.may_answer),
    (Offer("urge", "催办"), talking.may_urge),
    (Offer("copy", "抄送"), talking.may_copy),
    (Offer("ask", "征求意见"), talking.may_ask),
    (Offer("comment", "批注"), talking.may_comment),
    (Offer("suspend", "挂起"), steering.may_suspend),
    (Offer("resume", "恢复办理"), steering.may_resume),
    (Offer("jump", "跳转", grave=True), steering.may_jump),
    (Offer("terminate", "终止", grave=True), steering.may_terminate),
    (Offer("unbar", "解除回避", grave=True), barring.may_lift),
)
"""Of the case as a whole."""


def of_task(work: Session, actor: Actor, task: Task, *, at: datetime) -> list[Offer]:
    """What may be done with this task, beside its outcomes."""
    return _open(_TASK, Ask(work, actor, task.case, task, at))


def of_case(work: Session, actor: Actor, case: Case, *, at: datetime) -> list[Offer]:
    """What may be done with this case."""
    return _open(_CASE, Ask(work, actor, case, None, at))


def _open(rules: tuple[tuple[Offer, Rule], ...], ask: Ask) -> list[Offer]:
    return [offer for offer, rule in rules if _stands(rule, ask)]


def _stands(rule: Rule, ask: Ask) -> bool:
    try:
        rule(ask)
    except Refusal:
        return False
    return True
