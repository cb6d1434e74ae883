"""What every template may ask for beside its own context: assets, dates, names."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, url_for

from app import clock
from app.db import session
from app.identity.trades import CATEGORIES
from app.web.access import visitor
from app.workflow.queries import notices

DIST = Path(__file__).resolve().parents[1] / "static" / "dist"


def install(app: Flask) -> None:
    """Give the templates their globals and filters."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset)
    app.jinja_env.filters.update(moment=moment, long_day=long_day, category=category)
    app.context_processor(_bell)


def asset(name: str) -> str:
    """The address of a built file by its plain name; empty where the bundle was not built."""
    built = _manifest(_built_at()).get(name)
    return url_for("static", filename=f"dist/{built}") if built else ""


def _built_at() -> float:
    manifest = DIST / "manifest.json"
    return manifest.stat().st_mtime if manifest.exists() else 0.0


@lru_cache(maxsize=2)
def _manifest(built_at: float) -> dict[str, str]:
    if not built_at:
        current_app.logger.warning("the browser bundle is missing; pages are served without it")
        return {}
    found: dict[str, str] = json.loads((DIST / "manifest.json").read_text("utf-8"))
    return found


def long_day(value: date | datetime | None) -> str:
    """2026年11月22日, or nothing."""
    return clock.long_day(value) if value else ""


def moment(value: datetime | None) -> str:
    """2026-11-22 10:42, or nothing."""
    return clock.minute(value) if value else ""


def category(key: str) -> str:
    """The name of a project type."""
    return CATEGORIES.get(key, key)


def _bell() -> dict[str, object]:
    """How many notices wait unread."""
    me = visitor()
    return {"unread_notices": notices.unread(session(), me) if me else 0}
