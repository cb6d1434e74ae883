"""The page of a decision table: each cell is a box, each press one save of the draft."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from app import engine
from tests.web.test_form_design import kept, miao
from tests.web.visitors import Browser, place

__all__ = ["miao"]


def page(name: str = "limits.dmn") -> str:
    return f"/flows/filing/draft/{place('西陵区')}/decision/{name}"


def typed(who: Browser) -> dict[str, str]:
    soup = BeautifulSoup(who.get(page()).text, "html5lib")
    boxes = soup.select("[data-studio-plain] input[name]")
    return {str(box["name"]): str(box["value"]) for box in boxes}


def test_cells_are_typed_and_a_row_is_put(miao: Browser, work: Session) -> None:
    before = kept(work).files["limits.dmn"]
    sent = typed(miao)
    assert sent["limits|limits_rule_1|0"] == '"or"'
    assert miao.post(page(), sent | {"do": "save"}).status_code == 303
    assert (kept(work).files["limits.dmn"], kept(work).revision) == (before, 1)
    sent["limits|limits_rule_1|note"] = "有一项即可"
    assert miao.post(page(), sent | {"do": "add:limits|limits_rule_6"}).status_code == 303
    text = kept(work).files["limits.dmn"]
    assert "有一项即可" in text
    assert len(engine.read_decisions(text.encode(), "limits.dmn")["limits"].tables[0].rules) == 7


def test_what_was_typed_stays_when_somebody_saved_meanwhile(miao: Browser, work: Session) -> None:
    sent = typed(miao)
    miao.post(page(), sent | {"limits|limits_rule_2|note": "甲", "do": "save"})
    late = miao.post(page(), sent | {"limits|limits_rule_1|0": '"and"', "do": "save"})
    assert late.status_code == 409
    soup = BeautifulSoup(late.text, "html5lib")
    assert soup.select_one('[name="limits|limits_rule_1|0"]')["value"] == '"and"'
    assert soup.select_one("[name=revision]")["value"] == "2"
    assert kept(work).files["limits.dmn"].count('"and"') == 3


@pytest.mark.parametrize(("name", "status"), [("nothing.dmn", 404), ("filing.bpmn", 422)])
def test_only_tables_of_the_draft_are_opened(miao: Browser, name: str, status: int) -> None:
    assert miao.get(page(name)).status_code == status


@pytest.mark.parametrize("do", ["", "fly", "drop:limits|nothing", "up:other|x"])
def test_nonsense_is_refused(miao: Browser, work: Session, do: str) -> None:
    assert miao.post(page(), {"revision": "1", "do": do}).status_code == 422
    assert kept(work).revision == 1


def test_columns_and_hit_policy_change_without_script(miao: Browser, work: Session) -> None:
    sent = typed(miao)
    new = {
        "limits|new|label": "人数", "limits|new|reads": "worker_count", "limits|new|type": "number",
    }  # fmt: skip
    answer = miao.post(page(), sent | new | {"do": "input:limits|", "limits|hit": "FIRST"})
    assert answer.status_code == 303
    text = kept(work).files["limits.dmn"]
    assert ('hitPolicy="FIRST"' in text, "worker_count" in text) == (True, True)
    sent = typed(miao)
    assert (sent["limits|head3|label"], sent["limits|limits_rule_1|3"]) == ("人数", "-")
    dropped = miao.post(page(), sent | {"do": "column:limits|3", "limits|hit": "UNIQUE"})
    assert dropped.status_code == 303
    assert "worker_count" not in kept(work).files["limits.dmn"]
    for do in (
        "column:limits|3",
        "column:limits|²",
        "column:limits|",
        "output:limits|",
        "input:x|",
    ):
        refused = miao.post(page(), typed(miao) | {"do": do})
        assert refused.status_code == 422, do
    assert kept(work).revision == 3
