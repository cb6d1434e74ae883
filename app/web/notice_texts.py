"""通知文字: how notices read, as city and districts word them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid, NotFound
from app.identity.models import Unit
from app.identity.reach import governments_within
from app.web.access import actor, requires
from app.workflow import notice_kinds, wording
from app.workflow.commands import wording as commands
from app.workflow.commands.wording import EDIT, Setting
from app.workflow.notice_kinds import NoticeKind
from app.workflow.text_models import TextBlock

bp = Blueprint("notice_texts", __name__)
SAMPLE: Mapping[str, str] = MappingProxyType({
    "name": "江畔花园 3 栋 602 室装修", "case": "2026-000123", "place": "解放路社区 解放路 88 号",
    "by": "李禾", "step": "社区初审", "reason": "请补合同", "until": "2026年11月25日",
    "unit": "解放路社区", "text": "“江畔花园 3 栋 602 室装修”已通过",
})  # fmt: skip


@bp.get("/settings/notices")
@requires(EDIT)
def index() -> ResponseReturnValue:
    """The kinds whose text may be set, each as it reads now."""
    units, unit = _chosen(request.args.get("unit", ""))
    found = wording.standing(session(), notice_kinds.every_text(), unit)
    lines = [(line, _read(line.block.name, line.text)) for line in found]
    return render_template("notices/kinds.html", lines=lines, units=units, unit=unit)


@bp.get("/settings/notices/<kind>")
@requires(EDIT)
def show(kind: str) -> ResponseReturnValue:
    """One text, for the unit that is asked for."""
    return _page(_kind(kind), request.args.get("unit", ""))


@bp.post("/settings/notices/<kind>")
@requires(EDIT)
def save(kind: str) -> ResponseReturnValue:
    """Word it so from now on."""
    one, unit = _kind(kind), request.form.get("unit", "")
    typed = request.form.get("text", "")
    try:
        setting = Setting(unit, one.sheet.kind, kind, typed)
        commands.set_text(actor(), one.sheet, setting, at=clock.now())
    except Invalid as fault:
        return _page(one, unit, typed, fault=fault.fields.get(kind, fault.message)), 422
    flash("已保存，今后的通知按新文字")
    return redirect(url_for(".show", kind=kind, unit=unit), 303)


@bp.post("/settings/notices/<kind>/preview")
@requires(EDIT)
def preview(kind: str) -> ResponseReturnValue:
    """See how it would read; nothing is kept."""
    one, unit = _kind(kind), request.form.get("unit", "")
    typed = request.form.get("text", "")
    try:
        text = wording.checked(one.sheet, kind, typed) or one.text
    except Invalid as fault:
        return _page(one, unit, typed, fault=fault.fields.get(kind, fault.message)), 422
    return _page(one, unit, typed, seen=wording.filled(text, SAMPLE))


@bp.post("/settings/notices/versions/<text_id>")
@requires(EDIT)
def restore(text_id: str) -> ResponseReturnValue:
    """Bring an older version back, as the newest one."""
    old = session().get(TextBlock, text_id)
    if old is None or old.kind != notice_kinds.TEXTS:
        raise NotFound("没有这个版本")
    setting = Setting(old.unit_id, old.kind, old.block, old.text)
    commands.set_text(actor(), _kind(old.block).sheet, setting, at=clock.now())
    flash("已恢复为所选版本")
    return redirect(url_for(".show", kind=setting.block, unit=setting.unit_id), 303)


def _kinds() -> dict[str, NoticeKind]:
    return {one.key: one for one in notice_kinds.every() if one.placed}


def _kind(key: str) -> NoticeKind:
    found = _kinds().get(key)
    if found is None:
        raise NotFound("没有这种通知")
    return found


def _read(kind: str, text: str) -> str:
    """A text with the names of its holes, not with their keys."""
    offered = notice_kinds.of(kind).offered
    return wording.filled(text, {hole: f"〔{words}〕" for hole, words in offered.items()})


def _chosen(unit_id: str) -> tuple[Sequence[Unit], Unit]:
    units = governments_within(session(), actor(), EDIT)
    unit = next((one for one in units if one.id == unit_id), units[0] if units else None)
    if unit is None:
        raise NotFound("没有可以设置的区县")
    return units, unit


def _page(kind: NoticeKind, unit_id: str, typed: str = "", fault: str = "", seen: str = "") -> str:
    units, unit = _chosen(unit_id)
    line = wording.standing(session(), kind.sheet, unit)[0]
    return render_template(
        "notices/text.html", kind=kind, unit=unit, units=units, line=line,
        typed=typed or line.text, fault=fault, seen=seen,
    )  # fmt: skip
