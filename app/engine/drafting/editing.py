"""One edit of one file."""

from __future__ import annotations

from app.engine.drafting.changing import add_outcome, change, drop_outcome
from app.engine.drafting.inserting import insert_after, insert_before
from app.engine.drafting.removing import remove
from app.engine.drafting.requests import (
    AddOutcome,
    Change,
    DropOutcome,
    Edit,
    InsertAfter,
    InsertBefore,
    Remove,
)
from app.engine.drafting.sheet import Sheet


def edit(text: str, key: str, asked: Edit) -> str:
    """The drawing of process `key` after an edit. Raises Invalid, the text being as it was."""
    sheet = Sheet(text, key)
    match asked:
        case InsertBefore():
            insert_before(sheet, asked)
        case InsertAfter():
            insert_after(sheet, asked)
        case Change():
            change(sheet, asked)
        case AddOutcome():
            add_outcome(sheet, asked)
        case DropOutcome():
            drop_outcome(sheet, asked)
        case Remove():
            remove(sheet, asked)
    return sheet.text()
