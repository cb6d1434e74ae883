"""The staff of the units that an administrator keeps: finding them, and keeping their accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, vault
from app.db import session
from app.errors import Invalid, Refusal
from app.identity import changes, commands, factors, naming, queries, reach, windows
from app.identity.commands import batches, keeping, second_factor
from app.identity.commands.batches import Slip
from app.identity.models import Grant, Person
from app.identity.posts import KEEPER
from app.identity.words import post_name
from app.web.access import actor, requires
from app.web.devices import browser, device

bp = Blueprint("people", __name__)


@bp.get("/people")
@requires("people:read")
def index() -> ResponseReturnValue:
    """One page of the staff within reach."""
    words = request.args.get("q", "").strip()
    found = reach.staff_within(actor(), words, request.args.get("after", ""))
    shown = found[: reach.PAGE]
    more = len(found) > reach.PAGE
    following = url_for(".index", q=words or None, after=shown[-1][0].id) if more else ""
    rows = [_row(person, grants) for person, grants in shown]
    kept = [(hold.unit_id, hold.unit_name) for hold in actor().holds if hold.role == KEEPER]
    return render_template(
        "people/index.html", rows=rows, q=words, next_url=following, kept_units=kept
    )


def _row(person: Person, grants: tuple[Grant, ...]) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "account": person.account,
        "phone": vault.mask(vault.unseal(person.phone)),
        "posts": [(grant.unit.name, post_name(grant.role, grant.position)) for grant in grants],
        "waiting": person.must_change,
        "disabled": person.status == "disabled",
        "me": person.id == actor().id,
    }


@bp.get("/people/<person_id>")
@requires("people:reset")
def show(person_id: str) -> ResponseReturnValue:
    """One account: its state, its sessions, what was done to it."""
    return _account(reach.administered(actor(), person_id))


def _account(
    person: Person, refusal: Refusal | None = None, slip: Slip | None = None
) -> ResponseReturnValue:
    at, work = clock.now(), session()
    proposal = naming.propose(person.name)
    page = render_template(
        "people/account.html",
        person=person, phone=vault.mask(vault.unseal(person.phone)), slip=slip,
        readings=proposal.readings, doubtful=proposal.doubtful and not person.reading,
        posts=reach.standing(work, person.id, actor().day), post_name=post_name,
        rows=[(row, device(row)) for row in queries.sign_ins_of(person.id, at)],
        factor=factors.active(work, person.id), window=windows.open_for(work, person, at=at),
        told=changes.of(work, person.id), browser=browser, keeper=KEEPER,
        faults=refusal.fields if isinstance(refusal, Invalid) else {},
        message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if refusal else 200


def _act(
    person_id: str,
    act: Callable[[str], object],
    said: str,
    ids: Mapping[str, str] = MappingProxyType({}),
) -> ResponseReturnValue:
    """Do one thing to an account, then show it again. `ids`: what the form calls a field."""
    person = reach.administered(actor(), person_id)
    try:
        act(request.form.get("reason", ""))
    except Invalid as refusal:
        named = {ids.get(name, name): words for name, words in refusal.fields.items()}
        return _account(person, Invalid(refusal.message, named))
    flash(said)
    return redirect(url_for(".show", person_id=person_id), 303)


@bp.post("/people/<person_id>/reading")
@requires("people:reset")
def choose_reading(person_id: str) -> ResponseReturnValue:
    """Say how the name is read; the account follows."""
    wanted = request.form.get("typed", "").strip() or request.form.get("reading", "")

    def choose(_reason: str) -> None:
        keeping.choose_reading(actor(), person_id, wanted, at=clock.now())

    return _act(person_id, choose, "姓名读音已保存，账号随之改变，请告诉本人")


@bp.post("/people/<person_id>/phone")
@requires("people:reset")
def change_phone(person_id: str) -> ResponseReturnValue:
    """Another telephone number."""

    sent = request.form

    def change(_reason: str) -> None:
        number, reason = sent.get("phone", ""), sent.get("phone_reason", "")
        keeping.change_phone(actor(), person_id, number, reason, at=clock.now())

    ids = {"reason": "phone_reason"}
    return _act(person_id, change, "手机号已改，本人用新号码登录、收短信", ids)


@bp.post("/people/<person_id>/sign-out")
@requires("people:reset")
def sign_out(person_id: str) -> ResponseReturnValue:
    """End all sessions of somebody."""

    def end(reason: str) -> None:
        keeping.end_sessions_of(actor(), person_id, reason, at=clock.now())

    return _act(person_id, end, "该账号已在所有设备上退出登录")


@bp.post("/people/<person_id>/lift-factor")
@requires("people:reset")
def lift_factor(person_id: str) -> ResponseReturnValue:
    """Take the second factor from somebody who lost the telephone."""

    def lift(reason: str) -> None:
        second_factor.lift_factor(actor(), person_id, reason, at=clock.now())

    return _act(person_id, lift, "两步验证已解除，请提醒本人重新开启")


@bp.post("/people/<person_id>/code")
@requires("people:create")
def renew_code(person_id: str) -> ResponseReturnValue:
    """A new code instead of a lost slip, shown in this answer and nowhere again."""
    person = reach.administered(actor(), person_id)
    slip = batches.renew_code(actor(), person_id, at=clock.now())
    return _account(person, slip=slip)


@bp.get("/people/<person_id>/reset")
@requires("people:reset")
def ask_reset(person_id: str) -> ResponseReturnValue:
    """Ask once more before a password is taken away."""
    return _reset_page(reach.administered(actor(), person_id))


def _reset_page(person: Person, refusal: Invalid | None = None) -> ResponseReturnValue:
    page = render_template(
        "people/reset.html",
        person=person, password="", sent=request.form,
        faults=refusal.fields if refusal else {}, message=refusal.message if refusal else "",
    )  # fmt: skip
    return page, 422 if refusal else 200


@bp.post("/people/<person_id>/reset")
@requires("people:reset")
def reset(person_id: str) -> ResponseReturnValue:
    """Give a one-time password, shown in this answer and nowhere again: no redirect follows."""
    person = reach.administered(actor(), person_id)
    reason = request.form.get("reason", "")
    try:
        password = commands.reset_staff_password(actor(), person_id, reason, at=clock.now())
    except Invalid as refusal:
        return _reset_page(person, refusal)
    return render_template("people/reset.html", person=person, password=password)
