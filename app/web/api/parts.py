"""The words of which the API's schemas are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
MAYBE: Schema = {"type": ["string", "null"]}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
TEXTS: Schema = {"type": "array", "items": TEXT}
VALUES: Schema = {"type": "object", "description": "表单内容，按该事项表单的 schema"}


def ref(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def object_of(required: Sequence[str], **members: Schema) -> Schema:
    """What we say: there may be more in it one day."""
    return {"type": "object", "required": list(required), "properties": members}


def closed(required: Sequence[str], **members: Schema) -> Schema:
    """What we are sent: a member that we do not know is a mistake, and its sender should hear."""
    return {**object_of(required, **members), "additionalProperties": False}


def list_of(name: str) -> Schema:
    """All of these."""
    return {"type": "array", "items": ref(name)}


def page_of(name: str) -> Schema:
    """One page of a list: its items, and the mark of the next page."""
    return object_of(("items", "next"), items=list_of(name), next=MAYBE)
