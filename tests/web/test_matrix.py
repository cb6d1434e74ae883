"""Every route × everybody: who is served, who is refused and how, against a table typed by hand.

Writing routes are asked of everybody on SQLite; on PostgreSQL of the first who has each answer.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.stores import Store
from tests.web import (
    matrix_accounts,
    matrix_annexes,
    matrix_approval,
    matrix_deeds,
    matrix_duties,
    matrix_explain,
    matrix_handing,
    matrix_inbox,
    matrix_moving,
    matrix_notices,
    matrix_orders,
    matrix_places,
    matrix_posts,
    matrix_privacy,
    matrix_ranks,
    matrix_signers,
    matrix_steering,
    matrix_studio,
    matrix_table,
    matrix_talk,
    matrix_versions,
)
from tests.web.matrix_people import RANKS
from tests.web.matrix_scene import EVERYBODY, Scene, ask, stand
from tests.web.matrix_table import LISTS

Row = tuple[str, str, str]
PARTS = (
    matrix_orders,
    matrix_table,
    matrix_accounts,
    matrix_duties,
    matrix_annexes,
    matrix_posts,
    matrix_places,
    matrix_explain,
    matrix_privacy,
    matrix_inbox,
    matrix_talk,
    matrix_signers,
    matrix_notices,
    matrix_steering,
    matrix_handing,
    matrix_studio,
    matrix_versions,
    matrix_moving,
    matrix_approval,
)
EVERYONE = (*EVERYBODY, *RANKS)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CELLS = 13_000
OWN = frozenset({
    "/theme", "/sign-out", "/sign-ins/{session}/end", "/sign-ins/end-others",
    "/tasks/{task}/draft/discard", "/phrases", "/inbox/views", "/cases/{case}/look",
    "/notices/read", "/notices/choices", "/second-factor/begin", "/register/confirm",
    "/recover/confirm",
})  # fmt: skip
"""What changes nothing but the visitor's own account: the next one finds all as it was."""
COUNTED = frozenset({
    "/sign-in", "/staff/sign-in", "/register", "/recover", "/l/{link}", "/report",
    "/report/{report}/code", "/report/{report}/phone",
})  # fmt: skip
"""Where a refusal is written down: too many from one address are answered otherwise."""


def rows(table: str) -> Iterator[Row]:
    """(method, path, one sign for each person) of each line of the first sheet."""
    for line in filter(str.strip, table.splitlines()):
        method, path, *signs = line.split()
        yield method, path, "".join(signs)


def blocks(table: str) -> Iterator[Row]:
    """The same of the second sheet: the signs after `=` are those of each route above them."""
    above: list[tuple[str, str]] = []
    for line in filter(str.strip, table.splitlines()):
        word, *rest = line.split()
        if word == "=":
            yield from ((*route, "".join(rest)) for route in above)
            above = []
        elif word in METHODS:
            above.append((word, rest[0]))
    assert not above, "routes without signs"


def both(first: str, second: str) -> list[Row]:
    """Each route with the signs of both sheets; what only one of them knows keeps too few."""
    more = {row[:2]: row[2] for row in blocks(second)}
    found = [
        (method, path, signs + more.pop((method, path), "")) for method, path, signs in rows(first)
    ]
    return found + [(*route, signs) for route, signs in more.items()]


MORE = (
    matrix_talk, matrix_inbox, matrix_signers, matrix_notices, matrix_steering, matrix_handing,
    matrix_studio, matrix_versions, matrix_moving, matrix_approval,
)  # fmt: skip
"""Rooms that keep their rows of the second sheet beside those of the first."""
READS = both(
    "".join(part.READS for part in PARTS),
    matrix_ranks.READS + "".join(part.RANKS_READ for part in MORE),
)
WRITES = both(
    "".join(part.WRITES for part in PARTS),
    matrix_deeds.WRITES + "".join(part.RANKS_WRITE for part in MORE),
)


FOUND = both(LISTS, matrix_ranks.LISTS)


