"""Somebody else's request that waits for a lock which the test holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from flask import current_app
from sqlalchemy import text

from app.db import session
from app.errors import Refusal
from tests.stores import Store


class Waiting(threading.Thread):
    """Somebody else's request, in its own session; what it was refused joins the list."""

    def __init__(self, verb: Callable[[], object], refused: list[Refusal]) -> None:
        super().__init__()
        self.app, self.verb, self.refused = current_app._get_current_object(), verb, refused

    def run(self) -> None:
        with self.app.app_context():
            try:
                self.verb()
            except Refusal as refusal:
                self.refused.append(refusal)
            session().close()


def waits(database: Store) -> None:
    """Until the other is seen to wait. SQLite tells nobody; who comes late there waits not at all,
    and finds the post ended all the same.
    """
    if database.kind == "sqlite":
        time.sleep(0.2)
        return
    asked = text("select count(*) from pg_locks where not granted")
    until = time.monotonic() + 20
    while not session().scalar(asked):
        assert time.monotonic() < until
        time.sleep(0.02)
