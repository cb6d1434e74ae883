"""The proof where branches have nothing to do with each other: fewer orders, the same answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

from app.engine.check import Vocabulary
from app.engine.check_policy import read_policies
from app.engine.gate_model import Bundle, read_drawing
from app.engine.proof.apart import Apart
from app.engine.proof.explore import MAX_STATES, Found, explore
from app.engine.proof.game import Game
from app.engine.proof.judge import judge
from app.engine.proof.net import unfold
from app.engine.proof.world import World
from tests.engine.branching import Brancher
from tests.engine.drawings import flow, gate, review
from tests.engine.test_proof import LISTED, before, proved

COUNT = int(os.environ.get("APART", "60"))
MOST = 1500
STILL = {"join-never", "waits-in-vain", "no-end-ahead", "loop"}


class Seen(NamedTuple):
    """What going through one drawing came to."""

    found: Found
    told: set[tuple[str, str]]

    @property
    def last(self) -> set[object]:
        """The states that nothing follows: ends, and where a case is stuck."""
        states = zip(self.found.states, self.found.edges, strict=True)
        return {
            (state.tokens, state.past._replace(refused=False), state.result)
            for state, edges in states
            if not edges
        }

    @property
    def passed(self) -> set[str]:
        edges = (edge for edges in self.found.edges for edge in edges)
        return {element for edge in edges for element, _ in edge.passed}


def seen(drawn: str, words: Vocabulary, most: int, *, apart: bool) -> Seen:
    bundle = Bundle("demo", [read_drawing(etree.fromstring(drawn.encode()), "demo.bpmn")], {})
    net = unfold(bundle)
    assert net is not None
    game = Game(net, World(net, read_policies(bundle), {}, words))
    if apart:
        game.movers = Apart(game).movers
    found = explore(game, most)
    return Seen(found, {(each.code, each.element) for each in judge(net, found, "demo")})


def test_in_fewer_orders_the_answer_is_that_of_all_orders(
    record_property: Callable[[str, object], None],
) -> None:
    """Drawings by chance, right and wrong, in all orders and with branches one after the other."""
    compared = fewer = right = 0
    states = [0, 0]
    for seed in range(COUNT):
        brancher = Brancher(seed)
        drawn, words = brancher.process(), brancher.words()
        whole = seen(drawn, words, MOST, apart=False)
        if not whole.found.whole:
            continue
        part = seen(drawn, words, MOST, apart=True)
        assert bool(part.told) == bool(whole.told), seed
        assert part.told <= whole.told, seed
        if not whole.found.faults:
            assert part.told == whole.told, seed
            assert part.last == whole.last, seed
            if not STILL & {code for code, _ in whole.told}:
                assert part.passed == whole.passed, seed
        many = len(whole.found.states), len(part.found.states)
        states = [states[0] + many[0], states[1] + many[1]]
        compared, fewer = compared + 1, fewer + (many[1] < many[0])
        right += not {code for code, _ in whole.told} - {"dead"}
    said = f"branches apart: {compared} drawings, {states[0]} states in all orders, {states[1]} in"
    record_property("measured", f"{said} fewer; {fewer} drawings with fewer, {right} sound")
    assert fewer > COUNT / 4
    assert right > COUNT / 8


JUDGED = ("approve return", 'outcome = "approve"', 'outcome = "return"')
VALUED = ("submit", "risky = true", "risky = false")


def branches(many: int, steps: int, last: str = "j", said: tuple[str, str, str] = JUDGED) -> str:
    """As many branches at once, each of some steps that may be gone round; one leads to `last`."""
    outcomes, goes_on, goes_back = said
    parts = [flow("begin", "p"), gate("p", "parallelGateway"), gate("j", "parallelGateway")]
    for branch in range(many):
        before_it = "p"
        for step in range(steps):
            key, asks = f"t{branch}{step}", f"g{branch}{step}"
            onward = f"m{branch}{step}"
            to = (last if branch == many - 1 else "j") if step == steps - 1 else onward
            parts += [
                review(key, "community", outcomes), flow(before_it, key), gate(asks),
                flow(key, asks), flow(asks, key, goes_back, key=f"again-{key}"),
                flow(asks, to, goes_on),
            ]  # fmt: skip
            parts += [gate(onward)] if to == onward else []
            before_it = onward
    return before(*parts, flow("j", "community"))


def test_six_branches_of_three_steps_are_proved() -> None:
    """In all orders they are more states than are looked at."""
    drawn = branches(6, 3)
    assert not seen(drawn, LISTED, MAX_STATES, apart=False).found.whole
    assert proved(drawn) == []


def test_what_is_wrong_in_one_of_them_is_said_with_a_way_to_it() -> None:
    found = proved(branches(6, 3, last="no"))
    told = {each.code: each for each in found}
    assert set(told) == {"results-differ"}
    assert {"t50", "t51", "t52", "no", "yes"} <= set(told["results-differ"].path)


def test_a_value_that_all_of_them_look_at_is_still_kept() -> None:
    """What is not risky goes round for ever, in every branch alike."""
    drawn = branches(6, 3, said=VALUED)
    assert [each.code for each in proved(drawn)] == ["no-end-ahead"]
