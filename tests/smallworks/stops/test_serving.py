"""What a stop sends to the contractor: its papers with a link while it runs, plain words after."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.db import session
from app.errors import NotFound
from app.smallworks.models import Paper
from app.smallworks.papers import Service
from app.smallworks.stops.models import StopOrder
from app.workflow import links
from tests.identity.people import Phone
from tests.smallworks.stops import site
from tests.smallworks.town import Town


def services(order: StopOrder) -> list[tuple[str, str, str, str | None]]:
    """Of every paper of a stop: its kind, how and to whom it went, and what came back."""
    session().rollback()
    found = select(Paper.kind, Service.way, Service.to_name, Service.receipt)
    found = found.join(Service, Service.paper_id == Paper.id).where(Paper.case_id == order.case_id)
    return [tuple(row) for row in session().execute(found.order_by(Service.at, Paper.kind))]


def test_its_papers_go_with_the_link_and_are_read_by_whoever_answers_it(town: Town) -> None:
    order = site.confirmed(town, site.begun(town))
    assert services(order) == [
        ("site_stop", "sms", "冼南橘", None), ("stop_notice", "sms", "冼南橘", None),
    ]  # fmt: skip
    site.ask(town, order)
    assert services(order) == [
        ("site_stop", "sms", "冼南橘", "read"), ("stop_notice", "sms", "冼南橘", "read"),
    ]  # fmt: skip


def test_an_official_of_the_stop_reads_nothing_in_the_contractors_place(town: Town) -> None:
    order = site.stop(town, site.begun(town))
    town.decide(order.case, "muyulan", "confirm")
    assert [receipt for *_sent, receipt in services(order)] == [None, None]


@pytest.mark.parametrize(("wish", "said"), [("resume", "准予复工"), ("abandon", "备案已注销")])
def test_no_link_is_sent_into_a_stop_that_is_over(
    town: Town, phone: Phone, wish: str, said: str
) -> None:
    order = site.confirmed(town, site.begun(town))
    site.work_off(town.at)
    phone.messages.clear()
    site.resume(town, order, wish)
    site.work_off(town.at)
    told = [words for number, words in phone.messages if number == "13900003333"]
    assert len([words for words in told if said in words]) == 1
    for token in re.findall(r"/l/(\S+)", "".join(told)):
        with_it = links.read(session(), token, at=town.at)  # none of them is dead
        assert with_it.case_id != order.case_id


def test_a_link_ends_with_its_stop(town: Town, phone: Phone) -> None:
    order = site.confirmed(town, site.begun(town))
    site.work_off(town.at)
    told = "".join(words for _number, words in phone.messages)
    live = [token for token in re.findall(r"/l/(\S+)", told) if opens(token, town) == order.case_id]
    assert live
    site.resume(town, order)
    assert [opens(token, town) for token in live] == [""] * len(live)


def opens(token: str, town: Town) -> str:
    """The case to which a link leads; empty if it is dead."""
    session().rollback()
    try:
        return links.read(session(), token, at=town.at).case_id
    except NotFound:
        return ""
