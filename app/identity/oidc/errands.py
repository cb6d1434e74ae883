"""What we ask of a provider over HTTP: within one time for all of it, and never many at once.

A provider that is slow, or sends a byte now and then, must not hold the workers that serve pages.
Nothing is followed elsewhere, and the addresses are those that its own document names.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import BoundedSemaphore, Timer
from time import monotonic
from urllib.parse import SplitResult, urlsplit

import orjson

MOST = 256 * 1024
AT_ONCE = 2
"""Of one process: the other threads go on serving pages."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_places = BoundedSemaphore(AT_ONCE)


class Away(Exception):
    """The provider could not be asked, or did not answer as one does; says which step failed."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


def safe(address: object) -> bool:
    """Whether secrets may go to this address: over TLS, or within this machine."""
    try:
        found = urlsplit(address) if isinstance(address, str) else SplitResult("", "", "", "", "")
        return found.scheme == "https" or (found.scheme == "http" and found.hostname in _LOOPBACK)
    except ValueError:
        return False


class Errand:
    """All that one sign-in asks of its provider."""

    def __init__(self, patience: float) -> None:
        self._ends = monotonic() + patience

    def ask(
        self, method: str, address: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        """The JSON object found there. Raises Away."""
        if not safe(address):
            raise Away("an address without TLS")
        with self._line(urlsplit(address)) as line:
            status, answer = _exchange(line, method, address, (body, headers or {}))
        if status != 200:
            raise Away(f"status {status}", status)
        try:
            found = orjson.loads(answer)
        except orjson.JSONDecodeError as broken:
            raise Away("no JSON") from broken
        if not isinstance(found, dict):
            raise Away("no JSON object")
        return found

    @contextmanager
    def _line(self, to: SplitResult) -> Iterator[HTTPConnection]:
        """A connection that is cut when the time is over, whatever the other side sends."""
        if not _places.acquire(timeout=max(0.0, min(1.0, self._ends - monotonic()))):
            raise Away("too many at once")
        try:
            left = self._ends - monotonic()
            if left <= 0:
                raise Away("out of time")
            kind = HTTPSConnection if to.scheme == "https" else HTTPConnection
            line = kind(to.hostname or "", to.port, timeout=left)
            line.connect()
            # the library lets go of the socket before the answer is read
            cut = Timer(self._ends - monotonic(), _hang_up, (line.sock,))
            cut.start()
            try:
                yield line
            finally:
                cut.cancel()
                line.close()
        except (OSError, HTTPException, ValueError) as failed:
            raise Away(type(failed).__name__) from failed
        finally:
            _places.release()


def _exchange(
    line: HTTPConnection, method: str, address: str, sent: tuple[str, Mapping[str, str]]
) -> tuple[int, bytes]:
    to, (body, headers) = urlsplit(address), sent
    path = (to.path or "/") + (f"?{to.query}" if to.query else "")
    line.request(
        method, path, body.encode() if body else None, {"Accept": "application/json", **headers}
    )
    answer = line.getresponse()
    found = answer.read(MOST + 1)
    if len(found) > MOST:
        raise Away("a longer answer than we read")
    return answer.status, found


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):  # closed meanwhile
        line.shutdown(socket.SHUT_RDWR)
