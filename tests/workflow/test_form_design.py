"""Designing a form: a change is written, all else stays letter by letter, users are named."""

from __future__ import annotations

import difflib
import json
import random
from dataclasses import replace

import pytest

from app.engine.policy_words import LABELS
from app.errors import Invalid, NotFound
from app.web.studio import form_sent
from app.workflow import definitions, forms
from app.workflow.forms.writing import parsed, written
from app.workflow.studio.designing import KINDS, Rows, Sketch, TestRow
from app.workflow.studio.designing.askable import askable
from app.workflow.studio.designing.users import Usage, refuse_used

FILES = definitions.shipped_files("filing")
FORMS = sorted(name for name in FILES if name.endswith(".json"))
REVIEW = "forms/smallworks/review.json"
FILING = "forms/smallworks/filing.json"


def sketch(name: str = REVIEW) -> Sketch:
    return Sketch(FILES[name], name)


def usage(of: Sketch) -> Usage:
    return Usage(FILES, of.form, frozenset(FILES))


def changed(made: Sketch) -> list[str]:
    """The lines that a diff would show."""
    lines = difflib.unified_diff(
        FILES[made.name].splitlines(), made.text().splitlines(), n=0, lineterm=""
    )
    return [
        line[0] + line[1:].strip() for line in lines if not line.startswith(("---", "+++", "@@"))
    ]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_was_looked_at_is_the_same_file(name: str) -> None:
    assert written(parsed(FILES[name]), FILES[name]) == FILES[name]
    for key in sketch(name).order:
        made = sketch(name)
        now = made.settings(key)
        sent = form_sent.typed(now)
        sent.update({"has_routed": "1", "has_camera": "1"})
        asked = [askable(made.form, key, LABELS, earlier=first) for first in (True, False)]
        made.change(key, form_sent.settings(sent, now, *asked))
        assert made.text() == FILES[name]


def test_one_change_is_one_line_of_a_diff() -> None:
    made = sketch()
    made.change("opinion", replace(made.settings("opinion"), title="审核意见"))
    assert changed(made) == [
        '-"opinion": {"type": "string", "title": "办理意见", "maxLength": 500}',
        '+"opinion": {"type": "string", "title": "审核意见", "maxLength": 500}',
    ]


def test_a_field_is_put_moved_bounded_and_dropped() -> None:
    made = sketch()
    key = made.add("number", "现场人数")
    made.move(key, -1)
    limits = replace(made.settings(key), least="1", above=True, most="99.5", unit="人")
    made.change(key, replace(limits, need="always"))
    form = forms.read(made.text(), REVIEW)
    assert [one.key for one in form.fields][-2:] == [key, "opinion"]
    one = form.by_key[key]
    assert (one.schema["exclusiveMinimum"], str(one.schema["maximum"])) == (1, "99.5")
    assert key in form.required
    again = Sketch(made.text(), REVIEW)
    again.drop(key)
    assert json.loads(again.text()) == json.loads(FILES[REVIEW]) | {
        "schema": json.loads(FILES[REVIEW])["schema"] | {"required": []}
    }


def test_a_condition_by_rows_shows_a_field_and_asks_for_it() -> None:
    made = sketch()
    key = made.add("text", "依据文号")
    either = TestRow("missing_items", "has", ("plan", "contract"))
    rows = Rows("or", (TestRow("outcome", "is", ("reject",)), either))
    made.change(key, replace(made.settings(key), show=rows, need="shown"))
    form = forms.read(made.text(), REVIEW)
    assert Sketch(made.text(), REVIEW).settings(key).need == "shown"
    shown = form.view({"missing_items": ["plan"]}, outcome="return")
    assert not next(one for one in shown[0].fields if one.key == key).hidden
    assert form.faults({}, forms.Asked(outcome="reject"))[key] == "填写依据文号"
    assert key not in form.faults({"opinion": "同意"}, forms.Asked(outcome="approve"))


def test_a_field_asks_only_what_stands_before_it() -> None:
    made = sketch()
    rows = Rows("and", (TestRow("risk_reason", "is", ("x",)),))
    made.change("missing_items", replace(made.settings("missing_items"), show=rows))
    with pytest.raises(Invalid, match="排在前面"):
        made.text()


