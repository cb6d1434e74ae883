"""A drawing tried out (试运行, 重放, 样例): nothing is stored, and a child with limits does it all.

Plain values in, plain values out: files, routing values and moves; no people, no tables.
"""

from app.engine.rehearsing.asking import Bundle, rehearse
from app.engine.rehearsing.moves import DECIDE, DUE, HEAR, Move, Rehearsed, Stage, plain, scalars

__all__ = [
    "DECIDE",
    "DUE",
    "HEAR",
    "Bundle",
    "Move",
    "Rehearsed",
    "Stage",
    "plain",
    "rehearse",
    "scalars",
]
