"""Tokens: an account and its password for a token that ends."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app import clock
from app.identity.commands.signing import Credentials, sign_in
from app.web.access import public, visit
from app.web.api import written
from app.web.api.operation import operation, sent
from app.web.api.parts import ref

bp = Blueprint("tokens", __name__)


@bp.post("/tokens")
@public
@operation("用账号和密码换取令牌", {201: ref("Token")}, body="Credentials")
def create() -> ResponseReturnValue:
    """A bearer token. Wrong, unknown and locked accounts answer alike."""
    body = sent("Credentials")
    given = Credentials(body["account"], body["password"], "program", body.get("code", ""))
    opened = sign_in(given, visit(), at=clock.now())
    return jsonify(token=opened.token, expires_at=written.moment(opened.ends_at)), 201
