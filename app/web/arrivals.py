"""Where somebody goes whose session was just opened, and what they are told on the way."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.identity import changes
from app.identity.sessions import Opened
from app.web import kept
from app.web.access import actor, enter
from app.web.devices import browser
from app.web.front import room
from app.web.origins import safe_next
from app.web.pages import moment


def home(staff: bool) -> str:
    """Where somebody goes who asked for no page in particular."""
    return room("tasks.index" if staff else "service.index") or "/"


def arrive(opened: Opened) -> ResponseReturnValue:
    """Give the browser its session; then the second factor, the password, or on to the page."""
    enter(opened)
    if opened.factor_due:
        return ask_for_factor({})
    if opened.must_change:
        return redirect(url_for("session.change_password"), 303)
    _remind(opened.person_id)
    if kept.carried():
        return kept.page(kept.carried())
    return redirect(safe_next(request.form.get("next"), home(actor().staff)), 303)


def land(opened: Opened, following: str) -> ResponseReturnValue:
    """The same for who comes back from a provider, whose address is not one to stay at."""
    enter(opened)
    if opened.factor_due:
        return redirect(url_for("factor.ask", next=following or None), 303)
    _remind(opened.person_id)
    return redirect(safe_next(following, home(actor().staff)), 303)


def ask_for_factor(faults: dict[str, str], message: str = "") -> str:
    """The page between the password and the code; it carries along what sign-in carried."""
    following = safe_next(request.values.get("next"), "")
    return render_template(
        "factor/ask.html", faults=faults, message=message, next=following, kept=kept.carried()
    )


def _remind(person_id: str) -> None:
    """For a while, of the first sign-in: whoever did not do it themselves will notice."""
    first = changes.activation(session(), person_id, at=clock.now())
    if first is not None:
        where = f"{first.address}（{browser(first.agent)}）"
        flash(
            f"您的账号于 {moment(first.at)} 从 {where}首次登录启用。"
            "如果不是您本人，请立即告诉本单位系统后台管理员。"
        )
