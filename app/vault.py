"""Secrets at rest: AES-256-GCM for what must be read again, a keyed hash for exact look-up."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX = "enc:2:"
_NONCE = 12
_OPENING = 16


@dataclass(frozen=True, slots=True)
class _Ring:
    """The keys that one setting gives."""

    seal: AESGCM
    index: bytes


_rings: list[_Ring] = []
"""The first seals and opens; the others, of settings before, only open."""


def unlock(secret: str, *before: str) -> None:
    """Derive this process's keys from the setting DATA_KEY, and from those that it replaces."""
    _rings[:] = [_ring(each) for each in (secret, *before)]


def _ring(secret: str) -> _Ring:
    root = hashlib.sha256(secret.encode()).digest()
    return _Ring(AESGCM(_derived(root, "seal")), _derived(root, "index"))


def _derived(root: bytes, purpose: str) -> bytes:
    return hmac.new(root, purpose.encode(), hashlib.sha256).digest()


def seal(plain: str) -> str:
    """The text, encrypted; an empty text stays empty."""
    return _close(os.urandom(_OPENING) + plain.encode()) if plain else ""


def sealed(value: object) -> bool:
    """Whether this value is one that `seal` made, by the look of it."""
    return isinstance(value, str) and value.startswith(PREFIX)


def unseal(stored: str) -> str:
    """The text again. Raises ValueError if it was sealed with another key or changed since."""
    return _open(stored)[0][_OPENING:].decode() if stored else ""


def reseal(stored: str) -> str:
    """The same text under the key of today; as it was, where it is so already. ValueError."""
    content, by_now = _open(stored)
    return stored if by_now else _close(content)


def lasting(text: str) -> str:
    """What of a sealed text stays the same when it is sealed again; any other text itself.

    It binds to the text and tells nothing of it: within lies a random opening, and no number is
    found by trying all.
    """
    if not sealed(text):
        return text
    try:
        return hashlib.sha256(_open(text)[0]).hexdigest()
    except ValueError:
        return text


def _close(content: bytes) -> str:
    nonce = os.urandom(_NONCE)
    box = nonce + _rings[0].seal.encrypt(nonce, content, None)
    return PREFIX + base64.urlsafe_b64encode(box).decode()


def _open(stored: str) -> tuple[bytes, bool]:
    """Opening and text, and whether the key of today opened them."""
    if not sealed(stored):
        raise ValueError("not a sealed text")
    try:
        box = base64.urlsafe_b64decode(stored.removeprefix(PREFIX))
    except (binascii.Error, ValueError) as garbled:
        raise ValueError("not a sealed text") from garbled
    for ring in _rings:
        try:
            return ring.seal.decrypt(box[:_NONCE], box[_NONCE:], None), ring is _rings[0]
        except (InvalidTag, ValueError):
            continue
    raise ValueError("sealed with another key, or changed since")


def blind(plain: str) -> str:
    """A keyed hash, to find an exact value without storing it; spaces and case do not count."""
    return blinds(plain)[0]


def blinds(plain: str) -> tuple[str, ...]:
    """The same under the key of today and those before: what a row may still be found by."""
    text = "".join(plain.split()).lower().encode()
    if not text:
        return ("",)
    return tuple(hmac.new(ring.index, text, hashlib.sha256).hexdigest() for ring in _rings)


def mask(plain: str) -> str:
    """What a list may show of an identity or telephone number: 138****5678, 4205**********1234."""
    if len(plain) == 11:
        return plain[:3] + "****" + plain[7:]
    if len(plain) > 8:
        return plain[:4] + "*" * (len(plain) - 8) + plain[-4:]
    return "*" * len(plain)
