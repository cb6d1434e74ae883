"""The forms among files that may be broken: those that can be read, and what they route by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.errors import BrokenProcess
from app.workflow import forms
from app.workflow.forms import Form


def forms_of(files: Mapping[str, str]) -> Iterator[Form]:
    """The forms that can be read."""
    for name, text in files.items():
        if name.endswith(".json"):
            try:
                yield forms.read(text, name)
            except BrokenProcess:
                continue  # the check says what is wrong with it


def routed(files: Mapping[str, str]) -> dict[str, list[str]]:
    """The routing names that each of them gives."""
    return {form.key: sorted(form.routing_names) for form in forms_of(files)}
