"""What the house adds to a drawing: outcomes, values, levels of review, and the domain's laws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.engine.check import Law, Vocabulary
from app.engine.decisions import Decision
from app.engine.policy import SCOPES, Policy
from app.engine.proof.answers import UNKNOWN, Answer, Answered, answered
from app.engine.proof.choices import Fault
from app.engine.proof.net import Arc, Net, Spot
from app.engine.proof.past import SEVERAL, Past, Reviews, named
from app.engine.proof.told import Told
from app.engine.proof.values import ABSENT, FAILS, LACKS, MAYBE, YES, Condition, Knowledge, Values

OUTCOME = "outcome"
MAX_NARROWED = 12
"""So often one faulty table is asked anew, with what comes to it; then with everything."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a person's step may come to."""

    words: str
    past: Past
    values: Values


class World:
    """All of it, for one process."""

    def __init__(
        self, net: Net, policy: Policy, decisions: Mapping[str, Decision], words: Vocabulary
    ) -> None:
        self.policy, self.words, self.results = policy, words, policy.results
        spots = list(net.spots.values())
        self.start = policy.start_forms.get(net.top.scope.id, "")
        tasks = [policy.tasks[s.node.id] for s in spots if s.node.id in policy.tasks]
        keys = dict.fromkeys(outcome.key for task in tasks for outcome in task.outcomes)
        asked = {policy.decisions.get(spot.node.id, "") for spot in spots}
        used = [decisions[key] for key in sorted(asked) if key in decisions]
        told = Told(words, {self.start, *(task.form for task in tasks)}, {OUTCOME: list(keys)})
        self.answered = told.asked(used)
        texts = [*_texts(spots), *(law.when for law in words.laws)]
        read = {name for each in used for name in each.inputs}
        self.listed = told.listed(self.answered)
        self.narrowed: dict[str, dict[object, Answered]] = {}
        self.knowledge = Knowledge(texts, self.listed, read)
        self.laws = [(law, self.knowledge.condition(law.when)) for law in words.laws]
        self.begun = self.knowledge.with_any(self.knowledge.absent, self.changed_by(self.start))
        self.reviews = Reviews(policy, spots, watched=bool(words.levels_needed or words.laws))

    # -- what changes values ---------------------------------------------------------------------
    def tells(self, element: str) -> bool:
        """Whether some condition reads what this decision task answers."""
        return any(name in self.knowledge.place for each in self.rows(element) for name in each)

    def after(self, spot: Spot, values: Values) -> list[Values]:
        """The values after a node that runs by itself."""
        asked = self.asked(spot, values)
        if asked is None or not self.tells(spot.node.id):
            return [values]
        found: list[Values] = []
        for row in asked.answers:
            made = values
            for name, value in row.items():
                made = (
                    self.knowledge.with_any(made, [name])
                    if value is UNKNOWN
                    else self.knowledge.with_value(made, name, value)
                )
            found.append(made)
        return list(dict.fromkeys(found))

    def asked(self, spot: Spot, values: Values) -> Answered | None:
        """What the table of a decision task answers: a faulty one is asked with what comes to it.

        A row in vain is one that no case of any process could need: tables are used in several.
        """
        key = self.policy.decisions.get(spot.node.id, "")
        whole = self.answered.get(key) if spot.tag == "businessRuleTask" else None
        if whole is None or not whole.fails:
            return whole
        known = self.knowledge.known(whole.decision.inputs, values, self.listed)
        case = tuple((name, type(value), value) for name, value in known.items())
        tried = self.narrowed.setdefault(key, {})
        if not known or (case not in tried and len(tried) >= MAX_NARROWED):
            return whole
        if case not in tried:
            found = answered(whole.decision, self.listed.where(known))
            tried[case] = replace(found, wrong=found.fails or whole.idle)
        return tried[case]

    def wrong(self, spot: Spot, values: Values) -> Iterator[Fault]:
        """What is wrong with the table that a decision task asks, also where it asks too early."""
        asked = self.asked(spot, values)
        if asked is None:
            return
        known = {each: values[self.knowledge.place[each]] for each in asked.decision.inputs}
        absent = frozenset(name for name, value in known.items() if value == ABSENT)
        for code, words in asked.wrong:  # shown at the table; the way to it ends at this step
            yield Fault(code, asked.decision.id, words)
        for code, words in asked.lacking(absent) if absent and not asked.wrong else ():
            yield Fault(code, spot.node.id, words)

    def told(self, values: Values) -> Values:
        """The values after a message: the domain may have sent new ones along."""
        return self.knowledge.with_any(values, self.words.routing - self.words.settled)

    def decided(self, spot: Spot, values: Values, past: Past) -> Iterator[Done]:
        """What a person's step may come to: each outcome, and whatever its form may say."""
        task = self.policy.tasks[spot.node.id]
        made = self.knowledge.with_any(values, self.changed_by(task.form))
        for outcome in task.outcomes:
            label = f"（{outcome.label}）" if len(task.outcomes) > 1 else ""
            after = self.knowledge.with_value(made, OUTCOME, outcome.key)
            for history in self.reviews.done(past, spot.node.id, outcome.key):
                yield Done(f"{spot.node.short}{label}", history, after)

    def changed_by(self, name: str) -> Iterator[str]:
        """What may change when this form is sent."""
        yield from self.words.forms.get(name, ())
        yield from self.words.routing - (set() if name == self.start else self.words.settled)

    def rows(self, element: str) -> Sequence[Answer]:
        asked = self.answered.get(self.policy.decisions.get(element, ""))
        return asked.answers if asked else ()

    # -- what an end asks for --------------------------------------------------------------------
    def ended(self, spot: Spot, past: Past, values: Values, before: str) -> Iterator[Fault]:
        """What is wrong with coming to this end by such a way."""
        result, key = self.results.get(spot.node.id, ""), spot.node.id
        if before and result and before != result:
            what = (
                f"办件可能先以“{before}”办结，另一路又走到{spot.node.called}，结果不一，"
                "请先汇合再办结；提醒一类的旁路请放进子流程"
            )
            yield Fault("results-differ", key, what)
        if self.words.levels_needed and result in self.words.approving:
            yield from self._levels(spot, past)
        for law, condition in self.laws:
            below = not past.levels >> SCOPES.index(law.level)
            if result in law.results and below and self._may_hold(condition, values):
                yield Fault("law", key, _broken(law, spot))

    def _may_hold(self, condition: Condition, values: Values) -> bool:
        definite = self.knowledge.combinations(condition.reads, values)
        if definite is None:
            return True
        asked = (self.knowledge.asked(condition, each)[0] for each in definite)
        return any(answer in {YES, MAYBE, LACKS, FAILS} for answer in asked)

    def _levels(self, spot: Spot, past: Past) -> Iterator[Fault]:
        key, end, needed = spot.node.id, spot.node.called, self.words.levels_needed
        words = self._too_few(past, needed)
        if words:
            wanted = f"请让每条通过的路径至少经过{_many(needed)}级不同层级的审核"
            yield Fault("levels", key, f"{end}可以{words}就到达，{wanted}")
            return
        top = past.levels.bit_length() - 1
        skipped = self.reviews.drawn & ~past.levels & ((1 << top) - 1)
        if skipped:
            what = f"{end}可以跳过{named(skipped)}审核就到达，请让每条通过的路径逐级经过各级审核"
            yield Fault("level-skipped", key, what)
        elif past.back:
            what = f"到{end}的路上，{named(past.back)}审核排在上级之后，请按从低到高的层级排列审核"
            yield Fault("level-order", key, what)
        elif past.refused:
            what = f"审核没有同意，办件却可以不再经审核就到{end}，请改正这一步后面的连线"
            yield Fault("refused-passes", key, what)

    def _too_few(self, past: Past, needed: int) -> str:
        """How a case got by with too little; nothing where it did not."""
        if not past.levels:
            return "不经任何审核"
        if past.levels.bit_count() < needed:
            return f"只经{named(past.levels)}{_many(past.levels.bit_count())}级审核"
        if needed > 1 and past.only != SEVERAL:
            return f"只经“{self.reviews.names[past.only]}”一个步骤审核"
        return ""

    # -- words -----------------------------------------------------------------------------------
    def says(self, spot: Spot) -> str:
        """How a way names a node that is passed by itself; gateways only bend it."""
        silent = spot.tag.endswith("Gateway") or spot.tag == "subProcess"
        return "" if silent else spot.node.short

    def says_flow(self, arc: Arc) -> str:
        """How it names a way that was chosen by values: the gateway's question, the flow's answer.

        A choice by the outcome alone is said by the step before it.
        """
        answer = (arc.flow.element.get("name") or "").strip()
        silent = not answer or not arc.source.tag.endswith("Gateway")
        if silent or OUTCOME in (arc.flow.condition or OUTCOME):
            return ""
        named = (arc.source.node.element.get("name") or "").strip()
        return f"{arc.source.node.short}（{answer}）" if named else answer


def _many(many: int) -> str:
    return "零一两三四"[many]


def _broken(law: Law, spot: Spot) -> str:
    level = named(1 << SCOPES.index(law.level))
    return f"{law.said}可以不经{level}及以上办理就到{spot.node.called}，请让这类办件先经{level}办理"


def _texts(spots: Sequence[Spot]) -> list[str]:
    """Every condition on the way out of a gateway that asks."""
    return [
        arc.flow.condition
        for spot in spots
        if spot.tag in {"exclusiveGateway", "inclusiveGateway"}
        for arc in spot.out
        if arc.flow.condition and arc.flow.id != spot.node.element.get("default")
    ]
