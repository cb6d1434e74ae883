"""The pages of small works as people meet them."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from werkzeug.test import TestResponse

from tests.identity.people import SECRET, unit
from tests.smallworks.town import OWNER_PHONE, Town

PRIVATE = ("鄢小满", "沿江大道", "602室", OWNER_PHONE)


class Browser:
    """Somebody at a screen."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def page(self, path: str, status: int = 200) -> BeautifulSoup:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return BeautifulSoup(answer.data, "html.parser")

    def send(self, form_on: str, to: str, **fields: str) -> TestResponse:
        token = self.page(form_on).select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
        return self.client.post(to, data={**fields, "csrf_token": str(token)})


@pytest.fixture
def browse(town: Town, app: Flask) -> Browser:
    """Nobody yet."""
    return Browser(app.test_client())


def as_staff(browse: Browser, account: str) -> Browser:
    done = browse.send("/staff/sign-in", "/staff/sign-in", account=account, password=SECRET)
    assert done.status_code == 303
    return browse


def as_owner(browse: Browser) -> Browser:
    done = browse.send("/sign-in", "/sign-in", phone=OWNER_PHONE, password=SECRET)
    assert done.status_code == 303
    return browse


def test_the_register_lists_narrows_and_exports_the_same(town: Town, browse: Browser) -> None:
    town.approve(town.file(name="江畔装修"))
    town.file(name="江畔拆墙", risk_flags=["demolition"])
    as_staff(browse, "quyuanhang")

    everything = browse.page("/works")
    assert [row.get_text() for row in everything.select("main table a")] == ["江畔拆墙", "江畔装修"]
    narrowed = browse.page("/works?state=filed")
    assert [row.get_text() for row in narrowed.select("main table a")] == ["江畔装修"]
    link = narrowed.select_one("a[href^='/works.xlsx']")
    assert link is not None
    answer = browse.client.get(str(link["href"]))
    assert quote("工程台账") in answer.headers["Content-Disposition"]
    rows = load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=2, values_only=True)
    assert [row[2] for row in rows] == ["江畔装修", None]  # the last line says who took it out


def test_a_row_of_the_register_leads_to_the_work_and_on_to_its_filing(
    town: Town, browse: Browser
) -> None:
    case = town.file(name="江畔装修")
    row = as_staff(browse, "shecundong").page("/works").select_one("main table a")
    assert row is not None
    assert row["href"] == f"/works/{town.work(case).id}"
    work = browse.page(str(row["href"]))
    assert work.h1 is not None
    assert "江畔装修" in work.h1.get_text()
    assert work.select_one(f"main a[href='/cases/{case.id}']") is not None


def test_an_empty_register_says_what_to_do(town: Town, browse: Browser) -> None:
    page = as_staff(browse, "quyuanhang").page("/works?risk=high")
    assert "没有符合条件的工程" in page.get_text()


def test_the_register_is_not_for_the_public(town: Town, browse: Browser) -> None:
    assert browse.client.get("/works").status_code == 303
    as_owner(browse).page("/works", 403)
    browse.page("/works.xlsx", 403)


def test_the_owner_downloads_the_receipt(town: Town, browse: Browser) -> None:
    receipt = town.papers(town.approve(town.file()))[0]
    answer = as_owner(browse).client.get(f"/papers/{receipt.id}.pdf")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    said = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert "宜西小散备〔2026〕0001号" in re.sub(r"\s", "", said)


def test_a_paper_is_not_there_for_others(town: Town, browse: Browser) -> None:
    receipt = town.papers(town.approve(town.file()))[0]
    assert browse.client.get(f"/papers/{receipt.id}.pdf").status_code == 303
    as_staff(browse, "chaiyiling").page(f"/papers/{receipt.id}.pdf", 404)


def test_the_application_can_be_printed(town: Town, browse: Browser) -> None:
    case = town.file()
    answer = as_owner(browse).client.get(f"/cases/{case.id}/application.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


def test_anybody_checks_a_receipt_by_its_code(town: Town, browse: Browser) -> None:
    receipt = town.papers(town.approve(town.file(name="江畔装修")))[0]
    said = browse.page(f"/check/{receipt.code}").get_text()

    for words in ("宜西小散备〔2026〕0001号", "江畔装修", "宜昌市西陵区西陵街道", "已备案"):
        assert words in said
    assert not [secret for secret in PRIVATE if secret in said]


def test_a_code_may_be_typed_or_pasted_with_its_address(town: Town, browse: Browser) -> None:
    receipt = town.papers(town.approve(town.file()))[0]
    typed = quote(f"http://127.0.0.1:8000/check/{receipt.code}")
    answer = browse.client.get(f"/check?code={typed}")
    assert answer.headers["Location"] == f"/check/{receipt.code}"


def test_a_code_that_nothing_bears_is_refused_politely(town: Town, browse: Browser) -> None:
    page = browse.page("/check/nothing", 404)
    assert "没有查到这份文书" in page.get_text()
    assert page.select_one("input[name=code]") is not None


def test_an_administrator_sets_the_limit_of_the_own_district(town: Town, browse: Browser) -> None:
    as_staff(browse, "jinhezhu")
    district = unit("西陵区", "district").id
    given = {"unit": district, "investment_wan": "100", "area_sqm": "500", "mode": "and"}

    refused = browse.send(
        "/settings/limits", "/settings/limits", **given, effective_from="2020-01-01"
    )
    assert refused.status_code == 422
    page = BeautifulSoup(refused.data, "html.parser")
    field = page.select_one(f"[id='{district}-effective_from']")
    assert field is not None
    assert field["aria-invalid"] == "true"

    done = browse.send("/settings/limits", "/settings/limits", **given, effective_from="2999-01-01")
    assert done.status_code == 303
    said = browse.page("/settings/limits").get_text()
    assert "2999-01-01（未生效）" in said
    assert "夷陵区" not in said


def test_limits_are_not_for_reviewers(town: Town, browse: Browser) -> None:
    as_staff(browse, "shecundong").page("/settings/limits", 403)
