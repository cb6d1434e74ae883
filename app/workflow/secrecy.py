"""What a published form may not lay open: numbers that identify or reach somebody (个人信息)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.errors import Finding
from app.workflow.forms import Field, Form

_GUARDED = frozenset({"phone", "id-number"})
_ADVICE = "是证件号或电话，须写 x-personal: secret，否则会明文保存并显示给所有能看办件的人"


def laid_open(form: Form, shipped: Form | None) -> Iterator[Finding]:
    """Each field that holds such a number, or was secret as shipped, and is not secret here."""
    kept = {at for at, one in _every(shipped.fields) if one.secret} if shipped else set()
    for at, one in _every(form.fields):
        asked = {one.format, *(check.name for check in one.checks)}
        if not one.secret and (at in kept or asked & _GUARDED):
            yield Finding("form-personal", f"forms/{form.key}.json#{at}", f"“{one.title}”{_ADVICE}")


def _every(fields: Iterable[Field], above: str = "") -> Iterator[tuple[str, Field]]:
    for one in fields:
        at = f"{above}/{one.key}"
        yield at, one
        yield from _every(one.columns, at)
