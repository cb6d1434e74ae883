"""Proof before publishing: every state of a case is gone through, and what can go wrong is shown.

The drawing is played as a game of tokens, with all values that are declared; of a variable whose
values nobody has listed, every answer is followed. What is more than can be gone through is "not
proved", which refuses like any fault. Told of a fault: the shortest way to it.

Not looked at: what a message that never comes leaves waiting, and a non-interrupting message that
comes again while its branch still runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.engine.check import Vocabulary
from app.engine.decisions import Decision
from app.engine.gate_model import Bundle
from app.engine.policy import Policy
from app.engine.proof.apart import Apart
from app.engine.proof.explore import MAX_STATES, Found, explore
from app.engine.proof.game import Game
from app.engine.proof.judge import judge
from app.engine.proof.net import TooBig, unfold
from app.engine.proof.world import World
from app.errors import Finding

__all__ = ["prove"]


def prove(
    bundle: Bundle, policy: Policy, decisions: Mapping[str, Decision], words: Vocabulary
) -> Iterator[Finding]:
    """Only for a bundle without other findings: everything that can go wrong in some case."""
    try:
        net = unfold(bundle)
    except TooBig:
        yield Finding("too-big", bundle.key, "流程连同它调用的流程元素过多，请减少调用的层数和次数")
        return
    if net is None:
        return
    world = World(net, policy, decisions, words)
    ends = {policy.results.get(s.node.id) for s in net.spots.values() if s.area is net.top}
    if words.levels_needed and not ends & words.approving:
        result = min(words.approving)
        what = f'流程没有“通过”的结束事件，请给结束事件选“办理结果”（flow:result="{result}"）'
        yield Finding("no-approval", bundle.key, what)
    yield from judge(net, _gone_through(Game(net, world)), bundle.key)


def _gone_through(game: Game) -> Found:
    """In every order; where those are too many, with branches apart one after the other."""
    found = explore(game, MAX_STATES)
    if not found.whole:
        game.movers = Apart(game).movers
        fewer = explore(game, MAX_STATES)
        found = fewer if fewer.whole else found
    return found
