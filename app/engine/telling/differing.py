"""What differs between two tellings of a process: came, went, or is otherwise now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.engine.telling.facts import Fact
from app.engine.telling.sentences import Sentence
from app.engine.telling.words import spaced


@dataclass(frozen=True, slots=True)
class Difference:
    """One sentence. `kind`: added, removed or changed; `element` where it is to be seen."""

    kind: str
    element: str
    text: str


def differences(before: Sequence[Sentence], after: Sequence[Sentence]) -> tuple[Difference, ...]:
    """What came first, then what went, then what changed, each in the order of the telling."""
    old = {each.element: each for each in before}
    new = {each.element: each for each in after}
    came = (
        Difference("added", each.element, f"新增“{each.name}”：{each.told}")
        for each in after
        if each.element not in old
    )
    went = (
        Difference("removed", each.element, f"删除“{each.name}”：{each.told}")
        for each in before
        if each.element not in new
    )
    kept = (each for each in after if each.element in old)
    changed = (one for each in kept for one in _changed(old[each.element], each))
    return (*came, *went, *changed)


def _changed(old: Sentence, new: Sentence) -> Iterator[Difference]:
    def said(text: str) -> Difference:
        return Difference("changed", new.element, f"“{new.name}”{text}")

    if old.name != new.name:
        yield said(f"原名“{old.name}”")
    was = {fact.key: fact for fact in old.facts}
    now = {fact.key: fact for fact in new.facts}
    for key, fact in now.items():
        if key not in was:
            yield said(_came(fact))
        elif was[key] != fact:
            yield said(_turned(was[key], fact))
    for key, fact in was.items():
        if key not in now:
            yield said(
                f"不再有{fact.name}→{fact.value}" if fact.name else f"不再直接到{fact.value}"
            )


def _came(fact: Fact) -> str:
    return f"新增{fact.name}→{fact.value}" if fact.name else f"改为直接到{fact.value}"


def _turned(was: Fact, now: Fact) -> str:
    """`的时限由 2 个工作日改为 3 个工作日`; or an outcome that leads elsewhere."""
    if (was.value, was.name) == (now.value, now.name):
        return f"的{now.name}改了写法：原为〔{was.exact}〕，现为〔{now.exact}〕"
    if ":" not in now.key and now.key != "next":
        old, new = was.value or "无", now.value or "无"
        return spaced(spaced(f"的{now.name}由", old) + "改为", new)
    name = now.name or "办完后"
    renamed = f"（原为{was.name}）" if was.name != now.name else ""
    if was.value == now.value:
        return f"的{name}{renamed}" if renamed else f"的{name}→{now.value}"
    return f"的{name}{renamed}原来到{was.value}，现在到{now.value}"
