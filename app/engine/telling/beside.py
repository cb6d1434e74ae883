"""What a drawing says beside its steps: instructions to whoever handles them, and all the rest."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.engine.gate_tags import called
from app.engine.gate_words import BPMN, BPMNDI
from app.engine.gate_xml import read_xml
from app.engine.telling.differing import Difference

_SAID = f"{{{BPMN}}}documentation"
UNTOLD = "流程图还有说不清的改动（如名称、编号），请看图，或下载文件查看"


def beside(before: str, after: str) -> tuple[Difference, ...]:
    """Which instructions two states of a drawing give otherwise; both can be read."""
    old, new = _read(before), _read(after)
    if old is None or new is None:
        return (Difference("changed", "", UNTOLD),)
    return tuple(_instructions(old, new))


def same_meaning(before: str, after: str) -> bool:
    """Whether two drawings differ in places and sizes of what is drawn, and in nothing else."""
    old, new = _read(before), _read(after)
    return old is not None and new is not None and _bare(old) == _bare(new)


def _instructions(old: etree._Element, new: etree._Element) -> Iterator[Difference]:
    was, now = _texts(old), _texts(new)
    for element, (name, said) in now.items():
        before = was.get(element, (name, ""))[1]
        if before == said:
            continue
        if not before:
            yield Difference("changed", element, f"{name}的说明写为“{said}”")
        else:
            yield Difference("changed", element, f"{name}的说明由“{before}”改为“{said}”")
    kept = {each.get("id") for each in new.iter()}
    for element, (name, said) in was.items():
        if element in kept and element not in now:
            yield Difference("changed", element, f"{name}不再有说明“{said}”")


def _texts(root: etree._Element) -> dict[str, tuple[str, str]]:
    """What each element is called and what it is documented with, where it is."""
    found: dict[str, tuple[str, str]] = {}
    for said in root.iter(_SAID):
        holder = said.getparent()
        text = " ".join((said.text or "").split())
        if holder is not None and text:
            key = holder.get("id", "")
            name, before = found.get(key, (called(holder), ""))
            found[key] = (name, f"{before} {text}".strip())
    return found


def _read(text: str) -> etree._Element | None:
    return read_xml(text.encode(), "")[0]


def _bare(root: etree._Element) -> bytes:
    """The drawing without its places, in one way of writing it."""
    for diagram in root.findall(f"{{{BPMNDI}}}BPMNDiagram"):
        root.remove(diagram)
    for program in ("exporter", "exporterVersion"):
        if program in root.attrib:
            del root.attrib[program]
    for each in root.iter():
        each.tail = None
        if not (each.text or "").strip():
            each.text = None
    written: bytes = etree.tostring(root, method="c14n")
    return written
