"""Hashes and signatures of records: SHA-256, or SM3 (GB/T 32905) where that is asked for.

Both are 64 hexadecimal digits. What was sealed by one stays valid after the other is chosen.
"""

from __future__ import annotations

import hashlib
import hmac
import json

KNOWN = ("sha256", "sm3")
GENESIS = "0" * 64
_chosen = [KNOWN[0]]


def use(name: str) -> None:
    """Seal by this algorithm from now on. ValueError if it is none, or not in this OpenSSL."""
    if name not in KNOWN:
        raise ValueError(f"no such seal: {name}")
    hashlib.new(name)
    _chosen[:] = [name]


def canonical(value: object) -> bytes:
    """One spelling for equal values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def seal(body: bytes) -> str:
    """The hash of a record."""
    return hashlib.new(_chosen[0], body).hexdigest()


def fits(body: bytes, sealed: str) -> bool:
    """Whether a record is what was sealed."""
    return any(hashlib.new(name, body).hexdigest() == sealed for name in _usable())


def sign(key: bytes, body: bytes) -> str:
    """A hash that only who has the key can make."""
    return hmac.new(key, body, _chosen[0]).hexdigest()


def signed(key: bytes, body: bytes, signature: str) -> bool:
    """Whether this was signed with this key."""
    return any(
        hmac.compare_digest(hmac.new(key, body, name).hexdigest(), signature) for name in _usable()
    )


def _usable() -> tuple[str, ...]:
    return tuple(name for name in KNOWN if name in hashlib.algorithms_available)
