"""Passwords: hashing that costs every guess the same, and what may not be chosen."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
NOTICE_ENDING = "2020"
"""What the notice hangs behind the pinyin of a name; no password of one's own has it."""
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
    right = vault.blinds(salt + password)
    return bool(salt) and any(hmac.compare_digest(kept, one) for one in right)


def is_one_time(stored: str) -> bool:
    """Whether this is the hash of a password that we made ourselves."""
    return stored.startswith(_ONCE)


def matches(stored: str, password: str) -> bool:
    """Whether the password is the stored one; as slow for an empty one, which nothing matches."""
    own = bool(stored) and not is_one_time(stored)
    with _place():
        try:
            _hasher.verify(stored if own else _DUMMY, password)
        except (VerificationError, InvalidHashError):
            own = False
    return own or (is_one_time(stored) and _is_once(stored, password))


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return not is_one_time(stored) and _hasher.check_needs_rehash(stored)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose password it is to be: what of theirs may not be in it, and how strict the rule is."""

    name: str
    account: str = ""
    phone: str = ""
    reading: str = ""
    three_classes: bool = False


def check_choice(password: str, owner: Owner) -> None:
    """Refuse what a stranger would try: short, common, or made from the person's own data."""
    fault = _fault(password, owner)
    if fault:
        raise Invalid(CORRECT, {"password": fault})


def _fault(password: str, owner: Owner) -> str:
    folded = password.lower()
    own = _own_words(owner)
    if not SHORTEST <= len(password) <= LONGEST:
        return f"密码长度应为{SHORTEST}至{LONGEST}个字符"
    if len(set(folded)) < 4 or _bare(folded) in _COMMON or folded in _COMMON:
        return "这个密码太常见，容易被猜中，请换一个"
    if any(word in folded or word[::-1] in folded for word in own):
        return "密码不能包含本人的姓名拼音、账号或手机号"
    if _YEAR.search(folded) or NOTICE_ENDING[::-1] in folded:
        return "密码不能包含年份"
    if owner.three_classes and _classes(password) < 3:
        return "密码须含大写字母、小写字母、数字、符号四种中的三种"
    return ""


def _classes(password: str) -> int:
    """How many of the four kinds of signs are in it; a Chinese sign counts as a symbol."""
    kinds = {
        "upper" if sign.isascii() and sign.isupper()
        else "lower" if sign.isascii() and sign.islower()
        else "figure" if sign.isascii() and sign.isdigit()
        else "symbol"
        for sign in password
    }  # fmt: skip
    return len(kinds)


def _bare(folded: str) -> str:
    """The word behind the figures and signs that people hang on it."""
    return folded.strip("0123456789!@#$%^&*._- ")


def _own_words(owner: Owner) -> list[str]:
    readings = pinyin(owner.name, style=Style.NORMAL, heteronym=True, errors="ignore")
    spelled = ("".join(reading) for reading in islice(product(*readings), 64))
    phone = owner.phone
    words = {owner.account.lower(), owner.reading, phone, phone[-8:], *spelled}
    return sorted(word for word in words if len(word) > 3)


def one_time_password() -> str:
    """A random password to be read out or printed once: 12 characters in three groups."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def printed_code() -> str:
    """Eight random characters for a slip of paper, in two groups."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(2))
