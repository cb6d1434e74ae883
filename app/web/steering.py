"""Pages on which a case is steered: sent back, recalled, jumped, terminated, suspended, resumed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid, NotFound
from app.web import verbs
from app.web.access import actor, requires, signed_in
from app.web.verbs import Verb
from app.workflow import barring, commands, recalling, steering
from app.workflow.commands.sending import SendBack
from app.workflow.models import Case, Task
from app.workflow.offers import Ask
from app.workflow.reach import readable_case
from app.workflow.steering import Target

bp = Blueprint("steering", __name__)
CASE_VERBS: Mapping[str, tuple[str, str, bool]] = {
    # verb: its heading, the label of its reason, whether it is grave
    "jump": ("跳转到其他环节", "跳转的理由，写入办理记录并标红", True),
    "terminate": ("终止办件", "终止的理由，申请人可以看到", True),
    "suspend": ("挂起办件", "挂起的理由", False),
    "resume": ("恢复办理", "说明", False),
}
RESTS = ("case:supervise", "case:steer")


@bp.get("/tasks/<task_id>/send-back")
@requires("task:decide")
def send_back(task_id: str) -> ResponseReturnValue:
    """Where a case can be sent back to, and what each would come to."""
    return _sending(_task(task_id), {})


@bp.post("/tasks/<task_id>/send-back")
@requires("task:decide")
def sent_back(task_id: str) -> ResponseReturnValue:
    """Send it back."""
    sent = request.form
    wanted = SendBack(sent.get("to", ""), sent.get("reason", ""), bool(sent.get("straight")))
    try:
        case = commands.send_back(actor(), task_id, wanted, sent.get("key", ""), at=clock.now())
    except Invalid as fault:
        return _sending(_task(task_id), fault.fields), 422
    flash(f"{case.number} 已退回")
    return redirect(url_for("tasks.index"), 303)


@bp.get("/tasks/<task_id>/recall")
@signed_in
def recall(task_id: str) -> ResponseReturnValue:
    """What it would come to, to take back what one handled."""
    me, at, task = actor(), clock.now(), _task(task_id)
    recalling.may_recall(Ask(session(), me, task.case, task, at))
    verb = Verb(
        title="收回", action=url_for(".recalled", task_id=task.id), button="收回",
        back=url_for("cases.show", case_id=task.case_id), lines=_recalls(task),
    )  # fmt: skip
    side = ("staff", "inbox") if me.staff else ("public", "service")
    return verbs.page("verbs/page.html", verb, task.case, side=side[0], here=side[1])


@bp.post("/tasks/<task_id>/recall")
@signed_in
def recalled(task_id: str) -> ResponseReturnValue:
    """Take it back; it is in one's own hands again."""
    task = commands.recall(actor(), task_id, request.form.get("key", ""), at=clock.now())
    flash("已收回，请重新办理")
    return redirect(url_for("tasks.show", task_id=task.id), 303)


@bp.get("/cases/<case_id>/jump")
@requires(steering.STEER)
def jump(case_id: str) -> ResponseReturnValue:
    """Every step to which a case can be moved, and what that would come to."""
    return _steering(_case(case_id), "jump", {})


@bp.post("/cases/<case_id>/jump")
@requires(steering.STEER)
def jumped(case_id: str) -> ResponseReturnValue:
    """Move it."""
    to = request.form.get("to", "")
    return _done(case_id, "jump", _on(case_id, commands.jump, to))


@bp.get("/cases/<case_id>/terminate")
@requires(steering.STEER)
def terminate(case_id: str) -> ResponseReturnValue:
    """What would be closed with a case."""
    return _steering(_case(case_id), "terminate", {})


@bp.post("/cases/<case_id>/terminate")
@requires(steering.STEER)
def terminated(case_id: str) -> ResponseReturnValue:
    """End it."""
    return _done(case_id, "terminate", _on(case_id, commands.terminate))


@bp.get("/cases/<case_id>/suspend")
@requires(*RESTS)
def suspend(case_id: str) -> ResponseReturnValue:
    """What a rest would come to."""
    return _steering(_case(case_id), "suspend", {})


@bp.post("/cases/<case_id>/suspend")
@requires(*RESTS)
def suspended(case_id: str) -> ResponseReturnValue:
    """Let it rest."""
    return _done(case_id, "suspend", _on(case_id, commands.suspend))


@bp.get("/cases/<case_id>/resume")
@requires(*RESTS)
def resume(case_id: str) -> ResponseReturnValue:
    """What going on would come to."""
    return _steering(_case(case_id), "resume", {})


@bp.post("/cases/<case_id>/resume")
@requires(*RESTS)
def resumed(case_id: str) -> ResponseReturnValue:
    """Let it go on."""
    return _done(case_id, "resume", _on(case_id, commands.resume))


@bp.get("/cases/<case_id>/unbar")
@requires(steering.STEER)
def unbar(case_id: str) -> ResponseReturnValue:
    """Whom a typed number alone bars."""
    return _unbar(_case(case_id), {})


