"""Text messages: one interface, and the two senders that need no contract with an operator."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from pkgutil import resolve_name
from typing import Protocol

from app import vault

log = logging.getLogger(__name__)


class Sender(Protocol):
    """What a deployment's operator must be able to do."""

    def send(self, phone: str, text: str) -> None:
        """Hand over one message; raise OSError if it cannot be handed over."""


class LogSender:
    """Sends nothing: the application's log has that there was a message, and for which number."""

    def send(self, phone: str, text: str) -> None:
        """Write one line: no word of the message, which may be personal or let its reader in."""
        log.warning("no SMS operator is set: nothing was sent to %s", vault.mask(phone))


class FileSender:
    """Sample mode: appends each message to a file that only the product's own account can read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, phone: str, text: str) -> None:
        """Append one line."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(f"{phone} {text}\n")


_sender: list[Sender] = [LogSender()]


def use(sender: Sender) -> Sender:
    """Send through this operator from now on; returns the one before."""
    before, _sender[0] = _sender[0], sender
    return before


def named(place: str) -> Sender:
    """The sender of a deployment's own module: what `package.module:name` makes when called."""
    made: Sender = resolve_name(place)()
    return made


def write_to(path: Path | None) -> None:
    """Without an operator: to a file in sample mode, to the application's log otherwise."""
    use(FileSender(path) if path else LogSender())


def is_set_up() -> bool:
    """Whether a message would reach anybody."""
    return not isinstance(_sender[0], LogSender)


def send(phone: str, text: str) -> None:
    """Send through the installed sender, after the command's commit. Raises OSError.

    What an operator's module says of a refusal may name the number: only its kind is told on.
    """
    try:
        _sender[0].send(phone, text)
    except OSError as refused:
        raise OSError(type(refused).__name__) from None
