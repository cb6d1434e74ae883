"""督办规则: whom a unit tells of what nears its due time or is past it, rung by rung."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import local
from app.db import session
from app.errors import Invalid
from app.web.access import actor, requires
from app.workflow import commands, deadlines, ladders
from app.workflow.ladders import Rung
from app.workflow.queries import ladders as kept

bp = Blueprint("escalation", __name__)

WHOM = {"handler": "办理人", "head": "负责人", "leader": "分管领导", "district": "区县督办"}
ROWS = ladders.MOST - 2
"""Rungs of so many days past the due time, beside yellow and red."""


@bp.get("/settings/escalation")
@requires("calendar:edit")
def index() -> ResponseReturnValue:
    """The ladder in force for one unit."""
    return _page()


@bp.post("/settings/escalation")
@requires("calendar:edit")
def keep() -> ResponseReturnValue:
    """Show what a ladder would do, or give it to the unit."""
    try:
        rungs = _sent()
        ladders.refuse(rungs)
    except Invalid as fault:
        return _page(fault=fault.message), 422
    if request.form.get("do") == "preview":
        return _page(rungs)
    unit = request.form.get("unit", "")
    commands.keep_ladder(actor(), unit, rungs, at=clock.now())
    flash("督办规则已保存，从现在起按新规则告知")
    return redirect(url_for(".index", unit=unit), 303)


@bp.post("/settings/escalation/drop")
@requires("calendar:edit")
def drop() -> ResponseReturnValue:
    """Let the unit follow the one above again."""
    unit = request.form.get("unit", "")
    commands.drop_ladder(actor(), unit, at=clock.now())
    flash("已恢复为沿用上级的督办规则")
    return redirect(url_for(".index", unit=unit), 303)


def _sent() -> list[Rung]:
    """The ladder as typed; a row without days and without anybody is no rung. Raises Invalid."""
    found = []
    for row, fixed in enumerate((deadlines.YELLOW, deadlines.RED, *(ROWS * (None,)))):
        whom = tuple(word for word in ladders.WHOM if word in request.form.getlist(f"whom.{row}"))
        days = request.form.get(f"after.{row}", "").strip()
        if fixed is not None and whom:
            found.append(Rung(fixed, whom))
        elif fixed is None and (days or whom):
            found.append(Rung(_days(days), whom))
    return found


def _days(written: str) -> int:
    if written.isascii() and written.isdigit() and 0 < int(written) <= ladders.LATEST:
        return int(written)
    raise Invalid(f"超期天数请填 1 至 {ladders.LATEST} 之间的整数")


def _page(rungs: Sequence[Rung] | None = None, fault: str = "") -> str:
    work, at = session(), clock.now()
    groups = kept.units_kept(work, actor())
    units = [unit for _name, group in groups for unit in group]
    unit = next((one for one in units if one.id == request.values.get("unit")), units[0])
    now = kept.in_force(work, unit)
    shown = now.ladder.rungs if rungs is None else rungs
    due, told = kept.example(work, unit, shown, at)
    return render_template(
        "settings/escalation.html", groups=groups, unit=unit, now=now, whom=WHOM, fault=fault,
        rows=_typed() if fault else _rows(shown), sentence=_sentence(shown),
        due=f"{local(due):%m月%d日 %H:%M}", beneath=kept.own_beneath(work, unit),
        told=[(f"{local(when):%m月%d日 %H:%M}", _named(rung)) for rung, when in told],
        preview=rungs is not None,
    )  # fmt: skip


def _rows(rungs: Sequence[Rung]) -> list[tuple[str, Sequence[str]]]:
    """What the form holds: days and whom of yellow, of red, and of the later rungs."""
    by_place = {rung.after: rung.whom for rung in rungs}
    later = [(str(rung.after), rung.whom) for rung in rungs if rung.after > deadlines.RED]
    fixed = [("", by_place.get(place, ())) for place in (deadlines.YELLOW, deadlines.RED)]
    spare = min(2, ROWS - len(later))
    return [*fixed, *later, *([("", ())] * spare)]


def _typed() -> list[tuple[str, Sequence[str]]]:
    return [
        (request.form.get(f"after.{row}", ""), request.form.getlist(f"whom.{row}"))
        for row in range(ROWS + 2)
        if row < 2 or f"after.{row}" in request.form
    ]


def _sentence(rungs: Sequence[Rung]) -> str:
    """The whole ladder in one sentence."""
    parts = [f"{_when(rung)}{_named(rung)}" for rung in sorted(rungs, key=lambda one: one.after)]
    return "；".join(parts) + "。"


def _when(rung: Rung) -> str:
    if rung.after == deadlines.YELLOW:
        return "到期前 1 个工作日提醒"
    return f"超期满 {rung.after} 个工作日告知" if rung.after else "超期时告知"


def _named(rung: Rung) -> str:
    return "、".join(WHOM[word] for word in rung.whom)
