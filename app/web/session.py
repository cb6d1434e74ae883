"""Signing in and out, passwords, one's own sessions, and the first administrator."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session as store
from app.errors import Invalid, NotFound, Refusal
from app.identity import changes, commands, factors, queries
from app.identity.commands import Credentials, NewPerson, Registration
from app.identity.passwords import CORRECT
from app.web import kept
from app.web.access import (
    actor,
    enter,
    leave,
    public,
    session_id,
    signed_in,
    visit,
)
from app.web.arrivals import arrive, home
from app.web.devices import browser, device
from app.web.front import room
from app.web.origins import safe_next

bp = Blueprint("session", __name__)
_PHONE = "code_phone"
"""Where the browser's signed cookie keeps the number between asking for a code and using it."""


def _form(template: str, refusal: Refusal | None = None, **more: object) -> ResponseReturnValue:
    """A form of this room, again with what was refused if something was."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    message = refusal.message if refusal else ""
    following = safe_next(request.values.get("next"), "")
    page = render_template(
        f"session/{template}.html",
        faults=fields, message=message, next=following, kept=kept.carried(), **more,
    )  # fmt: skip
    return page, 422 if refusal else 200


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The door of the public."""
    return _form("sign_in")


@bp.post("/sign-in")
@public
def open_public() -> ResponseReturnValue:
    """Let a member of the public in."""
    return _sign_in("public", request.form.get("phone", ""), "sign_in")


@bp.get("/staff/sign-in")
@public
def staff_sign_in() -> ResponseReturnValue:
    """The door of the staff; before there is any staff, the first-run page."""
    if not queries.staff_exist():
        return redirect(url_for(".first_run"), 303)
    return _form("staff_sign_in")


@bp.post("/staff/sign-in")
@public
def open_staff() -> ResponseReturnValue:
    """Let a member of the staff in."""
    return _sign_in("staff", request.form.get("account", ""), "staff_sign_in")


def _sign_in(door: str, who: str, template: str) -> ResponseReturnValue:
    sent = request.form
    given = Credentials(who, sent.get("password", ""), door, sent.get("code", ""))
    try:
        opened = commands.sign_in(given, visit(), at=clock.now())
    except Refusal as refusal:
        return _form(template, refusal)
    return arrive(opened)


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session."""
    commands.sign_out(actor(), session_id(), at=clock.now())
    leave()
    flash("已退出登录")
    return redirect("/", 303)


@bp.get("/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """The form for a new password; all that an initial password opens."""
    return _form("password", initial=actor().must_change)


@bp.post("/password")
@signed_in
def save_password() -> ResponseReturnValue:
    """Take the new password and go on with a fresh session."""
    who, sent = actor(), request.form
    try:
        if sent.get("password") != sent.get("again"):
            raise Invalid(CORRECT, {"again": "两次输入的新密码不一致"})
        opened = commands.change_password(
            who, sent.get("current", ""), sent.get("password", ""), visit(), at=clock.now()
        )
    except Refusal as refusal:
        return _form("password", refusal, initial=who.must_change)
    enter(opened)
    flash("密码已修改，其他设备上的登录已全部退出")
    return redirect(home(who.staff), 303)


@bp.get("/sign-ins")
@signed_in
def sign_ins() -> ResponseReturnValue:
    """Where one is signed in."""
    me = actor()
    rows = [(row, device(row)) for row in queries.sign_ins_of(me.id, clock.now())]
    factor = me.staff and factors.active(store(), me.id)
    return render_template(
        "session/sign_ins.html",
        rows=rows, this=session_id(), factor=factor, told=changes.of(store(), me.id),
        links=queries.links_of(me.id),
        side="staff" if me.staff else "public", browser=browser,
    )  # fmt: skip


@bp.post("/sign-ins/<key>/end")
@signed_in
def end_sign_in(key: str) -> ResponseReturnValue:
    """End one of one's sessions."""
    commands.sign_out(actor(), key, at=clock.now())
    flash("该设备已退出登录")
    return redirect(url_for(".sign_ins"), 303)


