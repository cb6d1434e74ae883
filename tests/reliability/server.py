"""A PostgreSQL server of our own that can be crashed and comes back at the same address."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path
from types import TracebackType

from setup.postgres import Postgres


class CrashingServer:
    """Durable as in an installation: what is committed is on the disk before anybody is told."""

    def __init__(self, folder: Path, *settings: str) -> None:
        folder.mkdir(parents=True)
        folder.chmod(0o711)
        self._server = Postgres(folder / "postgresql")
        self._settings = ("max_connections=60", *settings)
        self._door = Path(tempfile.mkdtemp(prefix="anguan-door-"))
        self._door.chmod(0o711)

    def __enter__(self) -> CrashingServer:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()
        shutil.rmtree(self._door, ignore_errors=True)

    @property
    def url(self) -> str:
        """The same before and after a crash: through a link to the socket of the day."""
        return f"postgresql+psycopg://postgres@/postgres?host={self._door / 'socket'}"

    def crash(self) -> None:
        """Immediate shutdown: no goodbye, no checkpoint; then start, which replays the log."""
        process = self._server.process
        assert process
        os.kill(process.pid, signal.SIGQUIT)
        process.wait(60)
        self._start()

    def _start(self) -> None:
        self._server.start(*self._settings)
        socket = self._server.url("postgres").partition("host=")[2]
        fresh = self._door / "fresh"
        fresh.symlink_to(socket)
        fresh.rename(self._door / "socket")
