"""Which files of a checked bundle a process really uses; the rest is not frozen with it."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from app.engine.check_decisions import decisions_asked
from app.engine.check_refs import called_processes, decision_ids
from app.engine.gate_model import Drawing, read_drawing
from app.engine.gate_words import FLOW
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


def _roots(files: Mapping[str, str]) -> dict[str, etree._Element]:
    found = {}
    for name, text in files.items():
        if name.endswith((".bpmn", ".dmn")):
            root, _ = read_xml(text.encode(), name)
            if root is not None:
                found[name] = root
    return found
