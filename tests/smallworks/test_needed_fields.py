"""What the domain's code reads of a form stays in it, whatever a district makes of the rest."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app.errors import Invalid
from app.workflow import definitions, forms, kinds, publishing, reads
from app.workflow.studio.designing import Sketch
from app.workflow.studio.designing.users import Usage, refuse_used
from tests.house.tree import ROOT

KEYS = definitions.shipped_keys()
FILES = definitions.shipped_files("filing")
NAME = "forms/smallworks/filing.json"
Said = dict[str, Any]
READERS = {"_text", "_yes", "_number", "_day", "said"}
HELD = {"values", "answers", "filed"}
TOLD_OTHERWISE = {"opinion", "missing_items", "checkers"}
"""Read where a step asks for them; where a district's form asks something else, a word of ours, or
who pressed, stands in for it.
"""


@pytest.fixture(autouse=True)
def _known(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.parametrize("key", KEYS)
def test_the_shipped_forms_have_all_that_is_read(key: str) -> None:
    files = definitions.shipped_files(key)
    needed = publishing.needed(files, key)
    assert needed.keys() == kinds.of(key).reads.keys()
    for name, measures in needed.items():
        form = forms.read(files[f"forms/{name}.json"], f"forms/{name}.json")
        assert reads.lost(form, measures) == []


def test_what_code_reads_is_declared() -> None:
    declared = {
        path.partition(".")[2] or path
        for key in KEYS
        for some in kinds.of(key).reads.values()
        for path in (*some.fields, *some.answers)
    }
    declared |= {
        path.partition(".")[0]
        for key in KEYS
        for some in kinds.of(key).reads.values()
        for path in (*some.fields, *some.answers)
    }
    asked = {
        field
        for path in (ROOT / "forms").glob("*/*.json")
        for field in json.loads(path.read_text("utf-8"))["schema"]["properties"]
    }
    found = {word for path in (ROOT / "app/smallworks").rglob("*.py")
             if "sample" not in path.parts
             for word in read_there(path.read_text("utf-8"))}  # fmt: skip
    assert {"special_site", "name", "contractor_id_no", "started_on", "stars", "grounds"} <= found
    assert sorted((found & asked) - declared - TOLD_OTHERWISE) == []


def read_there(source: str) -> Iterator[str]:
    """The names that code takes out of what a form said."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript) and last(node.value) in HELD:
            words: list[ast.expr] = [node.slice]
        elif isinstance(node, ast.Call) and last(node.func) == "get":
            held = isinstance(node.func, ast.Attribute) and last(node.func.value) in HELD
            words = node.args[:1] if held else []
        elif isinstance(node, ast.Call) and last(node.func) in READERS:
            words = node.args
        else:
            continue
        for word in words:
            if isinstance(word, ast.Constant) and isinstance(word.value, str):
                yield word.value


def last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


# ---- the gate


def without(key: str) -> Callable[[Said], None]:
    def change(said: Said) -> None:
        made = Sketch(json.dumps(said, ensure_ascii=False), NAME)
        made.drop(key)
        said.clear()
        said.update(made.said)

    return change


def set_to(key: str, **words: Any) -> Callable[[Said], None]:
    return lambda said: said["schema"]["properties"][key].update(words)


def shown_if(key: str, when: Any) -> Callable[[Said], None]:
    return lambda said: said["ui"].setdefault(key, {}).update({"ui:showIf": when})


def freely(key: str) -> Callable[[Said], None]:
    return lambda said: said["schema"]["required"].remove(key)


def no_column(said: Said) -> None:
    said["schema"]["properties"]["workers"]["items"]["properties"].pop("cert_valid_to")


def no_rule(said: Said) -> None:
    rules = said["schema"]["allOf"]
    rules[:] = [rule for rule in rules if "id_no" not in rule["then"]["required"]]


def any_number(said: Said) -> None:
    field = said["schema"]["properties"]["contractor_id_no"]
    field.pop("x-check")
    field.pop("format")
    field["maxLength"] = 40


def one_site_less(said: Said) -> None:
    said["schema"]["properties"]["special_site"]["oneOf"].pop()


def unseen(said: Said) -> None:
    said["ui"]["investment_wan"]["ui:widget"] = "hidden"


