"""The audit record as it is read: a word for every verb, and to each what concerns their people."""

from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.identity import audited, commands, queries
from app.identity.words import AUDIT
from tests.identity.people import Cast

APP = Path(commands.__file__).parents[2]


def test_every_verb_that_is_written_out_has_its_word() -> None:
    written = {
        call.args[0].value
        for path in APP.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        if getattr(call.func, "attr", getattr(call.func, "id", "")) == "Deed"
    }
    assert len(written) > 40
    assert written - set(AUDIT) == set()


def test_a_district_reads_what_its_people_did_or_had_done(
    cast: Cast, noon: datetime, work: Session
) -> None:
    """The city's deed to somebody of the district too; the neighbour's district nothing of it."""
    for who in ("street_head", "neighbour_user"):
        commands.reset_staff_password(cast["chief"], cast[who].id, "忘记密码", at=noon)
    told = {
        who: {(one.verb, one.about) for one in audited.listed(work, cast[who], "password_reset")}
        for who in ("auditor", "district_admin", "neighbour_admin")
    }
    assert told == {
        "auditor": {("重置密码", "石磊峰"), ("重置密码", "秦越川")},
        "district_admin": {("重置密码", "石磊峰")},
        "neighbour_admin": {("重置密码", "秦越川")},
    }
    nobody = queries.actor_for(cast["street_head"].id, noon)
    assert audited.listed(work, nobody) == []
