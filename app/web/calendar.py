"""工作日历: the days that are not what their weekday says."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import local
from app.db import session
from app.errors import Invalid
from app.web.access import actor, requires
from app.workflow import commands
from app.workflow.queries import calendar

bp = Blueprint("calendar", __name__)
_YEAR = re.compile(r"20\d\d", re.ASCII)


@bp.get("/settings/calendar")
@requires("calendar:edit")
def index() -> ResponseReturnValue:
    """One unit's calendar of one year."""
    return _page({}, {})


def _page(sent: dict[str, str], faults: dict[str, str]) -> str:
    at, work = clock.now(), session()
    year = request.values.get("year", "")
    shown = int(year) if _YEAR.fullmatch(year) else local(at).year
    units = calendar.units_kept(work, actor())
    unit = next((one for one in units if one.id == request.values.get("unit")), units[0])
    days = calendar.days_of(work, unit.id, shown)
    return render_template(
        "settings/calendar.html", units=units, unit=unit, year=shown, days=days,
        years=range(local(at).year - 1, local(at).year + 3), sent=sent, faults=faults,
        missing=calendar.missing_years(work, unit, local(at).year),
        inherited=calendar.above_in_force(work, unit, shown),
    )  # fmt: skip


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


@bp.post("/settings/calendar")
@requires("calendar:edit")
def keep() -> ResponseReturnValue:
    """Say of one day whether it is worked."""
    sent = request.form.to_dict()
    day = _day(sent.get("day", ""))
    if day is None:
        return _page(sent, {"day": "请填写日期，如 2026-10-01"}), 422
    try:
        worked = (sent.get("workday") == "1", sent.get("name", ""))
        commands.keep_day(actor(), sent.get("unit", ""), day, worked, at=clock.now())
    except Invalid as fault:
        return _page(sent, fault.fields or {"day": fault.message}), 422
    flash(f"{day} 已保存")
    return redirect(url_for(".index", unit=sent.get("unit"), year=day.year), 303)


@bp.post("/settings/calendar/drop")
@requires("calendar:edit")
def drop() -> ResponseReturnValue:
    """Let a day follow its weekday again."""
    unit, day = request.form.get("unit", ""), _day(request.form.get("day", ""))
    if day is None:
        return _page({}, {"day": "请从列表里选要恢复的日期"}), 422
    commands.drop_day(actor(), unit, day, at=clock.now())
    flash(f"{day} 已恢复为按星期计算")
    return redirect(url_for(".index", unit=unit, year=day.year), 303)


@bp.post("/settings/calendar/import")
@requires("calendar:edit")
def import_year() -> ResponseReturnValue:
    """Take over a published year's arrangement."""
    unit, year = request.form.get("unit", ""), request.form.get("year", "")
    if not _YEAR.fullmatch(year):
        return _page({}, {"year": "请选择年份"}), 422
    try:
        days = commands.import_holidays(actor(), unit, int(year), at=clock.now())
    except Invalid as fault:
        return _page({}, {"year": fault.message}), 422
    flash(f"{year} 年已导入 {days} 天")
    return redirect(url_for(".index", unit=unit, year=year), 303)