@bp.post("/sign-ins/end-others")
@signed_in
def end_others() -> ResponseReturnValue:
    """End all of one's sessions but this one."""
    commands.end_sessions(actor(), session_id(), at=clock.now())
    flash("其他设备已全部退出登录")
    return redirect(url_for(".sign_ins"), 303)


@bp.get("/register")
@public
def register() -> ResponseReturnValue:
    """Ask for a telephone number to register."""
    return _form("phone", purpose="register")


@bp.post("/register")
@public
def send_register_code() -> ResponseReturnValue:
    """Send the code for registering."""
    return _send_code("register")


@bp.get("/recover")
@public
def recover() -> ResponseReturnValue:
    """Ask for the telephone number of an account whose password is forgotten."""
    return _form("phone", purpose="recover")


@bp.post("/recover")
@public
def send_recover_code() -> ResponseReturnValue:
    """Send the code for a new password."""
    return _send_code("recover")


def _send_code(purpose: str) -> ResponseReturnValue:
    phone = request.form.get("phone", "")
    try:
        commands.request_code(purpose, phone, visit(), at=clock.now())
    except Refusal as refusal:
        return _form("phone", refusal, purpose=purpose)
    session[_PHONE] = phone
    following = safe_next(request.form.get("next"), "") or None
    return redirect(url_for(f".confirm_{purpose}", next=following), 303)


@bp.get("/register/confirm")
@public
def confirm_register() -> ResponseReturnValue:
    """Ask for the code, a name and a password."""
    return _confirm("register")


@bp.get("/recover/confirm")
@public
def confirm_recover() -> ResponseReturnValue:
    """Ask for the code and a new password."""
    return _confirm("recover")


def _confirm(purpose: str, refusal: Refusal | None = None) -> ResponseReturnValue:
    phone = session.get(_PHONE)
    if not phone:
        return redirect(url_for(f".{purpose}"), 303)
    return _form("code", refusal, purpose=purpose, phone=phone)


@bp.post("/register/confirm")
@public
def finish_register() -> ResponseReturnValue:
    """Make the account and let its owner in."""
    return _finish("register")


@bp.post("/recover/confirm")
@public
def finish_recover() -> ResponseReturnValue:
    """Set the new password and let its owner in."""
    return _finish("recover")


def _finish(purpose: str) -> ResponseReturnValue:
    sent = request.form
    phone, code = session.get(_PHONE, ""), sent.get("code", "")
    given = Registration(phone, code, sent.get("password", ""), sent.get("name", ""))
    finish = commands.register_public if purpose == "register" else commands.recover_password
    try:
        opened = finish(given, visit(), at=clock.now())
    except Refusal as refusal:
        return _confirm(purpose, refusal)
    session.pop(_PHONE, None)
    flash("注册成功" if purpose == "register" else "密码已重新设置")
    return arrive(opened)


@bp.get("/first-run")
@public
def first_run() -> ResponseReturnValue:
    """The page that makes the first administrator, as long as there is no staff."""
    if queries.staff_exist():
        raise NotFound
    return _form("first_run")


@bp.post("/first-run")
@public
def make_first() -> ResponseReturnValue:
    """Make the first administrator and let them in."""
    sent = request.form
    given = NewPerson(
        name=sent.get("name", ""),
        account=sent.get("account", "").strip().lower(),
        phone=sent.get("phone", "").strip(),
        password=sent.get("password", ""),
    )
    try:
        opened = commands.first_run(sent.get("code", ""), given, visit(), at=clock.now())
    except Invalid as refusal:
        return _form("first_run", refusal)
    enter(opened)
    flash("平台管理员已建立，请继续设置机构和人员")
    return redirect(room("settings.index") or "/", 303)
