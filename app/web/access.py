"""Who may reach which view: sign-in state, declarations, the guard before every request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Request

from app import clock
from app.errors import Forbidden
from app.identity import commands, queries, sessions
from app.identity.actor import Actor
from app.identity.permissions import PUBLIC, holds_permission
from app.identity.sessions import Opened, Visit
from app.identity.words import PERMISSIONS
from app.web import csrf, errors, headers, kept, legible
from app.web.origins import parts

log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., object])
API = "/api/"
CHANGE_ONLY = frozenset({"session.change_password", "session.save_password", "session.sign_out"})
"""All that an initial password opens."""
FACTOR_ONLY = frozenset({"factor.ask", "factor.answer", "session.sign_out"})
"""All that a password opens where a second factor has yet to be proved."""
BY_ITSELF = frozenset({"habits.count", "studio.keep_open"})
"""What pages ask while nobody touches them: no use, or a desk that was left stays signed in."""

_LATE = "登录已过期，刚才填写的内容还在，重新登录后可以接着提交"
_LATE_SCRIPT = "登录已过期，请重新登录"
_STALE = "页面已过期，请刷新后再试"
_DOOR = "door"
"""Where the browser's signed cookie keeps through which door its person came in last."""

login_manager = LoginManager()
login_manager.session_protection = None  # address and browser change under way on phones


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks of its visitor: nothing, to be signed in, or one of these permissions."""

    signed_in: bool
    permissions: tuple[str, ...] = ()


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login carries no types
    """The signed-in person of this request, as Flask-Login wants to hold them."""

    def __init__(self, token: str, session_id: str, token_for_forms: str, actor: Actor) -> None:
        self.token = token
        self.session_id = session_id
        self.csrf = token_for_forms
        self.actor = actor

    def get_id(self) -> str:
        """What the cookie carries: the session's token, which says nothing about the person."""
        return self.token


def requires(*permissions: str) -> Callable[[View], View]:
    """Only for holders of one of these permissions, anywhere; the place is the command's matter."""
    unknown = [name for name in permissions if name not in PERMISSIONS]
    if unknown or not permissions:
        raise KeyError(f"no such permission: {unknown}")
    return _declare(Access(signed_in=True, permissions=permissions))


def signed_in(view: View) -> View:
    """For everybody who is signed in, staff or public."""
    return _declare(Access(signed_in=True))(view)


def public(view: View) -> View:
    """For everybody."""
    return _declare(Access(signed_in=False))(view)


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def declared(app: Flask, endpoint: str) -> Access | None:
    """What the view behind this endpoint asks for; files of `static` are everybody's."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Access(signed_in=False)
    found = getattr(app.view_functions[endpoint], "access", None)
    return found if isinstance(found, Access) else None


def check_every_view(app: Flask) -> None:
    """Refuse to start while any view does not say who may reach it."""
    silent = sorted(name for name in app.view_functions if declared(app, name) is None)
    if silent:
        raise RuntimeError(f"views without @requires, @signed_in or @public: {', '.join(silent)}")


def install(app: Flask) -> None:
    """Put the guard before every view of the app, and the headers behind it."""
    login_manager.init_app(app)
    secure = bool(app.config.get("SESSION_COOKIE_SECURE"))
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="__Host-anguan" if secure else "anguan",
        SESSION_COOKIE_PATH="/",
    )
    app.before_request(guard)
    app.after_request(headers.add)
    app.jinja_env.globals.update(csrf=csrf.field, csrf_token=csrf.token, can=can)
    app.context_processor(lambda: {"me": visitor()})


def visitor() -> Actor | None:
    """The signed-in person of this request, or nobody."""
    return current_user.actor if isinstance(_current(), Visitor) else None


def _current() -> object:
    return current_user._get_current_object()


def actor() -> Actor:
    """The signed-in person of this request. For views that are not public."""
    found = visitor()
    if found is None:
        raise Forbidden("请先登录")
    return found


def session_id() -> str:
    """The id of this request's session, empty for a visitor who is not signed in."""
    return current_user.session_id if isinstance(_current(), Visitor) else ""


def can(permission: str) -> bool:
    """Whether the visitor holds a permission anywhere; for menus and buttons."""
    found = visitor()
    return found is not None and holds_permission(found, permission)


def visit() -> Visit:
    """Where this request comes from."""
    agent = request.headers.get("User-Agent", "")
    return Visit(request.remote_addr or "", agent, session_id())


