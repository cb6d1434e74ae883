"""One process of a bundle, told from its start to its ends."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from app.engine.decisions import Decision, read_decisions
from app.engine.gate_model import read_drawing
from app.engine.gate_xml import read_xml
from app.engine.policy import read_policy
from app.engine.telling.differing import Difference
from app.engine.telling.facts import Facts
from app.engine.telling.remaining import remaining
from app.engine.telling.sentences import Sentence, Teller
from app.engine.telling.story import Story
from app.engine.telling.words import Words
from app.errors import BrokenProcess


def tell(files: Mapping[str, str], key: str, words: Words) -> tuple[Sentence, ...]:
    """The items of a process. A drawing with faults is told as far as it goes.

    Raises BrokenProcess where there is nothing to tell: no file, no XML, no such process.
    """
    name = f"{key}.bpmn"
    root, findings = read_xml(files.get(name, "").encode(), name)
    scope = None if root is None else read_drawing(root, name).processes.get(key)
    if root is None or scope is None:
        raise BrokenProcess(f"流程图 {name} 读不出来，请在画布上检查", findings)
    story = Story(scope)
    teller = Teller(story, Facts(root, read_policy(root), _decisions(files), words))
    return tuple(teller.sentence(item) for item in story.all())


def untold(
    before: Mapping[str, str], after: Mapping[str, str], name: str, key: str, words: Words
) -> tuple[Difference, ...]:
    """What two states of one drawing of a process say otherwise, and their tellings do not."""
    decisions = _decisions(after)

    def facts(root: etree._Element) -> object:
        scope = read_drawing(root, name).processes.get(key)
        if scope is None:
            return None
        story = Story(scope)
        teller = Teller(story, Facts(root, read_policy(root), decisions, words))
        return {item.node.id: teller.compared(item) for item in story.all()}

    return remaining(before[name], after[name], facts if name == f"{key}.bpmn" else None)


def _decisions(files: Mapping[str, str]) -> dict[str, Decision]:
    """The tables that can be read; of others the drawing gives the name."""
    found: dict[str, Decision] = {}
    for name, text in files.items():
        if name.endswith(".dmn"):
            try:
                found |= read_decisions(text.encode(), name)
            except BrokenProcess:
                continue
    return found
