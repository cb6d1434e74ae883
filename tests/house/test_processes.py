"""Every process that comes with the product can be published, and nothing beside it lies about."""

from __future__ import annotations

import pytest
from flask import Flask

from app.workflow import definitions, entitling, freezing, publishing
from tests.house.tree import ROOT

KEYS = definitions.shipped_keys()


@pytest.mark.parametrize("key", KEYS)
def test_a_shipped_process_publishes(app: Flask, key: str):
    with app.app_context():
        process = publishing.checked(definitions.shipped_files(key), key)
        assert entitling.lacking(process, key) == ()
    assert process.key == key


def test_every_shipped_decision_and_form_is_used(app: Flask):
    used: set[str] = set()
    with app.app_context():
        for key in KEYS:
            files = definitions.shipped_files(key)
            used |= set(freezing.named(files, publishing.checked(files, key)))
    written = {path.name for path in (ROOT / "bpmn").iterdir()}
    written |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "forms").glob("*/*.json")}
    assert KEYS
    assert written == used
