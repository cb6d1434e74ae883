"""Secrets at rest: AES-256-GCM for what must be read again, a keyed hash for exact look-up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_PREFIX = "enc:1:"
_keys: dict[str, bytes] = {}


def unlock(secret: str) -> None:
    """Derive this process's keys from the setting DATA_KEY. Called once, by create_app."""
    root = hashlib.sha256(secret.encode()).digest()
    for purpose in ("seal", "index"):
        _keys[purpose] = hmac.new(root, purpose.encode(), hashlib.sha256).digest()


def seal(plain: str) -> str:
    """The text, encrypted; an empty text stays empty."""
    if not plain:
        return ""
    nonce = os.urandom(12)
    box = nonce + AESGCM(_keys["seal"]).encrypt(nonce, plain.encode(), None)
    return _PREFIX + base64.urlsafe_b64encode(box).decode()


def sealed(value: object) -> bool:
    """Whether this value is one that `seal` made."""
    return isinstance(value, str) and value.startswith(_PREFIX)


def unseal(stored: str) -> str:
    """The text again. Raises ValueError if it was sealed with another key or changed since."""
    if not stored:
        return ""
    if not sealed(stored):
        raise ValueError("not a sealed text")
    box = base64.urlsafe_b64decode(stored.removeprefix(_PREFIX))
    try:
        return AESGCM(_keys["seal"]).decrypt(box[:12], box[12:], None).decode()
    except InvalidTag as wrong_key:
        raise ValueError("sealed with another key, or changed since") from wrong_key


def blind(plain: str) -> str:
    """A keyed hash, to find an exact value without storing it; spaces and case do not count."""
    text = "".join(plain.split()).lower()
    return hmac.new(_keys["index"], text.encode(), hashlib.sha256).hexdigest() if text else ""


def mask(plain: str) -> str:
    """What a list may show of an identity or telephone number: 138****5678, 4205**********1234."""
    if len(plain) == 11:
        return plain[:3] + "****" + plain[7:]
    if len(plain) > 8:
        return plain[:4] + "*" * (len(plain) - 8) + plain[-4:]
    return "*" * len(plain)
