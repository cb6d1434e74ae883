"""Signs that nobody sees, but over which stores, sheets and readers stumble."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
"""Control signs, marks that turn the direction of reading, halves of pairs, what XML cannot hold.

One of them in the name of a work would break every workbook that lists it.
"""


def without(text: str) -> str:
    """The text as it is seen; line ends and tabs stay."""
    return _UNSEEN.sub("", text)
