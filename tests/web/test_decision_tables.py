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
    boxes = soup.select("[data-studio-plain] input[name]:not([type=checkbox])")
    lists = soup.select("[data-studio-plain] select[name]:has([selected])")
    chosen = {str(one["name"]): str(one.select_one("[selected]")["value"]) for one in lists}
    return {str(box["name"]): str(box["value"]) for box in boxes} | chosen


def offered(text: str) -> dict[str, str]:
    """What of an earlier page may be taken, by the ids of the boxes that it stands beside."""
    soup = BeautifulSoup(text, "html5lib")
    found = {}
    for one in soup.select("[data-studio-plain] input[type=checkbox]"):
        box = soup.find(attrs={"name": str(one["name"]).removeprefix("mine|")})
        found[str(box["id"])] = str(one["value"])
        assert not one.has_attr("checked")
    return found


def taken(text: str, *boxes: str) -> dict[str, str]:
    """What a page sends where these offers are taken."""
    soup = BeautifulSoup(text, "html5lib")
    mine = {f"mine|{soup.select_one('#' + box)['name']}": offered(text)[box] for box in boxes}
    return again(text) | mine


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
    sent[name_of(miao, "limits-1-note")] = "有一项即可"
    assert miao.post(page(), sent | {"do": "add:limits|limits_rule_6"}).status_code == 303
    text = kept(work).files["limits.dmn"]
    assert "有一项即可" in text
    assert len(engine.read_decisions(text.encode(), "limits.dmn")["limits"].tables[0].rules) == 7


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
    hit = name_of(miao, "limits-hit")
    answer = miao.post(page(), sent | new | {"do": "input:limits|", hit: "FIRST"})
    assert answer.status_code == 303
    text = kept(work).files["limits.dmn"]
    assert ('hitPolicy="FIRST"' in text, "worker_count" in text) == (True, True)
    sent = typed(miao)
    head, cell = name_of(miao, "limits-head3-label"), name_of(miao, "limits-1-3")
    assert (sent[head], sent[cell]) == ("人数", "-")
    dead = column(miao, 3)
    hit = name_of(miao, "limits-hit")
    dropped = miao.post(page(), sent | {head: "人", "do": dead, hit: "UNIQUE"})
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


def value(text: str, box: str) -> str:
    """What a box of the page shows."""
    soup = BeautifulSoup(text, "html5lib")
    one = soup.select_one(f"#{box}")
    return str((one.select_one("[selected]") if one.name == "select" else one)["value"])


def test_who_comes_second_sees_what_is_kept_and_is_offered_what_they_typed(
    miao: Browser, app: Flask, work: Session
) -> None:
    mine = typed(miao) | {name_of(miao, "limits-2-1"): "true", "do": "save"}
    mine |= {name_of(miao, "limits-1-note"): "甲", name_of(miao, "limits-hit"): "FIRST"}
    chief = colleague(app)
    theirs = typed(chief) | {name_of(chief, "limits-3-1"): "true", "do": "save"}
    theirs |= {name_of(chief, "limits-1-note"): "乙", name_of(chief, "limits-hit"): "ANY"}
    assert chief.post(page(), theirs).status_code == 303
    before = kept(work).files["limits.dmn"]
    late = miao.post(page(), mine)
    assert (late.status_code, kept(work).files["limits.dmn"]) == (409, before)
    assert "宁远山保存过这份草稿" in late.text
    assert "用您写的：取最先命中的一行" in " ".join(late.text.split())
    shown = {box: value(late.text, box) for box in (
        "limits-3-1", "limits-2-1", "limits-1-note", "limits-hit",
    )}  # fmt: skip
    assert shown == {
        "limits-3-1": "true", "limits-2-1": "false", "limits-1-note": "乙", "limits-hit": "ANY",
    }  # fmt: skip
    assert offered(late.text) == {
        "limits-2-1": "true", "limits-1-note": "甲", "limits-hit": "FIRST",
    }  # fmt: skip
    assert miao.post(page(), again(late.text) | {"do": "save"}).status_code == 303
    assert kept(work).files["limits.dmn"] == before  # nothing was taken
    some = taken(late.text, "limits-2-1", "limits-hit")
    assert miao.post(page(), some | {"do": "save"}).status_code == 303
    (grid,) = Tables(kept(work).files["limits.dmn"], "limits.dmn").grids()
    assert (grid.hit, grid.rows[0].note) == ("FIRST", "乙")
    assert (grid.rows[1].cells[1], grid.rows[2].cells[1]) == ("true", "true")


def test_what_was_taken_and_refused_again_is_offered_again(
    miao: Browser, app: Flask, work: Session
) -> None:
    mine = typed(miao) | {name_of(miao, "limits-2-1"): "true", "do": "save"}
    chief = colleague(app)
    for note in ("乙", "丙"):
        theirs = typed(chief) | {name_of(chief, "limits-1-note"): note, "do": "save"}
        assert chief.post(page(), theirs).status_code == 303
        late = miao.post(page(), mine)
        assert (late.status_code, offered(late.text)) == (409, {"limits-2-1": "true"})
        assert value(late.text, "limits-1-note") == note
        mine = taken(late.text, "limits-2-1") | {"do": "save"}
    assert miao.post(page(), mine).status_code == 303
    (grid,) = Tables(kept(work).files["limits.dmn"], "limits.dmn").grids()
    assert (grid.rows[1].cells[1], grid.rows[0].note) == ("true", "丙")


