"""Where a webhook may go: outside alone, by the door of https, and within the time it has."""

from __future__ import annotations

import socket
from threading import Event
from time import monotonic

import pytest
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.workflow import outward
from app.workflow.commands import notices as commands
from app.workflow.commands.notices import NewHook
from tests.workflow.people import NOON, unit, who


def test_a_name_that_nobody_answers_for_costs_no_more_than_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enough = Event()

    def never(*_args: object, **_more: object) -> list[object]:
        enough.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    monkeypatch.setattr(outward, "PATIENCE", 0.5)
    began = monotonic()
    with pytest.raises(outward.Unsent, match="没有这个主机名"):
        outward.deliver("https://example.com/", b"{}", {})
    assert monotonic() - began < 5
    enough.set()


def test_in_public_only_the_door_of_https_is_knocked_at(
    town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = NewHook(unit("420502").id, "https://example.com:8443/")
    with pytest.raises(Invalid, match="443"):
        commands.set_hook(who("jin"), given, at=NOON)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, port, **_more: [(2, 1, 6, "", ("93.184.216.34", port))]
    )
    outward.allow(["10.0.0.0/8"])
    try:
        commands.set_hook(who("jin"), given, at=NOON)  # its name may lie inside
        with pytest.raises(outward.Unsent, match="443"):
            outward.deliver(given.url, b"{}", {})
    finally:
        outward.allow(())


INSIDE = (
    "127.0.0.1", "localhost", "10.0.0.8", "192.168.1.1", "172.16.3.4", "169.254.169.254",
    "100.64.0.1", "2130706433", "0x7f.1", "[::1]", "[::]", "[fd00::1]", "[fe80::1]",
    "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1",
    "[64:ff9b:1::7f00:1]", "[2002:5db8:d822::1]", "[2001:0:7f00:1::]", "[4000::1]", "[5f00::1]",
)  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_nothing_inside_is_reached(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object) -> socket.socket:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", never)
    with pytest.raises(outward.Unsent, match=r"不在公网上|没有这个主机名"):
        outward.deliver(f"https://{host}/x", b"{}", {})


def test_one_address_inside_among_others_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def both(_host: str, port: int, **_more: object) -> list[object]:
        return [(2, 1, 6, "", (one, port)) for one in ("93.184.216.34", "10.0.0.8")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(outward.Unsent, match="不在公网上"):
        outward.deliver("https://example.com/", b"{}", {})


@pytest.mark.parametrize(
    "url", ["http://example.com", "https://", "ftp://example.com", "https://a:b@example.com", "x"]
)
def test_an_address_that_is_none_is_refused_when_it_is_typed(town: Session, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        commands.set_hook(who("jin"), NewHook(unit("420502").id, url), at=NOON)
    assert set(refused.value.fields) == {"url"}
