"""我的信息, of the public: who read one's numbers, all of it to take away, and its end."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, vault
from app.db import session
from app.errors import Invalid, NotFound, Refusal
from app.identity import commands as identity
from app.identity.actor import Actor
from app.identity.models import Person
from app.web import packing
from app.web.access import actor, leave, signed_in, visit
from app.web.headers import name_file
from app.workflow import unmasking
from app.workflow.commands.erasing import CODE, erase_own
from app.workflow.commands.own_data import take_own_data
from app.workflow.queries import personal

bp = Blueprint("own_data", __name__)


def _me() -> Actor:
    me = actor()
    if me.staff:
        raise NotFound
    return me


@bp.get("/my-data")
@signed_in
def index() -> ResponseReturnValue:
    """What is kept, who looked, and what one may do about it."""
    return _page()


def _page(refusal: Refusal | None = None) -> ResponseReturnValue:
    me = _me()
    person = session().get_one(Person, me.id)
    page = render_template(
        "own_data/index.html",
        person=person, phone=vault.mask(vault.unseal(person.phone)),
        viewings=[packing.viewed(one) for one in unmasking.viewings(session(), me.id)],
        open_cases=personal.standing_in_the_way(session(), me.id),
        message=refusal.message if refusal else "",
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
    )  # fmt: skip
    return page, 422 if refusal else 200


@bp.post("/my-data/take")
@signed_in
def take() -> ResponseReturnValue:
    """Everything as an archive."""
    me, at = _me(), clock.now()
    box = packing.pack(take_own_data(me, at=at), me, at)
    made = Response(packing.sent(box), mimetype="application/zip")
    name_file(made, "attachment", f"我的信息 {clock.local(at):%Y-%m-%d}.zip")
    return made


@bp.post("/my-data/erase/code")
@signed_in
def send_code() -> ResponseReturnValue:
    """Text a code to one's own telephone, for whoever has no password at hand."""
    person = session().get_one(Person, _me().id)
    try:
        identity.request_code(CODE, vault.unseal(person.phone), visit(), at=clock.now())
    except Refusal as refusal:
        return _page(refusal)
    flash("验证码已发送到您的手机，10分钟内有效")
    return redirect(url_for(".index", _anchor="erase"), 303)


@bp.post("/my-data/erase")
@signed_in
def erase() -> ResponseReturnValue:
    """End the account for good."""
    me, sent = _me(), request.form
    try:
        if sent.get("understood") != "yes":
            raise Invalid("请先勾选“我已了解”", {"understood": "请先勾选"})
        password, code = sent.get("password", ""), sent.get("code", "").strip()
        erase_own(me, password, code, visit(), at=clock.now())
    except Refusal as refusal:
        return _page(refusal)
    leave()
    flash("账号已注销，个人信息已删除")
    return redirect("/", 303)
