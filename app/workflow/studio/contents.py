"""The files of a draft, each with its name in words, who uses it, and whether it was changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import engine
from app.engine.contents import named
from app.errors import BrokenProcess, NotFound
from app.workflow import forms, publishing
from app.workflow.studio.models import FlowDraft

FORM, TABLE, DRAWING = "form", "table", "drawing"
_KINDS = {"json": FORM, "dmn": TABLE, "bpmn": DRAWING}


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file. `users` are what the elements are called that name it; `fault` why it is unusable.

    `own`: it lies in the draft; otherwise what is in force, or ships, stands in for it.
    """

    name: str
    kind: str
    title: str
    users: tuple[str, ...]
    own: bool
    changed: bool
    fault: str = ""

    @property
    def key(self) -> str:
        """A form by its key, a table by the name of its file."""
        return self.name.removeprefix("forms/").rpartition(".")[0]


def rows(work: Session, draft: FlowDraft, *, at: datetime) -> list[FileRow]:
    """What lies in the draft, and what else its drawings name."""
    files = publishing.completed(work, draft.unit, draft.key, draft.files, at=at)
    without = publishing.completed(work, draft.unit, draft.key, {}, at=at)
    asking, deciding = named(files, "form", "startForm"), named(files, "decision")
    found = []
    for name, text in files.items():
        kind = _KINDS.get(name.rpartition(".")[2], DRAWING)
        title, fault, users = _read(name, kind, text, asking if kind == FORM else deciding)
        if users or name in draft.files:
            changed = name in draft.files and without.get(name) != text
            found.append(FileRow(name, kind, title, users, name in draft.files, changed, fault))
    order = (DRAWING, FORM, TABLE)
    return sorted(found, key=lambda row: (order.index(row.kind), row.name))


def _read(
    name: str, kind: str, text: str, asked: dict[str, list[str]]
) -> tuple[str, str, tuple[str, ...]]:
    """What it is called, why it cannot be used, and by whom it is."""
    keys, title, fault = [name.removeprefix("forms/").removesuffix(".json")], "", ""
    try:
        if kind == FORM:
            title = forms.read(text, name).title
        elif kind == TABLE:
            tables = engine.read_decisions(text.encode(), name)
            keys, title = list(tables), "、".join(one.name for one in tables.values())
    except BrokenProcess as broken:
        fault = broken.findings[0].message if broken.findings else broken.message
    users = dict.fromkeys(user for key in keys for user in asked.get(key, ()))
    return title, fault, tuple(users)


def text_of(work: Session, draft: FlowDraft, name: str, *, at: datetime) -> str:
    """One file as the draft has it, or as it would be completed. Raises NotFound."""
    text = publishing.completed(work, draft.unit, draft.key, draft.files, at=at).get(name)
    if text is None:
        raise NotFound("草稿里没有这个文件，可能刚被去掉，请回到文件页")
    return text
