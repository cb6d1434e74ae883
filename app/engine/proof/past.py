"""What has to be remembered of a case: which levels have reviewed it, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from app.engine.policy import OWN_SCOPE, SCOPES, Policy
from app.engine.proof.net import Spot
from app.engine.types import TaskPolicy

NAMES: Mapping[str, str] = {
    "community": "社区",
    "township": "乡镇",
    "district": "区县",
    "city": "市",
}
REFUSING = frozenset({"return", "reject", "refer"})
"""Outcomes by which a level has not let a case pass."""
_TOGETHER = frozenset({"all", "order"})
"""Ways of signing in which every party has its say; in the others one party may decide alone."""
NOBODY, SEVERAL = "", "*"


class Past(NamedTuple):
    """`levels` have reviewed, a bit each by rank; `only` is the step where one step did it all.

    `back` is a level that was asked for the first time after a higher one. `refused`: the last
    review that was done did not let it pass.
    """

    levels: int = 0
    only: str = NOBODY
    back: int = 0
    refused: bool = False


class Reviews:
    """The steps at which levels review, of one process."""

    def __init__(self, policy: Policy, spots: Sequence[Spot], *, watched: bool) -> None:
        human = {spot.node.id for spot in spots if spot.node.id in policy.tasks} if watched else ()
        ranks = {key: frozenset(_ranks(policy.tasks[key])) for key in human}
        self.ranks = {key: found for key, found in ranks.items() if found}
        self.together = {key for key in self.ranks if policy.tasks[key].sign.mode in _TOGETHER}
        self.names = {key: policy.tasks[key].name or key for key in self.ranks}
        self.drawn = sum(1 << rank for rank in frozenset().union(*self.ranks.values()))

    def entered(self, past: Past, element: str) -> Past:
        """A step is opened: nobody should be asked first after somebody higher."""
        ranks = self.ranks.get(element)
        if not ranks or past.back:
            return past
        lowest = min(ranks)
        late = not past.levels >> lowest & 1 and past.levels >> (lowest + 1)
        return past._replace(back=1 << lowest) if late else past

    def done(self, past: Past, element: str, outcome: str) -> Iterator[Past]:
        """A step is done: by all its levels where they sign together, else by any one of them."""
        ranks = self.ranks.get(element)
        if not ranks or outcome in REFUSING:
            yield past._replace(refused=True) if ranks else past
            return
        only = element if past.only in {NOBODY, element} else SEVERAL
        whole = sum(1 << rank for rank in ranks)
        for bits in [whole] if element in self.together else [1 << rank for rank in sorted(ranks)]:
            yield past._replace(levels=past.levels | bits, only=only, refused=False)


def _ranks(task: TaskPolicy) -> Iterator[int]:
    scopes = (party.scope.partition(":")[0] for party in task.parties)
    return (SCOPES.index(scope) for scope in scopes if scope != OWN_SCOPE and scope in SCOPES)


def named(levels: int) -> str:
    """Levels in words, the lowest first."""
    return "、".join(NAMES[scope] for rank, scope in enumerate(SCOPES) if levels >> rank & 1)
