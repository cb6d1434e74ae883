"""A phone on site: what it sends, as the page on it does."""

from __future__ import annotations

import io
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.db import session
from tests.web.visitors import Browser

JSON = {"Accept": "application/json"}


class Phone:
    """A signed-in browser that talks JSON."""

    def __init__(self, app: Flask, account: str = "shecundong") -> None:
        self.browser = Browser(app)
        self.browser.sign_in(account)
        self.csrf = self.get("/patrols/due.json").get_json()["csrf"]

    def get(self, path: str) -> TestResponse:
        return self.browser.client.get(path, headers=JSON)

    def send(self, method: str, path: str, body: Any, key: str = "") -> TestResponse:
        headers = {**JSON, "X-CSRF-Token": self.csrf, "Idempotency-Key": key}
        return self.browser.client.open(path, method=method, json=body, headers=headers)

    def photo(self, patrol: str, of: str, content: bytes, **more: str) -> TestResponse:
        data = {"hazard": of, "file": (io.BytesIO(content), "IMG_1.jpg"), **more}
        headers = {**JSON, "X-CSRF-Token": self.csrf}
        path = f"/patrols/{patrol}/photos"
        return self.browser.client.post(path, data=data, headers=headers)


def begun(phone: Phone, work_id: str) -> dict[str, Any]:
    body = {"client_id": "d" * 32, "work_id": work_id}
    answer = phone.send("POST", "/patrols/start", body)
    assert answer.status_code == 201
    return answer.get_json()["sheet"]


def put(phone: Phone, sheet: dict[str, Any], key: str = "", **parts: Any) -> TestResponse:
    body = {"revision": sheet["revision"], **parts}
    return phone.send("PUT", f"/patrols/{sheet['id']}/sheet", body, key)


def fine(sheet: dict[str, Any]) -> dict[str, str]:
    return {item["code"]: "ok" for group in sheet["groups"] for item in group["items"]}


def count(model: type) -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(model)) or 0
