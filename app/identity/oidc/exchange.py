"""The authorization code flow with PKCE: on the way out, on the way back, and what it proves."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlencode

from authlib.common.security import generate_token
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken, UserInfo
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.identity.oidc.errands import Away, Errand, safe
from app.identity.oidc.providers import Provider

LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""
ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signed with a key of the provider's alone; with our secret (HS256) or not at all is nothing."""
_DRIFT = 60
_REMEMBERED = 600.0
_SCOPE = "openid profile phone"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
CANCELLED, LATE, DOWN, FORGED = "cancelled", "late", "down", "forged"

_documents: dict[str, tuple[float, dict[str, object]]] = {}


class Failed(Exception):
    """The provider vouched for nobody: `why` is one of the words above, `step` is for the log."""

    def __init__(self, why: str, step: str) -> None:
        super().__init__(f"{why}: {step}")
        self.why = why
        self.step = step


@dataclass(frozen=True, slots=True)
class Trip:
    """What the browser keeps while its person is at the provider; the provider sees no verifier."""

    state: str
    nonce: str
    verifier: str
    since: int


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for, and what it says of them."""

    subject: str
    phone: str
    phone_verified: bool
    name: str


def leave(provider: Provider, back: str, *, at: datetime) -> tuple[str, Trip]:
    """Where to send the browser, and what it has to bring back. Raises Failed."""
    document = _document(provider, Errand(provider.patience))
    trip = Trip(generate_token(43), generate_token(43), generate_token(64), int(at.timestamp()))
    # an office computer is shared: who went before must not be signed in for the next
    anew = {"prompt": "login"} if provider.door == "staff" else {}
    address: str = prepare_grant_uri(
        document["authorization_endpoint"], provider.client_id, "code", back, _SCOPE, trip.state,
        nonce=trip.nonce, code_challenge=create_s256_code_challenge(trip.verifier),
        code_challenge_method="S256", **anew,
    )  # fmt: skip
    return address, trip


def come_back(
    provider: Provider, trip: Trip | None, sent: Mapping[str, str], back: str, *, at: datetime
) -> Vouched:
    """What the provider says of whoever comes back from it. Raises Failed."""
    if trip is None or not hmac.compare_digest(sent.get("state", "").encode(), trip.state.encode()):
        raise Failed(LATE, "state")
    if not 0 <= at.timestamp() - trip.since <= LASTS.total_seconds():
        raise Failed(LATE, "time")
    if sent.get("iss", provider.issuer) != provider.issuer:
        raise Failed(FORGED, "iss")
    if "error" in sent:
        raise Failed(CANCELLED if sent["error"] == "access_denied" else DOWN, "error")
    errand = Errand(provider.patience)
    document = _document(provider, errand)
    if document.get("authorization_response_iss_parameter_supported") and "iss" not in sent:
        raise Failed(FORGED, "iss")
    tokens = _redeem(provider, document, errand, (sent.get("code", ""), trip.verifier, back))
    claims = _proved(provider, tokens, _keys(document, errand), trip.nonce, at=at)
    return _vouched(claims, _told(document, errand, tokens, claims))


def _document(provider: Provider, errand: Errand) -> dict[str, object]:
    """What the provider says of itself, asked again every ten minutes."""
    since, found = _documents.get(provider.issuer, (0.0, {}))
    if found and monotonic() - since < _REMEMBERED:
        return found
    address = get_well_known_url(provider.issuer, external=True)
    with _step("discovery"):
        found = errand.ask("GET", address)
    if found.get("issuer") != provider.issuer:
        raise Failed(DOWN, "discovery names another issuer")
    if not all(safe(found.get(name)) for name in _ENDPOINTS):
        raise Failed(DOWN, "discovery names no safe address")
    _documents[provider.issuer] = (monotonic(), found)
    return found


@contextmanager
def _step(name: str) -> Iterator[None]:
    """What fails within is the provider's, and the log says which step it was."""
    try:
        yield
    except Away as away:
        made_up = name == "token" and away.status == 400  # a code that it never gave
        raise Failed(FORGED if made_up else DOWN, f"{name}: {away}") from away


def _redeem(
    provider: Provider, document: dict[str, object], errand: Errand, code: tuple[str, str, str]
) -> dict[str, object]:
    known = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    basic = isinstance(known, list) and "client_secret_basic" in known
    form = urlencode({
        "grant_type": "authorization_code", "code": code[0], "code_verifier": code[1],
        "redirect_uri": code[2],
    })  # fmt: skip
    ours = ClientAuth(
        provider.client_id,
        provider.client_secret,
        "client_secret_basic" if basic else "client_secret_post",
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    address, headers, form = ours.prepare("POST", document["token_endpoint"], headers, form)
    with _step("token"):
        return errand.ask("POST", address, form, headers)


def _keys(document: dict[str, object], errand: Errand) -> KeySet:
    """The provider's public keys, asked for each time: a key that it dropped counts no more."""
    with _step("keys"):
        found = errand.ask("GET", str(document["jwks_uri"])).get("keys")
    rows = [
        row for row in (found if isinstance(found, list) else [])
        if isinstance(row, dict) and row.get("kty") in ("RSA", "EC") and row.get("use") != "enc"
    ]  # fmt: skip
    try:
        return KeySet.import_key_set({"keys": rows})
    except (JoseError, ValueError, KeyError, TypeError) as broken:
        raise Failed(DOWN, f"keys: {type(broken).__name__}") from broken


def _proved(
    provider: Provider, tokens: dict[str, object], keys: KeySet, nonce: str, *, at: datetime
) -> CodeIDToken:
    """The claims of the identity token: signed, of this issuer, for us, of this trip, and now."""
    wanted = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": nonce},
    }
    known = {
        "nonce": nonce,
        "client_id": provider.client_id,
        "access_token": tokens.get("access_token"),
    }
    try:
        token = jwt.decode(str(tokens.get("id_token", "")), keys, list(ALGORITHMS))
        claims = CodeIDToken(token.claims, token.header, wanted, known)
        claims.validate(now=int(at.timestamp()), leeway=_DRIFT)
    except (JoseError, ValueError, KeyError, TypeError) as wrong:
        raise Failed(FORGED, f"id_token: {type(wrong).__name__}") from wrong
    return claims


def _told(
    document: dict[str, object], errand: Errand, tokens: dict[str, object], claims: CodeIDToken
) -> UserInfo:
    """What the token says of its person; many providers say it at an address of its own only."""
    said, address = UserInfo(claims), document.get("userinfo_endpoint")
    if "phone_number" in said or not safe(address):
        return said
    headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
    with _step("userinfo"):
        more = UserInfo(errand.ask("GET", str(address), headers=headers))
    if more.get("sub") != said["sub"]:
        raise Failed(FORGED, "userinfo of another")
    return UserInfo({**said, **more})


def _vouched(claims: CodeIDToken, said: UserInfo) -> Vouched:
    phone, name = said.get("phone_number"), said.get("name")
    return Vouched(
        str(claims["sub"]),
        phone if isinstance(phone, str) else "",
        said.get("phone_number_verified") is True,
        name if isinstance(name, str) else "",
    )
