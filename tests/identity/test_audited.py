"""The audit record as it is read: a word for every verb, and to each what concerns their people."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from app.clock import local
from app.db import transaction
from app.identity import audit, audited, commands, queries
from app.identity.actor import Actor
from app.identity.commands import Post, granting
from app.identity.commands.granting import NewGrant
from app.identity.words import AUDIT
from tests.identity.people import Cast, unit

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


def test_who_moves_on_is_read_of_where_they_are(cast: Cast, noon: datetime, work: Session) -> None:
    """What they did here stays with us; what they do there, and who does it to them, is theirs."""
    chief, user, today = cast["chief"], cast["district_user"], local(noon).date()
    there = NewGrant(Post(unit("伍家岗区").id, "district_gov_user"), today + timedelta(1))
    granting.give_post(chief, user.id, there, "调任", at=noon + timedelta(0, 1))
    granting.end_post(chief, user.holds[0].grant_id, today, "调任", at=noon + timedelta(0, 2))
    for day in (0, 2):
        commands.end_sessions(user, "", at=noon + timedelta(day, 3))
        commands.reset_staff_password(chief, user.id, "忘记密码", at=noon + timedelta(day, 4))
    told = {
        who: [(one.verb, (local(one.entry.at).date() - today).days) for one in _of(work, cast[who])]
        for who in ("district_admin", "neighbour_admin")
    }
    both = [AUDIT["ended_sessions"], "重置密码"]
    assert told == {
        "district_admin": [
            ("新增人员", 0),
            ("任职", 0),
            ("免职", 0),
            *((verb, 0) for verb in both),
        ],
        "neighbour_admin": [("任职", 0), *((verb, 2) for verb in both)],
    }


def _of(work: Session, reader: Actor) -> list[audited.Said]:
    """What somebody reads of 许朝晖, the oldest first."""
    rows = audited.listed(work, reader)[::-1]
    return [row for row in rows if "许朝晖" in (row.by, row.about)]


def test_no_raw_word_of_ours_is_read(cast: Cast, noon: datetime, work: Session) -> None:
    """How somebody came in, who was meant; a word of another's entry stays as it is."""
    chief, user = cast["chief"], cast["district_user"]
    with transaction() as entries:
        for verb, detail in (
            ("signed_in", "web factor"), ("sign_in_refused", "provider staff no_phone"),
            ("substitute_set", f"person:{user.id} 2026-11-23/2026-11-30"), ("calendar", "web"),
        ):  # fmt: skip
            audit.record(entries, audit.Deed(verb, chief.id, detail=detail), at=noon)
    assert [one.what for one in audited.listed(work, cast["auditor"])[:4]] == [
        "web", "许朝晖 2026-11-23/2026-11-30", "外部登录 工作人员 没有手机号", "网页登录 两步验证",
    ]  # fmt: skip
