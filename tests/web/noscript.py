"""A browser without script: it knows links, forms and buttons, and sends what a form holds."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

Sent = dict[str, Any]


class NoScript:
    """One person at one browser. Every page that it opens must be a whole page."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.path = "/"
        self.status = 0
        self.page = BeautifulSoup("", "html5lib")

    def open(self, path: str) -> NoScript:
        """Go to an address."""
        return self._show(self.client.get(path, follow_redirects=True))

    def follow(self, words: str) -> NoScript:
        """Click the first link that has these words."""
        link = next(a for a in self.page.find_all("a") if words in a.get_text())
        return self.open(urljoin(self.path, str(link["href"])))

    def press(self, words: str, **filled: Any) -> NoScript:
        """Fill in and send the form of this button; lists are boxes ticked, bytes are files."""
        button = self.button(words)
        form = button.find_parent("form")
        assert form is not None, words
        sent = _held(form) | {name.replace("__", "."): value for name, value in filled.items()}
        if button.get("name"):
            sent[str(button["name"])] = button.get("value", "")
        address = urljoin(self.path, str(form.get("action") or self.path))
        if form.get("method", "get") == "get":
            return self.open(f"{address.partition('?')[0]}?{urlencode(sent, doseq=True)}")
        body = {name: _as_sent(value) for name, value in sent.items()}
        kind = str(form.get("enctype") or "application/x-www-form-urlencoded")
        answer = self.client.post(address, data=body, content_type=kind, follow_redirects=True)
        return self._show(answer)

    def button(self, words: str) -> Tag:
        """The last button with these words: the first may be one that only Enter presses."""
        found = [one for one in self.page.find_all("button") if words in one.get_text()]
        assert found, f"no button {words} on {self.path}: {self.text[:400]}"
        return found[-1]

    @property
    def text(self) -> str:
        """What the page says."""
        main = self.page.find("main")
        return " ".join((main or self.page).get_text(" ").split())

    @property
    def heading(self) -> str:
        """Its one h1."""
        (only,) = self.page.find_all("h1")
        return " ".join(only.get_text().split())

    def summary(self) -> dict[str, str]:
        """Where each fault of the summary leads, and what it says."""
        box = self.page.find(class_="errs")
        links = box.find_all("a") if isinstance(box, Tag) else []
        return {str(a["href"]): a.get_text() for a in links}

    def _show(self, answer: TestResponse) -> NoScript:
        self.status = answer.status_code
        self.path = urlsplit(answer.request.url).path + (
            f"?{answer.request.query_string.decode()}" if answer.request.query_string else ""
        )
        self.page = BeautifulSoup(answer.text, "html5lib")
        ids = [str(one["id"]) for one in self.page.find_all(id=True)]
        assert len(ids) == len(set(ids)), f"ids twice on {self.path}: {ids}"
        assert len(self.page.find_all("h1")) == 1, self.path
        assert not self.page.find_all(style=True), f"inline style on {self.path}"
        bare = [one for one in self.page.find_all("script") if not one.get("src")]
        assert all(one.get("type") == "application/json" for one in bare), self.path
        for href in self.summary():
            if href.startswith("#"):
                assert self.page.find(id=href[1:]), f"{href} leads nowhere on {self.path}"
        return self


def _held(form: Tag) -> Sent:
    """What the form would send as it stands."""
    sent: Sent = {}
    for one in form.find_all(["input", "select", "textarea"]):
        name, kind = str(one.get("name") or ""), str(one.get("type") or "text")
        if not name or kind in ("file", "submit"):
            continue
        if kind in ("checkbox", "radio"):
            if one.has_attr("checked"):
                sent.setdefault(name, []).append(one.get("value", "on"))
        elif kind == "hidden" and name in sent:
            sent[name] = [*(sent[name] if isinstance(sent[name], list) else [sent[name]]),
                          one.get("value", "")]  # fmt: skip
        elif one.name == "select":
            picked = one.find("option", selected=True)
            sent[name] = picked.get("value", "") if isinstance(picked, Tag) else ""
        else:
            sent[name] = one.get_text() if one.name == "textarea" else one.get("value", "")
    return sent


def _as_sent(value: Any) -> Any:
    if isinstance(value, bytes):
        return (io.BytesIO(value), "现场.jpg")
    if isinstance(value, list) and value and isinstance(value[0], bytes):
        return [(io.BytesIO(one), f"{at}.jpg") for at, one in enumerate(value)]
    return value
