"""What somebody typed into a form of ours that came too late: signed out meanwhile, or an old page.

It is handed back to be sent again. Only what our own pages sent: the browser names the origin of a
form, and no other site can forge that. Files cannot be handed back, passwords must not.
"""

from __future__ import annotations

import json

from flask import render_template, request

from app.web.origins import parts, safe_next

FIELD = "kept"
_NOT_OURS_TO_KEEP = ("session.", "factor.", "front.", "links.")
_NEVER = frozenset({"csrf_token", FIELD})

Sent = list[tuple[str, str]]


def typed() -> str:
    """The form of this request as one hidden field carries it; empty if nothing can be kept."""
    endpoint = request.endpoint or ""
    if request.method != "POST" or endpoint.startswith(_NOT_OURS_TO_KEEP) or not _from_us():
        return ""
    if request.headers.get("X-Requested-With") == "fetch":
        return ""  # a script keeps what it sent
    sent = [pair for pair in request.form.items(multi=True) if pair[0] not in _NEVER]
    return json.dumps([request.full_path.rstrip("?"), sent], ensure_ascii=False)


def _from_us() -> bool:
    source = request.headers.get("Origin") or request.referrer or ""
    return parts(source).netloc == request.host


def carried() -> str:
    """What the sign-in form brought along of an earlier form."""
    return request.form.get(FIELD, "")


def page(kept: str) -> str:
    """The page that sends it again, or, with nothing kept, leads back to a fresh form."""
    action, fields = _read(kept)
    back = parts(request.referrer)
    return render_template(
        "session/resend.html",
        action=action,
        fields=fields,
        files=bool(request.files),
        back=back.path if back.netloc == request.host else "/",
    )


def _read(kept: str) -> tuple[str, Sent]:
    """The address and the fields; both empty where this is no writing of ours."""
    try:
        action, fields = json.loads(kept)
        sent = [(str(name), str(value)) for name, value in fields]
    except (ValueError, TypeError):
        return "", []
    ours = safe_next(str(action), "")
    return (ours, sent) if ours else ("", [])
