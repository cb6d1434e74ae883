"""The pages of papers as officials, owners and administrators meet them."""

from __future__ import annotations

import io

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import session
from app.smallworks.models import Paper
from app.smallworks.papers import serving
from app.smallworks.papers.serving import Sending
from tests.identity.people import SECRET, unit
from tests.smallworks.papers.scene import Site, filed, photo, text_of
from tests.smallworks.town import OWNER_PHONE, Town, owner, staff


class Screen:
    """Somebody signed in, or nobody."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def page(self, path: str, status: int = 200) -> BeautifulSoup:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return BeautifulSoup(answer.data, "html.parser")

    def send(self, form_on: str, to: str, **fields: object) -> TestResponse:
        token = self.page(form_on).select_one("input[name=csrf_token]")
        assert token is not None
        return self.client.post(to, data={**fields, "csrf_token": str(token["value"])})


@pytest.fixture
def site(town: Town) -> Site:
    return filed(town)


@pytest.fixture
def order(site: Site) -> Paper:
    return site.order()


def as_staff(app: Flask, account: str) -> Screen:
    screen = Screen(app.test_client())
    screen.send("/staff/sign-in", "/staff/sign-in", account=account, password=SECRET)
    return screen


def as_owner(app: Flask) -> Screen:
    screen = Screen(app.test_client())
    screen.send("/sign-in", "/sign-in", phone=OWNER_PHONE, password=SECRET)
    return screen


def links(page: BeautifulSoup) -> set[str]:
    return {str(link["href"]) for link in page.select("a[href]")}


def said(answer: TestResponse) -> str:
    return BeautifulSoup(answer.data, "html.parser").get_text()


def test_an_official_serves_notes_and_voids(app: Flask, order: Paper) -> None:
    screen, page = as_staff(app, "muyulan"), f"/papers/{order.id}"
    empty = screen.send(page, f"{page}/serve", way="", to_name="")
    assert empty.status_code == 422
    assert "请选择送达方式" in said(empty)
    assert screen.send(page, f"{page}/serve", way="print", to_name="冼南橘").status_code == 303
    row = serving_of(order)
    where = f"{page}/services/{row}"
    refused = screen.send(page, where, receipt="left", name="冼南橘", witness="祁某")
    assert refused.status_code == 422
    assert "须上传现场照片" in said(refused)

    proof = (io.BytesIO(photo()), "张贴.jpg")
    kept = screen.send(page, where, receipt="left", name="冼南橘", witness="祁某", photo=proof)
    assert kept.status_code == 303
    shown = screen.page(page)
    assert "留置送达" in shown.get_text()
    assert f"{where}.pdf" in links(shown)
    receipt = screen.client.get(f"{where}.pdf")
    assert "留置送达" in text_of(receipt.data)

    short = screen.send(page, f"{page}/void", reason="错")
    assert short.status_code == 422
    assert screen.send(page, f"{page}/void", reason="工程名称有误").status_code == 303
    void = screen.page(page)
    assert "这份文书已作废" in void.get_text()
    assert void.select_one("form[action$='/void']") is None


def serving_of(order: Paper) -> str:
    session().rollback()
    rows = session().query(serving.Service).filter_by(paper_id=order.id).all()
    return str(rows[-1].id)


def test_no_photo_but_a_picture_is_taken(app: Flask, order: Paper) -> None:
    screen, page = as_staff(app, "muyulan"), f"/papers/{order.id}"
    screen.send(page, f"{page}/serve", way="print", to_name="冼南橘")
    where = f"{page}/services/{serving_of(order)}"
    broken = (io.BytesIO(b"not a picture"), "张贴.jpg")
    answer = screen.send(page, where, receipt="signed", name="冼南橘", photo=broken)
    assert answer.status_code == 422


def test_the_owner_is_asked_and_answers_by_opening(app: Flask, site: Site, order: Paper) -> None:
    screen, page = as_owner(app), f"/papers/{order.id}"
    assert "查阅并确认收到" not in screen.page(page).get_text()
    sending = Sending("link", "鄢小满")
    serving.serve(staff("muyulan", site.at), order.id, sending, at=site.at)
    assert "查阅并确认收到" in screen.page(page).get_text()
    assert screen.page(page).select_one("form[action$='/serve']") is None

    opened = screen.send(page, f"{page}/acknowledge")
    assert opened.headers["Location"] == f"{page}.pdf"
    assert screen.client.get(f"{page}.pdf").status_code == 200
    assert "查阅并确认收到" not in screen.page(page).get_text()
    assert "已阅" in as_staff(app, "muyulan").page(page).get_text()


def test_a_paper_is_not_there_for_others(app: Flask, order: Paper) -> None:
    page = f"/papers/{order.id}"
    as_staff(app, "chaiyiling").page(page, 404)
    assert app.test_client().get(page).status_code == 303
    town_inspector = as_staff(app, "tangjichuan").page(page)
    assert town_inspector.select_one("form[action$='/serve']") is not None
    assert town_inspector.select_one("form[action$='/void']") is None


def test_the_case_leads_to_its_papers_and_sheets(app: Flask, site: Site) -> None:
    case = f"/cases/{site.case.id}"
    receipt = site.town.papers(site.case)[0]
    assert {f"{case}/application.pdf", f"{case}/commitment.pdf", f"{case}/sign-off.pdf",
            f"/papers/{receipt.id}"} <= links(as_staff(app, "muyulan").page(case))  # fmt: skip
    theirs = as_owner(app)
    assert f"/papers/{receipt.id}.pdf" in links(theirs.page(case))
    for sheet in ("application", "commitment", "sign-off"):
        answer = theirs.client.get(f"{case}/{sheet}.pdf")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


def test_an_administrator_looks_at_a_text_sets_it_and_goes_back(app: Flask, town: Town) -> None:
    screen, page = as_staff(app, "jinhezhu"), "/settings/papers/receipt"
    assert page in links(screen.page("/settings/papers"))
    assert "/settings/papers" in links(screen.page("/settings"))
    sent = {"unit": unit("西陵区", "district").id, "block": "opening"}

    looked = screen.send(page, f"{page}/preview", **sent, text="{owner}，新的话。", paper="")
    assert looked.mimetype == "application/pdf"
    assert "示例业主，新的话。" in text_of(looked.data)
    assert "按系统默认" in screen.page(page).get_text()

    refused = screen.send(page, page, **sent, text="{phone}")
    assert refused.status_code == 422
    field = BeautifulSoup(refused.data, "html.parser").select_one("#text-opening")
    assert field is not None
    assert (field["aria-invalid"], field.get_text()) == ("true", "{phone}")
    assert screen.send(page, f"{page}/preview", **sent, text="{phone}").status_code == 422

    for text in ("第一版。", "第二版。"):
        assert screen.send(page, page, **sent, text=text).status_code == 303
    shown = screen.page(page)
    assert "本单位设置" in shown.get_text()
    back = shown.select_one("form[action*='/versions/']")
    assert back is not None
    assert screen.send(page, str(back["action"])).status_code == 303
    box = screen.page(page).select_one("#text-opening")
    assert box is not None
    assert box.get_text() == "第一版。"


def test_settings_of_papers_are_not_for_reviewers(app: Flask, town: Town) -> None:
    screen = as_staff(app, "quyuanhang")
    screen.page("/settings/papers", 403)
    screen.page("/settings/papers/receipt", 403)
    as_staff(app, "jinhezhu").page("/settings/papers/nothing", 404)
    assert owner(town.at).staff is False
