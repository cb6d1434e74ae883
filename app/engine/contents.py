"""Which files of a checked bundle a process really uses; the rest is not frozen with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from app.engine.check_decisions import decisions_asked
from app.engine.check_refs import called_processes, decision_ids
from app.engine.gate_model import Drawing, read_drawing
from app.engine.gate_tags import called, owner
from app.engine.gate_words import BPMN, FLOW
from app.engine.gate_xml import read_xml

Named = dict[str, list[str]]
"""What stands in an attribute of ours, and what the elements are called that name it."""


def files_used(files: Mapping[str, str], key: str) -> frozenset[str]:
    """The drawing of `key`, those that it calls, and the tables that they ask.

    Only for files that `check` found nothing wrong with.
    """
    drawings: list[Drawing] = []
    tables: dict[str, str] = {}
    for name, root in _roots(files).items():
        if name.endswith(".dmn"):
            tables.update(dict.fromkeys(decision_ids(root), name))
        else:
            drawings.append(read_drawing(root, name))
    used: set[str] = set()
    seen: set[str] = set()
    front = [key]
    while front:
        process = front.pop()
        if process in seen:
            continue
        seen.add(process)
        for drawing in drawings:
            if scope := drawing.processes.get(process):
                used.add(drawing.file)
                used |= {tables[asked] for asked in decisions_asked(scope) if asked in tables}
                front += called_processes(scope)
    return frozenset(used)


def named(files: Mapping[str, str], *attributes: str) -> Named:
    """What the drawings of any files name by these attributes; of broken ones, what can be read."""
    found: Named = {}
    for name, root in _roots(files).items():
        for element in root.iter() if name.endswith(".bpmn") else ():
            for attribute in attributes:
                if said := (element.get(f"{{{FLOW}}}{attribute}") or "").strip():
                    called = element.get("name") or element.get("id") or ""
                    found.setdefault(said, []).append(" ".join(called.split()))
    return found


def placed(text: str, attribute: str) -> dict[str, str]:
    """What the elements of a drawing say in one attribute of ours, by their ids; of a broken one,
    nothing.
    """
    return {
        element.get("id", ""): said.strip()
        for root in _roots({"drawn.bpmn": text}).values()
        for element in root.iter()
        if (said := element.get(f"{{{FLOW}}}{attribute}"))
    }


@dataclass(frozen=True, slots=True)
class Reader:
    """A condition, a timer or a decision table: what it is called, its names and its literals."""

    called: str
    names: frozenset[str]
    literals: frozenset[str]


def readers(files: Mapping[str, str]) -> list[Reader]:
    """Everything of these files that reads values of a case; rather too many names than too few."""
    found = []
    for file, root in _roots(files).items():
        if file.endswith(".dmn"):
            found += [_reader(f"决策表“{root.get('name') or file}”", _cells(root))]
            continue
        for element in root.iter(*(f"{{{BPMN}}}{tag}" for tag in _EXPRESSIONS)):
            found.append(_reader(f"{called(owner(element))}的条件或时间", [element.text or ""]))
    return found


_EXPRESSIONS = ("conditionExpression", "timeDate", "timeDuration", "timeCycle")
_LITERAL = re.compile(r'"([^"]*)"')
_WORD = re.compile(r"[^\W\d]\w*")


def _cells(root: etree._Element) -> list[str]:
    return [each.text or "" for each in root.iter("{*}text")]


def _reader(called_so: str, texts: list[str]) -> Reader:
    literals = {one for text in texts for one in _LITERAL.findall(text)}
    names = {one for text in texts for one in _WORD.findall(_LITERAL.sub(" ", text))}
    return Reader(called_so, frozenset(names), frozenset(literals))


def _roots(files: Mapping[str, str]) -> dict[str, etree._Element]:
    found = {}
    for name, text in files.items():
        if name.endswith((".bpmn", ".dmn")):
            root, _ = read_xml(text.encode(), name)
            if root is not None:
                found[name] = root
    return found
