"""The checklist: what is shipped, what which site is asked, and how governments change it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import Conflict, Forbidden, Invalid
from app.identity.models import Unit
from app.smallworks.patrols import checklist, editing, words
from app.smallworks.patrols.editing import Typed
from app.smallworks.patrols.models import ChecklistItem, Patrol
from app.smallworks.patrols.sites import UNFILED, Site
from tests.identity import people
from tests.smallworks.patrols.visits import answer_all, begin, codes, conclude, filed
from tests.smallworks.town import Town, staff

GRADES = {
    # group: (general, major), typed from the table of the domain
    "papers": (3, 2), "person": (1, 2), "height": (2, 3), "power": (2, 1), "hot_work": (2, 2),
    "confined": (0, 2), "demolition": (0, 3), "excavation": (1, 2), "lifting": (1, 1),
    "order": (2, 1),
}  # fmt: skip


def district() -> Unit:
    return people.unit("西陵区", "district")


def asked(site: Site, at) -> set[str]:
    unit = district()
    items = checklist.of_place(session(), (unit.id, unit.parent_id), at)
    return {item.group for item in checklist.for_site(items, site)}


def test_the_shipped_list_is_the_table_of_the_domain(town: Town):
    rows = session().scalars(select(ChecklistItem)).all()
    found = {
        group: (
            sum(row.group == group and row.grade == "general" for row in rows),
            sum(row.group == group and row.grade == "major" for row in rows),
        )
        for group in words.GROUPS
    }
    assert found == GRADES
    assert all(row.text and row.rule and row.measure for row in rows)
    assert len({row.code for row in rows}) == len(rows)


def test_it_is_seeded_once(town: Town):
    before = session().scalars(select(ChecklistItem.id)).all()
    checklist.seed(town.at)
    assert session().scalars(select(ChecklistItem.id)).all() == before


@pytest.mark.parametrize(
    ("site", "more"),
    [
        (Site("small_work", "house_build", "low"), set()),
        (Site("small_work", "house_build", "high", frozenset({"height"})), {"height"}),
        (Site("small_work", "house_build", "high", frozenset({"scaffold"})), {"height"}),
        (Site("odd_job", "billboard", "high"), {"height"}),
        (Site("odd_job", "hot_work", "high"), {"hot_work"}),
        (Site("odd_job", "confined_space", "high", frozenset({"confined"})), {"confined"}),
        (Site("odd_job", "earthwork", "high"), {"excavation"}),
        (Site("odd_job", "lifting", "high", frozenset({"lifting"})), {"lifting"}),
        (Site("small_work", "home_decoration", "low"), {"demolition"}),
        (UNFILED, set(GRADES)),
    ],
)
def test_a_site_is_asked_what_fits_it(town: Town, site: Site, more: set[str]):
    always = {"papers", "person", "power", "order"}
    assert asked(site, town.at) == always | more


NEW = Typed("order", "门口有人值守", "本区要求", "安排人值守", "general")


def test_a_district_asks_more_than_its_city(town: Town):
    item = editing.set_item(staff("jinhezhu", town.at), district().id, NEW, at=town.at)
    patrol = begin(town, filed(town))
    assert item.code in codes(patrol)
    row = session().get_one(ChecklistItem, item.id)
    assert (row.unit_id, row.set_by_id) == (district().id, staff("jinhezhu", town.at).id)


def test_a_visit_keeps_what_it_was_asked(town: Town):
    keeper = staff("jinhezhu", town.at)
    old = editing.set_item(keeper, district().id, NEW, at=town.at)
    patrol = begin(town, filed(town))
    changed = Typed("order", "门口有人值守并登记", "", "安排人值守并登记", "major")
    new = editing.set_item(keeper, district().id, changed, old.id, at=town.at)
    assert (new.code, new.replaces_id) == (old.code, old.id)
    answer_all(town, patrol)
    assert conclude(town, patrol, "normal").result == "done"
    session().rollback()
    kept = checklist.of_patrol(session(), session().get_one(Patrol, patrol.id))
    texts = {row.code: row.text for row in kept}
    assert texts[old.code] == "门口有人值守"


def test_what_is_dropped_is_asked_no_more_and_stays(town: Town):
    keeper = staff("jinhezhu", town.at)
    item = editing.set_item(keeper, district().id, NEW, at=town.at)
    editing.drop_item(keeper, item.id, at=town.at)
    editing.drop_item(keeper, item.id, at=town.at)
    assert item.code not in codes(begin(town, filed(town)))
    assert session().get_one(ChecklistItem, item.id).valid_to == town.at


def test_of_two_who_edit_the_same_version_the_second_is_told(town: Town):
    keeper = staff("jinhezhu", town.at)
    old = editing.set_item(keeper, district().id, NEW, at=town.at)
    editing.set_item(keeper, district().id, NEW, old.id, at=town.at)
    with pytest.raises(Conflict):
        editing.set_item(keeper, district().id, NEW, old.id, at=town.at)


def test_nobody_edits_anothers_list(town: Town):
    keeper = staff("jinhezhu", town.at)
    city = district().parent_id or ""
    with pytest.raises(Forbidden):
        editing.set_item(keeper, city, NEW, at=town.at)
    with pytest.raises(Forbidden):
        editing.set_item(keeper, people.unit("夷陵区", "district").id, NEW, at=town.at)
    theirs = session().scalars(select(ChecklistItem).where(ChecklistItem.unit_id == city)).first()
    assert theirs
    with pytest.raises(Forbidden):
        editing.drop_item(keeper, theirs.id, at=town.at)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Typed("order", "", "", "安排人值守", "general"), "text"),
        (Typed("order", "门口有人", "", "", "general"), "measure"),
        (Typed("nowhere", "门口有人", "", "安排人", "general"), "group"),
        (Typed("order", "门口有人", "", "安排人", "huge"), "grade"),
        (Typed("order", "字" * 201, "", "安排人", "general"), "text"),
        (Typed("order", "门口有人", "", "安排人", "general", {"flags": ["wind"]}), "flags"),
    ],
)
def test_an_item_is_complete(town: Town, typed: Typed, field: str):
    with pytest.raises(Invalid) as refused:
        editing.set_item(staff("jinhezhu", town.at), district().id, typed, at=town.at)
    assert set(refused.value.fields) == {field}
