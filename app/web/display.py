"""Rows put into the words that lists show: due dates, holders, groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.clock import local
from app.identity.actor import Actor, Hold
from app.identity.trades import CATEGORIES
from app.identity.words import post_name
from app.workflow import kinds
from app.workflow.desks import holds_for
from app.workflow.kinds import Standing
from app.workflow.lights import Due
from app.workflow.models import Case, Task
from app.workflow.queries import looks
from app.workflow.queries.inbox import Row
from app.workflow.queries.register import Line

OVERDUE, TODAY, TOMORROW, LATER, WITHOUT = "已超期", "今日到期", "明日到期", "以后到期", "不计时"


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a list, in words."""

    id: str
    url: str
    number: str
    title: str
    place: str
    trade: str
    risk: str
    step: str
    due_text: str
    light: str
    holder_text: str
    standing: Standing
    can_claim: bool = False
    claim_url: str = ""
    claims_as: str = ""  # under which post, or for whom, a claim from the row is recorded
    opened_text: str = ""
    news: str = ""  # what is new to this person: `new`, `changed`
    asks: str = ""  # what the applicant is asked for, where it is no correction


def due_text(due: Due, at: datetime) -> str:
    """超 2 个工作日, 今日 17:30, 剩 1 个工作日, 计时暂停; nothing without a limit."""
    if due.at is None:
        return ""
    if due.paused:
        return "中止" if due.held else "计时暂停"
    if due.at < at:
        late = f"超 {-due.workdays} 个工作日" if due.workdays else "今日已超期"
        return f"{late}，已督办" if due.chased else late
    if local(due.at).date() == local(at).date():
        return f"今日 {local(due.at):%H:%M}"
    return f"剩 {due.workdays} 个工作日" if due.workdays else f"{local(due.at):%m-%d %H:%M}"


def task_line(row: Row, at: datetime, me: Actor) -> Shown:
    """A task as a line of the inbox."""
    task, case = row.task, row.case
    done = task.status != "open"
    fitting = holds_for(me, task)
    seated = bool(row.stands_for) or bool(fitting)
    theirs = task.person_id == me.id or seated
    words = f"{local(task.closed_at):%m-%d %H:%M} 办" if done and task.closed_at else ""
    return Shown(
        id=task.id,
        url=url_for("tasks.show", task_id=task.id)
        if theirs and not done
        else url_for("cases.show", case_id=case.id),
        number=case.number,
        title=case.title,
        place=_beneath(case.place, me),
        trade=CATEGORIES.get(case.category, case.category),
        risk=row.risk,
        step=task.name,
        due_text=words or due_text(row.due, at),
        light=row.light,
        holder_text=f"{holder(task, me)}{_stood_for(row)}",
        standing=kinds.standing(case),
        can_claim=theirs and not done and task.claimed_by_id is None and task.person_id is None,
        claim_url=url_for("tasks.claim", task_id=task.id) if len(fitting) < 2 else "",
        claims_as=_claims_as(row, fitting, me),
        news="" if done and row.news == looks.NEW else row.news,
    )


def _claims_as(row: Row, fitting: tuple[Hold, ...], me: Actor) -> str:
    """What a claim from the row is recorded under, where the row alone does not tell."""
    if row.stands_for:
        return f"代{row.stands_for}"
    return f"以{spoken(fitting[0])}" if len(fitting) == 1 < len(me.holds) else ""


def _stood_for(row: Row) -> str:
    """What their substitute reads beside who has it, or where it lies."""
    if not row.stands_for:
        return ""
    return "，由您代理" if row.task.claimed_by_id else f"，由您代{row.stands_for}办理"


def _beneath(place: str, me: Actor) -> str:
    """A place without what goes without saying: one's own unit, and what that lies in."""
    tails = (place.partition(f"{hold.unit_name} ")[2] for hold in me.holds)
    return next(filter(None, tails), place)


def case_line(line: Line, at: datetime, me: Actor) -> Shown:
    """A case as a line of the register."""
    case = line.case
    return Shown(
        id=case.id,
        url=url_for("cases.show", case_id=case.id),
        number=case.number,
        title=case.title,
        place=case.place,
        trade=CATEGORIES.get(case.category, case.category),
        risk=line.risk,
        step="、".join(dict.fromkeys(task.name for task in line.waiting)),
        due_text=due_text(line.due, at) if line.due else "",
        light=line.light,
        holder_text="、".join(dict.fromkeys(holder(task, me) for task in line.waiting)),
        standing=kinds.standing(case),
        opened_text=f"{local(case.opened_at):%Y-%m-%d}",
        asks=kinds.of(case.process_key).asks,
    )


def holder(task: Task, me: Actor) -> str:
    """Who has a task: me, a name, the applicant, or the unit in whose pool it lies.

    The public hears of units only.
    """
    if task.person_id:
        return "您" if task.person_id == me.id else party(task.case)
    unit = task.unit.name if task.unit else ""
    if not me.staff:
        return unit
    if task.claimed_by is not None:
        name = "我" if task.claimed_by_id == me.id else task.claimed_by.name
        lent = task.in_name_of if task.delegated_by_id is None else None
        return f"{name}（代{lent.name}）" if lent else name
    return f"{unit}（待签收）"


def of_public(case: Case) -> bool:
    """Whether somebody of the public applied for it."""
    return kinds.of(case.process_key).starter == kinds.PUBLIC


def spoken(hold: Hold) -> str:
    """An assignment as officials say it: 东苑街道 负责人."""
    return f"{hold.unit_name} {post_name(hold.role, hold.position)}"


def party(case: Case) -> str:
    """The citizen or firm of a case: who applied, or whom it is about."""
    return "申请人" if of_public(case) else "当事人"


def grouped(
    lines: Iterable[Shown], rows: Iterable[Row], at: datetime
) -> list[tuple[str, list[Shown]]]:
    """Lines beneath the headings by which a box is read: overdue, today, tomorrow, later."""
    groups: dict[str, list[Shown]] = {}
    for line, row in zip(lines, rows, strict=True):
        groups.setdefault(_heading(row, at), []).append(line)
    order = ("", OVERDUE, TODAY, TOMORROW, LATER, WITHOUT)
    return [(heading, groups[heading]) for heading in order if heading in groups]


def _heading(row: Row, at: datetime) -> str:
    due = row.due
    if row.task.status != "open":
        return ""
    if due.at is None or due.paused:
        return WITHOUT
    if due.at < at:
        return OVERDUE
    days = (local(due.at).date() - local(at).date()).days
    return TODAY if days == 0 else TOMORROW if days == 1 else LATER
