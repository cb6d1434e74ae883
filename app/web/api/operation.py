"""What an operation of the API takes and gives, said once: checked, and printed as OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from flask import request
from jsonschema import Draft202012Validator

from app.errors import Invalid
from app.web import legible
from app.web.api.parts import Schema
from app.web.api.schemas import SCHEMAS

View = TypeVar("View", bound=Callable[..., object])
MOST_KEY = 80


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its sentence, the schemas of body and answers, its query parameters."""

    summary: str
    answers: Mapping[int, Schema]
    body: str = ""  # the name of a schema of schemas.SCHEMAS
    media: str = "application/json"
    query: tuple[str, ...] = field(default=())
    keyed: bool = False


def operation(
    summary: str,
    answers: Mapping[int, Schema],
    *,
    body: str = "",
    media: str = "application/json",
    query: tuple[str, ...] = (),
    keyed: bool = False,
) -> Callable[[View], View]:
    """Declare a view as an operation; `keyed` ones take an Idempotency-Key."""

    def mark(view: View) -> View:
        view.operation = Operation(summary, answers, body, media, query, keyed)  # type: ignore[attr-defined]
        return view

    return mark


def sent(name: str) -> dict[str, Any]:
    """The JSON body, checked against its schema. Raises Invalid, naming each member at fault."""
    body = legible.json_body()
    if not isinstance(body, dict):
        raise Invalid("请求体应为 JSON 对象，且 Content-Type 为 application/json")
    faults = {
        ".".join(str(part) for part in fault.absolute_path) or "body": fault.message[:200]
        for fault in _validator(name).iter_errors(body)
    }
    if faults:
        raise Invalid("请求体不符合接口说明", faults)
    return body


@lru_cache(maxsize=64)
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({**SCHEMAS[name], "components": {"schemas": SCHEMAS}})


def key() -> str:
    """The Idempotency-Key of this request, or none. Raises Invalid for one that is too long."""
    found = request.headers.get("Idempotency-Key", "").strip()
    if len(found) > MOST_KEY:
        raise Invalid(f"Idempotency-Key 不超过 {MOST_KEY} 个字符")
    return found
