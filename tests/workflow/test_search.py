"""Searching in Chinese: what is found, what is not, and that nothing typed is a command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session
from app.workflow import search
from app.workflow.models import Case
from app.workflow.queries import register
from app.workflow.queries.register import Wanted
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import NOON, who
from tests.workflow.pictures import opened


@pytest.fixture
def archive(database: Store, app: Flask) -> Iterator[Session]:
    """A flat in 梅园, a sign in 竹园, and an odd title."""

    def build() -> None:
        make.case()
        make.case(
            name="竹园招牌更换", address="竹园路 7 号", owner_name="Café Élan",
            contractor_name="听檐装饰公司",
        )  # fmt: skip
        make.case(name="100% 换新_一期（A-3）", address="兰苑 1 栋", owner_name="卫兰")

    with opened(database, app, "archive", build) as work:
        yield work


def found(asked: str, key: str = "li") -> set[str]:
    page = register.cases(session(), who(key), Wanted(q=asked), at=NOON)
    return {line.case.title for line in page.rows}


MEI, ZHU, ODD = "梅园 3 栋 602 室装修", "竹园招牌更换", "100% 换新_一期（A-3）"


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("梅园", {MEI}),  # two characters
        ("园", {MEI, ZHU}),  # one
        ("602", {MEI}),  # a number within the title
        ("60", {MEI}),  # its beginning
        ("装修", {MEI}),
        ("招牌更换", {ZHU}),  # longer than a pair
        ("更换招牌", set()),  # the pairs are there, but not in this order
        ("解放路", {MEI, ZHU, ODD}),  # the community's name
        ("竹园 招牌", {ZHU}),  # each of several words
        ("竹园 梅园", set()),
        ("听檐", {ZHU}),  # the contractor
        ("卫兰", {ODD}),  # the owner
        ("café", {ZHU}),  # case and accents as typed
        ("ÉLAN", {ZHU}),
        ("ｃａｆé", {ZHU}),  # full width
        ("２０２６-000001", {MEI}),  # the number, as it is copied from a letter
        ("2026-000002", {ZHU}),
        ("000003", {ODD}),
        ("A-3", {ODD}),
        ("不存在", set()),
    ],
)
def test_what_is_found(archive: Session, asked: str, titles: set[str]) -> None:
    assert found(asked) == titles


@pytest.mark.parametrize("asked", ["", "   ", "，。！", "%", "_", "'", '"', "*", "()"])
def test_what_is_no_word_narrows_nothing(archive: Session, asked: str) -> None:
    assert found(asked) == {MEI, ZHU, ODD}


@pytest.mark.parametrize(
    "asked",
    [
        "%园",
        "_园",
        "园%",
        '"园"',
        "园*",
        "园' OR 1=1 --",
        "园)",
        "NEAR(园)",
        "pairs:园",
        "^园",
        "-园",
    ],
)
def test_signs_are_no_wildcards_and_no_commands(archive: Session, asked: str) -> None:
    assert found(asked) <= {MEI, ZHU}


@pytest.mark.parametrize("asked", ["OR", "AND 梅园", "梅园 OR 竹园", "NOT 梅园", "梅% 标"])
def test_words_of_a_query_language_are_ordinary_words(archive: Session, asked: str) -> None:
    assert found(asked) == set()


@pytest.mark.parametrize("asked", [make.OWNER_ID, "13900001001", "13900003333"])
def test_nobody_is_found_by_a_secret(archive: Session, asked: str) -> None:
    assert found(asked) == set()


def test_nobody_finds_what_they_may_not_see(archive: Session) -> None:
    assert found("梅园", "chen") == set()
    assert found("梅园", "ben") == set()
    assert found("梅园", "zhao") == found("梅园", "ann") == {MEI}


def test_only_the_first_words_are_asked_for(archive: Session) -> None:
    assert found("梅园 " * 50) == {MEI}
    assert found("梅园 装修 解放路 社区 学院 不存在") == {MEI}


def titles_with(part: str) -> set[str]:
    rows = session().scalars(select(Case).where(search.matching(session(), part)))
    return {case.title for case in rows}


def test_parts_of_titles_find_them_in_the_store(town: Session) -> None:
    drawn.publish("demo", drawn.two_levels("demo"))
    titles = ["梅兰竹菊", "兰竹", "竹菊 梅兰", "梅兰a1", "a1竹"]
    for title in titles:
        drawn.file("demo", title)
    for part in ("梅兰", "兰竹", "竹菊", "竹", "a1", "兰a", "菊梅"):
        assert titles_with(part) == {title for title in titles if part in title}, part
