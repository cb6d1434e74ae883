"""Who waits for strangers' files: a program is imported once, and forks for each file.

Imports nothing of ours. Standard input is a socket; each message on it is `[seconds, words…]` as
JSON and brings the socket of one asker. This becomes standard input and output of a fork that runs
`main()` of the program; then its exit code follows in four bytes (that of an alarm where the
seconds had passed).
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable

RESTS = 60
"""Nobody waits longer for nothing: its memory is wanted."""
LONGEST_MESSAGE = 1 << 16
FAILED = 1


def wait(work: Callable[[], int]) -> None:
    """Until nobody asks any more, or whoever called us is gone."""
    door = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is meant for whoever called us
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while select.select([door], [], [], RESTS)[0]:
        message, given, _, _ = socket.recv_fds(door, LONGEST_MESSAGE, 1)
        if not given:
            break
        if os.fork() == 0:
            door.close()
            seconds, *words = json.loads(message)
            _attend(work, given[0], seconds, words)
            os._exit(0)
        os.close(given[0])


def _attend(work: Callable[[], int], asker: int, seconds: int, words: list[str]) -> None:
    """Beside each fork that works, one that ends it by the clock and tells how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.dup2(asker, 0)
        os.dup2(asker, 1)
        os.close(asker)
        sys.argv[1:] = words
        code = FAILED
        try:
            code = work()
            sys.stdout.flush()
        finally:
            os._exit(code)
    late = []

    def end(*_signal: object) -> None:
        os.kill(child, signal.SIGKILL)
        late.append(-signal.SIGALRM)

    signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(asker, struct.pack("<i", late[0] if late else code))
