"""Which flows a gateway may take, for every value that the case may have when it comes there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from app.engine.gate_tags import called
from app.engine.proof.net import Arc, Spot
from app.engine.proof.survey import UNSETTLED
from app.engine.proof.values import FAILS, LACKS, MAYBE, NO, YES, Condition, Knowledge, Values

MAX_MAYBE = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong: a stable code, the element, and what to say of it."""

    code: str
    element: str
    words: str


@dataclass(slots=True)
class Ways:
    """What one gateway may do: the values that it saw with the flows it took, and its faults."""

    taken: list[tuple[Values, tuple[Arc, ...]]]
    faults: list[Fault]


class Choices:
    """The gateways of one process with their conditions, each asked once for the same values."""

    def __init__(self, knowledge: Knowledge, spots: Sequence[Spot]) -> None:
        self.knowledge = knowledge
        self.asked: dict[int, list[tuple[Arc, Condition]]] = {}
        self.otherwise: dict[int, Arc | None] = {}
        self.reads: dict[int, tuple[int, ...]] = {}
        self.known: dict[tuple[int, Values], Ways] = {}
        for spot in spots:
            if spot.tag in {"exclusiveGateway", "inclusiveGateway"}:
                self._add(spot)

    def _add(self, spot: Spot) -> None:
        default = spot.node.element.get("default")
        asked = [arc for arc in spot.out if arc.flow.condition and arc.flow.id != default]
        self.asked[spot.place] = [
            (arc, self.knowledge.condition(arc.flow.condition or "")) for arc in asked
        ]
        self.otherwise[spot.place] = next((arc for arc in spot.out if arc not in asked), None)
        read = {at for _, condition in self.asked[spot.place] for at in condition.reads}
        self.reads[spot.place] = tuple(sorted(read))

    def plain(self, spot: Spot) -> bool:
        """Whether this gateway only lets pass."""
        return not self.asked[spot.place]

    def ways(self, spot: Spot, values: Values) -> Ways:
        """Everything that it may do with these values."""
        reads = self.reads[spot.place]
        key = spot.place, tuple(values[at] for at in reads)
        if key not in self.known:
            self.known[key] = self._ways(spot, values)
        found = self.known[key]
        taken = [(self._seen(values, seen, reads), arcs) for seen, arcs in found.taken]
        return Ways(list(dict.fromkeys(taken)), found.faults)

    def _seen(self, values: Values, seen: Values, reads: tuple[int, ...]) -> Values:
        made = list(values)
        for at in reads:
            made[at] = seen[at]
        return tuple(made)

    def _ways(self, spot: Spot, values: Values) -> Ways:
        found = Ways([], [])
        if self.plain(spot):
            otherwise = self.otherwise[spot.place]
            return Ways([(values, (otherwise,) if otherwise else ())], [])
        definite = self.knowledge.combinations(self.reads[spot.place], values)
        if definite is None:
            what = f"{spot.node.called}的条件一起看的变量取值组合太多，无法逐一核对，请拆成几个网关"
            return Ways([(values, (arc,)) for arc in spot.out], [_of(spot, "not-proved", what)])
        for each in definite:
            self._asked_once(spot, each, found)
        return found

    def _asked_once(self, spot: Spot, values: Values, found: Ways) -> None:
        answers: dict[str, list[Arc]] = {YES: [], NO: [], MAYBE: [], LACKS: [], FAILS: []}
        for arc, condition in self.asked[spot.place]:
            answer, why = self.knowledge.asked(condition, values)
            if answer in {LACKS, FAILS} and answers[YES] and spot.tag == "exclusiveGateway":
                continue  # an earlier way is taken, and the engine asks no further one
            answers[answer].append(arc)
            if answer == LACKS:
                found.faults.append(_lacks(arc, why))
            elif answer == FAILS:
                found.faults.append(self._fails(spot, arc, values, why))
        if answers[LACKS] or answers[FAILS]:
            return
        if spot.tag == "exclusiveGateway" and len(answers[YES]) > 1:
            found.faults.append(self._overlap(spot, answers[YES], values))
        self._take(spot, values, answers[YES], answers[MAYBE], found)

    def _take(
        self, spot: Spot, values: Values, sure: list[Arc], maybe: list[Arc], found: Ways
    ) -> None:
        otherwise = self.otherwise[spot.place]
        if not sure and otherwise is None:
            found.faults.append(self._nowhere(spot, values, maybe))
        if spot.tag == "exclusiveGateway":
            last = [] if sure or otherwise is None else [otherwise]
            found.taken += [(values, (arc,)) for arc in (*sure[:1], *maybe, *last)]
            return
        for some in _subsets(maybe[:MAX_MAYBE]):
            arcs = (*sure, *some) or ((otherwise,) if otherwise else ())
            if arcs:
                found.taken.append((values, arcs))
        if len(maybe) > MAX_MAYBE:
            what = f"{spot.node.called}有超过 {MAX_MAYBE} 个条件无法事先判断，请减少"
            found.faults.append(_of(spot, "not-proved", what))

    def _nowhere(self, spot: Spot, values: Values, maybe: list[Arc]) -> Fault:
        said = self.knowledge.said(self.reads[spot.place], values)
        if maybe:
            what = (
                f"没有证明{spot.node.called}总有一条路可走：条件用到的变量没有列明取值，"
                "或条件里有计算，请设一条默认连线"
            )
            return _of(spot, "not-proved", what)
        what = (
            f"{spot.node.called}在 {said} 时没有一条路可走，请补上这种情形的连线，或设一条默认连线"
        )
        return _of(spot, "no-way-out", what)

    def _overlap(self, spot: Spot, arcs: list[Arc], values: Values) -> Fault:
        said = self.knowledge.said(self.reads[spot.place], values)
        both = "、".join(called(arc.flow.element) for arc in arcs[:2])
        what = f"{spot.node.called}在 {said} 时有两条路同时成立（{both}），请把条件改成互不重叠"
        return _of(spot, "ways-overlap", what)

    def _fails(self, spot: Spot, arc: Arc, values: Values, why: str) -> Fault:
        if why == UNSETTLED:
            return Fault("not-proved", arc.flow.id, f"{called(arc.flow.element)}的条件{why}")
        said = self.knowledge.said(self.reads[spot.place], values)
        what = f"{called(arc.flow.element)}的条件在 {said} 时算不出来：{why}"
        if any(self.knowledge.is_empty(at, values) for at in self.reads[spot.place]):
            what += "。可能没有填的，请先判断是否为空，再比较"
        return Fault("condition-fails", arc.flow.id, what)


def _of(spot: Spot, code: str, words: str) -> Fault:
    return Fault(code, spot.node.id, words)


def _lacks(arc: Arc, names: str) -> Fault:
    what = (
        f"{called(arc.flow.element)}的条件要看“{names}”，但走到这里时它还没有值，"
        "请把给出它的步骤（表单或决策任务）放到前面"
    )
    return Fault("variable-unset", arc.flow.id, what)


def _subsets(arcs: Sequence[Arc]) -> Iterator[tuple[Arc, ...]]:
    for size in range(len(arcs) + 1):
        yield from combinations(arcs, size)
