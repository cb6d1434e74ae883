"""The left side of the inbox: boxes, saved views, and what else is followed; with counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app import clock
from app.db import session
from app.identity.actor import Actor
from app.web.access import can
from app.workflow.habits import SavedView
from app.workflow.queries import inbox, register, talk, vacancies, views
from app.workflow.queries.inbox import Asked
from app.workflow.queries.pages import MOST_COUNTED
from app.workflow.vacancies import NAMES

LABELS = {
    inbox.IN_HAND: ("待办", "inbox"), inbox.CLAIMABLE: ("待签收", "people"),
    inbox.STANDING: ("代理待办", "people"), inbox.AREA: ("辖区在办", "place"),
    inbox.DONE: ("已办", "done"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """One line of it."""

    key: str
    label: str
    symbol: str
    url: str
    count: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """What the inbox shows: a box, what it is narrowed to, and by which view."""

    box: str
    asked: Asked
    view: SavedView | None = None

    def address(self, **more: Any) -> str:
        """The page itself, with more."""
        if self.view:
            return url_for("tasks.index", view=self.view.id, **more)
        chosen = {"q": self.asked.q, "category": self.asked.category, "step": self.asked.step}
        kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
        return url_for("tasks.index", box=self.box, **kept, **more)


def opened(said: Mapping[str, str], me: Actor, mine: Sequence[SavedView]) -> Opened:
    """What an address asks for; one that asks for nothing opens the view chosen for that."""
    if said.get("view"):
        view = views.one(session(), me, said["view"])
        return Opened(view.box, views.asked(view), view)
    first = views.first(mine, me)
    if first and not said:
        return Opened(first.box, views.asked(first), first)
    box = said.get("box", "")
    usual = inbox.IN_HAND if can("task:decide") else inbox.AREA
    asked = Asked(**{name: said.get(name, "") for name in ("q", "category", "step")})
    return Opened(box if box in inbox.BOXES else usual, asked)


def groups(me: Actor, here: Opened, mine: Sequence[SavedView]) -> list[tuple[str, list[Box]]]:
    """The boxes beneath their headings; a heading with nothing beneath it is left out."""
    found = [("待办", _boxes(me, here)), ("视图", _views(me, here, mine)), ("跟踪", _followed(me))]
    return [(title, lines) for title, lines in found if lines]


def _boxes(me: Actor, here: Opened) -> list[Box]:
    numbers = inbox.counts(session(), me)
    hidden = set() if can(inbox.WATCH) else {inbox.AREA}
    hidden |= set() if inbox.STANDING in numbers else {inbox.STANDING}
    hidden |= set() if can("task:decide") else {inbox.IN_HAND, inbox.CLAIMABLE, inbox.DONE}
    return [
        Box(
            key, label, symbol, url_for("tasks.index", box=key), capped(numbers.get(key)),
            here.view is None and here.box == key,
        )
        for key, (label, symbol) in LABELS.items()
        if key not in hidden
    ]  # fmt: skip


def _views(me: Actor, here: Opened, mine: Sequence[SavedView]) -> list[Box]:
    numbers = views.counts(session(), me, mine)
    return [
        Box(
            "view", view.name, "search", url_for("tasks.index", view=view.id),
            numbers.get(view.id, ""), here.view is not None and here.view.id == view.id,
        )
        for view in mine
    ]  # fmt: skip


def _followed(me: Actor) -> list[Box]:
    """Lists with a page of their own."""
    work = session()
    told = talk.counts(work, me)
    own = register.count(work, me, register.Wanted(own=True), at=clock.now())
    lines = [
        ("抄送我的", "bell", "talk.copies", told.get(talk.COPIED)),
        ("征求我意见的", "people", "talk.opinions", told.get(talk.ASKED)),
    ]
    if can(NAMES):
        lines.append(("无人可办", "warn", "signers.tray", vacancies.count(work, me)))
    filed = Box("mine", "我发起的", "paper", url_for("cases.index", own=1), capped(own))
    return [
        Box(endpoint, label, symbol, url_for(endpoint), capped(number))
        for label, symbol, endpoint, number in lines
    ] + [filed]


def capped(number: int | None) -> str:
    """A count as lists show it."""
    if number is None:
        return ""
    return "999+" if number >= MOST_COUNTED else str(number)
