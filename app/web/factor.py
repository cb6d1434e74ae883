"""两步验证: proving the second factor at sign-in, setting it up, giving it up."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, vault
from app.db import session
from app.errors import Invalid, NotFound, Refusal
from app.identity import factors
from app.identity.commands import second_factor
from app.identity.models import Person
from app.web.access import actor, session_id, signed_in, visit
from app.web.arrivals import arrive, ask_for_factor

bp = Blueprint("factor", __name__)


@bp.get("/sign-in/code")
@signed_in
def ask() -> ResponseReturnValue:
    """The page that asks for the code."""
    if not actor().factor_due:
        return redirect("/", 303)
    return ask_for_factor({})


@bp.post("/sign-in/code")
@signed_in
def answer() -> ResponseReturnValue:
    """Take the code and let its owner in."""
    try:
        code = request.form.get("code", "")
        opened = second_factor.prove(actor(), code, visit(), at=clock.now())
    except Invalid as refusal:
        return ask_for_factor(refusal.fields, refusal.message), 422
    return arrive(opened)


@bp.get("/second-factor")
@signed_in
def index() -> ResponseReturnValue:
    """One's own second factor: on, off, or half way."""
    return _page()


def _page(refusal: Refusal | None = None) -> ResponseReturnValue:
    if not actor().staff:
        raise NotFound
    row = factors.of(session(), actor().id)
    waiting = row is not None and row.confirmed_at is None
    secret = vault.unseal(row.secret) if row and waiting else ""
    page = render_template(
        "factor/index.html",
        row=row, secret=secret, picture=_picture(secret),
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
        message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if refusal else 200


def _picture(secret: str) -> str:
    """The key for a telephone's camera, as an image within the page."""
    person = session().get(Person, actor().id)
    if not secret or person is None:
        return ""
    code = segno.make(factors.address(secret, person), error="m")
    drawn: str = code.svg_data_uri(scale=5, border=3, light="white")
    return drawn


@bp.post("/second-factor/begin")
@signed_in
def begin() -> ResponseReturnValue:
    """Make a key; the page shows it until a first code proves it."""
    if not actor().staff:
        raise NotFound
    second_factor.begin_factor(actor(), at=clock.now())
    return redirect(url_for(".index"), 303)


@bp.post("/second-factor/confirm")
@signed_in
def confirm() -> ResponseReturnValue:
    """Take the first code: from now on one is asked for at each sign-in."""
    code = request.form.get("code", "")
    try:
        second_factor.confirm_factor(actor(), code, session_id(), at=clock.now())
    except Invalid as refusal:
        return _page(refusal)
    flash("两步验证已开启，下次登录时须填写手机上的验证码；其他设备已退出登录")
    return redirect(url_for("session.sign_ins"), 303)


@bp.post("/second-factor/drop")
@signed_in
def drop() -> ResponseReturnValue:
    """Give it up."""
    try:
        second_factor.drop_factor(actor(), request.form.get("code", ""), at=clock.now())
    except Invalid as refusal:
        return _page(refusal)
    flash("两步验证已关闭")
    return redirect(url_for("session.sign_ins"), 303)
