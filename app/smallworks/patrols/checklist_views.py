"""The page on which a government keeps its checklist, with what a chosen work would be asked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid, NotFound
from app.identity.models import Unit
from app.identity.trades import CATEGORIES
from app.smallworks import words as names
from app.smallworks.patrols import checklist, editing, words
from app.smallworks.patrols.editing import Typed
from app.smallworks.patrols.models import ChecklistItem
from app.smallworks.patrols.sites import UNFILED, Site
from app.web.access import actor, requires

bp = Blueprint("checklist", __name__, url_prefix="/settings/checklist")
EDIT = "checklist:edit"


@bp.get("", endpoint="index")
@requires(EDIT)
def show() -> ResponseReturnValue:
    """The list of one government; what its city asks is shown beside it."""
    return _page(_unit(request.args.get("unit", "")), {}, {})


@bp.post("")
@requires(EDIT)
def save() -> ResponseReturnValue:
    """Add an item, or change one."""
    sent = request.form
    plain = {name: sent.get(name, "") for name in ("group", "text", "rule", "measure", "grade")}
    narrow = {name: sent.getlist(name) for name in ("kinds", "categories", "risks", "flags")}
    try:
        editing.set_item(
            actor(), sent.get("unit", ""), Typed(**plain, narrow=narrow), sent.get("replaces", ""),
            at=clock.now(),
        )  # fmt: skip
    except Invalid as fault:
        return _page(_unit(sent.get("unit", "")), sent, fault.fields), 422
    flash("检查项已保存，以后开始的巡查按新的检查")
    return redirect(url_for(".index", unit=sent["unit"]), 303)


@bp.post("/drop")
@requires(EDIT)
def drop() -> ResponseReturnValue:
    """Ask an item no more."""
    editing.drop_item(actor(), request.form.get("item", ""), at=clock.now())
    flash("检查项已停用，已经做过的巡查不变")
    return redirect(url_for(".index", unit=request.form.get("unit", "")), 303)


def _unit(unit_id: str) -> Unit:
    mine = editing.editable_units(actor())
    if not mine:
        raise NotFound("没有可以修改的检查表")
    return next((one for one in mine if one.id == unit_id), mine[0])


def _page(unit: Unit, sent: Any, faults: Any) -> str:
    at, told = clock.now(), request.args
    units = [unit.id, unit.parent_id]
    items = checklist.of_place(session(), units, at)
    asked = checklist.for_site(items, _site()) if told.get("preview") else items
    edited = session().get(ChecklistItem, told.get("item", "") or sent.get("replaces", ""))
    return render_template(
        "patrols/checklist.html", unit=unit, units=editing.editable_units(actor()),
        groups=checklist.grouped(asked), total=len(items), shown=len(asked), words=words,
        names=names, categories=CATEGORIES, sent=sent, faults=faults, asked=told,
        edited=edited if edited and edited.unit_id == unit.id else None,
    )  # fmt: skip


def _site() -> Site:
    told = request.args
    flags = frozenset(told.getlist("flag"))
    chosen = Site(told.get("kind", ""), told.get("category", ""), told.get("risk", ""), flags)
    return chosen if chosen != Site() else UNFILED
