"""谁能看、谁能办: who may read a case and decide what waits in it, and why somebody may or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import local, minute
from app.db import session
from app.identity.actor import Hold
from app.identity.models import Grant
from app.identity.permissions import of_hold
from app.identity.queries import Member
from app.identity.scope import Cover
from app.identity.trades import CATEGORIES
from app.identity.words import PERMISSIONS, POSITIONS, ROLES
from app.web.access import actor, requires
from app.web.display import party
from app.workflow import acting, handling
from app.workflow.desks import DECIDE, Seat
from app.workflow.handling import Condition
from app.workflow.models import Case, Task
from app.workflow.queries import access
from app.workflow.queries.access import EXPLAIN, Answer, Handler, Reader, TaskAnswer
from app.workflow.reach import reading_right

bp = Blueprint("explain", __name__)

STATES = {"closed": "账号未开放", "disabled": "账号已停用"}
BARS = {
    handling.OPEN: "还没有轮到该方签署",
    handling.RUNNING: "办件已中止，恢复后才能办",
    handling.FREE: "已由他人签收",
    handling.APART: "本人是申请人、施工方或代办人，应当回避",
    handling.RECUSED: "与办理的事项有牵连，应当回避",
    handling.LEVELS: "上一级由本人办理，不能连审两级",
    handling.SIGNED: "本环节已由本人签署，不重复签署",
}
"""What is said of a condition of handling that is not met, beside the desk."""

LENT = "收到抄送或被征求意见"
Line = tuple[bool, str]
"""One condition: whether it is met, and in words."""


@bp.get("/cases/<case_id>/access")
@requires(EXPLAIN)
def show(case_id: str) -> ResponseReturnValue:
    """Who may read the case, and who may decide what waits."""
    work, me, words = session(), actor(), request.args.get("q", "").strip()
    case = access.explained(work, me, case_id)
    tasks = access.handlers(work, case, me.day)
    return render_template(
        "explain/show.html",
        case=case, q=words, found=access.staff_named(work, me, words) if words else (),
        units=_by_unit(access.readers(work, case, me.day)),
        tasks=[(_task(task), [_handler(one) for one in told]) for task, told in tasks],
    )  # fmt: skip


@bp.get("/cases/<case_id>/access/<person_id>")
@requires(EXPLAIN)
def person(case_id: str, person_id: str) -> ResponseReturnValue:
    """Why one person may or may not read the case and decide what waits."""
    work, me = session(), actor()
    case = access.explained(work, me, case_id)
    access.refuse_unasked(work, me, case, person_id)
    told = access.answer(work, case, person_id, me.day)
    return render_template(
        "explain/person.html",
        case=case, person=told.member.person, may_read=told.may_read, able=_able(told.member),
        own=told.own, lent=told.lent, grants=_reading(told, case),
        lapsed=[_lapsed(one) for one in told.lapsed],
        tasks=[_deciding(one, told) for one in told.tasks],
    )  # fmt: skip


def post(hold: Hold) -> str:
    """西陵区 区级政府管理员: an assignment in words, and whose it is where one stands in."""
    words = (ROLES.get(hold.role, ""), POSITIONS.get(hold.position, ""))
    said = f"{hold.unit_name} {'、'.join(word for word in words if word)}"
    name = acting.principal(session(), hold)
    return f"{said}（代{name}）" if name else said


def _by_unit(readers: Sequence[Reader]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Readers beneath the unit through which they read; whose own it is come first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in readers:
        heading = one.through[0].hold.unit_name if one.through else _beside(one)
        how = [f"{post(each.hold)}，{_through(each)}" for each in one.through]
        how += ["本人申请或代办"] if one.own else []
        how += [LENT] if one.lent else []
        line = {"id": one.member.person.id, "name": one.member.person.name, "how": how}
        found.setdefault(heading, []).append(line | {"note": _note(one.member)})
    return list(found.items())


def _beside(one: Reader) -> str:
    return "申请人、代办人" if one.own else LENT


def _through(cover: Cover) -> str:
    where = "属地共享查看" if cover.shared else "在管辖范围内"
    return where if cover.hold.categories is None else f"{where}且属本行业项目类型"


def _note(member: Member) -> str:
    if not member.able:
        return STATES.get(member.person.status, "")
    return "还没有修改初始密码，改后才能使用" if member.person.must_change else ""


def _able(member: Member) -> Line:
    return member.able, _note(member) or "账号可以登录"


def _task(task: Task) -> dict[str, str]:
    where = task.unit.name if task.unit else party(task.case)
    return {"name": task.name, "unit": where, "desk": _desk(task)}


def _desk(task: Task) -> str:
    return "或".join(ROLES.get(word) or POSITIONS.get(word, "") for word in task.desk.split())


def _handler(one: Handler) -> dict[str, Any]:
    bars = [BARS[each.key] for each in one.conditions if each.refusal is not None]
    note = _note(one.member)
    return {
        "id": one.member.person.id, "name": one.member.person.name, "how": post(one.hold),
        "may": one.may, "why": "；".join([*bars, note] if note else bars),
    }  # fmt: skip


def _reading(told: Answer, case: Case) -> list[tuple[str, bool, list[Line]]]:
    """Each assignment with the conditions of reading."""
    return [(post(one.hold), one.reaches, _conditions(one, case)) for one in told.covers]


def _conditions(one: Cover, case: Case) -> list[Line]:
    trade = CATEGORIES.get(case.category, "未分项目类型")
    here = "管辖范围：办件所在地" + (
        "已划归功能区，原属地保留查看" if one.shared else "在本机构管辖内"
    )
    lines = [
        (one.area, here if one.area else "管辖范围：办件所在地不在本机构管辖内"),
        (one.right, _right(reading_right(case), one.hold)),
    ]
    if one.hold.categories is not None:
        own = case.category in one.hold.categories
        said = "由本部门负责" if own else "由本部门综合监管" if one.trade else "不由本部门负责"
        lines.insert(1, (one.trade, f"行业：“{trade}”{said}"))
    return lines


def _right(permission: str, hold: Hold) -> str:
    has = "有" if permission in of_hold(hold) else "没有"
    return f"权限：这一角色或职务{has}“{PERMISSIONS[permission]}”"


def _lapsed(grant: Grant) -> tuple[str, str]:
    """A grant that counts for nothing today, and why."""
    words = (ROLES.get(grant.role, ""), POSITIONS.get(grant.position, ""))
    name = f"{grant.unit.name} {'、'.join(word for word in words if word)}"
    today = local(clock.now()).date()
    if grant.valid_from > today:
        return name, f"{grant.valid_from:%Y-%m-%d} 起才生效"
    if grant.valid_to is not None and grant.valid_to < today:
        return name, f"已于 {grant.valid_to:%Y-%m-%d} 到期"
    return name, "机构已停用"


def _deciding(one: TaskAnswer, told: Answer) -> dict[str, Any]:
    """One task: the verdict, the desk by each assignment, then the rest."""
    theirs = one.task.person_id == told.member.person.id
    seats = [(post(each.hold), each.taken, _seat(each, one.task)) for each in one.seats]
    seats += [(post(hold), True, [(True, "岗位：本人是代理人，代为办理")]) for hold in one.lent]
    rest = [_bar(each, one.task) for each in one.conditions if each.key != handling.SEAT]
    return {**_task(one.task), "may": one.may, "seats": [] if theirs else seats, "rest": rest}


def _seat(seat: Seat, task: Task) -> list[Line]:
    unit = task.unit.name if task.unit else party(task.case)
    return [
        (seat.unit, f"单位：该环节由{unit}办理"),
        (seat.named, f"岗位：该环节要求{_desk(task) or party(task.case) + '本人'}"),
        (seat.right, _right(DECIDE, seat.hold)),
    ]


def _bar(condition: Condition, task: Task) -> Line:
    if condition.refusal is None:
        return True, MET[condition.key]
    said = BARS[condition.key]
    if condition.key == handling.FREE and task.claimed_by and task.claimed_at:
        said = f"已由{task.claimed_by.name}于 {minute(task.claimed_at)} 签收"
    return False, said


MET = {
    handling.OPEN: "轮到该方办理",
    handling.RUNNING: "办件没有中止",
    handling.FREE: "没有被他人签收",
    handling.APART: "不是申请人或代办人",
    handling.RECUSED: "与办理的事项没有牵连",
    handling.LEVELS: "不是上一级的办理人",
    handling.SIGNED: "没有签署过本环节",
}
