"""An administrator who edits a flow or a form lays nobody's numbers open by it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.errors import BrokenProcess
from app.workflow import definitions, publishing
from app.workflow.publishing import Publication
from tests.identity import people
from tests.smallworks.conftest import town
from tests.smallworks.town import OWNER_ID, OWNER_PHONE, Town, staff
from tests.web.visitors import Browser

__all__ = ["town"]

SHIPPED = definitions.shipped_files("filing")
FORM = "forms/smallworks/filing.json"


def publish(at: datetime, **files: bytes) -> None:
    """The unit administrator of 西陵区 publishes these files for the district."""
    unit = people.unit("西陵区", "district").id
    named = {name.replace("_bpmn", ".bpmn").replace("_json", ".json"): body
             for name, body in files.items()}  # fmt: skip
    publishing.publish(staff("jinhezhu", at), Publication(unit, "filing", named, "试"), at=at)


def changed(path: str, **words: Any) -> bytes:
    """The shipped form with one field of it said otherwise; None takes a word out."""
    form = json.loads(SHIPPED[FORM])
    field = form["schema"]["properties"]
    for step in path.split("."):
        field = field["items"]["properties"][step] if "items" in field else field[step]
    field.update(words)
    for word in [word for word, value in words.items() if value is None]:
        del field[word]
    return json.dumps(form, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("id_no", {"x-personal": "shown"}),
        ("phone", {"x-personal": None}),
        ("workers.id_no", {"x-personal": None}),
        ("id_no", {"x-personal": None, "format": None, "x-check": [], "maxLength": 20}),
    ],
    ids=["shown", "unsaid", "in a row", "no number any more"],
)
def test_a_secret_number_stays_secret(town: Town, path: str, words: dict[str, Any]) -> None:
    with pytest.raises(BrokenProcess) as refused:
        publish(town.at, filing_json=changed(path, **words))
    assert "form-personal" in {finding.code for finding in refused.value.findings}


def test_the_start_form_at_an_official_s_step_shows_no_number(app: Flask, town: Town) -> None:
    drawing = SHIPPED["filing.bpmn"].replace("smallworks/first_check", "smallworks/filing")
    publish(town.at, filing_bpmn=drawing.encode())
    case = town.file()
    head = Browser(app)
    head.sign_in("shecundong")
    shown = head.get(f"/tasks/{town.task(case, staff('shecundong', town.at)).id}").text
    assert "江畔花园" in shown
    assert OWNER_ID not in shown
    assert OWNER_PHONE not in shown
