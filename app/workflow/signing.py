"""Signing (会签, 或签, 票签, 顺序): what several signers' outcomes come to. Pure.

The first outcome of a step is its agreeing one; every other is a dissent.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.types import Sign


def joint_outcome(sign: Sign, agree: str, given: Sequence[str | None]) -> str | None:
    """The step's one outcome, or none while it still depends on somebody.

    `given` are the signers' outcomes in their order, none for whoever has not decided.
    """
    dissents = [outcome for outcome in given if outcome is not None and outcome != agree]
    agreed = sum(outcome == agree for outcome in given)
    open_ = sum(outcome is None for outcome in given)
    if sign.mode in ("one", "any"):
        return next((outcome for outcome in given if outcome is not None), None)
    if sign.mode == "vote":
        needed = len(given) * sign.share
        if agreed * 100 >= needed:
            return agree
        if (agreed + open_) * 100 < needed:
            return dissents[0]
        return None
    if dissents:
        return dissents[0]
    return agree if open_ == 0 else None
