"""What a preview warns of, measured by what then happens; and what becomes of half a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.engine import drafting
from app.workflow import commands, definitions, publishing, task_drafts
from app.workflow.commands import upkeep
from app.workflow.commands.sending import SendBack
from app.workflow.commands.signers import Addition
from app.workflow.habits import TaskDraft
from app.workflow.models import Case, Task
from app.workflow.publishing import Publication
from app.workflow.studio import outlook, typed
from app.workflow.studio.models import FlowMove
from tests.stores import Store
from tests.workflow import drawn, edited, everybody, make
from tests.workflow.everybody import Everybody
from tests.workflow.moves import inserted, item, move, undo, version
from tests.workflow.people import NOON, unit, who
from tests.workflow.pictures import opened

LEVEL = "街道分管领导审核"
MISSED = f"已办过此处，不再经过新增的“{LEVEL}”"


@pytest.fixture
def town(database: Store, app: Flask) -> Iterator[Session]:
    with opened(database, app, "everybody", everybody.settle) as work:
        yield work


def warned(made: Case) -> tuple[str, ...]:
    """What a preview says of a case."""
    session().rollback()
    found = outlook.outlook(session(), who("ning"), version(made.process_key), {}, NOON)
    (line,) = [one for one in found.lines if one.case.id == made.id]
    assert line.plan is not None, line.why
    return line.caveats


@pytest.mark.parametrize(
    ("shape", "before"),
    [("plain", "third"), ("loop", "second"), ("sign_all", "together"), ("inside", "last"),
     ("parallel", "right_two"), ("parallel", "last")],
)  # fmt: skip
def test_who_is_said_to_miss_a_level_misses_it_and_nobody_else(
    town: Session, shape: str, before: str
) -> None:
    """Cases at every place of the way, moved, and agreed to until they end."""
    people, cases = Everybody(), []
    for steps in range(6):
        made = drawn.file(shape, f"走了 {steps} 步")
        for _ in range(steps):
            everybody.go_on(people, made, NOON)
            if make.fresh(made).ended_at is not None:
                break
        else:
            cases.append(made)
    drawn.publish(shape, inserted(shape, before))
    said = {made.id: MISSED in warned(made) for made in cases}
    asked = move(*cases)
    assert {item(asked, made).status for made in cases} == {"moved"}
    for made in cases:
        while make.fresh(made).ended_at is None:
            assert everybody.go_on(people, made, NOON)
        passed = {row.name for row in make.fresh(made).tasks}
        assert said[made.id] == (LEVEL not in passed)
    assert set(said.values()) == {True, False}


def test_who_is_back_with_the_applicant_passes_the_level(town: Session) -> None:
    made, beyond = drawn.file("plain"), drawn.file("plain", "另一件")
    for one in (made, beyond):
        drawn.decide(one, "li", "approve")
        drawn.decide(one, "zhao", "approve")
    drawn.decide(made, "qian", "return")
    drawn.publish("plain", inserted("plain", "second"))
    assert (warned(made), warned(beyond)) == ((), (MISSED,))
    found = outlook.outlook(session(), who("ning"), version("plain"), {}, NOON)
    assert found.warned == [(MISSED, 1)]


def test_a_step_that_bears_another_id_is_no_new_one(town: Session) -> None:
    made = drawn.file("plain")
    drawn.decide(made, "li", "approve")
    text = edited.shape("plain").replace('"first"', '"erst"').replace(">first<", ">erst<")
    drawn.publish("plain", text.replace('name="erst"', 'name="first"'))
    assert warned(made) == ()


def test_a_way_straight_back_is_said_to_end(town: Session) -> None:
    made = drawn.file("plain")
    for key in ("li", "zhao"):
        drawn.decide(made, key, "approve")
    wanted = SendBack("first", "不符", straight=True)
    commands.send_back(who("qian"), make.task(made, "qian").id, wanted, at=NOON)
    drawn.publish("plain", inserted("plain", "second"))
    assert warned(made) == ("“first”办结后不再直接送回，按新版逐级办理",)


def type_in(made: Case, key: str, text: str, minutes: int = 0) -> Task:
    task = make.task(made, key)
    at = NOON + timedelta(minutes=minutes)
    commands.save_task_draft(who(key), task.id, {"opinion": text}, at=at)
    return task


def kept(key: str, task: Task) -> str | None:
    session().rollback()
    draft = session().get(TaskDraft, (who(key).id, task.id), populate_existing=True)
    return draft and draft.values["opinion"]


def changed(step: str, **to: str) -> None:
    """The plain shape with another word of a step."""
    text = edited.shape("plain")
    at = text.index(f'id="{step}"')
    for old, new in to.items():
        text = text[:at] + text[at:].replace(old, new, 1)
    drawn.publish("plain", text)


def test_half_a_decision_stays_with_a_step_that_stays(town: Session) -> None:
    made = drawn.file("plain")
    task = type_in(made, "li", "材料齐全，写到这里")
    drawn.publish("plain", inserted("plain", "second"))
    assert warned(made) == ()
    asked = move(made)
    assert kept("li", task) == "材料齐全，写到这里"
    undo(asked)
    assert kept("li", task) == "材料齐全，写到这里"


def test_half_a_decision_follows_its_step_to_a_new_row_and_back(town: Session) -> None:
    """The step asks one more position: another row, in which the same official goes on typing."""
    made = drawn.file("plain")
    old = type_in(made, "li", "写到这里")
    changed("first", head="head inspector")
    asked = move(made)
    now = make.task(made, "li")
    assert now.id != old.id
    assert kept("li", now) == "写到这里"
    type_in(made, "li", "又写了一句", minutes=5)
    assert typed.lost_by_undoing(session(), asked, NOON) == 0
    undo(asked)
    assert make.task(made, "li").id == old.id
    assert kept("li", old) == "又写了一句"


def test_whom_somebody_added_is_told_that_they_sign_no_more(town: Session) -> None:
    made = drawn.file("plain")
    wanted = Addition(who("zhao").id, "before", "请一并看看")
    commands.add_signer(who("li"), make.task(made, "li").id, wanted, at=NOON)
    changed("first", head="head inspector")
    anew = "“first”换了办理人或签署办法，原来的单位和岗位时限照旧"
    assert warned(made) == (anew, f"加签的{who('zhao').name}不再签署")
    move(made)
    assert "“first”不用您办理了" in make.notices("zhao")[-1].text


def sent_on(made: Case) -> tuple[FlowMove, Mapping[str, Mapping[str, str]]]:
    text, old = edited.shape("plain"), make.fresh(made).version_id
    ways = drafting.ways_out(drafting.Sheet(text, "plain"), "second")
    drawn.publish("plain", drafting.edit(text, "plain", drafting.Remove("second", ways[0].flow)))
    targets = {old: {"second": "third"}}
    return move(made, targets=targets), targets


def test_what_is_lost_is_told_and_comes_back_with_its_step(town: Session) -> None:
    made = drawn.file("plain")
    drawn.decide(made, "li", "approve")
    task = type_in(made, "zhao", "写到一半")
    asked, _targets = sent_on(made)
    assert make.waiting(made) == ["third"]
    assert "您在“second”写了一半的内容没有带过来" in make.notices("zhao")[-1].text
    type_in(made, "qian", "看过了")
    assert typed.lost_by_undoing(session(), asked, NOON) == 1
    undo(asked)
    assert item(asked, made).status == "undone"
    assert "您在“third”写了一半的内容没有带过来" in make.notices("qian")[-1].text
    assert make.task(made, "zhao").id == task.id
    assert kept("zhao", task) == "写到一半"


def test_who_is_asked_no_more_loses_half_a_decision_and_the_preview_says_so(town: Session) -> None:
    """Of two at one desk the step asks one alone; the way back counts it as the way there does."""
    changed("first", head="head inspector")
    made = drawn.file("plain")
    task = type_in(made, "li", "负责人写到一半")
    type_in(made, "wang", "巡查员写到一半")
    drawn.publish("plain", edited.shape("plain"))
    assert UNUSED in warned(made)
    asked = move(made)
    now = make.task(made, "li")
    assert (now.id != task.id, kept("li", now)) == (True, "负责人写到一半")
    assert "您在“first”写了一半的内容没有带过来" in make.notices("wang")[-1].text
    assert typed.lost_by_undoing(session(), asked, NOON) == 0


def test_what_only_the_newer_version_asks_is_said_to_be_lost_on_the_way_back(town: Session) -> None:
    made = drawn.file("plain")
    task = make.task(made, "li")
    changed("first", head="head inspector")
    asked = move(made)
    type_in(made, "li", "负责人写到一半")
    type_in(made, "wang", "巡查员写到一半")
    assert typed.lost_by_undoing(session(), asked, NOON) == 1
    undo(asked)
    assert kept("li", task) == "负责人写到一半"
    assert "您在“first”写了一半的内容没有带过来" in make.notices("wang")[-1].text


SECRET = {"opinion": {**drawn.TEXT, "x-personal": "secret"}, "note": drawn.TEXT}
OTHER_FORM = drawn.form("demo/secret", "另一张表", SECRET)
UNUSED = "原环节有 1 人写了一半，更新后不再用到"


def asks_another_form(step: str) -> None:
    text = edited.shape("plain")
    at = text.index(f'id="{step}"')
    text = text[:at] + text[at:].replace("demo/review", "demo/secret", 1)
    raw = {**drawn.files("plain", text), "secret.json": OTHER_FORM}
    publishing.publish(None, Publication(unit("4205").id, "plain", raw, "试验"), at=NOON)


def shown(made: Case, key: str) -> str | None:
    """What the page of their task lays out again."""
    task = make.task(made, key)
    definition = definitions.get(session(), make.fresh(made).version_id)
    form = definition.form(definition.process.tasks[task.element].form)
    found = task_drafts.typed(session(), who(key).id, task.id, form)
    return found and found.values["opinion"]


def test_what_was_typed_for_another_form_waits_for_the_way_back(town: Session) -> None:
    made = drawn.file("plain")
    task = type_in(made, "li", "写到一半")
    asks_another_form("first")
    assert warned(made) == (UNUSED,)
    asked = move(made)
    assert make.task(made, "li").id == task.id
    assert "您在“first”写了一半的内容没有带过来" in make.notices("li")[-1].text
    assert shown(made, "li") is None
    type_in(made, "li", "改在新表上写", minutes=5)
    assert shown(made, "li") == "改在新表上写"
    assert typed.lost_by_undoing(session(), asked, NOON) == 1
    undo(asked)
    assert "您在“first”写了一半的内容没有带过来" in make.notices("li")[-1].text
    assert shown(made, "li") == "写到一半"


def test_what_is_typed_for_another_form_is_lost_on_the_way_back(town: Session) -> None:
    made = drawn.file("plain")
    asks_another_form("first")
    assert warned(made) == ()
    asked = move(made)
    type_in(made, "li", "在新表上写")
    assert typed.lost_by_undoing(session(), asked, NOON) == 1
    undo(asked)
    assert shown(made, "li") is None


def test_what_was_put_aside_goes_after_a_month_and_with_the_case(town: Session) -> None:
    cases = [drawn.file("plain"), drawn.file("plain", "另一件")]
    for made in cases:
        type_in(made, "li", "写到一半")
    asks_another_form("first")
    asked = move(*cases)
    assert [aside(asked, made) for made in cases] == [1, 1]
    with transaction() as work:
        typed.forget_case(work, cases[0].id)
    assert [aside(asked, made) for made in cases] == [0, 1]
    upkeep.forget_old(at=NOON + timedelta(days=29))
    assert [aside(asked, made) for made in cases] == [0, 1]
    upkeep.forget_old(at=NOON + timedelta(days=31))
    assert [aside(asked, made) for made in cases] == [0, 0]
    undo(asked)
    assert {item(asked, made).status for made in cases} == {"undone"}


def aside(asked: FlowMove, made: Case) -> int:
    return len((item(asked, made).before or {}).get("drafts", ()))
