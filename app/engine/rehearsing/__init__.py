"""A drawing tried out (试运行, 重放, 样例): nothing is stored, and a child with limits does it all.

Plain values in, plain values out: files, routing values and moves; no people, no tables.
"""

from app.engine.rehearsing.asking import Bundle, look, rehearse, replay
from app.engine.rehearsing.moves import (
    DECIDE,
    DUE,
    HEAR,
    Drawn,
    Move,
    Rehearsed,
    Stage,
    plain,
    scalars,
)
from app.engine.rehearsing.replay import CUT, ENDED, KINDS, OPEN, SAME, History, Verdict

__all__ = [
    "CUT",
    "DECIDE",
    "DUE",
    "ENDED",
    "HEAR",
    "KINDS",
    "OPEN",
    "SAME",
    "Bundle",
    "Drawn",
    "History",
    "Move",
    "Rehearsed",
    "Stage",
    "Verdict",
    "look",
    "plain",
    "rehearse",
    "replay",
    "scalars",
]
