"""What roles, positions, permissions and levels are called on the screen."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).with_name("data")
_words: dict[str, dict[str, str]] = json.loads((DATA / "words.json").read_text("utf-8"))

PERMISSIONS = MappingProxyType(_words["permissions"])
ROLES = MappingProxyType(_words["roles"])
POSITIONS = MappingProxyType(_words["positions"])
LEVELS = MappingProxyType(_words["levels"])
