"""Every route × everybody: who is served, who is refused and how, against a table typed by hand."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.stores import Store
from tests.web import (
    matrix_accounts,
    matrix_annexes,
    matrix_explain,
    matrix_orders,
    matrix_posts,
    matrix_table,
)
from tests.web.matrix_scene import EVERYBODY, Scene, ask, stand
from tests.web.matrix_table import LISTS

Row = tuple[str, str, str]
PARTS = (
    matrix_orders,
    matrix_table,
    matrix_accounts,
    matrix_annexes,
    matrix_posts,
    matrix_explain,
)
READS = "".join(part.READS for part in PARTS)
WRITES = "".join(part.WRITES for part in PARTS)


def sent(path: str) -> object:
    """What goes with a writing row."""
    part = next(each for each in PARTS if path in {row[1] for row in rows(each.WRITES)})
    return part.sent(path)


def rows(table: str) -> Iterator[Row]:
    """(method, path, one sign for each person) of each line."""
    for line in filter(str.strip, table.splitlines()):
        method, path, *signs = line.split()
        yield method, path, "".join(signs)


def filled(text: object, things: dict[str, str]) -> object:
    """The same with the names of things in braces replaced by their ids."""
    if isinstance(text, dict):
        return {key: filled(value, things) for key, value in text.items()}
    return text.format_map(things) if isinstance(text, str) else text


def sign(answer: TestResponse, method: str) -> str:
    """What an answer is, in one letter of the table."""
    status, where = answer.status_code, answer.headers.get("Location", "")
    if status == 401 or (status == 303 and where.split("?")[0] in ("/sign-in", "/staff/sign-in")):
        return "i"
    if status in (301, 302, 303):
        return "o" if method == "GET" else "s"
    known = {200: "s", 201: "s", 204: "s", 403: "f", 404: "n", 409: "r", 422: "r"}
    return known.get(status, str(status))


def name(row: Row) -> str:
    return f"{row[0]} {row[1]}".encode("ascii", "ignore").decode()


def test_the_table_knows_every_route_and_every_column(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    things = {word: "x" for row in rows(READS + WRITES + LISTS) for word in _words(row[1])}
    told = set()
    for method, path, signs in rows(READS + WRITES + LISTS):
        assert len(signs) == len(EVERYBODY), path
        bare = str(filled(path, things)).split("?")[0]
        told.add((adapter.match(bare, method=method)[0], method))
    known = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert known == told


def _words(path: str) -> list[str]:
    return [part.split("}")[0] for part in path.split("{")[1:]]


@pytest.mark.parametrize("row", list(rows(READS)), ids=name)
def test_who_reads(app: Flask, database: Store, row: Row) -> None:
    method, path, expected = row
    scene = stand(database, app)
    address = str(filled(path, scene.things))
    found = {who: sign(ask(app, scene, who, (method, address), None), method) for who in EVERYBODY}
    assert found == dict(zip(EVERYBODY, expected, strict=True))


@pytest.mark.one_store
@pytest.mark.parametrize("row", list(rows(WRITES)), ids=name)
def test_who_writes(app: Flask, database: Store, row: Row) -> None:
    method, path, expected = row
    scene, found = stand(database, app), {}
    for who in EVERYBODY:
        address, body = str(filled(path, scene.things)), filled(sent(path), scene.things)
        answer = ask(app, scene, who, (method, address), body)
        found[who] = sign(answer, method)
        if found[who] in "sr":  # a refusal must leave all as it was for the next
            stand(database, app)
    assert found == dict(zip(EVERYBODY, expected, strict=True))


@pytest.mark.parametrize("row", list(rows(LISTS)), ids=name)
def test_who_finds_the_case_in_lists_and_files(app: Flask, database: Store, row: Row) -> None:
    method, path, expected = row
    scene = stand(database, app)
    address = str(filled(path, scene.things))
    found = {who: _holds(ask(app, scene, who, (method, address), None), scene) for who in EVERYBODY}
    assert found == dict(zip(EVERYBODY, expected, strict=True))


def _holds(answer: TestResponse, scene: Scene) -> str:
    number = scene.things["number"]
    if answer.status_code != 200:
        return "-"
    if "spreadsheet" in answer.content_type:
        book = load_workbook(io.BytesIO(answer.data))
        cells = [str(cell.value) for line in book.active.iter_rows() for cell in line]
        return "y" if number in cells else "-"
    return "y" if number in answer.text else "-"


@pytest.mark.one_store
def test_nobody_ends_the_session_of_another(app: Flask, database: Store) -> None:
    scene = stand(database, app)
    address = f"/sign-ins/{scene.things['session']}/end"
    for who in EVERYBODY:
        if who not in ("out", "own"):
            ask(app, scene, who, ("POST", address), None)
    assert ask(app, scene, "own", ("GET", "/sign-ins"), None).status_code == 200
    ask(app, scene, "own", ("POST", address), None)
    assert ask(app, scene, "own", ("GET", "/sign-ins"), None).status_code == 303
