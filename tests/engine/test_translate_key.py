"""A drawing that came under another key: its only process goes by the key that it is kept for."""

from __future__ import annotations

from app import engine
from tests.engine.drawings import document, end, flows, start

POOL = (
    '<bpmn:collaboration id="pool"><bpmn:participant id="who" processRef="tns:invoice"/>'
    "</bpmn:collaboration>"
)
PLANE = (
    '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="invoice"/>'
    "</bpmndi:BPMNDiagram>"
)


def foreign(extra: str = "") -> str:
    return document(start(), end("yes"), flows("begin yes"), key="invoice", extra=extra)


def test_the_only_process_goes_by_the_key_and_all_that_name_it_follow() -> None:
    text, notes = engine.translate(foreign(POOL).encode(), "filing")
    drawn, _ = engine.translate(foreign(PLANE).encode(), "filing")
    assert b'processRef="filing"' in text
    assert b'bpmnElement="filing"' in drawn
    assert engine.parse({"filing.bpmn": text}, "filing").start_form == "demo/apply"
    assert [note.message for note in notes] == ["流程的编号“invoice”已改为“filing”"]


def test_a_process_that_was_only_drawn_can_run() -> None:
    still = foreign().replace('isExecutable="true"', 'isExecutable="false"')
    text, notes = engine.translate(still.encode(), "filing")
    assert b'isExecutable="true"' in text
    assert len(notes) == 2


def test_of_two_processes_nobody_can_tell_which_is_meant() -> None:
    two = foreign().replace("</bpmn:definitions>", '<bpmn:process id="b"/></bpmn:definitions>')
    assert engine.translate(two.encode(), "filing") == (two.encode(), ())


def test_a_key_that_something_else_has_is_not_taken_from_it() -> None:
    taken = foreign(POOL.replace('"pool"', '"filing"')).encode()
    assert engine.translate(taken, "filing") == (taken, ())


def test_ours_stays_as_it_is_and_so_does_what_a_process_calls() -> None:
    ours = foreign().encode()
    assert engine.translate(ours, "invoice") == (ours, ())
    assert engine.translate(ours) == (ours, ())
