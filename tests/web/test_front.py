"""The front page, the theme, the about page, and the frame that every page stands in."""

from __future__ import annotations

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from app.web.headers import name_file
from tests.web.visitors import Browser


def test_the_front_page_has_both_doors(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "服务中心" in page
    assert "安全管控" in page
    assert 'href="/staff/sign-in"' in page


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_chosen_theme_is_kept_and_leads_back(app: Flask, theme: str) -> None:
    browser = Browser(app)
    answer = browser.post("/theme", {"theme": theme, "next": "/about"}, page="/sign-in")
    assert answer.status_code == 303
    assert answer.location == "/about"
    assert f'data-bs-theme="{theme}"' in browser.get("/about").text


def test_an_unknown_theme_is_not_kept(app: Flask) -> None:
    browser = Browser(app)
    browser.post("/theme", {"theme": "neon", "next": "/"}, page="/sign-in")
    assert 'data-bs-theme="auto"' in browser.get("/").text


def test_choosing_a_theme_never_leads_elsewhere(app: Flask) -> None:
    sent = {"theme": "dark", "next": "https://elsewhere.example/"}
    assert Browser(app).post("/theme", sent, page="/sign-in").location == "/"


def test_the_about_page_names_what_we_stand_on(client: FlaskClient) -> None:
    page = client.get("/about").text
    assert "流程图组件 bpmn.io" in page
    assert "SpiffWorkflow" in page
    assert "Apache-2.0" in page


def test_no_page_carries_script_or_style_of_its_own(client: FlaskClient) -> None:
    for path in ("/", "/about", "/sign-in", "/nowhere"):
        page = client.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert "<script>" not in page


def test_a_page_that_is_not_there_says_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert "回到首页" in answer.text


def test_a_file_name_travels_in_letters_that_headers_carry() -> None:
    answer = Response()
    name_file(answer, "attachment", "现场 1.jpg")
    sent = answer.headers["Content-Disposition"]
    assert sent == "attachment; filename*=UTF-8''%E7%8E%B0%E5%9C%BA%201.jpg"
