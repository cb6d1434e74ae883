"""Answers at rest: drafts as typed, secrets sealed and masked, rows grown and cut."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from app import vault
from tests.workflow.small_forms import faults, made, money, words

ID = {
    "type": "string",
    "title": "身份证号",
    "format": "id-number",
    "x-personal": "secret",
    "x-check": ["id-number"],
}
CREW = made(
    {
        "id": ID,
        "sum": money(),
        "flags": {
            "type": "array",
            "title": "作业",
            "items": {"type": "string", "enum": ["a", "b"]},
        },
        "yes": {"type": "boolean", "title": "是"},
        "crew": {
            "type": "array",
            "title": "人员",
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {"name": words(), "id": ID},
                "required": ["name"],
            },
        },
    },
    {
        "ui:groups": [
            {"key": "one", "title": "一", "fields": ["id", "sum", "flags", "yes"]},
            {"key": "two", "title": "二", "fields": ["crew"]},
        ]
    },
)
GOOD = "11010519491231002X"


@pytest.fixture(autouse=True)
def _unlocked() -> None:
    vault.unlock("a data key that only the tests know, long enough")


def test_secrets_are_sealed_in_fields_and_rows_and_come_back() -> None:
    values = CREW.clean({"id": GOOD, "crew.0.name": "甲", "crew.0.id": GOOD}).values
    stored = CREW.seal(values)
    assert GOOD not in json.dumps(stored)
    assert stored["crew"][0]["name"] == "甲"
    assert CREW.unseal(stored, show_secrets=True) == values
    masked = CREW.unseal(stored, show_secrets=False)
    assert masked["id"] == masked["crew"][0]["id"] == "1101**********002X"


def test_sealed_text_that_somebody_pastes_is_sealed_again_and_stays_unreadable() -> None:
    others = vault.seal("420502198001010037")
    held = CREW.hold({"id": others})
    assert CREW.unseal(CREW.seal(held), show_secrets=True)["id"] == others


def test_a_draft_holds_what_was_typed_right_or_wrong() -> None:
    held = CREW.hold({"id": "乱写", "sum": "三米多", "unknown": "x", "flags": ["a", "b"]})
    assert held == {"id": "乱写", "sum": "三米多", "flags": ["a", "b"]}
    assert "乱写" not in json.dumps(CREW.seal(held), ensure_ascii=False)


def test_boxes_unticked_on_their_screen_are_emptied_others_stay() -> None:
    assert CREW.hold({"id": ""}, "one") == {"id": "", "flags": [], "yes": ""}
    assert CREW.hold({}, "two") == {"crew": []}


def test_rows_are_read_from_names_and_from_json() -> None:
    typed = {"crew.0.name": "甲", "crew.2.name": " ", "crew.5.name": "乙", "crew.5.id": GOOD}
    rows = [{"name": "甲"}, {"name": "乙", "id": GOOD}]
    assert CREW.clean(typed).values["crew"] == rows
    assert CREW.clean({"crew": rows}).values["crew"] == rows


def test_faults_in_rows_name_their_cell() -> None:
    typed = {"crew.0.id": GOOD, "crew.1.name": "乙", "crew.1.id": GOOD[:-1] + "1"}
    assert faults(CREW, typed) == {
        "crew.0.name": "填写名称",
        "crew.1.id": "身份证号有一位写错了，请对照证件核对",
    }
    many = {f"crew.{n}.name": "人" for n in range(4)}
    assert faults(CREW, many) == {"crew": "人员最多 3 项"}


@pytest.mark.parametrize(
    "hostile",
    [
        {"crew": "x"},
        {"crew": [1, None]},
        {"crew.x.name": "a"},
        {"crew.99999.name": "a"},
        {"crew.-1.name": "a"},
        {"crew.0.nobody": "a"},
        {"crew": {"0": {}}},
    ],
)
def test_rows_that_are_no_rows_are_dropped(hostile: dict[str, object]) -> None:
    assert "crew" not in CREW.clean(hostile).values
    CREW.hold(hostile, "two")


def test_row_buttons() -> None:
    typed = {"crew.0.name": "甲", "crew.1.name": "乙"}
    assert len(CREW.hold(typed, "two", "add:crew")["crew"]) == 3
    assert [row["name"] for row in CREW.hold(typed, "two", "remove:crew:0")["crew"]] == ["乙"]
    for odd in ("remove:crew:9", "remove:crew:x", "remove:id:0", "add:flags", "add:", "boom"):
        assert len(CREW.hold(typed, "two", odd)["crew"]) == 2


def test_no_ticked_box_of_a_multidict_is_lost() -> None:
    sent = MultiDict([("flags", "a"), ("flags", "b"), ("sum", "1"), ("sum", "2")])
    assert CREW.clean(sent).values == {"sum": "2", "flags": ["a", "b"], "yes": False}


def test_cleaned_values_are_plain_json_and_clean_again_to_the_same() -> None:
    once = CREW.clean({"id": GOOD, "sum": "0.10", "flags": ["a"], "crew.0.name": "甲"})
    assert json.loads(json.dumps(once.values)) == once.values
    assert CREW.clean(once.values).values == once.values
    assert not any(isinstance(value, Decimal | float) for value in once.values.values())
