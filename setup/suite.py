"""The whole suite: what failed before the browser alone is tried a second time, and told aloud."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from setup.prepare import PYTHON
from setup.screen import aloud, shout

PARALLEL = ("-n", "2", "--dist", "worksteal", "--durations=25", "--durations-min=5")
RACES = "tests/browser/"
"""A real browser on a loaded machine may lose a race; nothing else may."""
AT_MOST = 10  # where more fail, it was no race
LAST_LINES = 6
FAILED = 1  # pytest's own code; any other says that the suite did not come to its end


def whole(env: Mapping[str, str]) -> int:
    """Run all of it. A test that needed a second try does not fail the run, nor go unnoticed."""
    code, failed = _run(env, *PARALLEL)
    elsewhere = [name for name in failed if not name.startswith(RACES)]
    if code != FAILED or not failed or elsewhere or len(failed) > AT_MOST:
        return code
    # whoever fails for want of a browser may not be skipped for it
    code, _ = _run({**env, "REQUIRE_BROWSER": "1"}, "-n", "0", *failed)
    if code == 0:
        shout(f"有 {len(failed)} 项界面测试第一次没有通过，单独再试才通过，请查明原因：")
        for name, end in failed.items():
            shout(f"{name}\n{end}")
    return code


def _run(env: Mapping[str, str], *words: str) -> tuple[int, dict[str, str]]:
    """One run of pytest: its exit code, and each test that failed with how its report ends."""
    with tempfile.TemporaryDirectory(prefix="anguan-failed-") as folder:
        told = Path(folder) / "failed.json"
        code = aloud([PYTHON, "-m", "pytest", "-p", __name__, "--tell-failed", told, *words], env)
        return code, json.loads(told.read_text("utf-8")) if told.is_file() else {}


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--tell-failed", type=Path, help="a file for what failed, as JSON")


def pytest_configure(config: Any) -> None:
    if not hasattr(config, "workerinput"):  # a process of xdist, whose reports come to us
        config.pluginmanager.register(_Failed(config.getoption("tell_failed")))


class _Failed:
    """Notes how the first report of each test that failed ends, and writes it down at the end."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ends: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            end = "\n".join(report.longreprtext.splitlines()[-LAST_LINES:])
            self._ends.setdefault(report.nodeid, end)

    pytest_collectreport = pytest_runtest_logreport

    def pytest_sessionfinish(self) -> None:
        self._file.write_text(json.dumps(self._ends), "utf-8")