@bp.post("/cases/<case_id>/unbar")
@requires(steering.STEER)
def unbarred(case_id: str) -> ResponseReturnValue:
    """Let one of them handle it."""
    sent, me = request.form, actor()
    whom, reason = sent.get("person", ""), sent.get("reason", "")
    try:
        commands.lift_bar(me, case_id, whom, reason, sent.get("key", ""), at=clock.now())
    except Invalid as fault:
        return _unbar(_case(case_id), fault.fields), 422
    flash("已解除回避，写入办理记录")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _unbar(case: Case, faults: Mapping[str, str]) -> str:
    barring.may_lift(Ask(session(), actor(), case, None, clock.now()))
    verb = Verb(
        title="解除回避", action=url_for(".unbar", case_id=case.id), button="解除回避", grave=True,
        back=url_for("cases.show", case_id=case.id), reason="解除的理由，写入办理记录并标红",
        must_say=True, lines=("所选人员可以办理这一件", "号码经短信验证码证实的，立即恢复回避"),
    )  # fmt: skip
    people = barring.liftable(session(), case)
    return verbs.page("verbs/unbar.html", verb, case, faults, people=people, here="cases")


def _on(case_id: str, verb: Callable[..., Case], *to: str) -> Callable[..., Case]:
    return lambda me, *said, at: verb(me, case_id, *to, *said, at=at)


def _done(case_id: str, verb: str, act: Callable[..., Case]) -> ResponseReturnValue:
    sent = request.form
    try:
        case = act(actor(), sent.get("reason", ""), sent.get("key", ""), at=clock.now())
    except Invalid as fault:
        return _steering(_case(case_id), verb, fault.fields), 422
    flash(f"{case.number} {DONE[verb]}")
    return redirect(url_for("cases.show", case_id=case.id), 303)


DONE = {"jump": "已跳转", "terminate": "已终止", "suspend": "已挂起", "resume": "已恢复办理"}
_MAY = {
    "jump": steering.may_jump, "terminate": steering.may_terminate,
    "suspend": steering.may_suspend, "resume": steering.may_resume,
}  # fmt: skip


def _task(task_id: str) -> Task:
    task = session().get(Task, task_id)
    if task is None:
        raise NotFound("没有这个任务")
    return task


def _case(case_id: str) -> Case:
    return readable_case(session(), actor(), case_id)


def _sending(task: Task, faults: Mapping[str, str]) -> str:
    at, work = clock.now(), session()
    steering.may_send_back(Ask(work, actor(), task.case, task, at))
    verb = Verb(
        title="退回到…", action=url_for(".sent_back", task_id=task.id), button="退回",
        back=url_for("tasks.show", task_id=task.id), grave=True,
        reason="退回的理由，一次性告知全部问题", must_say=True,
    )  # fmt: skip
    targets = [_choice(task.case, one, "退回") for one in steering.targets(work, task, at)]
    asks = "退到哪一步"
    return verbs.page("verbs/to_step.html", verb, task.case, faults, targets=targets, asks=asks)


def _steering(case: Case, key: str, faults: Mapping[str, str]) -> str:
    at, work = clock.now(), session()
    _MAY[key](Ask(work, actor(), case, None, at))
    title, reason, grave = CASE_VERBS[key]
    verb = Verb(
        title=title, action=url_for(f".{key}", case_id=case.id), button=title, grave=grave,
        back=url_for("cases.show", case_id=case.id), reason=reason, must_say=key != "resume",
        lines=_LINES[key](case),
    )  # fmt: skip
    targets = steering.anywhere(work, case, at) if key == "jump" else []
    choices = [_choice(case, one, "跳转到") for one in targets]
    page = "verbs/to_step.html" if choices else "verbs/page.html"
    asks = "跳到哪一步"
    return verbs.page(page, verb, case, faults, targets=choices, asks=asks, here="cases")


def _choice(case: Case, target: Target, verb: str) -> dict[str, Any]:
    """A step to go to, with what that would come to, a sentence each."""
    found = steering.effects(session(), case, target)
    gone, stays = ("、".join(map(_named, rows)) for rows in (found.closes, found.stays))
    closes = f"{verb}“{target.name}”将撤销 {len(found.closes)} 个正在办理的任务：{gone}"
    opens = f"重新开始“{target.name}”，由{'、'.join(found.units) or '申请人'}办理"
    told = (
        ("cross", closes, gone),
        ("check", f"照常办理：{stays}", stays),
        ("right", opens, opens),
    )
    lines = [(sign, line) for sign, line, said in told if said]
    return {"key": target.element, "name": target.name, "lines": lines, "straight": target.straight}


def _named(row: Task) -> str:
    who = row.unit.name if row.unit else "申请人"
    holder = f"（{row.claimed_by.name}已签收）" if row.claimed_by and row.unit else ""
    return f"{row.name} {who}{holder}"


def _recalls(task: Task) -> list[str]:
    return [f"“{task.name}”回到您手里，重新办理", "后面已经送出的任务撤销；别人已经签署的意见保留"]


def _closing(case: Case) -> list[str]:
    rows = [row for row in case.tasks if row.status in ("open", "waiting")]
    named = [f"撤销：{_named(row)}" for row in rows]
    return [
        f"终止后办件结束，不能恢复，将撤销 {len(rows)} 个正在办理的任务",
        *named,
        "将通知申请人",
    ]


_LINES: Mapping[str, Callable[[Case], list[str]]] = {
    "jump": lambda _case: [],
    "terminate": _closing,
    "suspend": lambda _case: ["挂起期间不能办理，办理期限停止计算", "将通知申请人和已签收的办理人"],
    "resume": lambda _case: ["从挂起时的环节接着办理，办理期限相应顺延"],
}
