"""No address appears, disappears or opens to others unnoticed."""

from __future__ import annotations

import re

from flask import Flask

from tests.house.routes import LIST, lines

PLAIN = re.compile(r"/|(/([a-z0-9-]+|<(int:|path:)?[a-z_]+>)(\.[a-z]+)?)+")


def test_every_address_is_in_the_list(app: Flask):
    """After a change that is meant: python -m tests.house.routes > tests/house/routes.txt"""
    listed, served = set(LIST.read_text("utf-8").splitlines()), set(lines(app))
    gone, new = sorted(listed - served), sorted(served - listed)
    assert {"gone": gone, "new": new} == {"gone": [], "new": []}


def test_every_view_says_who_may_reach_it(app: Flask):
    assert [line for line in lines(app) if line.endswith(" undeclared")] == []


def test_only_these_change_something_for_everybody(app: Flask):
    """What may be posted by somebody who is not signed in."""
    open_to_all = {line.split()[2] for line in lines(app) if re.match(r"POST.* everybody$", line)}
    assert open_to_all == {
        "api.tokens.create",
        "front.set_theme",
        "links.come_in",
        "links.send_code",
        "report.keep_phone",
        "report.send_code",
        "report.tell",
        "service.look_up",
        "session.finish_recover",
        "session.finish_register",
        "session.make_first",
        "session.open_public",
        "session.open_staff",
        "session.send_recover_code",
        "session.send_register_code",
    }


def test_addresses_are_plain(app: Flask):
    """Small letters, figures and hyphens; what varies has a name."""
    addresses = {line.split()[1] for line in lines(app)} - {"/static/<path:filename>"}
    assert {address for address in addresses if not PLAIN.fullmatch(address)} == set()
