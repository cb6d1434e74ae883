"""Passwords: hashing that costs every guess the same, and what may not be chosen."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, product
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pypinyin import Style, pinyin

from app import vault
from app.errors import Conflict, Invalid
from app.identity.words import DATA

SHORTEST, LONGEST = 10, 128
CORRECT = "请改正下列内容"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else on paper
_ONCE = "once:"
_YEAR = re.compile(r"(19|20)\d\d")
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_places = BoundedSemaphore(4)
"""Each hash takes 19 MiB: a flood of sign-ins must not take the memory."""
_WAIT_SECONDS = 10
_DUMMY = _hasher.hash(secrets.token_urlsafe(32))
"""Checked where there is nobody to check: an unknown account takes as long as a wrong password."""
_COMMON = frozenset((DATA / "common_passwords.txt").read_text("utf-8").split())


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=_WAIT_SECONDS):
        raise Conflict("此刻登录的人较多，请稍后再试")
    try:
        yield
    finally:
        _places.release()


def hashed(password: str) -> str:
    """The password as it is stored."""
    with _place():
        return _hasher.hash(password)


def once(password: str) -> str:
    """A random password for one sign-in, as it is stored: keyed, and made in no time.

    Nobody tries 59 random bits out, and an import of thousands cannot wait for slow hashes.
    """
    salt = secrets.token_hex(8)
    return f"{_ONCE}{salt}:{vault.blind(salt + password)}"


def _is_once(stored: str, password: str) -> bool:
    salt, _, kept = stored.removeprefix(_ONCE).partition(":")
    return hmac.compare_digest(kept, vault.blind(salt + password))


def matches(stored: str, password: str) -> bool:
    """Whether the password is the stored one; as slow for an empty one, which nothing matches."""
    own = bool(stored) and not stored.startswith(_ONCE)
    with _place():
        try:
            _hasher.verify(stored if own else _DUMMY, password)
        except (VerificationError, InvalidHashError):
            own = False
    return own or (stored.startswith(_ONCE) and _is_once(stored, password))


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return not stored.startswith(_ONCE) and _hasher.check_needs_rehash(stored)


def check_choice(password: str, *, name: str, account: str = "", phone: str = "") -> None:
    """Refuse what a stranger would try: short, common, or made from the person's own data."""
    fault = _fault(password, _own_words(name, account, phone))
    if fault:
        raise Invalid(CORRECT, {"password": fault})


def _fault(password: str, own: list[str]) -> str:
    folded = password.lower()
    if not SHORTEST <= len(password) <= LONGEST:
        return f"密码长度应为{SHORTEST}至{LONGEST}个字符"
    if len(set(folded)) < 4 or _bare(folded) in _COMMON or folded in _COMMON:
        return "这个密码太常见，容易被猜中，请换一个"
    if any(word in folded or word[::-1] in folded for word in own):
        return "密码不能包含本人的姓名拼音、账号或手机号"
    if _YEAR.search(folded):
        return "密码不能包含年份"
    return ""


def _bare(folded: str) -> str:
    """The word behind the figures and signs that people hang on it."""
    return folded.strip("0123456789!@#$%^&*._- ")


def _own_words(name: str, account: str, phone: str) -> list[str]:
    readings = pinyin(name, style=Style.NORMAL, heteronym=True, errors="ignore")
    spelled = ("".join(reading) for reading in islice(product(*readings), 64))
    words = {account.lower(), phone, phone[-8:], *spelled}
    return sorted(word for word in words if len(word) > 3)


def one_time_password() -> str:
    """A random password to be read out or printed once: 12 characters in three groups."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
