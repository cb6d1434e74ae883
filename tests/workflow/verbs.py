"""Every verb, how often it is tried, and by what it is tried."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import note

from tests.workflow import asides
from tests.workflow.trials import Trial

VERBS: Mapping[str, tuple[int, Callable[[Trial, str], Any]]] = {
    # how often it is tried, against the others
    "decide": (14, Trial.decide), "claim": (2, Trial.hold), "release": (2, Trial.hold),
    "send_back": (4, Trial.send_back), "recall": (4, Trial.recall),
    "transfer": (2, Trial.hand_on), "delegate": (2, Trial.hand_on), "act_for": (2, Trial.hand_on),
    "give_back": (1, Trial.take_back), "fetch_back": (1, Trial.take_back),
    "add_signer": (4, Trial.add_signer), "remove_signer": (2, Trial.remove_signer),
    "assign": (1, Trial.assign), "copy": (1, Trial.tell), "ask": (1, Trial.tell),
    "answer": (1, Trial.say), "urge": (1, Trial.say), "comment": (1, Trial.say),
    "suspend": (1, Trial.rest), "resume": (2, Trial.rest), "jump": (2, Trial.jump),
    "terminate": (1, Trial.terminate), "withdraw": (1, Trial.withdraw),
    "unbar": (1, asides.unbar), "batch": (3, asides.batch), "take_next": (1, asides.take_next),
    "set_substitute": (3, asides.set_substitute), "end_substitute": (1, asides.end_substitute),
    "disable": (1, asides.disable), "wait": (4, asides.wait), "idle": (1, asides.idle),
}  # fmt: skip
EACH = [verb for verb, (often, _try) in VERBS.items() for _ in range(often)]


def somebody_tries(trial: Trial, luck: str) -> None:
    """Any verb; what it was is noted for whoever reads of a failure."""
    trial.chance = random.Random(luck)  # noqa: S311 - a walk, no secret
    verb, trial.log = trial.chance.choice(EACH), ""
    _often, attempt = VERBS[verb]
    try:
        attempt(trial, verb)
    finally:
        note(f"{verb}{trial.log}")
