"""What we say of SpiffWorkflow is still so: every page under docs/upstream runs, on stock alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.abreast import FAULTS

PAGES = Path(__file__).parents[2] / "docs" / "upstream"
NAMES = sorted(page.stem for page in PAGES.glob("*.md") if page.stem != "README")


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_is_still_there(name: str) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", (PAGES / f"{name}.md").read_text("utf-8"), re.S)
    assert "# should" in snippet
    assert len(snippet.strip().splitlines()) <= 16
    done = subprocess.run(
        [sys.executable, "-c", snippet], cwd=PAGES, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_excuse_of_the_differential_test_has_a_page() -> None:
    assert set(FAULTS) <= set(NAMES)


def test_the_list_names_every_page() -> None:
    listed = re.findall(r"\]\(([\w-]+)\.md\)", (PAGES / "README.md").read_text("utf-8"))
    assert sorted(listed) == NAMES
