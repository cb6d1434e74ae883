"""Account names: the full pinyin of a name, read as surnames are, and never given twice."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import count, islice, product
from typing import Any, TypedDict

from pypinyin import lazy_pinyin
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import named_conflicts
from app.errors import Conflict
from app.identity.account_models import UsedAccount
from app.identity.words import DATA
from app.unseen import without

TAKEN = "该账号已被使用，请换一个账号"
for _constraint in ("uq_people_account", "people.account", "pk_used_accounts"):
    named_conflicts[_constraint] = TAKEN
named_conflicts["used_accounts.account"] = TAKEN  # how SQLite names the same constraint

LONGEST = 50
"""Of the pinyin itself; figures that tell homonyms apart may follow it."""
_MOST_READINGS = 8
_AT_ONCE = 10
_IN_ONE_STATEMENT = 500
_READING = re.compile(r"[a-z]{2,50}")
_LATIN = re.compile(r"[a-z]+")


class _Surnames(TypedDict):
    surnames: dict[str, str]
    doubtful_surnames: dict[str, list[str]]
    doubtful_given: dict[str, list[str]]


_known: _Surnames = json.loads((DATA / "surnames.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a name may be read: what the account would be, and whether a person has to say.

    No account and no reading: a sign of the name is in no table, somebody has to type the pinyin.
    """

    account: str
    readings: tuple[str, ...]
    doubtful: bool


@lru_cache(maxsize=8192)
def propose(name: str) -> Proposal:
    """The account for a name: surname by our table, the rest by pypinyin, likeliest first."""
    signs = _signs(name)
    surname, given = _split(signs)
    parts = [_surname(surname), *_given(given)]
    if not all(part[0] for part in parts):
        return Proposal("", (), doubtful=True)
    spelled = ("".join(chosen) for chosen in islice(product(*parts), _MOST_READINGS))
    readings = tuple(dict.fromkeys(word[:LONGEST] for word in spelled if len(word) > 1))
    return Proposal(readings[0] if readings else "", readings, doubtful=len(readings) != 1)


def readable(reading: str) -> bool:
    """Whether this can be the pinyin of a name: small letters and nothing else."""
    return bool(_READING.fullmatch(reading))


def spelled(name: str, reading: str) -> str:
    """The plain pinyin of somebody, without figures: as a person chose it, or as we read it."""
    return reading or propose(name).account


def free(work: Session, account: str, phone: str, *, mine: str = "") -> str:
    """This account, or the next that nobody ever had: last four figures of the phone, a counter.

    `mine` is the id of somebody who may have back what was theirs before.
    """
    stem = account + _tail(phone)
    for first in count(2, _AT_ONCE):
        numbered = [f"{stem}-{number}" for number in range(first, first + _AT_ONCE)]
        candidates = dict.fromkeys((account, stem, *numbered))
        asked = select(UsedAccount.account, UsedAccount.person_id)
        rows = work.execute(asked.where(UsedAccount.account.in_(candidates)))
        used = {row.account for row in rows if not mine or row.person_id != mine}
        for candidate in candidates:
            if candidate not in used:
                return candidate
    raise RuntimeError("counting has no end")


def free_all(work: Session, wanted: Sequence[tuple[str, str]]) -> list[str]:
    """`free` for many at once, (account, phone) each; they do not get each other's either."""
    words = {form for account, phone in wanted for form in (account, account + _tail(phone))}
    taken: set[str] = set()
    for some in _portions(sorted(words)):
        taken.update(work.scalars(select(UsedAccount.account).where(UsedAccount.account.in_(some))))
    given: list[str] = []
    for account, phone in wanted:
        stem = account + _tail(phone)
        found = next((form for form in (account, stem) if form not in taken), "")
        if not found:
            numbered = (f"{stem}-{number}" for number in count(2))
            asked = (form for form in numbered if form not in taken)
            found = next(form for form in asked if work.get(UsedAccount, form) is None)
        taken.add(found)
        given.append(found)
    return given


def _tail(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())[-4:]


def _portions(words: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(words), _IN_ONE_STATEMENT):
        yield words[start : start + _IN_ONE_STATEMENT]


def keep(work: Session, account: str, person_id: str, *, at: datetime) -> None:
    """Write down that the account is given; the second who tries hears a Conflict."""
    row = work.get(UsedAccount, account)
    if row is not None and row.person_id != person_id:
        raise Conflict(TAKEN)
    if row is None:
        work.add(UsedAccount(account=account, person_id=person_id, at=at))
        work.flush()


def _signs(name: str) -> str:
    """The name as it is spelled: no spaces, dots between the parts of a name, unseen signs."""
    plain = unicodedata.normalize("NFKC", without(name)).lower()
    return "".join(sign for sign in plain if sign.isalpha())


def _split(signs: str) -> tuple[str, str]:
    """Surname and given name; two signs are one of each, whatever they look like."""
    double = signs[:2]
    if len(signs) > 2 and (double in _known["surnames"] or double in _known["doubtful_surnames"]):
        return double, signs[2:]
    return signs[:1], signs[1:]


def _surname(surname: str) -> list[str]:
    doubtful = _known["doubtful_surnames"].get(surname)
    known = _known["surnames"].get(surname)
    return doubtful or [known or "".join(_guessed(surname))]


def _given(given: str) -> list[list[str]]:
    """The readings of each sign, that of the library first; an empty one where it knows none."""
    return [
        [guess, *(each for each in _known["doubtful_given"].get(sign, []) if each != guess)]
        for sign, guess in zip(given, _guessed(given), strict=True)
    ]


def _guessed(signs: str) -> list[str]:
    """What the library reads, sign by sign: Latin letters are themselves, what it knows not is ''.

    Of a rest that it cannot read the library takes a list, which its types do not say.
    """
    split: Callable[[str], Any] = list
    read = lazy_pinyin(signs, errors=split)
    return [each if _LATIN.fullmatch(each) else "" for each in read]