@pytest.mark.parametrize(
    ("name", "field", "by"),
    [
        (REVIEW, "risk_floor", "决策表“风险定级”"),
        (REVIEW, "risk_floor", "字段“调高的依据”的显示条件"),
        (FILING, "investment_wan", "决策表“限额判定”"),
        (FILING, "owner_type", "字段“业主身份证号”的必填条件"),
        (FILING, "planned_start", "字段“计划完工日期”的检查"),
    ],
)
def test_what_is_used_is_neither_dropped_nor_renamed(name: str, field: str, by: str) -> None:
    made = sketch(name)
    assert by in usage(made).of_field(field)
    before = made.settings(field)
    for wanted in (None, replace(before, key="another")):
        with pytest.raises(Invalid, match=by):
            refuse_used(usage(made), field, before, wanted)


def test_an_answer_that_is_asked_for_is_not_dropped() -> None:
    made = sketch()
    before = made.settings("risk_floor")
    fewer = replace(before, options=before.options[1:])
    with pytest.raises(Invalid, match="选项“中风险”不能删除，正被使用"):
        refuse_used(usage(made), "risk_floor", before, fewer)
    unused = made.settings("missing_items")
    refuse_used(usage(made), "missing_items", unused, replace(unused, options=unused.options[1:]))
    made.change("missing_items", replace(unused, options=(*unused.options[1:], ("new", "新的"))))
    assert changed(made) == [
        '-{"const": "owner_papers", "title": "业主身份证或营业执照"},',
        '-{"const": "other", "title": "其他（请写明）"}',
        '+{"const": "other", "title": "其他（请写明）"},',
        '+{"const": "new", "title": "新的"}',
    ]


def test_a_rename_takes_everything_along() -> None:
    made = sketch(FILING)
    made.change("insurance_no", replace(made.settings("insurance_no"), key="policy_no"))
    assert '"insurance_no"' not in made.text()
    assert forms.read(made.text(), FILING).by_key["policy_no"].title == "保险单号"
    assert made.add("rows", "材料清单")
    made.change(
        "table_1.text_1", replace(made.settings("table_1.text_1"), key="name", need="always")
    )
    made.add("choice", "单位", table="table_1")
    made.move("table_1.choice_1", -1)
    columns = forms.read(made.text(), FILING).by_key["table_1"].columns
    assert [one.key for one in columns] == ["choice_1", "name"]


def test_groups_are_put_named_moved_and_dropped() -> None:
    made = sketch()
    made.add_group("补充")
    made.regroup("opinion", "group_1", first=True)
    made.change_group("group_1", "意见", "写明事实")
    made.move_group("group_2", -1)
    form = forms.read(made.text(), REVIEW)
    assert [(each.title, each.help) for each in form.groups] == [("意见", "写明事实")] or len(
        form.groups
    ) == 2
    made.drop_group("group_2")
    with pytest.raises(Invalid, match="至少要有一个分组"):
        made.drop_group("group_1")
    assert len(forms.read(made.text(), REVIEW).groups) == 1


def press(made: Sketch, dice: random.Random) -> None:
    """Any one thing that the page offers."""
    at, by = dice.choice(made.order), dice.choice((-1, 1))
    group = dice.choice([each["key"] for each in made.groups] or [""])
    match dice.randrange(6):
        case 0:
            made.add(dice.choice(list(KINDS)), "新字段", group)
        case 1:
            made.move(at, by)
        case 2:
            made.add_group("新分组")
        case 3:
            made.drop_group(group)
        case 4:
            made.move_group(group, by)
        case 5:
            refuse_used(usage(made), at, made.settings(at), None)
            made.drop(at)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_pressed_the_file_stays_a_form(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    name = dice.choice(FORMS)
    text = FILES[name]
    for _ in range(40):
        made = Sketch(text, name)
        try:
            press(made, dice)
            text = made.text()
        except Invalid:
            continue
    assert forms.read(text, name).view({})
    assert text != FILES[name]


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(NotFound):
        sketch().settings("nobody")
    with pytest.raises(NotFound):
        sketch().move("missing_items.nobody", 1)
