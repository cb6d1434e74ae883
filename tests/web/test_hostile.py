"""What no page of ours would send: it is refused in words, and never as a fault of ours."""

from __future__ import annotations

import io
import json
import logging

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import db
from app.identity import commands
from app.identity.commands import NewPerson
from app.identity.models import AuditEntry
from app.web import errors, headers
from tests.smallworks.conftest import town
from tests.smallworks.town import HIRED, OWNER_PHONE, Town, staff
from tests.web.test_access import routes
from tests.web.test_api import Program, filing, owner_of, pdf, settled
from tests.web.visitors import SECRET, Browser, post

__all__ = ["settled", "town"]

NEXT = "420502001002"  # 樵湖岭社区
NOWHERE = "http://[half an address"
HALF = r'"\ud800"'


@pytest.mark.parametrize("header", ["Referer", "Origin"])
def test_an_address_that_is_none_is_nobody_s(
    client: FlaskClient, work: Session, header: str
) -> None:
    for path in ("/people/x/reset", "/cases/x/withdraw", "/theme"):
        answer = client.post(path, headers={header: NOWHERE})
        assert answer.status_code in (303, 403), path


@pytest.mark.parametrize("wanted", ["//[", "//[x", "/\x00", "/ok\r\nSet-Cookie: a=b"])
def test_a_next_page_that_is_none_is_dropped(
    client: FlaskClient, work: Session, wanted: str
) -> None:
    answer = client.get("/sign-in", query_string={"next": wanted})
    assert answer.status_code in (200, 400)
    assert "Set-Cookie: a" not in answer.text


@pytest.mark.parametrize(
    "sent",
    [
        "[" * 100_000 + "]" * 100_000,
        '{"account":"a","password":' + "[" * 990 + "]" * 990 + "}",
        '{"account":' + HALF + ',"password":"x"}',
        '{"account":"a\\u0000","password":"x"}',
        '{"account":"a","password":' + "1" * 5000 + "}",
        '{"account":"' + "a" * (3 * 1024 * 1024) + '","password":"x"}',
        "\xff",
        "",
    ],
    ids=["deep", "deep inside", "half a pair", "nul", "long number", "large", "not utf-8", "empty"],
)
def test_json_that_cannot_be_kept_is_refused(client: FlaskClient, work: Session, sent: str) -> None:
    answer = client.post(
        "/api/v1/tokens", data=sent.encode("latin-1"), content_type="application/json"
    )
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


def test_a_backslash_before_an_escape_is_no_nul(settled: Flask) -> None:
    answer = owner_of(settled).post(
        "/cases", json={"process": r"a\u0000", "division_code": "420502001004", "values": {}}
    )
    assert answer.status_code == 404, "taken as the plain text that it is"


def test_no_view_breaks_on_a_nul(app: Flask, settled: Flask) -> None:
    head = Program(settled, "muyulan")
    browser = Browser(app)
    browser.sign_in("muyulan")
    token = browser.token("/sign-ins")
    for method in ("GET", "POST"):
        for rule, path in routes(app, method):
            if rule.endpoint.startswith("session.") and method == "POST":
                continue
            odd = path.replace("/x", "/%00x")
            client, headers = (
                (head.client, head.headers) if path.startswith("/api/") else (browser.client, {})
            )
            answer = client.open(
                f"{odd}?q=%00&after=%00&unit=%00", method=method, headers=headers,
                data={"csrf_token": token, "outcome": "\x00"} if method == "POST" else None,
            )  # fmt: skip
            assert answer.status_code < 500, (method, path)


def test_values_of_odd_shapes_are_refused_field_by_field(settled: Flask) -> None:
    owner = owner_of(settled)
    deep = json.loads("[" * 300 + "]" * 300)
    for odd in (deep, {"a": 1}, True, 10**400, [None], [[1]]):
        body = filing(owner, name=odd, workers=[{"name": odd}], risk_flags=odd, investment_wan=odd)
        assert owner.post("/cases", json=body).status_code == 422


def test_a_loose_file_answers_a_field_of_a_form(settled: Flask) -> None:
    owner = owner_of(settled)
    for field in ("x" * 5000, "现场", "a b", "../x"):
        sent = {"field": field, "file": (pdf(), "材料.pdf")}
        assert owner.post("/attachments", data=sent).status_code == 422


def test_personal_answers_stay_on_no_disk(app: Flask, town: Town) -> None:
    case = town.approve(town.file())
    paper = town.papers(case)[0]
    browser = Browser(app)
    browser.sign_in("muyulan")
    for path in (
        f"/cases/{case.id}", f"/cases/{case.id}/application.pdf", f"/papers/{paper.id}.pdf",
        "/works.xlsx", "/cases.xlsx", "/api/v1/cases",
    ):  # fmt: skip
        answer = browser.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path