def changed(change: Callable[[Said], None]) -> list[str]:
    said = json.loads(FILES[NAME])
    change(said)
    files = FILES | {NAME: json.dumps(said, ensure_ascii=False)}
    needed = publishing.needed(files, "filing")["smallworks/filing"]
    return [one.words for one in reads.lost(forms.read(files[NAME], NAME), needed)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("special_site"), "“是否跨县市区或市管工地”，请加回来（编号 special_site）"),
        (without("lng"), "“经度”，请加回来（编号 lng）"),
        (without("truthful"), "“以上内容和材料真实，愿承担不实的责任”，请加回来（编号 truthful）"),
        (no_column, "“证书有效期至”，请加回来（编号 workers.cert_valid_to）"),
        (freely("name"), "“工程（作业）名称”，原来必填的仍要必填，请改回来"),
        (no_rule, "“业主身份证号”，原来必填的仍要必填，请改回来"),
        (set_to("address", format="date"), "“详细地址”，类型和格式不能改，请改回来"),
        (any_number, "“工匠身份证号”，类型和格式不能改，请改回来"),
        (
            shown_if("owner_name", {"kind": {"const": "small_work"}}),
            "“业主姓名或单位名称”，不能隐藏，也不能加显示条件，请改回来",
        ),
        (
            shown_if("id_no", {"owner_type": {"const": "person"}, "kind": {"const": "odd_job"}}),
            "“业主身份证号”，不能隐藏，也不能加显示条件，请改回来",
        ),
        (unseen, "“投资额”，不能隐藏，也不能加显示条件，请改回来"),
        (one_site_less, "“是否跨县市区或市管工地”，请把选项“市管工地”加回来"),
    ],
)
def test_what_is_taken_away_is_said_by_its_title(change: Callable[[Said], None], said: str) -> None:
    assert changed(change) == [f"这个事项要用到{said}"]


@pytest.mark.parametrize(
    "change",
    [
        without("insurance_no"),
        without("planning_consent"),
        set_to("name", title="项目名称", maxLength=80),
        without("neighbour_notice"),
        shown_if(
            "id_no",
            [{"owner_type": {"const": "person"}}, {"owner_type": {"const": "organisation"}}],
        ),
        shown_if("measures", {"kind": {"const": "small_work"}}),
    ],
)
def test_the_rest_is_a_districts_own(change: Callable[[Said], None]) -> None:
    assert changed(change) == []


def test_an_emptied_form_is_refused_by_the_check() -> None:
    said = json.loads(FILES[NAME])
    for key in ("special_site", "lng", "signer"):
        without(key)(said)
    files = FILES | {NAME: json.dumps(said, ensure_ascii=False)}
    found = [one for one in publishing.faults(files, "filing") if one.code == "form-reads"]
    assert {one.element for one in found} == {
        "forms/smallworks/filing.json#/special_site",
        "forms/smallworks/filing.json#/lng",
        "forms/smallworks/filing.json#/signer",
    }


@pytest.mark.parametrize("attribute", ["startForm", "form"])
def test_a_copy_in_its_place_is_judged_as_well(attribute: str) -> None:
    """`startForm` of the filing, and `form` of its step 督办施工许可."""
    name, lost = {
        "startForm": ("smallworks/filing", "special_site"),
        "form": ("smallworks/permit", "permit_no"),
    }[attribute]
    own = Sketch(FILES[f"forms/{name}.json"], f"forms/{name}.json")
    own.drop(lost)
    file, text = own.copied("本区自用", FILES)
    drawn = FILES["filing.bpmn"].replace(
        f'flow:{attribute}="{name}"', f'flow:{attribute}="{file[6:-5]}"'
    )
    needed = publishing.needed(FILES | {file: text, "filing.bpmn": drawn}, "filing")
    found = reads.lost(forms.read(text, file), needed[file[6:-5]])
    assert [one.path for one in found] == [lost]


# ---- the designer


def test_the_designer_lets_go_only_what_nothing_needs() -> None:
    gone = set()
    needed = publishing.needed(FILES, "filing")["smallworks/filing"]
    made = Sketch(FILES[NAME], NAME)
    for key in made.order:
        usage = Usage(FILES, made.form, frozenset(FILES), needed)
        try:
            refuse_used(usage, key, made.settings(key), None)
        except Invalid:
            continue
        made.drop(key)
        made = Sketch(made.text(), NAME)
        gone.add(key)
    kept = set(made.order)
    assert {"name", "address", "content", "lng", "lat", "owner_name", "id_no", "phone", "signer",
            "contractor_name", "contractor_id_no", "commitment", "truthful", "special_site",
            "no_structural_change", "filed_on_behalf", "workers"} <= kept  # fmt: skip
    assert {"insurance_no", "daily_hours", "floors", "training_record"} <= gone
    assert reads.lost(made.form, needed) == []
