"""Editing a drawing by its table of steps: text and an edit in, text with its layout out.

It is the same file that the canvas edits. What cannot be done safely is refused with a sentence
that sends to the canvas; whether the result may be published is for `engine.check`.
"""

from app.engine.drafting.editing import edit
from app.engine.drafting.offers import name_of, policies, targets, ways_like, ways_out
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
    "Way",
    "edit",
    "name_of",
    "policies",
    "targets",
    "ways_like",
    "ways_out",
]