def test_the_same_page_sent_twice_is_kept_once(miao: Browser, app: Flask, work: Session) -> None:
    mine = typed(miao) | {name_of(miao, "limits-2-1"): "true", "do": "save"}
    chief = colleague(app)
    assert miao.post(page(), mine).status_code == 303
    theirs = typed(chief) | {name_of(chief, "limits-1-note"): "乙", "do": "save"}
    assert chief.post(page(), theirs).status_code == 303
    before = kept(work).files["limits.dmn"]
    assert miao.post(page(), mine).status_code == 303  # all that was typed is there
    assert kept(work).files["limits.dmn"] == before
    assert miao.post(page(), mine | {"do": "add:limits|limits_rule_1"}).status_code == 409
    assert kept(work).files["limits.dmn"] == before


def test_what_was_typed_never_lands_in_another_column(
    miao: Browser, app: Flask, work: Session
) -> None:
    sent = typed(miao) | {name_of(miao, "limits-2-1"): "null", "do": "save"}
    sent |= {name_of(miao, "limits-2-0"): '"gone"', name_of(miao, "limits-head0-label"): "口径"}
    chief = colleague(app)
    assert chief.post(page(), typed(chief) | {"do": column(chief, 0)}).status_code == 303
    dropped = kept(work).files["limits.dmn"]
    late = miao.post(page(), sent)
    assert late.status_code == 409
    for lost in ("&#34;gone&#34;", "口径"):
        assert f"您写在改过或删去的行、列里的：{lost}" in late.text
    assert value(late.text, "limits-head2-reads") == "in_limit"
    assert (value(late.text, "limits-2-0"), offered(late.text)) == ("false", {"limits-2-0": "null"})
    assert miao.post(page(), taken(late.text, "limits-2-0") | {"do": "save"}).status_code == 303
    (before,), (after,) = (Tables(text, "limits.dmn").grids() for text in (
        dropped, kept(work).files["limits.dmn"],
    ))  # fmt: skip
    assert (after.heads, after.types) == (before.heads, before.types)
    assert after.rows[1].cells == ("null", *before.rows[1].cells[1:])
    assert after.rows[0] == before.rows[0]


def test_a_head_that_somebody_changed_stays_as_it_is_now(
    miao: Browser, app: Flask, work: Session
) -> None:
    sent = typed(miao) | {name_of(miao, "limits-1-0"): '"and"', "do": "save"}
    chief = colleague(app)
    label = name_of(chief, "limits-head0-label")
    assert chief.post(page(), typed(chief) | {label: "口径", "do": "save"}).status_code == 303
    late = miao.post(page(), sent)
    assert (late.status_code, offered(late.text)) == (409, {"limits-1-0": '"and"'})
    assert miao.post(page(), taken(late.text, "limits-1-0") | {"do": "save"}).status_code == 303
    (grid,) = Tables(kept(work).files["limits.dmn"], "limits.dmn").grids()
    assert (grid.heads[0][0], grid.rows[0].cells[0]) == ("口径", '"and"')


def test_heads_and_cells_typed_at_once_survive_a_refusal(miao: Browser, work: Session) -> None:
    head, cell = name_of(miao, "limits-head0-reads"), name_of(miao, "limits-1-0")
    sent = typed(miao) | {head: "limit_kind", cell: '"and"', "do": "save"}
    half = miao.post(page(), sent | {"limits|new|reads": "worker_count"})
    assert half.status_code == 422
    assert value(half.text, "limits-1-0") == '"and"'
    late = miao.post(page(), again(half.text) | {"revision": "7", "do": "save"})
    assert late.status_code == 409  # what was typed is known for it, though shown once before
    boxes = ("limits-head0-reads", "limits-1-0")
    assert offered(late.text) == {"limits-head0-reads": "limit_kind", "limits-1-0": '"and"'}
    assert value(late.text, "limits-new-reads") == "worker_count"
    whole = taken(late.text, *boxes) | {"limits|new|reads": "", "do": "save"}
    assert miao.post(page(), whole).status_code == 303
    (grid,) = Tables(kept(work).files["limits.dmn"], "limits.dmn").grids()
    assert (grid.heads[0][1], grid.rows[0].cells[0]) == ("limit_kind", '"and"')


def test_a_page_that_holds_no_table_is_not_said_to_be_kept(miao: Browser, work: Session) -> None:
    refused = miao.post(page(), {"revision": "1", "do": "save"})
    assert (refused.status_code, "没有收到表格的内容" in refused.text) == (422, True)


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


def test_a_new_column_on_a_page_that_is_late_is_not_thanked_for_and_lost(
    miao: Browser, app: Flask, work: Session
) -> None:
    half = {"limits|new|label": "人数", "limits|new|reads": "worker_count", "do": "save"}
    mine, chief = typed(miao) | half, colleague(app)
    theirs = typed(chief) | {name_of(chief, "limits-1-note"): "乙", "do": "save"}
    assert chief.post(page(), theirs).status_code == 303
    late = miao.post(page(), mine)
    assert late.status_code == 409
    assert value(late.text, "limits-new-reads") == "worker_count"
