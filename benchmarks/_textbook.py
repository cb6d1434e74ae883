"""The least that a signed-in person's write can cost here: a request as the manuals teach it.

Flask-Login, Flask-SQLAlchemy, one entity changed, one durable commit. No grants, no form token, no
rights, no lock, no record: nothing of what a claim is about.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required
from flask_sqlalchemy import SQLAlchemy

from app.db import Base
from app.identity.models import SignIn
from app.identity.sessions import key_of
from app.workflow.models import Task


class _Known(UserMixin):  # type: ignore[misc]  # Flask-Login carries no types
    def __init__(self, token: str, person_id: str) -> None:
        self.id, self.person_id = token, person_id


def textbook(product: Flask) -> Flask:
    """An application on the product's own store, which knows the product's own cookies."""
    app = Flask("textbook")
    for name in ("SECRET_KEY", "SESSION_COOKIE_NAME", "SQLALCHEMY_DATABASE_URI",
                 "SQLALCHEMY_ENGINE_OPTIONS"):  # fmt: skip
        app.config[name] = product.config[name]
    store = SQLAlchemy(app, model_class=Base, disable_autonaming=True)
    people = LoginManager(app)
    people.session_protection = None

    @people.user_loader  # type: ignore[untyped-decorator]
    def known(token: str) -> _Known | None:
        row = store.session.get(SignIn, key_of(token))
        return _Known(token, row.person_id) if row else None

    @app.post("/tasks/<task_id>/claim")
    @login_required  # type: ignore[untyped-decorator]
    def claim(task_id: str) -> ResponseReturnValue:
        task = store.session.get_one(Task, task_id)
        task.claimed_by_id, task.claimed_at = current_user.person_id, datetime.now(UTC)
        store.session.commit()
        return redirect(url_for("claim", task_id=task_id), 303)

    return app
