"""Our own forms only: a token in every form, compared with the one that the session carries."""

from __future__ import annotations

import hmac
import secrets

from flask import request, session
from flask_login import current_user
from markupsafe import Markup

from app.errors import Forbidden

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY = "csrf"


def token() -> str:
    """The token that this visitor's forms carry: of their session row, or of a signed cookie."""
    if current_user.is_authenticated:
        return str(current_user.csrf)
    if _KEY not in session:
        session[_KEY] = secrets.token_urlsafe(32)
    return str(session[_KEY])


def field() -> Markup:
    """The hidden field for a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def check() -> None:
    """Refuse a change that does not come from one of our own pages."""
    if request.method in _SAFE:
        return
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    expected = token()
    if not hmac.compare_digest(sent.encode(), expected.encode()):
        raise Forbidden("页面停留时间过长或登录已变化，请刷新页面后重新提交")


def forget() -> None:
    """Drop the visitor's cookie token; the next form gets a new one."""
    session.pop(_KEY, None)
