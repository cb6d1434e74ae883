"""Edits by the table of steps: whatever is inserted, changed or removed can be run and is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from pathlib import Path
from typing import TypeVar

import pytest

from app import engine
from app.engine import drafting
from app.engine.check import Bounds, Vocabulary
from app.engine.check_bundle import check_bundle
from app.engine.drafting import Change, InsertAfter, InsertBefore, Level, Remove, Way
from app.engine.drafting.offers import ways_like, ways_out
from app.engine.drafting.sheet import Sheet
from app.engine.policy import read_policy
from app.engine.types import Limit, Party, TaskPolicy
from app.errors import Finding, Invalid
from app.workflow import definitions, forms
from tests.engine.misdrawn import misdrawn, overwritten

KEYS = sorted(path.stem for path in (Path(__file__).parents[2] / "bpmn").glob("*.bpmn"))
TWO_LEVELS = {"filing", "change", "bad_record"}
"""Typed from design.md §5: which processes must pass two levels."""
LEADER = Party(("leader",), "township")
TO_CANVAS = "请在画布上修改"
Made = TypeVar("Made")


def shipped(key: str) -> str:
    return definitions.shipped_files(key)[f"{key}.bpmn"]


def tables(key: str) -> dict[str, bytes]:
    files = definitions.shipped_files(key)
    return {name: text.encode() for name, text in files.items() if name.endswith(".dmn")}


VALUES = {
    "level": ["community", "township", "department"], "grade": ["general", "major"],
    "limit_mode": ["or", "and"], "city_case": [True, False],
}  # fmt: skip
NAMED = {"patrol": {**VALUES, "level": ["", *VALUES["level"]]}}
COUNTED = dict.fromkeys(("failures", "bans_before", "points_before"), Bounds("integer", low=0))
RANKS = ("case", "community", "township", "district", "city")


def above(scope: str, task: TaskPolicy) -> bool:
    """Whether a level of this scope, put beside a step, may come before one of lower rank."""
    ranks = [RANKS.index(party.scope.partition(":")[0]) for party in task.parties]
    return RANKS.index(scope) > min(ranks, default=0)


def faults(
    files: Mapping[str, bytes], key: str, words: Vocabulary, *, early: bool = False
) -> list[Finding]:
    """What is found; without what is rightly said of a level that comes too early."""
    right = {"level-order", "level-skipped"} if early else set[str]()
    return [each for each in check_bundle(files, key, words) if each.code not in right]


def vocabulary(key: str) -> Vocabulary:
    """What the shipped drawing speaks of, and nothing more."""
    files = definitions.shipped_files(key)
    process = engine.parse(files, key)
    read = [forms.read(text, name) for name, text in files.items() if name.endswith(".json")]
    given = {name for form in read for name in form.routing_names} | {"depth", "allowed", "propose"}
    return Vocabulary(
        forms={form.key: sorted(form.routing_names) for form in read},
        routing=(process.routing | {"total", "failures"}) - (given - {"level", "risk_floor"}),
        values={"": NAMED.get(key, VALUES), **{form.key: form.routing_values for form in read}},
        bounds={"": COUNTED, **{form.key: form.routing_bounds for form in read}},
        actions=frozenset(process.actions.values()),
        levels_needed=2 if key in TWO_LEVELS else 0,
        approving=frozenset({"approved", "expired", "repaired"}),
    )


def tasks(text: str, key: str) -> Mapping[str, TaskPolicy]:
    return read_policy(Sheet(text, key).root).tasks


def level(ways: tuple[Way, ...], scope: str = "township") -> Level:
    party = Party(("leader",), scope)
    return Level("街道复核", party, "smallworks/review", ways, Limit(2, "wd"), "乡镇（街道）")


def insertions(text: str, key: str, step: str, scope: str) -> list[drafting.Edit]:
    """Before the step, and after it on each of its ways, like its neighbour."""
    first = InsertBefore(step, level(ways_like(Sheet(text, key), step, after=False), scope))
    like = ways_like(Sheet(text, key), step, after=True)
    ways = ways_out(Sheet(text, key), step)
    return [first, *(InsertAfter(step, way.flow, level(like, scope)) for way in ways)]


def tried(make: Callable[[], Made]) -> tuple[Made | None, str]:
    """What comes of it, or the words in which it is refused."""
    try:
        return make(), ""
    except Invalid as refused:
        return None, refused.message


def edited(text: str, key: str, asked: drafting.Edit) -> tuple[str, str]:
    made, words = tried(lambda: drafting.edit(text, key, asked))
    return made or "", words


@pytest.mark.parametrize("key", KEYS)
def test_a_drawing_that_is_not_changed_is_written_as_it_was(key: str):
    assert Sheet(shipped(key), key).text() == shipped(key)


@pytest.mark.parametrize("key", KEYS)
def test_a_level_inserted_anywhere_checks_and_is_drawn_or_is_refused(key: str):
    text, words, told = shipped(key), vocabulary(key), 0
    assert misdrawn(text, key) == []
    before = overwritten(text, key)
    for (step, task), scope in product(tasks(text, key).items(), ("township", "city")):
        wanted, said = tried(partial(insertions, text, key, step, scope))
        assert wanted is not None or TO_CANVAS in said
        for asked in wanted or ():
            made, said = edited(text, key, asked)
            assert bool(made) is not (TO_CANVAS in said)
            if made:
                told += 1
                drawn = {**tables(key), f"{key}.bpmn": made.encode()}
                assert faults(drawn, key, words, early=above(scope, task)) == [], asked
                assert misdrawn(made, key) == [], asked
                assert overwritten(made, key) <= before, asked
    assert told


def test_a_city_level_before_the_community_is_out_of_rank():
    text, words = shipped("filing"), vocabulary("filing")
    first = insertions(text, "filing", "community_check", "city")[0]
    drawn = {**tables("filing"), "filing.bpmn": drafting.edit(text, "filing", first).encode()}
    found = faults(drawn, "filing", words)
    assert {each.code for each in found} == {"level-order", "level-skipped"}
    assert all("step_1" in each.path for each in found if each.code == "level-order")


@pytest.mark.parametrize("key", KEYS)
def test_a_step_removed_checks_or_the_reason_is_said(key: str):
    text, words = shipped(key), vocabulary(key)
    for step in tasks(text, key):
        made, said = edited(text, key, Remove(step))
        assert bool(made) is not bool(said)
        if made:
            drawn = {**tables(key), f"{key}.bpmn": made.encode()}
            assert all(each.message for each in check_bundle(drawn, key, words))
            assert misdrawn(made, key) == []
            assert f'id="{step}"' not in made


def same(task: TaskPolicy, **other: object) -> Change:
    labels = tuple((each.key, each.label) for each in task.outcomes)
    said: dict[str, object] = {
        "name": task.name, "parties": task.parties, "form": task.form, "labels": labels,
        "limit": task.limit, "sign": task.sign, "each": task.each,
    }  # fmt: skip
    return Change(task.element, **(said | other))  # type: ignore[arg-type]


@pytest.mark.parametrize("key", KEYS)
def test_a_limit_or_a_role_goes_there_and_back(key: str):
    text = shipped(key)
    for step, task in tasks(text, key).items():
        made, said = edited(text, key, same(task))
        if not made:
            assert TO_CANVAS in said
            continue
        assert made == text
        there = drafting.edit(text, key, same(task, limit=Limit(7, "wd")))
        assert tasks(there, key)[step].limit == Limit(7, "wd")
        assert drafting.edit(there, key, same(task)) == text
        if len(task.parties) == 1:
            other = drafting.edit(text, key, same(task, parties=(LEADER,)))
            assert tasks(other, key)[step].parties == (LEADER,)
            back = drafting.edit(other, key, same(task))
            assert tasks(back, key)[step] == task


def test_a_level_walks_in_the_engine_and_its_return_leads_back():
    text = shipped("filing")
    like = ways_like(Sheet(text, "filing"), "township_review", after=False)
    assert [(way.key, way.target) for way in like] == [
        ("approve", ""), ("return", "correction"), ("reject", "rejected_by_township"),
        ("refer", "refer_permit"),
    ]  # fmt: skip
    made = drafting.edit(text, "filing", InsertBefore("township_review", level(like)))
    process = engine.parse({**tables("filing"), "filing.bpmn": made}, "filing")
    assert process.tasks["step_1"].parties == (LEADER,)
    assert process.tasks["step_1"].limit == Limit(2, "wd")
    assert [each.key for each in process.tasks["step_1"].outcomes] == [
        "approve", "return", "reject", "refer",
    ]  # fmt: skip
    assert process.results["step_1_reject"] == "rejected"


def test_a_small_edit_is_a_small_difference():
    text = shipped("filing")
    task = tasks(text, "filing")["township_review"]
    made = drafting.edit(text, "filing", same(task, limit=Limit(5, "wd"), name="街道审核"))
    changed = [
        pair
        for pair in zip(text.splitlines(), made.splitlines(), strict=True)
        if pair[0] != pair[1]
    ]
    assert len(changed) == 1
    assert 'name="街道审核"' in changed[0][1]
    assert 'flow:sla="5wd"' in changed[0][1]


def test_what_a_table_cannot_say_is_refused():
    text = shipped("rectification")
    with pytest.raises(Invalid, match="共用网关“同意延期？”"):
        drafting.edit(
            text, "rectification",
            InsertAfter("extend_community", "f_granted", level((Way("approve", "同意"),))),
        )  # fmt: skip
    with pytest.raises(Invalid, match="分环节"):
        drafting.edit(shipped("stop_work"), "stop_work", Remove("confirm_stop"))
    with pytest.raises(Invalid, match="“现场核查”只有经过“乡镇审核”"):
        drafting.edit(shipped("filing"), "filing", Remove("township_review"))
    for key, step, back in (
        ("completion", "correction", "“现场核查”的“退回”会回到它自己"),
        ("accident", "correction", "“确认事故”的“退回更正”会回到它自己"),
        ("filing", "site_check", "“乡镇审核”的“现场核查”会回到它自己"),
        ("filing", "correction", "“社区初审”的“退回补正”会回到它自己"),
    ):
        with pytest.raises(Invalid, match=back):
            drafting.edit(shipped(key), key, Remove(step))
    twice = (Way("approve", "同意"), Way("approve", "通过", "correction"))
    with pytest.raises(Invalid, match="重复"):
        drafting.edit(shipped("filing"), "filing", InsertBefore("city_review", level(twice)))


def test_outcomes_come_and_go_with_their_flows():
    text = shipped("change")
    asked = drafting.AddOutcome("community_check", Way("refer", "转乡镇", "township_review"))
    made = drafting.edit(text, "change", asked)
    assert [each.key for each in tasks(made, "change")["community_check"].outcomes][-1] == "refer"
    assert misdrawn(made, "change") == []
    drawn = {**tables("change"), "change.bpmn": made.encode()}
    found = faults(drawn, "change", vocabulary("change"))
    told = {each.code for each in found}
    assert told == {"levels", "level-skipped", "level-order"}, "who refers has not let it pass"
    assert drafting.edit(made, "change", drafting.DropOutcome("community_check", "refer")) == text


def test_a_new_outcome_is_not_swallowed_and_a_default_is_not_dropped_with_another():
    text = shipped("filing")
    new = drafting.AddOutcome("community_check", Way("choice_1", "存疑", "correction"))
    assert drafting.edit(text, "filing", new) != text
    loose = text.replace('outcome = "approve"', 'outcome != "return"', 1)
    with pytest.raises(Invalid, match="一并带走"):
        drafting.edit(loose, "filing", new)
    to_city = 'outcome = "escalate" or (outcome = "approve" and depth = "city")'
    default = text.replace('id="district_gate"', 'id="district_gate" default="f_to_city"', 1)
    default = default.replace(to_city, 'outcome = "escalate"', 1)
    ways = {
        way.flow: way.keys for way in ways_out(Sheet(default, "filing"), "district_countersign")
    }
    assert ways["f_to_city"] == ("approve", "escalate")
    with pytest.raises(Invalid, match="走同一条连线"):
        drafting.edit(default, "filing", drafting.DropOutcome("district_countersign", "escalate"))
