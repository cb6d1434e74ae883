"""What a person keeps for their work: phrases, views, how far they read; and the map of keys."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.errors import Invalid
from app.web import boxes
from app.web.access import actor, requires, signed_in
from app.web.origins import safe_next
from app.workflow import commands, phrases
from app.workflow.commands.views import Named
from app.workflow.queries import inbox, notices, views

bp = Blueprint("habits", __name__)


@bp.get("/shortcuts")
@signed_in
def shortcuts() -> ResponseReturnValue:
    """The map of keys; with script it opens over the page one is on."""
    return render_template("habits/shortcuts.html")


@bp.get("/inbox/count.json")
@requires("task:decide", inbox.WATCH)
def count() -> ResponseReturnValue:
    """How much waits, for the badge: asked every minute by pages that are looked at."""
    work, me = session(), actor()
    waiting = {box: boxes.capped(number) for box, number in inbox.waiting(work, me).items()}
    answer = jsonify({**waiting, "unread": notices.unread(work, me)})
    answer.add_etag()
    return answer.make_conditional(request)


@bp.post("/cases/<case_id>/look")
@signed_in
def look(case_id: str) -> ResponseReturnValue:
    """This person has read the record up to here."""
    seen = request.form.get("seen", "")[:9]  # no case has more events than that
    commands.look(actor(), case_id, int(seen) if seen.isdecimal() else 0, at=clock.now())
    if request.headers.get("X-Requested-With") == "fetch":
        return "", 204
    return redirect(safe_next(request.form.get("back", ""), url_for("tasks.index")), 303)


@bp.get("/phrases")
@requires("task:decide")
def phrase_list() -> ResponseReturnValue:
    """My quick opinions and those of my units."""
    return _phrases({})


@bp.post("/phrases")
@requires("task:decide")
def add_phrase() -> ResponseReturnValue:
    """Keep one more."""
    said, unit = request.form.get("text", ""), request.form.get("unit", "")
    by_script = request.headers.get("X-Requested-With") == "fetch"
    try:
        kept = commands.add_phrase(actor(), said, unit, at=clock.now())
    except Invalid as fault:
        return (fault.message, 422) if by_script else (_phrases(fault.fields), 422)
    if by_script:
        return jsonify(text=kept.text), 201
    return redirect(url_for(".phrase_list"), 303)


@bp.post("/phrases/<phrase_id>")
@requires("task:decide")
def change_phrase(phrase_id: str) -> ResponseReturnValue:
    """Put it otherwise."""
    try:
        commands.change_phrase(actor(), phrase_id, request.form.get("text", ""), at=clock.now())
    except Invalid as fault:
        return _phrases({phrase_id: fault.message}), 422
    flash("已保存")
    return redirect(url_for(".phrase_list"), 303)


@bp.post("/phrases/<phrase_id>/drop")
@requires("task:decide")
def drop_phrase(phrase_id: str) -> ResponseReturnValue:
    """Throw it away."""
    commands.drop_phrase(actor(), phrase_id, at=clock.now())
    flash("已删除")
    return redirect(url_for(".phrase_list"), 303)


def _phrases(faults: dict[str, str]) -> str:
    me = actor()
    return render_template(
        "habits/phrases.html", phrases=phrases.of(session(), me), units=phrases.shared_with(me),
        shipped=phrases.SHIPPED, faults=faults, longest=phrases.LONGEST,
    )  # fmt: skip


@bp.get("/inbox/views")
@requires("task:decide", inbox.WATCH)
def view_list() -> ResponseReturnValue:
    """My views, and those that colleagues share."""
    return _views({})


@bp.post("/inbox/views")
@requires("task:decide", inbox.WATCH)
def save_view() -> ResponseReturnValue:
    """Keep what the inbox shows under a name."""
    sent = request.form
    asked = {name: sent.get(name, "") for name in ("q", "category", "step")}
    named = Named(
        sent.get("name", ""), sent.get("unit", ""), bool(sent.get("first")),
        sent.get("box", ""), asked,
    )  # fmt: skip
    try:
        view = commands.save_view(actor(), named, at=clock.now())
    except Invalid as fault:
        return _views({"": fault.message}), 422
    return redirect(url_for("tasks.index", view=view.id), 303)


@bp.post("/inbox/views/<view_id>")
@requires("task:decide", inbox.WATCH)
def change_view(view_id: str) -> ResponseReturnValue:
    """Another name, shared or not, opened with or not."""
    sent = request.form
    named = Named(sent.get("name", ""), sent.get("unit", ""), bool(sent.get("first")))
    try:
        commands.change_view(actor(), view_id, named, at=clock.now())
    except Invalid as fault:
        return _views({view_id: fault.message}), 422
    flash("已保存")
    return redirect(url_for(".view_list"), 303)


@bp.post("/inbox/views/<view_id>/drop")
@requires("task:decide", inbox.WATCH)
def drop_view(view_id: str) -> ResponseReturnValue:
    """Throw it away; a shared one any of those who decide there."""
    commands.drop_view(actor(), view_id, at=clock.now())
    flash("已删除")
    return redirect(url_for(".view_list"), 303)


def _views(faults: dict[str, str]) -> str:
    me = actor()
    return render_template(
        "habits/views.html", views=views.reach(session(), me), units=phrases.shared_with(me),
        labels={key: label for key, (label, _) in boxes.LABELS.items()}, faults=faults,
    )  # fmt: skip
