"""The operators' guide names every setting, and no setting that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import manage

ROOT = Path(__file__).resolve().parents[2]
SETTING = re.compile(r"\b(?:ANGUAN_[A-Z_]+|DATABASE_URL)\b")


def test_the_guide_lists_exactly_the_settings_that_are_read():
    guide = (ROOT / "docs" / "operate.md").read_text("utf-8")
    read = set(SETTING.findall((ROOT / "config.py").read_text("utf-8")))
    rows = "\n".join(line for line in guide.splitlines() if line.startswith("| `"))
    assert set(SETTING.findall(rows)) >= read
    assert set(SETTING.findall(guide)) == read


def test_the_guide_uses_only_words_of_the_driver():
    pages = [ROOT / "docs" / "operate.md", ROOT / ".ci" / "run"]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    used = set(re.findall(r"manage\.py ([\w-]+)", text))
    assert used <= {*manage.OURS, *manage.HANDED_ON}
    assert "run" in used
