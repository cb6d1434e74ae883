"""Children that read strangers' files: one has done its imports and waits, and forks for each file.

To start an interpreter and import a decoder takes five times as long as to decode. Who waits knows
nothing of ours (no environment, no store) and opens no file itself; it goes home when nothing is
asked for a while. Each file is read in a fork of its own, under the limits that it sets itself.
"""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from weakref import finalize

_WAITS = Path(__file__).with_name("waiting_child.py")
_BOOT = """
import sys
from importlib.util import module_from_spec, spec_from_file_location

def imported(path):
    spec = spec_from_file_location("program", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

imported(sys.argv[1]).wait(imported(sys.argv[2]).main)
"""
_CODE = struct.Struct("<i")
_GRACE = 5
_NO_ANSWER = 1
_TOO_LATE = -14  # an alarm, which Windows does not know by name


class Child:
    """A program whose `main()` reads standard input and writes standard output."""

    def __init__(self, program: Path) -> None:
        self._program, self._turn = program, Lock()
        self._door: socket.socket | None = None
        self._leaves: Callable[[], object] = lambda: None

    def ask(self, sent: bytes, *words: str, seconds: int) -> tuple[int, bytes]:
        """Its exit code and what it said. Raises TimeoutError."""
        if sys.platform != "linux":
            return self._alone(sent, words, seconds)
        for _ in range(2):  # it may have gone home while we knocked
            ours, theirs = socket.socketpair()
            with ours:
                with theirs:
                    self._knock(theirs, json.dumps([seconds, *words]).encode())
                ours.settimeout(seconds + _GRACE)
                said = _exchanged(ours, sent)
            if len(said) >= _CODE.size:
                (code,) = _CODE.unpack(said[-_CODE.size :])
                if code == _TOO_LATE:
                    raise TimeoutError
                return code, said[: -_CODE.size]
        return _NO_ANSWER, b""

    def _knock(self, theirs: socket.socket, message: bytes) -> None:
        """Hand our end over to who waits; call somebody if nobody does."""
        with self._turn:
            try:
                door = self._door or self._called()
                socket.send_fds(door, [message], [theirs.fileno()])
            except OSError:
                socket.send_fds(self._called(), [message], [theirs.fileno()])

    def _called(self) -> socket.socket:
        """The way to somebody new who waits; whoever waited before has gone home."""
        self._leaves()
        self._door, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with inside:
            process = subprocess.Popen(  # noqa: S603 - our own file, our own interpreter
                [sys.executable, "-I", "-c", _BOOT, str(_WAITS), str(self._program)],
                stdin=inside.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={},
            )  # fmt: skip
        self._leaves = finalize(self, _sent_home, self._door, process)
        return self._door

    def _alone(self, sent: bytes, words: Sequence[str], seconds: int) -> tuple[int, bytes]:
        """Where nobody can wait: an interpreter of its own for each file."""
        command = [sys.executable, "-I", str(self._program), *words]
        try:
            done = subprocess.run(  # noqa: S603 - the same
                command, input=sent, capture_output=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired as slow:
            raise TimeoutError from slow
        return done.returncode, done.stdout


def _sent_home(door: socket.socket, process: subprocess.Popen[bytes]) -> None:
    door.close()
    process.wait(_GRACE)


def _exchanged(ours: socket.socket, sent: bytes) -> bytes:
    """All that comes back for it; what is read stops being sent where nobody reads on."""
    said = bytearray()
    try:
        ours.sendall(sent)
        ours.shutdown(socket.SHUT_WR)
    except (BrokenPipeError, ConnectionResetError):
        pass
    try:
        while part := ours.recv(1 << 16):
            said += part
    except ConnectionResetError:
        pass
    return bytes(said)
