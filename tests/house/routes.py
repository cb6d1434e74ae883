"""Every address of the product with its view and who may reach it, a line each.

Printed by `python -m tests.house.routes > tests/house/routes.txt` after a change that is meant.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from app import create_app
from app.web.access import declared
from tests.conftest import config_for

LIST = Path(__file__).with_name("routes.txt")
QUIET = {"HEAD", "OPTIONS"}


def lines(app: Flask) -> Iterator[str]:
    """METHODS address view who, ordered by address."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    for rule in rules:
        methods = ",".join(sorted(set(rule.methods or ()) - QUIET))
        yield f"{methods} {rule.rule} {rule.endpoint} {who(app, rule.endpoint)}"


def who(app: Flask, endpoint: str) -> str:
    """The permissions that a view asks for; `signed-in` or `everybody` where it asks for none."""
    access = declared(app, endpoint)
    if access is None:
        return "undeclared"
    return "|".join(access.permissions) or ("signed-in" if access.signed_in else "everybody")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        product = create_app(config_for(f"sqlite:///{folder}/anguan.db", Path(folder)))
        sys.stdout.write("".join(line + "\n" for line in lines(product)))
