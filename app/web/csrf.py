"""Our own forms only: a token in every form, compared with the one that the session carries."""

from __future__ import annotations

import hmac
import secrets

from flask import request, session
from flask_login import current_user
from markupsafe import Markup

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


def holds() -> bool:
    """Whether this changes nothing, or comes from one of our own pages as they are now."""
    if request.method in _SAFE:
        return True
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    expected = token()
    return hmac.compare_digest(sent.encode(), expected.encode())


def forget() -> None:
    """Drop the visitor's cookie token; the next form gets a new one."""
    session.pop(_KEY, None)
