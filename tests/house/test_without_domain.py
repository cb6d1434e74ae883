"""Without app/smallworks and its one line, what is left is a working approval system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.tree import APP, ROOT

GENERIC = Path(__file__).with_name("generic")
LINE = "    smallworks.install(app)\n"
NAMED = re.compile(r"^(from app import .*?)smallworks, ", re.M)


def without_domain(copy: Path) -> None:
    """The product in another folder: no small works, and a process of somebody else's."""
    made = shutil.ignore_patterns("__pycache__", "smallworks", "dist")
    shutil.copytree(APP, copy / "app", ignore=made)
    shutil.copytree(ROOT / "migrations", copy / "migrations", ignore=made)
    shutil.copyfile(ROOT / "config.py", copy / "config.py")
    for folder in ("bpmn", "forms"):
        shutil.copytree(GENERIC / folder, copy / folder)
    wiring = copy / "app" / "__init__.py"
    text = wiring.read_text("utf-8")
    assert text.count(LINE) == len(NAMED.findall(text)) == 1
    text = NAMED.sub(r"\1", text.replace(LINE, ""))
    wiring.write_text(text, "utf-8")


def test_a_case_of_another_domain_walks_through(tmp_path: Path):
    copy, data = tmp_path / "copy", tmp_path / "data"
    without_domain(copy)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.house.generic.walk", str(data)],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
