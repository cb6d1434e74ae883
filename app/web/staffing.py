"""岗位人员: who each step of each flow falls to today, and which hang on one person or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.db import session
from app.engine.types import Party
from app.errors import NotFound
from app.identity.actor import Hold
from app.identity.queries import Member
from app.identity.trades import CATEGORIES
from app.identity.words import POSITIONS, ROLES
from app.web.access import actor, requires
from app.web.explain import STATES
from app.workflow import staffing
from app.workflow.queries import gaps
from app.workflow.queries.access import EXPLAIN
from app.workflow.queries.gaps import Gap
from app.workflow.staffing import Duty, Turn

bp = Blueprint("staffing", __name__)

MOST = 300
FEW_TRADES = 4
UNTYPED = "未分项目类型"
SIGNING = {"any": "一方办理即可", "all": "各方都要签署", "vote": "按票数", "order": "依次签署"}


@bp.get("/staffing")
@requires(EXPLAIN)
def index() -> ResponseReturnValue:
    """What nobody, or one person alone, can bring to an end, in a unit and beneath."""
    me, work = actor(), session()
    unit = gaps.unit_of(work, me, request.args.get("unit", ""))
    found = gaps.gaps(work, me, unit)
    nobody = sum(not gap.alone for gap in found)
    return render_template(
        "staffing/index.html",
        unit=unit, choices=[(one.id, one.name) for one in gaps.chosen_from(work, me)],
        nobody=nobody, alone=len(found) - nobody, more=len(found) > MOST,
        units=_by_unit(found[:MOST]),
    )  # fmt: skip


@bp.get("/staffing/<unit_id>")
@requires(EXPLAIN)
def show(unit_id: str) -> ResponseReturnValue:
    """The flows of which steps fall to one unit."""
    unit = gaps.unit_of(session(), actor(), unit_id)
    found = staffing.duties(session(), {unit.id}, actor().day)
    flows = [
        (key, duty.flow.title, [_step(each, unit.id) for each in (duty, *rest)])
        for key, (duty, *rest) in _by_flow(found)
    ]
    return render_template("staffing/show.html", unit=unit, flows=flows)


@bp.get("/staffing/<unit_id>/<key>")
@requires(EXPLAIN)
def flow(unit_id: str, key: str) -> ResponseReturnValue:
    """Who each step of one flow falls to in one unit, by name."""
    unit = gaps.unit_of(session(), actor(), unit_id)
    found = staffing.duties(session(), {unit.id}, actor().day, key)
    if not found:
        raise NotFound("这个流程没有由该机构办理的环节")
    steps = [_step(duty, unit.id) for duty in found]
    return render_template("staffing/flow.html", unit=unit, title=found[0].flow.title, steps=steps)


def _by_flow(found: list[Duty]) -> list[tuple[str, list[Duty]]]:
    return [(key, list(each)) for key, each in groupby(found, key=lambda one: one.flow.key)]


def _by_unit(found: list[Gap]) -> list[tuple[str, str, list[dict[str, str]]]]:
    """(id, name, lines) of each unit, those where nobody is left first."""
    ordered = sorted(found, key=lambda gap: (gap.unit.division_code or "", gap.unit.id))
    return [
        (key[0], key[1], [_gap(one) for one in sorted(each, key=lambda gap: bool(gap.alone))])
        for key, each in groupby(ordered, key=lambda gap: (gap.unit.id, gap.unit.name))
    ]


def _gap(gap: Gap) -> dict[str, str]:
    duty = gap.duty
    desks = (_desk(turn.party) for turn in duty.turns if turn.unit is gap.unit)
    who = "、".join(member.person.name for member in gap.alone)
    here = [turn for turn in duty.turns if turn.unit is gap.unit]
    return {
        "key": duty.flow.key, "flow": duty.flow.title, "step": duty.name, "who": who,
        "instead": "；".join(_instead(here)),
        "desk": "；".join(desks), "trades": _trades(duty),
    }  # fmt: skip


def _step(duty: Duty, unit_id: str) -> dict[str, Any]:
    """One step as it falls to a unit: its parties there, and how it stands."""
    turns = [turn for turn in duty.turns if turn.unit is not None]
    return {
        "name": duty.name, "trades": _trades(duty), "stands": _stands(duty),
        "signing": SIGNING.get(duty.step.policy.sign.mode, ""),
        "turns": [_turn(turn, unit_id) for turn in turns],
    }  # fmt: skip


def _stands(duty: Duty) -> tuple[str, str]:
    """Whether the step can be brought to an end today, in words, and their colour."""
    if not duty.settles():
        return f"无人可办，{'；'.join(_instead(duty.turns))}", "red"
    alone = "、".join(member.person.name for member in duty.alone)
    return (f"只有{alone}一人", "amber") if alone else ("有人可办", "green")


def _instead(turns: Sequence[Turn]) -> list[str]:
    """What becomes of what nobody is there for."""
    ups = (turn.stand_in() for turn in turns if not turn.answers(()))
    return list(dict.fromkeys(f"转{up.name}办理" if up else "由管理员指定办理人" for up in ups))


def _turn(turn: Turn, unit_id: str) -> dict[str, Any]:
    here = turn.unit is not None and turn.unit.id == unit_id
    return {
        "unit": turn.unit.name if turn.unit and not here else "",
        "desk": _desk(turn.party),
        "people": [_person(member, hold) for member, hold in turn.seated],
    }  # fmt: skip


def _person(member: Member, hold: Hold) -> dict[str, str]:
    words = (ROLES.get(hold.role, ""), POSITIONS.get(hold.position, ""))
    note = "" if member.able else STATES.get(member.person.status, "")
    name = {"name": member.person.name, "post": "、".join(word for word in words if word)}
    return {**name, "note": note}


def _desk(party: Party) -> str:
    return "或".join(ROLES.get(role) or POSITIONS.get(role, role) for role in party.roles)


def _trades(duty: Duty) -> str:
    """The project types for which a step falls so; nothing where all do."""
    named = [CATEGORIES.get(key, UNTYPED) for key in sorted(duty.categories, reverse=True)]
    if not named or len(named) > len(CATEGORIES):
        return ""
    few = "、".join(named[:FEW_TRADES])
    return f"{few}等 {len(named)} 类" if len(named) > FEW_TRADES else few
