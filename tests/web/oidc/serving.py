"""The city's provider at work, made of Authlib's own server: real HTTP, real keys."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from tests.web.oidc.city import ID, KEY, Citizen, City, Code, Token, told

PAGE = """<!doctype html><html lang="zh-CN"><title>市民e家</title><h1>市民e家登录</h1><main>
<form method="post"><p>{name}</p><button name="answer" value="yes">同意登录</button>
<button name="answer" value="no">取消</button></form></main></html>"""


class Grant(AuthorizationCodeGrant):
    """The code flow; the server of this grant knows its city."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def save_authorization_code(self, code: str, asked: Any) -> None:
        """Keep it until it is redeemed."""
        names = ("redirect_uri", "scope", "nonce", "code_challenge", "code_challenge_method")
        self.server.city.codes[code] = Code(
            code, asked.user, *(asked.payload.data[name] for name in names)
        )

    def query_authorization_code(self, code: str, _client: object) -> Code | None:
        """The one of this name."""
        found: Code | None = self.server.city.codes.get(code)
        return found

    def delete_authorization_code(self, code: Code) -> None:
        """It counts once."""
        del self.server.city.codes[code.code]

    def authenticate_user(self, code: Code) -> Citizen:
        """Whose it is."""
        return code.user


class Identity(OpenIDCode):
    """The identity token, or what is forged of it."""

    def __init__(self, city: City) -> None:
        super().__init__(require_nonce=True)
        self.city = city

    def exists_nonce(self, nonce: str, _asked: object) -> bool:
        """Whether a code of this nonce waits."""
        return any(code.nonce == nonce for code in self.city.codes.values())

    def resolve_client_private_key(self, _client: object) -> RSAKey:
        """The city's."""
        return KEY

    def get_encode_header(self, client: object) -> dict[str, str]:
        """Which key it was."""
        return {"alg": self.get_client_algorithm(client), "kid": "city-1"}

    def get_client_claims(self, _client: object) -> dict[str, object]:
        """By whom, for whom."""
        return {"iss": self.city.issuer, "aud": [ID]}

    def generate_user_info(self, user: Citizen, _scope: str) -> UserInfo:
        """Most say no more here than the subject."""
        return told(user) if self.city.phone_in_token else UserInfo(sub=user.sub)

    def encode_id_token(self, token: dict[str, object], asked: object) -> str:
        """As Authlib makes it, unless it is forged."""
        made: str = super().encode_id_token(token, asked)
        forge = self.city.forge
        return forge(dict(jwt.decode(made, KEY).claims)) if forge else made


class Validator(BearerTokenValidator):
    """Knows the access tokens of one city."""

    def __init__(self, city: City) -> None:
        super().__init__()
        self.city = city

    def authenticate_token(self, text: str) -> Token | None:
        """The one of this name."""
        return self.city.tokens.get(text)


def _application(city: City) -> Flask:
    app = Flask("city")
    server = AuthorizationServer(
        app,
        query_client=lambda name: city.client if name == ID else None,
        save_token=lambda token, asked: city.keep(token, asked.user),
    )
    server.city = city
    server.register_grant(Grant, [Identity(city), CodeChallenge(required=True)])
    _say(app, city)
    _serve(app, city, server)
    return app


def _say(app: Flask, city: City) -> None:
    """What anybody may read."""

    @app.before_request
    def note() -> None:
        city.asked.append(request.path)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        places = {
            "authorization_endpoint": "/authorize", "token_endpoint": "/token",
            "jwks_uri": "/keys", "userinfo_endpoint": "/userinfo",
        }  # fmt: skip
        said = {name: city.issuer + path for name, path in places.items()}
        methods = sorted(city.client.methods)
        known = {"issuer": city.issuer, "token_endpoint_auth_methods_supported": methods}
        return jsonify({**said, **known, **city.document})

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(KeySet([KEY]).as_dict(private=False))


def _serve(app: Flask, city: City, server: AuthorizationServer) -> None:
    """The flow itself."""
    guard = ResourceProtector()
    guard.register_token_validator(Validator(city))

    @app.route("/authorize", methods=["GET", "POST"])
    def authorize() -> object:
        if city.asks and request.method == "GET":
            return PAGE.format(name=city.citizen.name)
        if city.says_no or request.form.get("answer") == "no":
            return _denied(request.args["redirect_uri"], request.args["state"])
        asked = server.get_consent_grant(end_user=city.citizen)
        return server.create_authorization_response(grant_user=city.citizen, grant=asked)

    @app.post("/token")
    def token() -> Response:
        if city.token_endpoint:
            return city.token_endpoint()
        made: Response = server.create_token_response()
        return made

    @app.get("/userinfo")
    @guard("openid")
    def userinfo() -> Response:
        said = told(current_token.user)
        return jsonify({**said, "sub": city.answers_for or said["sub"]})


def _denied(to: str, state: str) -> object:
    return redirect(f"{to}?{urlencode({'error': 'access_denied', 'state': state})}", 302)


@contextmanager
def opened() -> Iterator[City]:
    """The provider, at work on a port of this machine."""
    city = City()
    name = f"/{token_hex(4)}"  # what we remember of an issuer must not be of an earlier test's
    rooms = DispatcherMiddleware(Flask("nothing else"), {name: _application(city)})
    server = make_server("127.0.0.1", 0, rooms, threaded=True)
    city.issuer = f"http://127.0.0.1:{server.server_port}{name}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield city
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
