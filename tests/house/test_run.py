"""The first of the two commands as a person gives it: it serves, survives its worker, stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
STORES = ["sqlite", "postgresql"] if os.environ.get("TEST_DATABASE_URL") else ["sqlite"]
SOON = 120.0


class Run:
    """`manage.py run` on a folder of its own, and what it has said so far."""

    def __init__(self, data: Path, store: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.log = data.with_suffix(".log")
        command = [sys.executable, "manage.py", "run", "--no-sample", "--port", str(self.port)]
        given = {"DATABASE_URL", "TEST_DATABASE_URL"}
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [*command, "--data", str(data), "--store", store],
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in os.environ.items() if name not in given},
            )
        try:
            self.wait_for("已启动")
        except AssertionError:
            self.process.kill()
            raise

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + SOON
        while words not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def worker(self) -> psutil.Process:
        return next(child for child in self.family() if "worker" in child.cmdline())

    def stop(self, how: int) -> int:
        self.process.send_signal(how)
        return self.process.wait(SOON)


@contextmanager
def running(data: Path, store: str) -> Iterator[Run]:
    run = Run(data, store)
    try:
        yield run
    finally:
        run.process.kill()
        run.process.wait()


@pytest.mark.parametrize("store", STORES)
def test_run_serves_and_stops_with_all_it_started_and_its_folder_serves_again(
    store: str, tmp_path: Path
):
    with running(tmp_path / "var", store) as first:
        assert "安管" in first.get("/")
        assert "安管" in first.get(f"/?said={'x' * 8000}")  # as long as the address of a trial
        first.wait_for("一次性代码")
        keys = (tmp_path / "var" / "keys.env").read_bytes()

        first.worker().kill()
        first.wait_for("重新启动")

        family = first.family()
        assert first.stop(signal.SIGTERM) == 0
        assert psutil.wait_procs(family, timeout=10)[1] == []

    with running(tmp_path / "var", store) as second:
        family = second.family()
        second.stop(signal.SIGKILL)
        assert psutil.wait_procs(family, timeout=20)[1] == []

    with running(tmp_path / "var", store) as again:
        assert '"ready":true' in again.get("/readyz").replace(" ", "")
        assert (tmp_path / "var" / "keys.env").read_bytes() == keys
        assert again.stop(signal.SIGINT) == 0
