"""Text of cells as it is compared: width, odd spaces and invisible signs do not count. Pure."""

from __future__ import annotations

import re
import unicodedata

from app.identity.annexes import patterns
from app.unseen import without

_SPACE = re.compile(r"[^\S\n]+")
_MARKS = re.compile(r"[\s()\[\]<>/、,.:;·_*—-]+")
_NUMBER = re.compile(r"^\(?\d{1,2}[.、)](?=\D)")


def seen(text: str) -> str:
    """A cell's text in half width, with single spaces; line ends stay."""
    plain = without(unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(_SPACE.sub(" ", line).strip() for line in plain.split("\n")).strip()


def folded(text: str) -> str:
    """What two spellings of one name have in common; a number before it (1. 住建) goes."""
    return _NUMBER.sub("", "".join(seen(text).split())).rstrip(":").lower()


def label(text: str) -> str:
    """A heading without brackets, marks and spaces."""
    return patterns.LAST.sub("", _MARKS.sub("", seen(text)))
