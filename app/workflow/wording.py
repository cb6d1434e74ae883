"""Texts with holes (填空): `{name}` stands for what is filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping

HOLE = re.compile(r"\{([^{}]*)\}")


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with the facts in its holes; what is filled in is never read as a hole again."""
    return HOLE.sub(lambda hole: facts.get(hole[1], ""), text)