def enter(opened: Opened) -> None:
    """Give the browser the session that a command just opened; what its cookie held goes."""
    csrf.forget()
    found = sessions.live(opened.token, "web", clock.now())
    if found is None:
        raise Forbidden("登录已失效，请重新登录")
    login_user(_visitor(opened.token, found))
    session[_DOOR] = "session.staff_sign_in" if found.staff else "session.sign_in"


def leave() -> None:
    """Take the session out of the browser."""
    csrf.forget()
    logout_user()


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _from_cookie(token: str) -> Visitor | None:
    if request.path.startswith(API):
        return None  # programs come with a token, so that a page of others can do nothing here
    found = sessions.live(token, "web", clock.now())
    return _visitor(token, found) if found else None


@login_manager.request_loader  # type: ignore[untyped-decorator]
def _from_header(sent: Request) -> Visitor | None:
    scheme, _, token = sent.headers.get("Authorization", "").partition(" ")
    if not sent.path.startswith(API) or scheme.lower() != "bearer" or not token:
        return None
    found = sessions.live(token.strip(), "api", clock.now())
    return _visitor("", found) if found else None


def _visitor(token: str, found: queries.Signed) -> Visitor:
    at = clock.now()
    if request.endpoint not in BY_ITSELF and sessions.stale(found, at):
        commands.note_use(found.id, at=at)
    return Visitor(token, found.id, found.csrf, queries.actor_of(found, request.remote_addr or ""))


def guard() -> ResponseReturnValue | None:
    """Before every view: signed in if asked for, password changed, our own form, permission."""
    if request.endpoint is None:
        return None  # the 404 or 405 follows
    access = declared(current_app, request.endpoint)
    if access is None:
        raise RuntimeError(f"undeclared view {request.endpoint}")
    if request.endpoint.endswith("static"):
        return None
    who = visitor()
    if who is None and access.signed_in:
        return _ask_to_sign_in(access)
    unfinished = _unfinished(who, request.endpoint) if who else None
    if unfinished:
        return unfinished
    if not legible.request_is():
        abort(400)
    if not request.path.startswith(API) and not csrf.holds():
        return _not_ours()
    _check_permission(who, access)
    return None


def _unfinished(who: Actor, endpoint: str) -> ResponseReturnValue | None:
    """A session that is not whole yet leads to the one page that makes it so."""
    if who.factor_due and endpoint not in FACTOR_ONLY:
        return _send_on("factor.ask", "请先填写两步验证的验证码")
    if who.must_change and not who.factor_due and endpoint not in CHANGE_ONLY:
        return _send_on("session.change_password", "请先修改初始密码，修改后才能使用系统")
    return None


def _not_ours() -> ResponseReturnValue:
    if errors.for_program():
        return errors.problem(403, _STALE, stale=True)
    return kept.page(kept.typed()), 403


def _check_permission(who: Actor | None, access: Access) -> None:
    if who is None or not access.permissions:
        return
    if not any(holds_permission(who, name) for name in access.permissions):
        wanted = PERMISSIONS[access.permissions[0]]
        log.warning("refused %s to %s: needs %s", request.endpoint, who.id, access.permissions)
        raise Forbidden(f"您没有“{wanted}”的权限，如工作需要请联系本单位系统后台管理员")


def _ask_to_sign_in(access: Access) -> ResponseReturnValue:
    if request.path.startswith(API):
        message = "请先用账号和密码换取令牌，再带令牌访问"
        raise Unauthorized(message)
    if errors.for_program():
        raise Unauthorized(_LATE_SCRIPT)
    staff_only = bool(access.permissions) and not PUBLIC.intersection(access.permissions)
    likely = "session.staff_sign_in" if staff_only else "session.sign_in"
    door = session.get(_DOOR, likely)
    typed = kept.typed()
    if not typed:
        return redirect(url_for(door, next=_here()), 303)
    template = f"session/{door.partition('.')[2]}.html"
    return render_template(template, faults={}, message=_LATE, next=_here(), kept=typed), 401


def _send_on(endpoint: str, message: str) -> ResponseReturnValue:
    """To the one page that a session not yet whole opens; what was sent there is refused."""
    if request.method in ("GET", "HEAD") and not request.path.startswith(API):
        return redirect(url_for(endpoint), 303)
    raise Forbidden(message)


def _here() -> str:
    """The page to come back to after signing in: this one, or the one whose form was sent."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came_from = parts(request.referrer)
    return came_from.path if came_from.netloc == request.host else "/"
