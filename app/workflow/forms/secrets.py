"""Keeping answers: what a draft holds, sealing what is secret, masking it for other eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import vault
from app.workflow.forms.coerce import clean_text, rows_sent
from app.workflow.forms.field import Field

_MAX_TYPED = 20_000
_MAX_ITEMS = 200


def hold(
    fields: Sequence[Field], sent: Mapping[str, Any], screen: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """As typed, but only what the form declares and what fits a JSON column.

    Browsers do not send an unticked box: of the fields on this screen, what is not sent is emptied.
    """
    held: dict[str, Any] = {}
    for one in fields:
        if one.stamp or one.kind == "files":
            continue
        if one.kind == "rows":
            rows = rows_sent(one, sent)[:_MAX_ITEMS]
            if rows or one.key in sent or one.key in screen:
                held[one.key] = [hold(one.columns, row) for row in rows]
        elif one.key in sent:
            held[one.key] = _typed(one, sent[one.key])
        elif one.key in screen and one.kind in ("choices", "boolean"):
            held[one.key] = [] if one.kind == "choices" else ""
    return held


def change_rows(held: dict[str, Any], act: str) -> dict[str, Any]:
    """Add an empty row to a table, or take one out; anything else leaves all as it is."""
    verb, _, rest = act.partition(":")
    key, _, index = rest.partition(":")
    rows = held.get(key)
    if not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
        return held
    if verb == "add" and len(rows) < _MAX_ITEMS:
        return {**held, key: [*rows, {}]}
    if verb == "remove" and index.isascii() and index.isdigit():
        return {**held, key: [row for at, row in enumerate(rows) if at != int(index)]}
    return held


def _typed(one: Field, raw: Any) -> Any:
    if one.kind == "choices":
        items = raw if isinstance(raw, list | tuple) else [raw]
        return [
            clean_text(item, lines=False)
            for item in items[:_MAX_ITEMS]
            if isinstance(item, str) and item
        ]
    value = raw[-1] if isinstance(raw, list | tuple) and raw else raw
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple | dict) or value is None:
        return ""
    return clean_text(str(value)[:_MAX_TYPED], lines=one.widget == "textarea")


def seal(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Encrypt every secret value, also inside rows.

    Always, never "unless it looks sealed": a person could paste sealed text and read it back.
    """
    made = dict(values)
    for one in fields:
        value = values.get(one.key)
        if one.kind == "rows" and isinstance(value, list):
            made[one.key] = [seal(one.columns, row) for row in value]
        elif one.secret and value not in (None, ""):
            made[one.key] = vault.seal(str(value))
    return made


def erase(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values without what is personal in them; everything else stays on record."""
    made = dict(values)
    for one in fields:
        value = values.get(one.key)
        if one.kind == "rows" and isinstance(value, list):
            made[one.key] = [erase(one.columns, row) for row in value]
        elif one.personal and value:
            made[one.key] = ""
    return made


def unseal(
    fields: Sequence[Field], values: Mapping[str, Any], show_secrets: bool
) -> dict[str, Any]:
    """The reverse of `seal`, or the mask of it."""
    made = dict(values)
    for one in fields:
        value = values.get(one.key)
        if one.kind == "rows" and isinstance(value, list):
            made[one.key] = [unseal(one.columns, row, show_secrets) for row in value]
        elif one.secret and isinstance(value, str) and value:
            plain = vault.unseal(value)
            made[one.key] = plain if show_secrets else vault.mask(plain)
    return made
