"""Drawings with branches at once, put together by chance from a seed, many of them wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random

from app.engine.check import Law, Vocabulary
from tests.engine.drawings import boundary, document, end, flow, gate, node, review, start, timer

YES_NO = (True, False)
FORMS = {"demo/apply": ["fire"], "demo/review": [], "demo/wet": ["water"], "demo/hot": ["fire"]}
WORDS = Vocabulary(
    forms=FORMS, routing=frozenset({"told"}), levels_needed=2,
    values={"": {"told": YES_NO}, **{form: dict.fromkeys(n, YES_NO) for form, n in FORMS.items()}},
    results=frozenset({"approved", "rejected", "done"}),
    laws=(Law("fire = true", frozenset({"approved"}), "district", "有火的"),),
)  # fmt: skip
HEARD = '<bpmn:messageEventDefinition messageRef="m" />'
OUTCOMES = ("submit", "approve", "approve return", "approve return reject")
SCOPES = (["district"], ["district"], ["community"], ["community", "district"], ["case", "city"])
Ends = tuple[str, str]


class Brancher:
    """Draws one process: branches and what comes after them, perhaps with something wrong."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(f"branches {seed}")  # noqa: S311 - drawings, no secrets
        self.parts: list[str] = []
        self.count, self.inner = 0, False
        self.scopes = self.chance.choice(SCOPES)
        self.wrong = self.chance.choice(["", "", "", "", "flow", "fork", "join"])

    def process(self) -> str:
        """The text of a file with the process `demo`."""
        some = self.chance.random() < 0.6
        first = [self.review_of("community"), self.review_of("township")] if some else []
        blocks = [*first, self.branches(2), *self.maybe(self.chosen)]
        blocks += self.maybe(lambda: self.review_of(self.chance.choice(["district", "city"])))
        first_, last = self.in_a_row(blocks)
        drawn = "".join([*self.parts, flow("opened", first_), flow(last, "yes")])
        ends = [end("yes"), end("no", "rejected"), node("endEvent", "told")]
        used = [each for each in ends if f'targetRef="{each.split(chr(34))[1]}"' in drawn]
        text = document(start("opened"), drawn, *used)
        return self.led_astray(text) if self.wrong == "flow" else text

    def led_astray(self, text: str) -> str:
        """One flow leads elsewhere."""
        nodes = re.findall(r'<bpmn:(?:userTask|\w+Gateway|endEvent) id="(\w+)"', text)
        chosen = self.chance.choice(re.findall(r'targetRef="\w+"', text))
        return text.replace(chosen, f'targetRef="{self.chance.choice(nodes)}"', 1)

    def words(self) -> Vocabulary:
        """What the house asks of it."""
        laws = WORDS.laws if self.chance.random() < 0.2 else ()
        return replace(WORDS, levels_needed=self.chance.choice([0, 1, 2]), laws=laws)

    def maybe(self, part: Callable[[], Ends]) -> list[Ends]:
        return [part()] if self.chance.random() < 0.5 else []

    # -- parts with one way in and one way out ----------------------------------------------------
    def in_a_row(self, parts: list[Ends]) -> Ends:
        for (_, last), (first, _) in pairwise(parts):
            self.parts.append(flow(last, first))
        return parts[0][0], parts[-1][1]

    def branches(self, depth: int) -> Ends:
        tag = self.chance.choice(["parallelGateway"] * 6 + ["inclusiveGateway"])
        fork, join = self.named("fork"), self.named("join")
        other = self.chance.choice(["exclusiveGateway", "inclusiveGateway"])
        self.parts.append(gate(fork, other if self.wrong == "fork" else tag))
        self.parts.append(gate(join, other if self.wrong == "join" else tag))
        self.wrong = "" if self.wrong in {"fork", "join"} else self.wrong
        for _ in range(self.chance.choice([2, 3, 3])):
            pieces = [self.piece(depth - 1) for _ in range(self.chance.choice([1, 2, 2, 3]))]
            first, last = self.in_a_row(pieces)
            some = self.chance.choice(["", "fire = true"]) if tag == "inclusiveGateway" else ""
            self.parts += [flow(fork, first, some), flow(last, join)]
        return fork, join

    def piece(self, depth: int) -> Ends:
        kinds: list[Callable[[], Ends]] = [
            self.task, self.task, self.judged, self.judged, self.chosen, self.chosen, self.late,
            self.heard,
        ]  # fmt: skip
        if depth > 0:
            kinds += [lambda: self.branches(depth), lambda: self.inside(depth)]
        return self.chance.choice(kinds)()

    def review_of(self, scope: str) -> Ends:
        self.parts.append(review(key := self.named("r"), scope, "approve"))
        return key, key

    def task(self, outcomes: str = "") -> Ends:
        key, outcomes = self.named("t"), outcomes or self.chance.choice(OUTCOMES[:2])
        form = self.chance.choice([*["demo/review"] * 4, "demo/wet", "demo/hot"])
        self.parts.append(review(key, self.chance.choice(self.scopes), outcomes, flow_form=form))
        return key, key

    def judged(self) -> Ends:
        """A review that lets pass, or goes round, or leads out."""
        task, _ = self.task(self.chance.choice(OUTCOMES[2:]))
        asks = self.named("g")
        out = self.chance.choice([task, task, "on"] if self.inner else ["no", task, task, "on"])
        self.parts += [gate(asks, default=f"{asks}-on"), flow(task, asks)]
        back = self.chance.choice([task, "on"])
        merge = self.named("m")
        self.parts += [gate(merge), flow(asks, merge, key=f"{asks}-on")]
        for outcome, to in (("return", back), ("reject", out)):
            if to != "on":
                said = f'outcome = "{outcome}"'
                self.parts.append(flow(asks, to, said, key=f"{asks}-{outcome}"))
        return task, merge

    def chosen(self) -> Ends:
        """A way for one value, and another for all else."""
        asks, merge, (way, _) = self.named("g"), self.named("m"), self.task()
        names = ["fire", "water", "told"]
        asked = [f"is defined({name}) and {name} = true" for name in names]
        asked += [f'is defined(outcome) and outcome = "{key}"' for key in ("return", "submit")]
        self.parts += [
            gate(asks, default=f"{asks}-on"), gate(merge), flow(asks, merge, key=f"{asks}-on"),
            flow(asks, way, self.chance.choice(asked)), flow(way, merge),
        ]  # fmt: skip
        return asks, merge

    def late(self) -> Ends:
        """A task with a limit, that ends it or does not."""
        (task, _), merge, limit = self.task(), self.named("m"), self.named("l")
        stays = self.chance.random() < 0.4
        more = {"cancelActivity": "false"} if stays else {}
        said = self.chance.choice([timer("timeDuration", "P1D"), HEARD])
        self.parts += [gate(merge), flow(task, merge), boundary(limit, task, said, **more)]
        self.parts.append(flow(limit, (merge if self.inner else "told") if stays else merge))
        return task, merge

    def heard(self) -> Ends:
        key = self.named("w")
        said = self.chance.choice([timer("timeDuration", "P1D"), HEARD])
        self.parts.append(node("intermediateCatchEvent", key, inside=said))
        return key, key

    def inside(self, depth: int) -> Ends:
        """A scope of its own, that a message may end."""
        key, outer, self.parts, was = self.named("s"), self.parts, [], self.inner
        self.inner = True
        first, last = self.in_a_row([self.piece(depth), *self.maybe(self.task)])
        self.inner = was
        inner = [*self.parts, start(f"{key}in"), end(f"{key}out")]
        inner += [flow(f"{key}in", first), flow(last, f"{key}out")]
        self.parts = [*outer, node("subProcess", key, inside="".join(inner))]
        if self.chance.random() < 0.4:
            merge, limit = self.named("m"), self.named("l")
            self.parts += [boundary(limit, key, HEARD), gate(merge), flow(limit, merge)]
            self.parts.append(flow(key, merge))
            return key, merge
        return key, key

    def named(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"
