"""What two states of a drawing say otherwise that no sentence tells: each change taken by itself.

A change is told where the telling of the new state is another one as soon as that change alone is
taken back. Of the others a name and an outcome have words of their own; the rest is announced.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from lxml import etree

from app.engine.gate_tags import called
from app.engine.gate_words import BPMN, BPMNDI, FLOW
from app.engine.gate_xml import mark, read_xml
from app.engine.policy_words import outcomes
from app.engine.telling.beside import UNTOLD
from app.engine.telling.differing import Difference

Index = dict[str, etree._Element]
Facts = Callable[[etree._Element], object]
"""What is told of a drawing, to be compared."""
_SAID_ELSEWHERE = frozenset(f"{{{BPMN}}}{tag}" for tag in ("documentation", "incoming", "outgoing"))
_LANE = f"{{{BPMN}}}flowNodeRef"
_OUTCOMES = f"{{{FLOW}}}outcomes"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NO_MEANING = frozenset({"id", _TYPE})
_MOST = 200
"""Changes that are looked at one by one; it takes some milliseconds for each."""


@dataclass(frozen=True, slots=True)
class _Change:
    """One change: how to take it back in a copy of the new state, and its words, if it has any."""

    undo: Callable[[Index], None]
    words: Difference | None = None


def remaining(before: str, after: str, facts: Facts | None) -> tuple[Difference, ...]:
    """What differs beyond what is told; `facts`: none of a drawing of which nothing is told."""
    old, new = read_xml(before.encode(), "")[0], read_xml(after.encode(), "")[0]
    if old is None or new is None:
        return ()
    changes = list(_changes(old, new))
    if len(changes) > _MOST:
        return (Difference("changed", "", UNTOLD),)
    now = facts(new) if facts else None
    left = [one for one in changes if facts is None or facts(_without(new, one)) == now]
    said = [one.words for one in left if one.words is not None]
    return (*said, *([] if len(said) == len(left) else [Difference("changed", "", UNTOLD)]))


def _without(new: etree._Element, change: _Change) -> etree._Element:
    root = copy.deepcopy(new)
    change.undo(_index(root))
    return root


def _index(root: etree._Element) -> Index:
    """By id, what an editor can name: the root as nothing, and no part of what has no id."""
    found: Index = {"": root}

    def walk(holder: etree._Element) -> None:
        for each in holder.iterchildren(tag=etree.Element):
            if (key := each.get("id", "")) and not str(each.tag).startswith(f"{{{BPMNDI}}}"):
                found.setdefault(key, each)
                walk(each)

    walk(root)
    return found


def _changes(old: etree._Element, new: etree._Element) -> Iterator[_Change]:
    was, now = _index(old), _index(new)
    came, went = {}, {}
    for key, element in now.items():
        if key in was and was[key].tag == element.tag:
            yield from _turned(key, was[key], element, at_root=key == "")
        elif key not in was and _holder(element) in was:
            came[key] = element
    for key, element in was.items():
        if (key not in now or now[key].tag != element.tag) and _holder(element) in now:
            went[key] = element
    for group in _together(came):
        yield _Change(partial(_take_out, group))
    for group in _together(went):
        yield _Change(partial(_put_back, group))


def _together(elements: Index) -> list[Index]:
    """Those that hang together by lines, or sit on each other; the others each alone."""
    group = {key: {key: element} for key, element in elements.items()}
    for key, element in elements.items():
        line = element.tag == f"{{{BPMN}}}sequenceFlow"
        ends = ("sourceRef", "targetRef") if line else ("attachedToRef",)
        for other in (element.get(end, "") for end in ends):
            if other in group and group[other] is not group[key]:
                group[key].update(group[other])
                group.update(dict.fromkeys(group[other], group[key]))
    return list({id(each): each for each in group.values()}.values())


def _holder(element: etree._Element) -> str:
    """The id of what an element stands in; nothing for the root."""
    above = element.getparent()
    return "" if above is None or above.getparent() is None else above.get("id", "")


def _remove(element: etree._Element) -> None:
    holder = element.getparent()
    if holder is not None:
        holder.remove(element)


def _take_out(group: Index, copied: Index) -> None:
    for key in group:
        _remove(copied[key])


def _put_back(group: Index, copied: Index) -> None:
    for key, element in group.items():
        if key in copied:
            _remove(copied[key])
        copied[_holder(element)].append(copy.deepcopy(element))


def _turned(
    key: str, was: etree._Element, now: etree._Element, *, at_root: bool
) -> Iterator[_Change]:
    """What is otherwise of an element that is in both."""
    for name in () if at_root else sorted({*was.attrib, *now.attrib} - _NO_MEANING):
        old, new = was.get(name, ""), now.get(name, "")
        if old != new and name == _OUTCOMES:
            yield from _outcomes(key, called(now), old, new)
        elif old != new:
            words = _renamed(key, was, now) if name == "name" else None
            yield _Change(_setting(key, name, was.get(name)), words)
    if not at_root and (was.text or "").strip() != (now.text or "").strip():
        yield _Change(lambda copied: setattr(copied[key], "text", was.text))
    if _holder(was) != _holder(now):
        yield _Change(lambda _copied: None)
    old_parts, new_parts = _parts(was), _parts(now)
    for tag in sorted({*old_parts, *new_parts}):
        if sorted(old_parts.get(tag, {})) != sorted(new_parts.get(tag, {})):
            yield _Change(_parting(key, tag, was))


def _setting(key: str, name: str, value: str | None) -> Callable[[Index], None]:
    def undo(copied: Index) -> None:
        if value is None:
            del copied[key].attrib[name]
        else:
            copied[key].set(name, value)

    return undo


def _renamed(key: str, was: etree._Element, now: etree._Element) -> Difference:
    before = " ".join(was.get("name", "").split())
    if not now.get("name"):
        return Difference("changed", key, f"{called(was)}不再有名称")
    words = f"原名“{before}”" if before else "原来没有名称"
    return Difference("changed", key, f"{called(now)}{words}")


def _parts(element: etree._Element) -> Mapping[str, Mapping[bytes, None]]:
    """What stands in it without an id, as a whole, by its tag."""
    found: dict[str, dict[bytes, None]] = {}
    for each in element.iterchildren(tag=etree.Element):
        tag = str(each.tag)
        if each.get("id") or tag in _SAID_ELSEWHERE or tag == _LANE:
            continue
        if mark(each)[0] != BPMNDI:
            found.setdefault(tag, {})[_plain(each)] = None
    return found


def _plain(element: etree._Element) -> bytes:
    one = copy.deepcopy(element)
    for each in one.iter():
        each.tail = None
        each.text = (each.text or "").strip() or None
        if _TYPE in each.attrib:
            del each.attrib[_TYPE]
    written: bytes = etree.tostring(one, method="c14n", exclusive=True)
    return written


def _parting(key: str, tag: str, was: etree._Element) -> Callable[[Index], None]:
    def undo(copied: Index) -> None:
        for each in copied[key].findall(tag):
            if not each.get("id"):
                copied[key].remove(each)
        for each in was.findall(tag):
            if not each.get("id"):
                copied[key].append(copy.deepcopy(each))

    return undo


def _outcomes(key: str, step: str, before: str, after: str) -> Iterator[_Change]:
    """Each result of handling that came, went or is called otherwise."""
    old, new = _labels(before), _labels(after)

    def change(labels: Mapping[str, str], words: str) -> _Change:
        written = " ".join(f"{one}:{label}" for one, label in labels.items())
        return _Change(_setting(key, _OUTCOMES, written), Difference("changed", key, words))

    for one, label in new.items():
        rest = {other: said for other, said in new.items() if other != one}
        if one not in old:
            yield change(rest, f"{step}新增办理结果“{label}”")
        elif old[one] != label:
            yield change({**new, one: old[one]}, f"{step}的办理结果“{label}”原名“{old[one]}”")
    for one, label in old.items():
        if one not in new:
            yield change({**new, one: label}, f"{step}不再有办理结果“{label}”")
    shared = [one for one in new if one in old]
    if shared != [one for one in old if one in new]:
        yield change(new, f"{step}的办理结果次序改为{'、'.join(new.values())}")


def _labels(text: str) -> dict[str, str]:
    return {one.key: one.label for one in outcomes(text, lambda _code, _words: None)}
