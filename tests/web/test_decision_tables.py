"""The page of a decision table: each cell is a box, each press one save of the draft."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session

from app import engine
from app.engine.drafting.tables import Tables
from tests.web.test_form_design import kept, miao
from tests.web.visitors import Browser, place

__all__ = ["miao"]


def page(name: str = "limits.dmn") -> str:
    return f"/flows/filing/draft/{place('西陵区')}/decision/{name}"


def again(text: str) -> dict[str, str]:
    """What the boxes of a page would send as they stand."""
    soup = BeautifulSoup(text, "html5lib")
    boxes = soup.select("[data-studio-plain] input[name]")
    return {str(box["name"]): str(box["value"]) for box in boxes}


def typed(who: Browser) -> dict[str, str]:
    return again(who.get(page()).text)


def name_of(who: Browser, box: str) -> str:
    """The name under which a box of the page is sent."""
    soup = BeautifulSoup(who.get(page()).text, "html5lib")
    (found,) = soup.select(f"#{box}")
    return str(found["name"])


def column(who: Browser, at: int) -> str:
    """The button that drops the column at that place."""
    soup = BeautifulSoup(who.get(page()).text, "html5lib")
    return str(soup.select('button[value^="column:"]')[at]["value"])


def test_cells_are_typed_and_a_row_is_put(miao: Browser, work: Session) -> None:
    before = kept(work).files["limits.dmn"]
    sent = typed(miao)
    assert sent[name_of(miao, "limits-1-0")] == '"or"'
    assert miao.post(page(), sent | {"do": "save"}).status_code == 303
    assert (kept(work).files["limits.dmn"], kept(work).revision) == (before, 1)
    sent["limits|limits_rule_1|note"] = "有一项即可"
    assert miao.post(page(), sent | {"do": "add:limits|limits_rule_6"}).status_code == 303
    text = kept(work).files["limits.dmn"]
    assert "有一项即可" in text
    assert len(engine.read_decisions(text.encode(), "limits.dmn")["limits"].tables[0].rules) == 7


def test_what_was_typed_stays_when_somebody_saved_meanwhile(miao: Browser, work: Session) -> None:
    sent = typed(miao)
    box = name_of(miao, "limits-1-0")
    miao.post(page(), sent | {"limits|limits_rule_2|note": "甲", "do": "save"})
    late = miao.post(page(), sent | {box: '"and"', "do": "save"})
    assert late.status_code == 409
    soup = BeautifulSoup(late.text, "html5lib")
    assert soup.select_one("#limits-1-0")["value"] == '"and"'
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
    head, cell = name_of(miao, "limits-head3-label"), name_of(miao, "limits-1-3")
    assert (sent[head], sent[cell]) == ("人数", "-")
    dead = column(miao, 3)
    dropped = miao.post(page(), sent | {head: "人", "do": dead, "limits|hit": "UNIQUE"})
    assert dropped.status_code == 303
    assert "worker_count" not in kept(work).files["limits.dmn"]
    for do in (
        dead,
        "column:limits|²",
        "column:limits|",
        "output:limits|",
        "input:x|",
    ):
        refused = miao.post(page(), typed(miao) | {"do": do})
        assert refused.status_code == 422, do
    assert kept(work).revision == 3


def colleague(app: Flask) -> Browser:
    """宁远山, who may change the same draft."""
    made = Browser(app)
    made.sign_in("ningyuanshan")
    return made


def test_what_was_typed_never_lands_in_another_column(
    miao: Browser, app: Flask, work: Session
) -> None:
    sent = typed(miao) | {name_of(miao, "limits-2-1"): "false", "do": "save"}
    chief = colleague(app)
    assert chief.post(page(), typed(chief) | {"do": column(chief, 0)}).status_code == 303
    dropped = kept(work).files["limits.dmn"]
    late = miao.post(page(), sent)
    assert late.status_code == 409
    assert "宁远山保存过这份草稿，改了列" in late.text
    soup = BeautifulSoup(late.text, "html5lib")
    assert [soup.select_one(f"#limits-head{at}-reads")["value"] for at in (1, 2)] == [
        typed(miao)[name_of(miao, "limits-head1-reads")], "in_limit",
    ]  # fmt: skip
    assert soup.select_one("#limits-2-0")["value"] == "false"
    assert miao.post(page(), again(late.text) | {"do": "save"}).status_code == 303
    (before,), (after,) = (Tables(text, "limits.dmn").grids() for text in (
        dropped, kept(work).files["limits.dmn"],
    ))  # fmt: skip
    assert (after.heads, after.types) == (before.heads, before.types)
    assert after.rows[1].cells == ("false", *before.rows[1].cells[1:])
    assert after.rows[0] == before.rows[0]


def test_a_head_that_somebody_changed_stays_as_it_is_now(
    miao: Browser, app: Flask, work: Session
) -> None:
    sent = typed(miao) | {name_of(miao, "limits-1-0"): '"and"', "do": "save"}
    chief = colleague(app)
    label = name_of(chief, "limits-head0-label")
    assert chief.post(page(), typed(chief) | {label: "口径", "do": "save"}).status_code == 303
    late = miao.post(page(), sent)
    assert late.status_code == 409
    assert miao.post(page(), again(late.text) | {"do": "save"}).status_code == 303
    (grid,) = Tables(kept(work).files["limits.dmn"], "limits.dmn").grids()
    assert (grid.heads[0][0], grid.rows[0].cells[0]) == ("口径", '"and"')


def test_heads_and_cells_typed_at_once_survive_a_refusal(miao: Browser, work: Session) -> None:
    head, cell = name_of(miao, "limits-head0-reads"), name_of(miao, "limits-1-0")
    sent = typed(miao) | {head: "limit_kind", cell: '"and"', "do": "save"}
    late = miao.post(page(), sent | {"revision": "7"})
    assert late.status_code == 409
    assert miao.post(page(), again(late.text) | {"do": "save"}).status_code == 303
    (grid,) = Tables(kept(work).files["limits.dmn"], "limits.dmn").grids()
    assert (grid.heads[0][1], grid.rows[0].cells[0]) == ("limit_kind", '"and"')


@pytest.mark.parametrize("do", ["save", "add:limits|limits_rule_1"])
def test_a_new_column_that_was_not_added_is_kept_and_named(
    miao: Browser, work: Session, do: str
) -> None:
    half = {"limits|new|reads": "worker_count", "limits|new|type": "number"}
    refused = miao.post(page(), typed(miao) | half | {"do": do})
    assert (refused.status_code, kept(work).revision) == (422, 1)
    assert "新的一列还没有加上" in refused.text
    soup = BeautifulSoup(refused.text, "html5lib")
    assert soup.select_one("#limits-new-reads")["value"] == "worker_count"
    assert soup.select_one("#limits-new-type [selected]")["value"] == "number"
    assert soup.select_one("details.more[open] #limits-new-reads")
    added = miao.post(page(), again(refused.text) | half | {"do": "input:limits|"})
    assert (added.status_code, "worker_count" in kept(work).files["limits.dmn"]) == (303, True)


def test_the_enter_key_presses_the_saving(miao: Browser) -> None:
    """A browser takes the first button of a form for it."""
    soup = BeautifulSoup(miao.get(page()).text, "html5lib")
    first = soup.select_one("[data-studio-plain] form button")
    assert first["value"] == "save"
