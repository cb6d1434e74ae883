"""The documents are true: what they name is there, and what they promise is tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import manage
from tests.house.tree import ROOT, TOP_DOCUMENTS, ending, functions, name, read
from tests.workflow import shapes, verbs

PAGES = [page for page in ending(".md") if not page.is_relative_to(ROOT / "app")]
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)#\s]+)?(#[^)\s]+)?\)")
WORDS = {*manage.OURS, *manage.HANDED_ON}
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(
    r"(?:app|bpmn|forms|tests|docs|migrations|frontend|papers|setup|benchmarks)/[\w./-]+"
)


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings give."""
    heads = re.findall(r"^#+ +(.+?)\s*$", read(page), re.M)
    return {"#" + re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path):
    broken = []
    for target, anchor in LINK.findall(re.sub(r"```.*?```", "", read(page), flags=re.S)):
        if "://" in target or target.startswith("mailto:"):
            continue
        there = (page.parent / target).resolve() if target else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target + anchor)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_that_a_page_names_are_there(page: Path):
    """Paths in code marks; one with a made-up part is written with … or <>."""
    named = {path for code in CODE.findall(read(page)) for path in PATH.findall(code)
             if not re.search(r"[…<>*]", code)}  # fmt: skip
    made = {path for path in named if path.startswith("app/static/dist")}
    assert {path for path in named - made if not (ROOT / path.rstrip("/.")).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_that_a_page_names_exist(page: Path):
    assert set(re.findall(r"manage\.py ([a-z][\w-]*)", read(page))) <= WORDS


def test_every_document_that_a_house_needs_is_there():
    assert {path.name for path in ROOT.iterdir()} >= TOP_DOCUMENTS
    for page in TOP_DOCUMENTS:
        assert (ROOT / page).stat().st_size > 200


def test_the_map_fits_on_a_page():
    assert read(ROOT / "ARCHITECTURE.md").count("\n") <= 150


def test_every_invariant_names_a_test_that_guards_it():
    """`tests/house/test_sizes.py::test_no_file_is_long`: the file and the test are there."""
    text = read(ROOT / "ARCHITECTURE.md").partition("\n## Invariants")[2]
    promises = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(promises) > 20
    for promise in promises:
        guards = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", promise)
        assert guards, promise
        for file, test in guards:
            assert test in {each.name for each in functions(ROOT / file)}, promise


def test_each_cell_of_verbs_and_shapes_names_a_test_that_is_there():
    """ADR 17: `B::test_recall_before_the_next_has_acted`, and which file **B** is."""
    text = read(ROOT / "docs" / "adr" / "0017-verbs-in-every-shape.md")
    files = dict(re.findall(r"\*\*(\w)\*\* `(tests/[\w/]+\.py)`", text))
    for row in cells_of_verbs(text)[1:]:
        assert len(row) == 7, row[0]
        for cell in row[1:]:
            letter, test = (re.findall(r"^`(\w)::(\w+)`$", cell) or [("", "")])[0]
            known = {each.name for each in functions(ROOT / files[letter])} if letter else set()
            assert cell in ("∀", "the same") or test in known, cell


def test_verbs_and_shapes_are_those_that_are_tried_at_random():
    """What the table of ADR 17 names is what the random walks try, and the other way round."""
    head, *rows = cells_of_verbs(read(ROOT / "docs" / "adr" / "0017-verbs-in-every-shape.md"))
    assert sorted(re.findall(r"`(\w+)`", " ".join(head))) == sorted(shapes.SHAPES)
    named = re.findall(r"`(\w+)`", " ".join(row[0] for row in rows))
    assert sorted(named) == sorted(verbs.VERBS)


def cells_of_verbs(text: str) -> list[list[str]]:
    """The rows of the table that names tests, its head first."""
    table = text.partition("\n## Consequences")[2].partition("\n| verb |")
    lines = (table[1] + table[2]).strip().partition("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in rows if not set(row[0]) <= {"-"}]


def test_the_map_names_every_room():
    text = read(ROOT / "ARCHITECTURE.md")
    rooms = [path.name for path in (ROOT / "app").iterdir() if (path / "__init__.py").exists()]
    assert [room for room in rooms if f"{room}/" not in text] == []


def test_decisions_are_numbered_and_dated():
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for page in pages:
        heads = re.findall(r"^## (.+)$", read(page), re.M)
        assert heads == ["Context", "Decision", "Consequences"], page.name
        assert re.search(r"^Status: accepted, \d{4}-\d{2}-\d{2}$", read(page), re.M), page.name
        assert read(page).count("\n") <= 60, page.name
        assert page.name in read(ROOT / "CONTRIBUTING.md") + read(ROOT / "ARCHITECTURE.md")


def test_guides_speak_chinese_and_name_what_is_on_the_screen():
    """What a guide puts in 「」 is a word on some page, button or form."""
    shown = "\n".join(
        read(path)
        for path in ending(".html", ".py", ".json", ".bpmn", ".js")
        if path.is_relative_to(ROOT)
    )
    for page in (ROOT / "docs" / "guide").glob("*.md"):
        words = re.findall(r"「([^」]+)」", read(page))
        assert words, page.name
        assert [word for word in words if word not in shown] == [], page.name