def sent(path: str) -> object:
    """What goes with a writing row."""
    part = next(each for each in PARTS if path in {row[1] for row in rows(each.WRITES)})
    return part.sent(path)


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
    known = {200: "s", 201: "s", 202: "s", 204: "s", 403: "f", 404: "n", 409: "r", 422: "r"}
    return known.get(status, str(status))


def name(row: Row) -> str:
    return f"{row[0]} {row[1]}".encode("ascii", "ignore").decode()


@pytest.mark.one_store
def test_the_table_knows_every_route_and_every_column(
    app: Flask, record_property: Callable[[str, object], None]
) -> None:
    adapter, table = app.url_map.bind("localhost"), READS + WRITES + FOUND
    things = {word: "x" for row in table for word in _words(row[1])}
    told = set()
    for method, path, signs in table:
        assert len(signs) == len(EVERYONE), f"{path}: a sheet lacks this route, or a sign of it"
        bare = str(filled(path, things)).split("?")[0]
        told.add((adapter.match(bare, method=method)[0], method))
    known = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert known == told
    cells = sum(len(signs) for _, _, signs in table)
    assert cells >= CELLS
    said = f"权限矩阵：{len(known)} 条路由，{len(table)} 行 × {len(EVERYONE)} 人 = {cells} 格"
    record_property("measured", said)


def _words(path: str) -> list[str]:
    return [part.split("}")[0] for part in path.split("{")[1:]]


@pytest.mark.parametrize("row", READS, ids=name)
def test_who_reads(app: Flask, database: Store, row: Row) -> None:
    method, path, expected = row
    scene = stand(database, app)
    address = str(filled(path, scene.things))
    found = {who: sign(ask(app, scene, who, (method, address), None), method) for who in EVERYONE}
    assert found == dict(zip(EVERYONE, expected, strict=True))


@pytest.mark.one_store
@pytest.mark.parametrize("row", WRITES, ids=name)
def test_who_writes(app: Flask, database: Store, row: Row) -> None:
    method, path, expected = row
    scene, found = stand(database, app), {}
    for who in EVERYONE:
        address, body = str(filled(path, scene.things)), filled(sent(path), scene.things)
        answer = ask(app, scene, who, (method, address), body)
        found[who] = sign(answer, method)
        if path in COUNTED or (found[who] == "s" and path not in OWN):
            stand(database, app)  # a refusal must leave all as it was for the next
    assert found == dict(zip(EVERYONE, expected, strict=True))


@pytest.mark.last_store
@pytest.mark.parametrize("row", WRITES, ids=name)
def test_who_writes_on_the_other_store(app: Flask, database: Store, row: Row) -> None:
    """The first of each answer that a line has; all of them on both would take a quarter hour."""
    method, path, expected = row
    scene = stand(database, app)
    firsts = {expected.index(one): one for one in sorted(set(expected), key=_deeds_last)}
    found = {}
    for at in firsts:
        address = str(filled(path, scene.things))
        body = filled(sent(path), scene.things)
        answer = ask(app, scene, EVERYONE[at], (method, address), body)
        found[at] = sign(answer, method)
    assert found == firsts


def _deeds_last(sign: str) -> tuple[bool, str]:
    """What was done changes what the next would find."""
    return sign == "s", sign


@pytest.mark.parametrize("row", FOUND, ids=name)
def test_who_finds_the_case_in_lists_and_files(app: Flask, database: Store, row: Row) -> None:
    method, path, expected = row
    scene = stand(database, app)
    address = str(filled(path, scene.things))
    found = {who: _holds(ask(app, scene, who, (method, address), None), scene) for who in EVERYONE}
    assert found == dict(zip(EVERYONE, expected, strict=True))


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
    for who in EVERYONE:
        if who not in ("out", "own"):
            ask(app, scene, who, ("POST", address), None)
    assert ask(app, scene, "own", ("GET", "/sign-ins"), None).status_code == 200
    ask(app, scene, "own", ("POST", address), None)
    assert ask(app, scene, "own", ("GET", "/sign-ins"), None).status_code == 303
