"""The one process of a foreign drawing under the key that it is published by, and able to run."""

from __future__ import annotations

from lxml import etree

from app.engine.gate_words import BPMN, BPMNDI
from app.errors import Finding

_NAMED_BY = (
    (f"{{{BPMN}}}participant", "processRef"),
    (f"{{{BPMN}}}callActivity", "calledElement"),
    (f"{{{BPMNDI}}}BPMNPlane", "bpmnElement"),
)
"""What names a process elsewhere in its file."""


def adopt(root: etree._Element, key: str) -> list[Finding]:
    """Say `key` for the id of the only process, tick that it runs, and note both.

    A file of several processes stays as it is: which of them is meant, nobody can tell.
    """
    processes = list(root.iter(f"{{{BPMN}}}process"))
    if len(processes) != 1:
        return []
    process, notes = processes[0], []
    before = process.get("id") or ""
    if before != key and not any(each.get("id") == key for each in root.iter("*")):
        process.set("id", key)
        for tag, attribute in _NAMED_BY:
            for each in root.iter(tag):
                if before and (each.get(attribute) or "").rpartition(":")[2] == before:
                    each.set(attribute, key)
        notes.append(_note(key, f"流程的编号“{before[:60]}”已改为“{key}”"))
    if process.get("id") == key and process.get("isExecutable") != "true":
        process.set("isExecutable", "true")
        notes.append(_note(key, "流程没有勾选“可执行”，已勾选"))
    return notes


def _note(key: str, told: str) -> Finding:
    return Finding("translated", key, told)
