"""Editing a drawing by its table of steps: text and an edit in, text with its layout out.

It is the same file that the canvas edits. What cannot be done safely is refused with a sentence
that sends to the canvas; whether the result may be published is for `engine.check`.
"""

from app.engine.drafting.editing import edit
from app.engine.drafting.offers import policies, targets, ways_like, ways_out
from app.engine.drafting.requests import (
    ONWARD,
    AddOutcome,
    Change,
    DropOutcome,
    Edit,
    InsertAfter,
    InsertBefore,
    Level,
    Remove,
    Way,
)
from app.engine.drafting.sheet import Sheet

__all__ = [
    "ONWARD",
    "AddOutcome",
    "Change",
    "DropOutcome",
    "Edit",
    "InsertAfter",
    "InsertBefore",
    "Level",
    "Remove",
    "Sheet",
    "Way",
    "edit",
    "policies",
    "targets",
    "ways_like",
    "ways_out",
]
