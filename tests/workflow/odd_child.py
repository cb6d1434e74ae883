"""A program that `app.children` runs: it does what its first word says with what it is sent."""

import os
import signal
import sys
import time

WAITS = os.getpid()


def main() -> int:
    """Its exit code is the length of what was sent."""
    sent = sys.stdin.buffer.read()
    verb = sys.argv[1]
    if verb == "turn round":
        sys.stdout.buffer.write(sent[::-1])
    elif verb == "say who waits":
        sys.stdout.write(f"{WAITS} {dict(os.environ)}")
    elif verb == "sleep":
        time.sleep(60)
    elif verb == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return len(sent) % 100
