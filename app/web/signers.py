"""加签、减签, and the tray 无人可办 from which a keeper names who handles a task."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import minute
from app.db import session
from app.errors import Invalid, NotFound
from app.identity.actor import Actor, Hold
from app.identity.words import post_name
from app.web import verbs
from app.web.access import actor, requires
from app.web.verbs import Verb
from app.workflow import commands, cosigning, nominees
from app.workflow.commands.signers import Addition
from app.workflow.models import Task
from app.workflow.offers import Ask
from app.workflow.queries import vacancies
from app.workflow.reach import readable_case, reads
from app.workflow.signing import AFTER, BEFORE, BESIDE
from app.workflow.vacancies import NAMES

bp = Blueprint("signers", __name__)

WHERE = {
    BESIDE: ("并签", "与您同时签"), BEFORE: ("前加签", "先由其签，签后回到您"),
    AFTER: ("后加签", "您和其他签署人签后由其签"),
}  # fmt: skip


@bp.get("/tasks/<task_id>/add-signer")
@requires("task:decide")
def add(task_id: str) -> ResponseReturnValue:
    """Whom to add, and where."""
    return _add_page(_task(task_id))


@bp.post("/tasks/<task_id>/add-signer")
@requires("task:decide")
def save(task_id: str) -> ResponseReturnValue:
    """Add them."""
    sent, me = request.form, actor()
    wanted = Addition(sent.get("person", ""), sent.get("where", ""), sent.get("reason", ""))
    try:
        new = commands.add_signer(me, task_id, wanted, sent.get("key", ""), at=clock.now())
    except Invalid as fault:
        return _add_page(_task(task_id), fault.fields or {"person": fault.message}), 422
    flash(f"已请{new.named.name if new.named else ''}加签")
    return redirect(url_for("cases.show", case_id=new.case_id), 303)


@bp.get("/cases/<case_id>/remove-signer")
@requires("task:decide", "case:supervise")
def choose(case_id: str) -> ResponseReturnValue:
    """Whom to take out again."""
    return _remove_page(case_id)


@bp.post("/cases/<case_id>/remove-signer")
@requires("task:decide", "case:supervise")
def remove(case_id: str) -> ResponseReturnValue:
    """Take them out."""
    sent, me, chosen = request.form, actor(), request.form.get("task", "")
    readable_case(session(), me, case_id)
    try:
        if not chosen:
            raise Invalid("请选择减去谁", {"task": "请选择减去谁"})
        commands.remove_signer(me, chosen, sent.get("reason", ""), sent.get("key", ""),
                               at=clock.now())  # fmt: skip
    except Invalid as fault:
        return _remove_page(case_id, fault.fields), 422
    flash("已减签")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.get("/vacancies")
@requires(NAMES)
def tray() -> ResponseReturnValue:
    """What nobody is there for, in the units of one's reach."""
    work, me = session(), actor()
    lying, named = vacancies.tray(work, me), vacancies.by_name(work, me, at=clock.now())
    return render_template(
        "signers/tray.html", rows=[_row(task) for task in lying], named=[_row(one) for one in named]
    )


def _row(task: Task) -> dict[str, str]:
    return {
        "step": task.name, "number": task.case.number, "flow": task.case.version.title,
        "unit": task.unit.name if task.unit else "", "since": minute(task.opened_at),
        "url": url_for(".name", task_id=task.id), "whose": task.named.name if task.named else "",
    }  # fmt: skip


@bp.get("/tasks/<task_id>/assign")
@requires(NAMES)
def name(task_id: str) -> ResponseReturnValue:
    """Whom to name."""
    return _assign_page(task_id)


@bp.post("/tasks/<task_id>/assign")
@requires(NAMES)
def assign(task_id: str) -> ResponseReturnValue:
    """Name them."""
    sent, me = request.form, actor()
    try:
        task = commands.assign(
            me, task_id, sent.get("person", ""), sent.get("reason", ""), sent.get("key", ""),
            at=clock.now(),
        )  # fmt: skip
    except Invalid as fault:
        return _assign_page(task_id, fault.fields), 422
    flash(f"已指定{task.named.name if task.named else ''}办理")
    return redirect(url_for(".tray"), 303)


def _task(task_id: str) -> Task:
    """A task that this person may add somebody to. Raises NotFound, Forbidden, Conflict."""
    me, task = actor(), session().get(Task, task_id)
    if task is None:
        raise NotFound("没有这个任务")
    readable_case(session(), me, task.case_id)
    cosigning.may_add(Ask(session(), me, task.case, task, clock.now()))
    return task


def _add_page(task: Task, faults: Mapping[str, str] | None = None) -> str:
    me = actor()
    others = [one for one in nominees.nominees(session(), task, me.day) if one[0].id != me.id]
    verb = Verb(
        "加签", url_for(".save", task_id=task.id), url_for("tasks.show", task_id=task.id),
        "加签", lines=("加签人按同一表单签署，并收到通知", "加签人不同意的，按该结论办理"),
        reason="加签说明",
    )  # fmt: skip
    return verbs.page(
        "signers/add.html", verb, task.case, faults, groups=_groups(others),
        places=[(key, *said) for key, said in WHERE.items()],
    )  # fmt: skip


def _remove_page(case_id: str, faults: Mapping[str, str] | None = None) -> str:
    work, me = session(), actor()
    case = readable_case(work, me, case_id)
    cosigning.may_remove(Ask(work, me, case, None, clock.now()))
    rows = cosigning.removable(work, me, case)
    verb = Verb(
        "减签", url_for(".remove", case_id=case_id), url_for("cases.show", case_id=case_id),
        "减签", grave=True, reason="理由", must_say=True,
        lines=("其他签署人都已签署的，该环节随即办结", "被减去的人收到通知，记录保留"),
    )  # fmt: skip
    people = [(row.id, row.named.name if row.named else "", row.name) for row in rows]
    return verbs.page("signers/remove.html", verb, case, faults, people=people)


def _assign_page(task_id: str, faults: Mapping[str, str] | None = None) -> str:
    me = actor()
    task = vacancies.vacant_task(session(), me, task_id, at=clock.now())
    verb = Verb(
        "指定办理人", url_for(".assign", task_id=task_id), url_for(".tray"), "指定",
        lines=(_why_named(task), "记录写明由谁指定和理由"),
        reason="理由", must_say=True,
    )  # fmt: skip
    groups = _groups(nominees.nominees(session(), task, me.day))
    return verbs.page(
        "signers/assign.html", verb, task.case, faults, groups=groups, step=task.name,
        readable=reads(session(), me, task.case),  # who keeps accounts alone reads no case
    )  # fmt: skip


def _why_named(task: Task) -> str:
    if task.vacant:
        unit = task.unit.name if task.unit else ""
        return f"本应由{unit}办理，无人可办，改由您指定的人办理"
    return f"原由{task.named.name if task.named else ''}办理，改由您指定的人办理，两人都会收到通知"


def _groups(found: list[tuple[Actor, Hold]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """People by unit, for a list to choose from."""
    ordered = sorted(found, key=lambda one: (one[1].unit_name, one[0].name, one[0].id))
    return [
        (
            unit,
            [(one.id, f"{one.name} {post_name(hold.role, hold.position)}") for one, hold in each],
        )
        for unit, each in groupby(ordered, key=lambda one: one[1].unit_name)
    ]
