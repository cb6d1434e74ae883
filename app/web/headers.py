"""What every answer tells the browser not to do."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app, request
from flask.wrappers import Response

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
POLICY = "; ".join(f"{name} {value}" for name, value in _POLICY.items())
_AWAY = {**_POLICY, "img-src": "'self' data: blob:", "worker-src": "'self'"}
AWAY_POLICY = "; ".join(f"{name} {value}" for name, value in _AWAY.items())
"""Of pages that work without a network: photos wait on the device, a worker keeps the page."""
DRAWING_POLICY = f"{POLICY}; style-src-attr 'unsafe-inline'"
"""Of pages on which diagrams are drawn: the editor places everything by style attributes."""

_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}


def add(response: Response) -> Response:
    """Set the headers, unless a view has set its own."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if current_app.config.get("SESSION_COOKIE_SECURE"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.status_code == 401:
        response.headers.setdefault("WWW-Authenticate", "Bearer")
    if not (request.endpoint or "").endswith("static"):
        said = response.headers.get("Cache-Control", "no-cache")
        # what send_file says by itself: it would stay on the disk, or with whoever stands between
        if said == "no-cache" or response.cache_control.public:
            response.headers["Cache-Control"] = "no-store"
    return response


def name_file(answer: Response, how: str, name: str) -> None:
    """Say `inline` or `attachment` and the file's name, in a header's letters (RFC 8187)."""
    answer.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
