"""Drawings of Camunda, Flowable and SpiffArena, said once in our own attributes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lxml import etree

from app import engine
from app.engine import Limit, Outcome, Party, Process, Sign, TaskPolicy
from app.engine.policy import BPMN, FLOW
from app.errors import BrokenProcess
from tests.engine.door import FILES, Walk, drawing, flows
from tests.engine.test_gate_fuzz import spoilt

IMPORTED = Path(__file__).parent / "imported"
SHIPPED = Path(__file__).parents[2] / "bpmn" / "filing.bpmn"
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def translated(name: str, key: str) -> tuple[Process, list[tuple[str, str]]]:
    """The process as it runs, and who was told what."""
    text, notes = engine.translate((IMPORTED / f"{name}.bpmn").read_bytes())
    files = {f"{key}.bpmn": text, "grade.dmn": (FILES / "grade.dmn").read_bytes()}
    return engine.parse(files, key), [(note.element, note.message) for note in notes]


def parties(task: TaskPolicy) -> list[tuple[tuple[str, ...], str]]:
    return [(party.roles, party.scope) for party in task.parties]


def test_a_camunda_drawing_runs() -> None:
    process, notes = translated("camunda", "seal")
    review, together = process.tasks["review"], process.tasks["countersign"]
    assert process.start_form == "seal/seal_request"
    assert parties(review) == [(("head", "inspector"), "community")]
    assert (review.form, review.limit) == ("seal/review", Limit(72, "h"))
    assert parties(together) == [
        (("district_gov_user",), "district"),
        (("district_dept_user",), "district"),
        (("head",), "township"),
    ]
    assert together.sign == Sign("vote", 60)
    assert process.tasks["collect"].parties == (Party(("applicant",), "case"),)
    assert process.tasks["collect"].form == "seal/collect"
    walk = Walk(process, area=100)
    for element in ("review", "countersign", "collect"):
        walk.do(element)
    assert walk.step.ended
    assert {element for element, _ in notes} == {
        "seal", "begin", "review", "countersign", "collect", "grade",
    }  # fmt: skip


def test_a_flowable_drawing_runs() -> None:
    process, _ = translated("flowable", "leave")
    tasks = process.tasks
    assert process.start_form == "leave/leave_request"
    assert tasks["first"].limit == Limit(48, "h")
    assert {key: task.form for key, task in tasks.items()} == dict.fromkeys(tasks, "leave/review")
    assert parties(tasks["three"]) == [(("leader",), "township")] * 3
    assert tasks["three"].sign == Sign("all")
    assert parties(tasks["turns"]) == [(("leader",), "community"), (("leader",), "township")]
    assert tasks["turns"].sign == Sign("order")
    assert tasks["either"].sign == Sign("any")
    assert tasks["first"].outcomes == (Outcome("submit", "提交"),)


def test_an_arena_drawing_runs() -> None:
    process, notes = translated("arena", "equipment")
    check = process.tasks["check"]
    assert process.start_form == "equipment/borrow"
    assert check.form == "equipment/check"
    assert check.documentation == "核对设备编号，\n拍照留存。"
    assert Walk(process, area=100).open == ["check"]
    assert [element for element, _ in notes] == ["begin", "grade", "check", "check"]


@pytest.mark.parametrize("name", ["camunda", "flowable", "arena"])
def test_nothing_foreign_is_left_and_a_second_time_changes_nothing(name: str) -> None:
    text, notes = engine.translate((IMPORTED / f"{name}.bpmn").read_bytes())
    assert notes
    assert all(note.code == "translated" and note.message.startswith("“") for note in notes)
    for word in (b"camunda:", b"flowable:", b"spiffworkflow:", b"extensionElements", b"ns0"):
        assert word not in text
    assert engine.translate(text) == (text, ())


@pytest.mark.parametrize("path", [SHIPPED, *sorted(FILES.glob("*.bpmn"))], ids=lambda p: p.name)
def test_a_drawing_of_ours_comes_back_as_the_bytes_it_was(path: Path) -> None:
    assert engine.translate(path.read_bytes()) == (path.read_bytes(), ())


@pytest.mark.parametrize("text", [b"", b"not xml", b'<!DOCTYPE d [<!ENTITY e "x">]><d>&e;</d>'])
def test_what_is_no_drawing_is_left_to_the_gate(text: bytes) -> None:
    assert engine.translate(text) == (text, ())


KEPT = {
    "unknown group": 'camunda:candidateGroups="finance"',
    "one known, one not": 'camunda:candidateGroups="head, finance"',
    "a person": 'camunda:assignee="zhangsan"',
    "an expression": 'camunda:assignee="${manager}"',
    "a date": 'camunda:dueDate="${now()}"',
    "a path": 'camunda:formKey="../../etc/passwd"',
    "a listener": 'camunda:taskListener="x"',
}


@pytest.mark.parametrize("kind", KEPT)
def test_what_has_no_meaning_here_stays_and_is_refused_by_name(kind: str) -> None:
    raw = (
        drawing(
            f'<startEvent id="a" /><userTask id="b" {KEPT[kind]} /><endEvent id="c" />'
            f"{flows('a-b', 'b-c')}"
        )
        .replace("<definitions", f"<definitions {CAMUNDA}", 1)
        .encode()
    )
    assert engine.translate(raw) == (raw, ())
    with pytest.raises(BrokenProcess) as refusal:
        engine.parse({"drawn.bpmn": raw}, "drawn")
    assert "foreign-attribute" in {finding.code for finding in refusal.value.findings}


@pytest.mark.parametrize(
    ("loop", "condition"),
    [
        ("", "${approved == true}"),
        ('isSequential="true"', "${nrOfCompletedInstances >= 1}"),
        ("", "${nrOfCompletedInstances/nrOfInstances >= 2}"),
    ],
)
def test_a_way_of_signing_that_we_cannot_say_stays_and_is_refused(
    loop: str, condition: str
) -> None:
    many = (
        f"<multiInstanceLoopCharacteristics {loop}><completionCondition>"
        f"{condition.replace('>', '&gt;')}</completionCondition></multiInstanceLoopCharacteristics>"
    )
    raw = drawing(
        f'<startEvent id="a" /><userTask id="b" flow:role="head" flow:scope="city">{many}'
        f'</userTask><endEvent id="c" />{flows("a-b", "b-c")}'
    ).encode()
    assert engine.translate(raw) == (raw, ())


def test_what_a_drawing_program_notes_for_itself_goes_and_what_an_engine_runs_stays() -> None:
    """Learned from drawings that others publish: most of what they were refused for was this."""
    listener = '<camunda:executionListener expression="${evil}"/>'
    noted = '<signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff" />'
    raw = (
        drawing(
            f'<startEvent id="a" triso:readOnly="no"><extensionElements>{noted}'
            f'</extensionElements></startEvent><userTask id="b"><extensionElements>{noted}'
            f'{listener}</extensionElements></userTask><endEvent id="c" />{flows("a-b", "b-c")}'
        )
        .replace("<definitions", f'<definitions {CAMUNDA} xmlns:signavio="http://www.signavio.com" '
                 'xmlns:triso="http://www.trisotech.com/2015/triso/modeling"', 1)
        .encode()
    )  # fmt: skip
    text, notes = engine.translate(raw)
    assert sorted(note.message for note in notes) == [
        "“Signavio”画图时自用的 2 处附加信息已去掉，不影响办理",
        "“Trisotech”画图时自用的 1 处附加信息已去掉，不影响办理",
    ]
    assert b"signavio" not in text.lower()
    assert b"triso" not in text
    assert listener.encode() in text
    assert text.count(b"<extensionElements>") == 1
    assert engine.translate(text) == (text, ())


def test_a_shape_keeps_what_the_standard_says_of_it() -> None:
    whole = SHIPPED.read_bytes()
    raw = whole.replace(b"<bpmndi:BPMNShape ", b'<bpmndi:BPMNShape labelPosition="top" ')
    text, (note,) = engine.translate(raw)
    assert note.message.startswith("“图形”里标准没有规定的")
    assert etree.tostring(etree.fromstring(text), method="c14n") == etree.tostring(
        etree.fromstring(whole), method="c14n"
    )


def test_our_own_words_win_over_foreign_ones() -> None:
    text = (IMPORTED / "camunda.bpmn").read_text("utf-8")
    both = text.replace("<bpmn:userTask id=\"review\"", f'<bpmn:userTask xmlns:flow="{FLOW}" '
                        'id="review" flow:role="leader" flow:scope="city"')  # fmt: skip
    root = etree.fromstring(engine.translate(both.encode())[0])
    review = next(each for each in root.iter(f"{{{BPMN}}}userTask") if each.get("id") == "review")
    assert (review.get(f"{{{FLOW}}}role"), review.get(f"{{{FLOW}}}scope")) == ("leader", "city")


def test_spoilt_drawings_are_translated_or_left_and_never_fail() -> None:
    """What comes out is a drawing again, and a second time changes nothing."""
    chance = random.Random("spoilt imports")  # noqa: S311 - drawings, no secrets
    texts = [path.read_text("utf-8") for path in sorted(IMPORTED.glob("*.bpmn"))]
    anew = 0
    for at in range(600):
        raw = spoilt(texts[at % len(texts)], chance).encode("utf-8", "replace")
        text, notes = engine.translate(raw)
        anew += bool(notes)
        assert notes or text == raw
        if notes:
            assert etree.fromstring(text).tag == f"{{{BPMN}}}definitions"
            assert engine.translate(text)[1] == ()
    assert anew > 100
