"""What the proof goes through and what the engine does are the same, on drawings by chance."""

from __future__ import annotations

import os
from collections.abc import Callable

from lxml import etree

from app import engine
from app.engine.check import Vocabulary
from app.engine.check_policy import read_policies
from app.engine.gate_model import Bundle, read_drawing
from app.engine.proof.explore import Found, explore
from app.engine.proof.game import Game
from app.engine.proof.net import Net, unfold
from app.engine.proof.world import World
from tests.engine.invented import Inventor
from tests.processes.everywhere import Kind, everywhere

COUNT = int(os.environ.get("ABREAST", "16"))
YES_NO = [True, False]
WORDS = Vocabulary(
    routing=frozenset({"fire", "water"}), values={"": {"fire": YES_NO, "water": YES_NO}}
)
KIND = Kind(
    tuple({"fire": fire, "water": water} for fire in YES_NO for water in YES_NO),
    watched=frozenset({"fire", "water"}),
)
OUTCOMES = 'flow:scope="community" flow:outcomes="submit approve return" '

Open = tuple[str, ...]


def gone_through(drawn: bytes, most: int) -> tuple[Net, Found]:
    bundle = Bundle("invented", [read_drawing(etree.fromstring(drawn), "invented.bpmn")], {})
    net = unfold(bundle)
    assert net is not None
    return net, explore(Game(net, World(net, read_policies(bundle), {}, WORDS)), most)


def rests(net: Net, found: Found) -> set[Open]:
    """What people may find open, of all states that wait for something."""
    still = [
        state
        for state, edges in zip(found.states, found.edges, strict=True)
        if not edges or all(edge.rests for edge in edges)
    ]
    human = {place: s.node.id for place, s in net.spots.items() if s.tag == "userTask"}
    return {tuple(sorted(human[p] for p in state.tokens & human.keys())) for state in still}


def test_what_the_engine_comes_to_the_proof_went_through(
    record_property: Callable[[str, object], None],
) -> None:
    """Where both are gone through to the end: no state that only one of them knows."""
    compared = states = 0
    for seed in range(COUNT):
        drawn = Inventor(seed).process().replace(b'flow:scope="community" ', OUTCOMES.encode())
        net, found = gone_through(drawn, 1500)
        if not found.whole:
            continue
        walked = everywhere(engine.parse({"invented.bpmn": drawn}, "invented"), KIND, most=4000)
        if walked.wrong == ["not walked to the end"]:
            continue
        came = {tuple(sorted(t.element for t in s.step.open)) for s in walked.states.values()}
        gone = rests(net, found)
        assert came <= gone, f"{seed}: {came - gone}"
        compared, states = compared + 1, states + len(came)
        if not found.faults:
            assert walked.wrong == [], f"{seed}"
    record_property("measured", f"proof against engine: {compared} drawings, {states} states")
    assert compared >= COUNT / 3
