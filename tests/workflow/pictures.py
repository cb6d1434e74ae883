"""Stores that many tests begin with, made once per run: the town, and what happened in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.orm import Session

from app.db import db
from tests.stores import Store
from tests.workflow import people


@contextmanager
def opened(
    database: Store, app: Flask, name: str = "", build: Callable[[], object] | None = None
) -> Iterator[Session]:
    """The town, or what `build` once made of it; inside an application context."""
    database.begin("workflow_town", lambda: _inside(app, people.settle), upon="first_start")
    if build is not None:
        database.begin(f"workflow_{name}", lambda: _inside(app, build), upon="workflow_town")
    with app.app_context():
        yield db.session()
        db.session.remove()


def _inside(app: Flask, build: Callable[[], object]) -> None:
    with app.app_context():
        build()
        db.session.remove()