def test_no_page_of_ours_is_kept_by_whoever_stands_between(app: Flask) -> None:
    with app.test_request_context("/cases"):
        answer = Response("")
        answer.cache_control.public, answer.cache_control.max_age = True, 3600
        assert headers.add(answer).headers["Cache-Control"] == "no-store"


def test_every_route_says_what_a_browser_must_not_do(app: Flask, settled: Flask) -> None:
    browser = Browser(app)
    browser.sign_in("muyulan")
    for client in (browser.client, app.test_client()):
        for method in ("GET", "POST", "PUT", "OPTIONS"):
            for rule, path in [*routes(app, "GET"), *routes(app, "POST")]:
                if rule.endpoint == "session.sign_out":
                    continue
                said = client.open(path, method=method).headers
                assert "frame-ancestors 'none'" in said["Content-Security-Policy"], path
                assert said["X-Content-Type-Options"] == "nosniff", path
                assert said["X-Frame-Options"] == "DENY", path
                assert said["Cache-Control"] == "no-store", path
        for path in ("/static/nowhere", "/nowhere", "/cases/%2e%2e/x"):
            assert client.get(path).headers["X-Content-Type-Options"] == "nosniff", path


def test_a_log_line_is_one_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a linter that ran in this process may have switched off every logger that it met
    monkeypatch.setattr(errors.log, "disabled", False)
    broken = Flask("broken")
    errors.install(broken)
    broken.add_url_rule("/api/<rest>", "break", lambda rest: 1 / len(rest[:0]))
    with caplog.at_level(logging.WARNING):
        assert broken.test_client().get("/api/x%0aWARNING forged").status_code == 500
    assert [record.getMessage() for record in caplog.records] == [
        "fault at '/api/x\\nWARNING forged'"
    ]


def test_a_fault_of_the_store_tells_no_values(work: Session) -> None:
    with pytest.raises(SQLAlchemyError) as fault:
        work.execute(text("SELECT nothing FROM people WHERE name = :name"), {"name": OWNER_PHONE})
    assert OWNER_PHONE not in str(fault.value)


def test_no_sign_in_a_name_breaks_the_sheets(app: Flask, town: Town) -> None:
    for odd in ("\uffff", "\ufffe", "\x01", "\u202e", "=1+1"):
        town.file(name=f"{odd}江畔花园装修{odd}", owner_name=f"{odd}鄢小满{odd}")
    browser = Browser(app)
    browser.sign_in("muyulan")
    for path in ("/cases.xlsx", "/works.xlsx"):
        book = load_workbook(io.BytesIO(browser.get(path).data))
        cells = [str(cell.value or "") for row in book.active.iter_rows() for cell in row]
        assert any("江畔花园" in text for text in cells), path
        assert not any(text.startswith("=") for text in cells), path


def test_one_exports_only_where_one_may_export(app: Flask, town: Town) -> None:
    here = town.file(name="江畔花园东区装修")
    there = town.file(name="江畔花园西区装修", division_code=NEXT)
    posts = (post("铁路坝社区", position="inspector"), post("樵湖岭社区", position="head"))
    given = NewPerson("舒望秋", "shuwangqiu", posts, password=SECRET)
    commands.create_person(staff("ningyuanshan", town.at), given, at=HIRED)
    browser = Browser(app)
    browser.sign_in("shuwangqiu")
    listed = browser.get("/cases").text
    assert here.number in listed
    assert there.number in listed
    for path in ("/cases.xlsx", "/works.xlsx"):
        book = load_workbook(io.BytesIO(browser.get(path).data))
        cells = {cell.value for row in book.active.iter_rows() for cell in row}
        assert there.number in cells, path
        assert here.number not in cells, path


def test_an_export_is_on_record(app: Flask, town: Town, work: Session) -> None:
    town.file()
    browser = Browser(app)
    browser.sign_in("muyulan")
    assert browser.get("/cases.xlsx").status_code == 200
    row = work.scalars(select(AuditEntry).where(AuditEntry.verb == "cases_exported")).one()
    assert row.detail == "1 rows, all"
    assert row.person_id


def test_the_public_is_not_told_the_fault_that_stopped_a_case(app: Flask, town: Town) -> None:
    case = town.file()
    town.work(case).case.incident = "KeyError: 'secret inside'"
    db.session.commit()
    page = f"/cases/{case.id}"
    owner, head = Browser(app), Browser(app)
    owner.post("/sign-in", {"phone": OWNER_PHONE, "password": SECRET})
    head.sign_in("muyulan")
    assert "secret inside" in head.get(page).text
    assert "secret inside" not in owner.get(page).text
    assert "流程异常" in owner.get(page).text
