"""Whatever somebody with full access to the store does to a record is found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app import sealing
from app.db import session
from app.identity import audit
from app.identity.models import AuditEntry
from app.workflow import anchors, events
from app.workflow.backstage import Anchor
from app.workflow.commands.anchoring import anchor_records
from app.workflow.models import Case, Event
from app.workflow.queries.audit import check_cases
from setup.screen import ROOT
from tests.smallworks.town import Town
from tests.stores import Store

DAY = timedelta(days=1)
Manipulate = Callable[[Session, str], None]


@pytest.fixture
def case(town: Town) -> str:
    """A case of four events, anchored; another one beside it, and an anchor of the day after."""
    made = town.file()
    town.approve(made)
    beside = town.file()
    anchor_records(at=town.at)
    town.decide(beside, "shecundong", "approve")
    anchor_records(at=town.at + DAY)
    return made.id


def found(app: Flask, *words: str) -> tuple[int, str]:
    """What an administrator is told by `audit verify`."""
    session().rollback()
    told = app.test_cli_runner().invoke(args=["audit", "verify", *words])
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told.exit_code, told.output


def of(work: Session, case: str) -> list[Event]:
    work.rollback()
    rows = select(Event).where(Event.case_id == case).order_by(Event.seq)
    return list(work.scalars(rows.execution_options(populate_existing=True)))


def change(work: Session, case: str) -> None:
    work.execute(update(Event).where(Event.id == of(work, case)[1].id).values(outcome="reject"))


def take_out(work: Session, case: str) -> None:
    work.execute(delete(Event).where(Event.id == of(work, case)[1].id))


def put_in(work: Session, case: str) -> None:
    """A forged second event, with a hash that fits; the others move up."""
    rows = of(work, case)
    for row in reversed(rows[1:]):
        work.execute(update(Event).where(Event.id == row.id).values(seq=row.seq + 1))
    forged = Event(
        case_id=case, seq=2, verb="released", at=rows[0].at, passed=[], routing={},
        actor_id=rows[0].actor_id, salt="0" * 32, digest="", previous=rows[0].hash,
        role="", position="", element="", outcome="",
    )  # fmt: skip
    forged.hash = events.seal(forged)
    work.add(forged)


def swap(work: Session, case: str) -> None:
    rows = of(work, case)
    for row, seq in ((rows[1], -1), (rows[2], rows[1].seq), (rows[1], rows[2].seq)):
        work.execute(update(Event).where(Event.id == row.id).values(seq=seq))


def cut_the_tail(work: Session, case: str) -> None:
    work.execute(delete(Event).where(Event.id == of(work, case)[-1].id))


def rewrite(work: Session, case: str) -> None:
    """Every event again, from the second on, with hashes that fit."""
    rows = of(work, case)
    rows[1].outcome = "reject"
    previous = rows[0].hash
    for row in rows[1:]:
        row.previous = previous
        row.hash = previous = events.seal(row)


@pytest.mark.parametrize(
    "manipulate",
    [change, take_out, put_in, swap, cut_the_tail, rewrite],
    ids=lambda one: one.__name__,
)
def test_each_manipulation_of_a_case_is_found(
    case: str, work: Session, app: Flask, manipulate: Manipulate
) -> None:
    assert found(app)[0] == 0, found(app)[1]
    manipulate(work, case)
    work.commit()
    code, told = found(app)
    assert code == 1
    assert case in told


def test_an_anchor_alone_finds_a_cut_tail_and_a_record_written_anew(
    case: str, work: Session
) -> None:
    for manipulate in (cut_the_tail, rewrite):
        manipulate(work, case)
        work.flush()
        assert {case in fault for fault in anchors.faults(work)} == {True}
        work.rollback()


def test_a_case_that_vanished_is_found(case: str, work: Session, app: Flask) -> None:
    session().rollback()
    work.execute(delete(Event).where(Event.case_id == case))
    work.commit()
    assert case in found(app)[1]


def test_the_log_written_anew_is_found(case: str, work: Session, app: Flask, town: Town) -> None:
    first = work.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    previous = sealing.GENESIS
    for row in first:
        row.detail, row.previous = "", previous
        row.hash = previous = sealing.seal(audit._body(row))
    work.commit()
    assert audit.verify().sound
    code, told = found(app)
    assert (code, "操作日志第" in told) == (1, True)


def resigned(work: Session, day: int) -> None:
    """An anchor written anew by somebody who does not have the key."""
    row = work.get_one(Anchor, day)
    heads = dict(row.heads)
    heads[next(iter(heads))] = [1, "0" * 64]
    row.heads, row.signature = heads, sealing.sign(b"another key", anchors._body(row))


@pytest.mark.parametrize("number", [1, 2])
def test_an_anchor_changed_without_the_key_is_found(
    case: str, work: Session, app: Flask, number: int
) -> None:
    resigned(work, number)
    work.commit()
    code, told = found(app)
    assert (code, "签名不符" in told) == (1, True)


@pytest.mark.parametrize("number", [1, 2])
def test_an_anchor_taken_out_is_found_by_its_file(
    case: str, work: Session, app: Flask, number: int
) -> None:
    work.execute(delete(Anchor).where(Anchor.number == number))
    work.commit()
    code, told = found(app)
    assert (code, "数据库中没有这次锚定" in told) == (1, True)


def test_files_kept_elsewhere_tell_of_what_is_gone_here(
    case: str, work: Session, app: Flask, tmp_path: Path
) -> None:
    """Rows, files and the whole history rewritten together: a copy on another machine knows."""
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(anchors.folder(), elsewhere)
    rewrite(work, case)
    work.execute(delete(Anchor))
    work.commit()
    shutil.rmtree(anchors.folder())
    assert found(app)[0] == 0
    code, told = found(app, "--anchors", str(elsewhere))
    assert (code, case in told) == (1, True)


def test_a_lost_file_is_found_and_written_again(case: str, app: Flask, town: Town) -> None:
    before = {path.name: path.read_bytes() for path in anchors.folder().iterdir()}
    next(iter(sorted(anchors.folder().iterdir()))).unlink()
    assert "缺少第 1 次锚定的文件" in found(app)[1]
    anchor_records(at=town.at + DAY)
    assert {path.name: path.read_bytes() for path in anchors.folder().iterdir()} == before
    assert found(app)[0] == 0


def test_a_day_has_one_anchor_and_the_next_says_only_what_grew(
    case: str, work: Session, town: Town
) -> None:
    again = anchor_records(at=town.at + timedelta(hours=1))
    assert again.number == 1
    files = sorted(anchors.folder().iterdir())
    assert [len(path.read_text().splitlines()) for path in files] == [1, 1]
    kept = json.loads(files[0].read_text())
    assert kept["heads"][case] == [3, of(work, case)[-1].hash]


def test_the_key_is_made_once_and_its_owner_alone_may_read_it(case: str, app: Flask) -> None:
    key = app.extensions["config"].data / anchors.KEY_FILE
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_bytes()) >= 32


def test_sm3_may_be_chosen_and_old_records_stay_valid(
    case: str, work: Session, app: Flask, town: Town
) -> None:
    sealing.use("sm3")
    try:
        later = town.file()
        anchor_records(at=town.at + 2 * DAY)
    finally:
        sealing.use("sha256")
    assert found(app)[0] == 0
    last = of(work, later.id)[-1]
    assert len(last.hash) == 64
    assert last.hash != events.seal(last)
    change(work, later.id) if len(of(work, later.id)) > 1 else work.execute(
        text("UPDATE events SET outcome = 'x' WHERE id = :id"), {"id": last.id}
    )
    work.commit()
    assert later.id in found(app)[1]


def test_an_unknown_seal_is_refused() -> None:
    with pytest.raises(ValueError, match="no such seal"):
        sealing.use("md5")


def test_the_chain_of_a_case_is_named_with_the_first_row_that_breaks(
    case: str, work: Session
) -> None:
    change(work, case)
    work.commit()
    assert [(broken.case_id, broken.seq) for broken in check_cases(work)] == [(case, 2)]
    assert work.get_one(Case, case).number


def test_the_worker_anchors_by_itself(town: Town, database: Store, tmp_path: Path) -> None:
    env = {
        **os.environ, "ANGUAN_DATA": str(tmp_path), "DATABASE_URL": database.url,
        "ANGUAN_SECRET_KEY": "s" * 32, "ANGUAN_DATA_KEY": "d" * 32, "ANGUAN_ANCHOR_KEY": "a" * 32,
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with subprocess.Popen(command, cwd=ROOT, env=env) as worker:
        end = time.monotonic() + 60
        while not list(tmp_path.glob("anchors/*.json")) and time.monotonic() < end:
            time.sleep(0.1)
        worker.terminate()
    assert worker.returncode == 0
    assert len(list(tmp_path.glob("anchors/*.json"))) == 1
    assert not (tmp_path / anchors.KEY_FILE).exists()
