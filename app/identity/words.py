"""What roles, positions, permissions and levels are called on the screen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

DATA = Path(__file__).with_name("data")
_words: dict[str, dict[str, Any]] = json.loads((DATA / "words.json").read_text("utf-8"))

PERMISSIONS: Mapping[str, str] = MappingProxyType(_words["permissions"])
ROLES: Mapping[str, str] = MappingProxyType(_words["roles"])
POSITIONS: Mapping[str, str] = MappingProxyType(_words["positions"])
LEVELS: Mapping[str, str] = MappingProxyType(_words["levels"])
AUDIT: Mapping[str, str] = MappingProxyType(_words["audit"])
"""What was done, by the verb of an entry of the audit record."""
AUDIT_WAYS: Mapping[str, str] = MappingProxyType(_words["audit_ways"])
"""How somebody came in, or why they did not, by the words of such an entry."""
PLACES: Mapping[str, Any] = MappingProxyType(_words["places"])
"""How names of places are shortened when units are first made."""


def post_name(role: str, position: str) -> str:
    """A role and/or a position as officials say it."""
    words = (ROLES.get(role, ""), POSITIONS.get(position, ""))
    return "、".join(word for word in words if word)
