"""A city's OpenID Connect provider: its people, its client, and how it is told to misbehave."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin
from authlib.oidc.core import UserInfo
from flask import Response
from joserfc import jwt
from joserfc.jwk import RSAKey

ID, SECRET = "anguan", "what we and the city alone know"
KEY = RSAKey.generate_key(2048, {"kid": "city-1", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "city-1", "use": "sig", "alg": "RS256"})


@dataclass
class Citizen:
    """Somebody who has an account at the provider; subject, name and a telephone."""

    sub: str
    name: str | None = "林小雨"
    phone_number: str | None = "+86 138-0000-0002"
    phone_number_verified: object = True

    def get_user_id(self) -> str:
        """What Authlib asks for."""
        return self.sub


class Client(ClientMixin):
    """Anguan, as the provider knows it."""

    def __init__(self) -> None:
        self.redirects: list[str] = []
        self.methods = {"client_secret_basic"}

    def get_client_id(self) -> str:
        """Our name."""
        return ID

    def get_allowed_scope(self, scope: str) -> str:
        """Everything that is asked for."""
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Only the two addresses that were registered."""
        self.redirects.append(redirect_uri)
        return urlsplit(redirect_uri).path in ("/sign-in/oidc/back", "/staff/sign-in/oidc/back")

    def check_client_secret(self, client_secret: str) -> bool:
        """Ours."""
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """As the discovery document says."""
        return method in self.methods

    def check_response_type(self, response_type: str) -> bool:
        """The code flow alone."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """The code flow alone."""
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    """A code between its making and its redeeming."""

    code: str
    user: Citizen
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        """Where it was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """What it opens."""
        return self.scope

    def get_nonce(self) -> str:
        """Of the trip."""
        return self.nonce

    def get_auth_time(self) -> int:
        """Now."""
        return int(time.time())

    def get_acr(self) -> None:
        """Nothing said."""

    def get_amr(self) -> None:
        """Nothing said."""


@dataclass
class Token(TokenMixin):
    """An access token."""

    access_token: str
    user: Citizen
    scope: str

    def get_scope(self) -> str:
        """What it opens."""
        return self.scope

    def is_expired(self) -> bool:
        """Never in a test."""
        return False

    def is_revoked(self) -> bool:
        """Never in a test."""
        return False


Forge = Callable[[dict[str, object]], str]


@dataclass
class City:
    """The provider: who is signed in there now, and how it misbehaves."""

    citizen: Citizen = field(default_factory=lambda: Citizen("e-1001"))
    asks: bool = False
    """Whether it shows a page first, as for a real browser."""
    says_no: bool = False
    forge: Forge | None = None
    """Makes another identity token of the right claims."""
    document: dict[str, object] = field(default_factory=dict)
    """What its discovery document says instead."""
    phone_in_token: bool = False
    answers_for: str = ""
    """The subject of whom the userinfo speaks, if not of the right one."""
    token_endpoint: Callable[[], Response] | None = None
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for, in their order."""
    issuer: str = ""
    client: Client = field(default_factory=Client)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)

    def keep(self, token: dict[str, str], user: Citizen) -> None:
        """Keep an access token."""
        self.tokens[token["access_token"]] = Token(token["access_token"], user, token["scope"])

    def sent_back(self, address: str) -> str:
        """Where the provider sends a browser that comes with this address."""
        to = urlsplit(address)
        line = HTTPConnection(to.hostname or "", to.port, timeout=10)
        try:
            line.request("GET", f"{to.path}?{to.query}")
            answer = line.getresponse()
            answer.read()
            assert answer.status == 302, answer.status
            return answer.headers["Location"]
        finally:
            line.close()


def told(user: Citizen) -> UserInfo:
    """What the provider says of somebody."""
    names = ("sub", "name", "phone_number", "phone_number_verified")
    return UserInfo(
        {name: getattr(user, name) for name in names if getattr(user, name) is not None}
    )


def signed(claims: dict[str, object], key: RSAKey = KEY) -> str:
    """An identity token of these claims."""
    return jwt.encode({"alg": "RS256", "kid": "city-1"}, claims, key)
