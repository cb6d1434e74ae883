"""The steps of a drawing as a table that can be edited: what each is, and what it may become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine import drafting, telling
from app.engine.contents import named
from app.engine.drafting import Sheet, Way, ways_like, ways_out
from app.engine.policy import APPLICANT
from app.engine.telling import Sentence, condition_words, limit_words, people_words
from app.engine.types import TaskPolicy
from app.errors import BrokenProcess, Invalid, NotFound
from app.workflow.studio import wording
from app.workflow.studio.models import FlowDraft

Files = Mapping[str, str]
MOST_STEPS = 150


@dataclass(frozen=True, slots=True)
class WayChoice:
    """One way on from a step, as it may be chosen: its flow, when it is taken, where it leads."""

    flow: str
    words: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of people. `locked` says why the table cannot edit it."""

    policy: TaskPolicy
    number: str
    who: str
    limit: str
    outcomes: str
    locked: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an outcome may lead: a step or an end."""

    element: str
    words: str


class StepTable:
    """The table of one process, read from its files as they stand."""

    def __init__(self, files: Files, key: str) -> None:
        self.sheet = Sheet(files[f"{key}.bpmn"], key)
        self.policies = drafting.policies(self.sheet)
        if len(self.policies) > MOST_STEPS:
            raise Invalid(f"办理步骤超过 {MOST_STEPS} 个，表格改不了，请在画布上修改")
        steps = self.policies.values()
        self._filed = {each.form for each in steps if _by_applicant(each)}
        self._filed |= named(files, "startForm").keys()
        self._decided = {each.form for each in steps} - self._filed
        self.words = wording.words_of(files, key)
        self.told: tuple[Sentence, ...] = telling.tell(files, key, self.words)
        self._numbers = {each.element: each.number for each in self.told}

    def rows(self) -> list[StepRow]:
        """Every step of people in the order of the telling."""
        return [self.row(each.element) for each in self.told if each.human]

    def row(self, step: str) -> StepRow:
        """One of them. Raises NotFound."""
        policy = self.policies.get(step)
        if policy is None:
            raise NotFound("图中没有这一步，可能刚被别人删除，请回到步骤表")
        names = [self.words.party(party) for party in policy.parties]
        return StepRow(
            policy,
            self._numbers.get(step, ""),
            people_words(names, policy.sign, policy.each),
            limit_words(policy.limit),
            "、".join(outcome.label for outcome in policy.outcomes),
            self._locked(step),
        )

    def _locked(self, step: str) -> str:
        try:
            ways_out(self.sheet, step)
        except Invalid as refused:
            return refused.message
        return ""

    def ways(self, step: str) -> list[WayChoice]:
        """The ways on which a step is left."""
        labels = {each.key: each.label for each in self.policies[step].outcomes}
        return [
            WayChoice(
                way.flow, f"{self._when(way.condition, way.keys, labels)}→{self.name(way.target)}"
            )
            for way in ways_out(self.sheet, step)
        ]

    def _when(self, condition: str, keys: tuple[str, ...], labels: Mapping[str, str]) -> str:
        said = condition_words(condition, self.words, labels) if condition else ""
        return said or "、".join(labels[key] for key in keys)

    def like(self, step: str, *, after: bool) -> tuple[Way, ...]:
        """The ways out of a new level beside this step."""
        return ways_like(self.sheet, step, after=after)

    def forms(self, known: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """The forms in the order in which they fit a review: what officials fill already, what
        nobody fills yet, what applicants fill.
        """
        return sorted(known, key=lambda one: (one[0] in self._filed, one[0] not in self._decided))

    def name(self, element: str) -> str:
        """`5 乡镇审核`, or how an end is called."""
        number = self._numbers.get(element, "")
        return f"{number} {self.sheet.node(element).short}".strip()

    def targets(self) -> list[Target]:
        """Every step and end that an outcome may lead to."""
        return [Target(each, self.name(each)) for each in drafting.targets(self.sheet)]


def _by_applicant(policy: TaskPolicy) -> bool:
    return any(APPLICANT in party.roles for party in policy.parties)


def edited(draft: FlowDraft, *asked: drafting.Edit) -> dict[str, bytes]:
    """The files of a draft that edits change, all of them or none. Raises Invalid."""
    name = f"{draft.key}.bpmn"
    text = draft.files[name]
    for edit in asked:
        text = drafting.edit(text, draft.key, edit)
    return {name: text.encode()}


def asking(files: Files, key: str, form: str) -> dict[str, dict[str, str]]:
    """The steps of a process that ask for this form, each with its outcomes by name."""
    try:
        policies = drafting.policies(Sheet(files[f"{key}.bpmn"], key))
    except BrokenProcess:
        return {}
    return {
        step: {each.key: each.label for each in policy.outcomes}
        for step, policy in policies.items()
        if policy.form == form
    }
