"""消息推送: where a unit's notices go outside."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import minute
from app.db import session
from app.errors import Invalid
from app.identity.permissions import holding
from app.web.access import actor, requires
from app.workflow import hooks, notice_kinds
from app.workflow.commands import notices as commands
from app.workflow.commands.notices import NewHook
from app.workflow.notice_models import Webhook
from app.workflow.queries import notices

bp = Blueprint("webhooks", __name__)


@bp.get("/settings/webhooks")
@requires(hooks.KEEP)
def index() -> ResponseReturnValue:
    """The addresses of the units that I keep."""
    return _page({})


@bp.post("/settings/webhooks")
@requires(hooks.KEEP)
def add() -> ResponseReturnValue:
    """A new address; its secret is shown on the answer, and never again."""
    sent = request.form
    given = NewHook(sent.get("unit", ""), sent.get("url", ""), tuple(sent.getlist("kinds")))
    try:
        row, secret = commands.set_hook(actor(), given, at=clock.now())
    except Invalid as fault:
        return _page(fault.fields), 422
    return render_template("webhooks/secret.html", url=row.url, secret=secret), 201


@bp.post("/settings/webhooks/<hook_id>/test")
@requires(hooks.KEEP)
def test(hook_id: str) -> ResponseReturnValue:
    """Send a trial."""
    fault = commands.try_hook(actor(), hook_id, at=clock.now())
    flash(f"没有送到：{fault}" if fault else "已送到，对方已接收")
    return redirect(url_for(".index"), 303)


@bp.post("/settings/webhooks/<hook_id>/end")
@requires(hooks.KEEP)
def end(hook_id: str) -> ResponseReturnValue:
    """Send nothing there any more."""
    commands.end_hook(actor(), hook_id, at=clock.now())
    flash("已停用，不再推送")
    return redirect(url_for(".index"), 303)


def _page(faults: Mapping[str, str]) -> str:
    me = actor()
    units = {hold.unit_id: hold.unit_name for hold in holding(me, hooks.KEEP)}
    return render_template(
        "webhooks/index.html",
        rows=[_row(one) for one in notices.hooks(session(), me)], units=units, faults=faults,
        typed=request.form, kinds=notice_kinds.every(), ticked=request.form.getlist("kinds"),
    )  # fmt: skip


def _row(hook: Webhook) -> dict[str, str]:
    named = "、".join(notice_kinds.of(key).title for key in hook.kinds)
    return {
        "id": hook.id, "url": hook.url, "unit": hook.unit.name, "kinds": named or "全部种类",
        "set": f"{hook.set_by.name} {minute(hook.set_at)} 设置",
        "tried": minute(hook.tried_at) if hook.tried_at else "", "fault": hook.fault,
    }  # fmt: skip
