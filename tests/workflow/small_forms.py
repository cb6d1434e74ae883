"""Forms made for one test, and the shipped ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.errors import Invalid
from app.workflow import forms
from app.workflow.forms import Form

ROOT = Path(__file__).resolve().parents[2]


def text(properties: dict[str, Any], ui: dict[str, Any] | None = None, **schema: Any) -> str:
    """A form file with these fields."""
    body = {"type": "object", "properties": properties, **schema}
    return json.dumps({"key": "tests/one", "title": "试验", "schema": body, "ui": ui or {}})


def made(properties: dict[str, Any], ui: dict[str, Any] | None = None, **schema: Any) -> Form:
    """The same, read."""
    return forms.read(text(properties, ui, **schema), "forms/tests/one.json")


def shipped(name: str) -> Form:
    """A form that comes with the product: `smallworks/filing`."""
    path = f"forms/{name}.json"
    return forms.read((ROOT / path).read_text("utf-8"), path)


def faults(form: Form, sent: dict[str, Any], **how: Any) -> dict[str, str]:
    """What the form says to these answers; nothing if it takes them."""
    try:
        form.clean(sent, **how)
    except Invalid as refused:
        return refused.fields
    return {}


def money(**more: Any) -> dict[str, Any]:
    return {"type": "number", "title": "投资额", **more}


def words(**more: Any) -> dict[str, Any]:
    return {"type": "string", "title": "名称", "maxLength": 20, **more}
