"""账号开放: accounts that were never used, the batches that open them, and the rule of accounts."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Conflict, Invalid, Refusal
from app.identity import rules, waiting, windows
from app.identity.account_models import AccountBatch
from app.identity.commands import batches
from app.identity.reach import PAGE
from app.identity.rules import Rule
from app.identity.waiting import Unused
from app.identity.words import POSITIONS, ROLES
from app.web.access import actor, requires

bp = Blueprint("accounts", __name__)
_CLOSED = {"by_hand": "已提前关闭", "alarm": "猜测过多，已自动关闭", "rule": "改用随机密码，已关闭"}
_CHANCES = {"notice": "通知规则", "random": "随机一次性密码"}


@bp.get("/accounts")
@requires("people:create")
def index() -> ResponseReturnValue:
    """Who never came in, and what opens the way."""
    return _page()


def _page(refusal: Refusal | None = None) -> ResponseReturnValue:
    at, me = clock.now(), actor()
    found = waiting.listed(session(), me, request.args.get("after", ""))
    shown = found[:PAGE]
    more = len(found) > PAGE
    page = render_template(
        "accounts/index.html",
        rows=[(one, _posts(one), _state(one)) for one in shown],
        next_url=url_for(".index", after=shown[-1].person.id) if more else "",
        units=waiting.units_to_open(session(), me, at=at),
        batches=[(*row, _batch_state(row[0])) for row in waiting.batches(session(), me)],
        rule=rules.current(session()), chances=_CHANCES, sent=request.form,
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
        message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if isinstance(refusal, Invalid) else 409 if refusal else 200


def _posts(one: Unused) -> list[tuple[str, str]]:
    return [
        (row.unit.name, ROLES.get(row.role, "") or POSITIONS.get(row.position, ""))
        for row in one.posts
    ]


def _state(one: Unused) -> tuple[str, str]:
    """Words and tone: open until when, or why not."""
    at, person, batch = clock.now(), one.person, one.batch
    if person.password_hash:
        runs = person.initial_until is not None and person.initial_until > at
        return ("等待首次登录", "blue") if runs else ("初始密码已过期", "amber")
    if batch is None:
        return ("未开放", "grey")
    return ("已开放", "green") if windows.is_open(batch, at) else ("开放期内未登录", "amber")


def _batch_state(batch: AccountBatch) -> tuple[str, str]:
    if batch.closed_at:
        return (_CLOSED[batch.closed_why], "red" if batch.closed_why == "alarm" else "grey")
    return ("开放中", "green") if windows.is_open(batch, clock.now()) else ("已到期", "grey")


@bp.post("/accounts/batches")
@requires("people:create")
def open_batch() -> ResponseReturnValue:
    """Open a batch; its slips are shown in this answer and nowhere again: no redirect follows."""
    sent = request.form
    try:
        unit_id, name = sent.get("unit", ""), sent.get("name", "")
        sheet = batches.open_batch(actor(), unit_id, name, at=clock.now())
    except (Invalid, Conflict) as refusal:
        return _page(refusal)
    return render_template("accounts/sheet.html", batch=sheet.batch, slips=sheet.slips)


@bp.post("/accounts/batches/<batch_id>/close")
@requires("people:create")
def close_batch(batch_id: str) -> ResponseReturnValue:
    """End a batch before its time."""
    batches.close_batch(actor(), batch_id, at=clock.now())
    flash("批次已关闭，没有登录过的账号退回未开放")
    return redirect(url_for(".index"), 303)


@bp.get("/settings/accounts")
@requires("accounts:rule")
def rule() -> ResponseReturnValue:
    """How first passwords are made."""
    return _rule_page()


def _rule_page(refusal: Invalid | None = None) -> ResponseReturnValue:
    page = render_template(
        "accounts/rule.html",
        rule=rules.current(session()), history=rules.history(session()), chances=_CHANCES,
        faults=refusal.fields if refusal else {}, message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if refusal else 200


@bp.post("/settings/accounts")
@requires("accounts:rule")
def save_rule() -> ResponseReturnValue:
    """Set it."""
    sent = request.form
    wanted = Rule(sent.get("initial", ""), three_classes=sent.get("three_classes") == "yes")
    try:
        batches.set_rule(actor(), wanted, sent.get("reason", ""), at=clock.now())
    except Invalid as refusal:
        return _rule_page(refusal)
    flash("账号规则已保存，今后按新规则办")
    return redirect(url_for(".rule"), 303)
