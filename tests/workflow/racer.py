"""One of several real processes in a race: hears what to do, waits for the gun, does it, tells."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.db import db, transaction
from app.errors import Conflict, Refusal
from app.identity import queries
from app.identity.models import Unit
from app.identity.reshaping import Reshape
from app.smallworks import life, papers
from app.smallworks.models import Work
from app.smallworks.papers import serving, texts
from app.smallworks.papers.serving import Sending
from app.smallworks.papers.texts import Setting
from app.smallworks.patrols import commands as patrols
from app.smallworks.patrols import visiting
from app.smallworks.patrols.changes import Sent
from app.smallworks.patrols.commands import Begin
from app.smallworks.stops.commands import Typed, order_stop
from app.workflow import commands, holds, jobs, kinds
from app.workflow.attachments import Upload
from app.workflow.commands.filing import Filing
from app.workflow.commands.handing import Handing
from app.workflow.commands.locked import locked_case
from app.workflow.commands.signers import Addition
from app.workflow.commands.substitutes import Absence
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case
from tests.conftest import config_for
from tests.workflow import works

Told = dict[str, Any]


def claim(told: Told, at: datetime) -> str:
    return commands.claim(queries.actor_for(told["who"], at), told["task"], at=at).id


def take_next(told: Told, at: datetime) -> str:
    return commands.take_next(queries.actor_for(told["who"], at), at=at).id


def transfer(told: Told, at: datetime) -> str:
    handed = Handing(told["to"])
    actor = queries.actor_for(told["who"], at)
    return commands.transfer(actor, told["task"], handed, at=at).id


def go_away(told: Told, at: datetime) -> str:
    day = at.date()
    absence = Absence(told["substitute"], day, day, reason="出差")
    return commands.set_substitute(queries.actor_for(told["who"], at), absence, at=at).id


def decide(told: Told, at: datetime) -> str:
    decision = Decision(told["outcome"], told["sent"], told["key"], told.get("seen"))
    return commands.decide(queries.actor_for(told["who"], at), told["task"], decision, at=at).id


def file(told: Told, at: datetime) -> str:
    filing = Filing(
        told["process"], told["place"], told["values"], told["attachments"], told["key"]
    )
    return commands.file_values(queries.actor_for(told["who"], at), filing, at=at).number


def submit(told: Told, at: datetime) -> str:
    return commands.file_case(
        queries.actor_for(told["who"], at), told["draft"], told["key"], at=at
    ).number


def withdraw(told: Told, at: datetime) -> str:
    return commands.withdraw(queries.actor_for(told["who"], at), told["case"], at=at).id


def about(told: Told, at: datetime) -> str:
    filing = Filing(told["process"], values={"title": "变更"}, key=told["key"])
    return commands.file_about(queries.actor_for(told["who"], at), told["case"], filing, at=at).id


def hold(told: Told, at: datetime) -> str:
    """As an action of a case does that is being decided: its own case is locked before."""
    with transaction() as work:
        by = locked_case(work, told["case"])
        return str(len(holds.hold(work, by.subject_id, works.WHY, by, None, at=at)))


def visit(told: Told, at: datetime) -> str:
    wanted = Begin(work_id=told["work"])
    return patrols.begin(queries.actor_for(told["who"], at), wanted, at=at).case_id


def fill_in(told: Told, at: datetime) -> str:
    sent = Sent(told["seen"], told["values"])
    saved = patrols.save(queries.actor_for(told["who"], at), told["patrol"], sent, at=at)
    return str(saved.revision)


def over(told: Told, at: datetime) -> str:
    """As a decision does that ends a work; how many visits were open there as it did."""
    with transaction() as work:
        row = work.get_one(Work, told["work"])
        life.enter(row, life.CANCELLED, at)
        work.flush()
        time.sleep(0.2)  # what else a decision does: whoever does not wait for it goes ahead
        return str(len(work.scalars(visiting.unfinished(row.case_id)).all()))


def stop(told: Told, at: datetime) -> str:
    shot = io.BytesIO(bytes.fromhex(told["photo"]))
    typed = Typed("all", own=told["own"], photos=[Upload("photos", "现场.jpg", shot)])
    return order_stop(queries.actor_for(told["who"], at), told["work"], typed, "", at=at).id


def paper(told: Told, at: datetime) -> str:
    """As an action of a flow does: no two of one series may get the same number."""
    with transaction() as work:
        case, unit = work.get_one(Case, told["case"]), work.get_one(Unit, told["unit"])
        return papers.issue(work, case, told["kind"], {}, at, unit=unit).number


def void(told: Told, at: datetime) -> str:
    return papers.void(queries.actor_for(told["who"], at), told["paper"], told["why"], at=at).id


def word(told: Told, at: datetime) -> str:
    wanted = Setting(told["unit"], "receipt", "opening", told["text"])
    return str(texts.set_text(queries.actor_for(told["who"], at), wanted, at=at).version)


def serve(told: Told, at: datetime) -> str:
    sending = Sending("print", "收件人", key=told["key"])
    return serving.serve(queries.actor_for(told["who"], at), told["paper"], sending, at=at).id


def add_signer(told: Told, at: datetime) -> str:
    wanted = Addition(told["whom"], told["where"])
    return commands.add_signer(queries.actor_for(told["who"], at), told["task"], wanted, at=at).id


def remove_signer(told: Told, at: datetime) -> str:
    actor = queries.actor_for(told["who"], at)
    return commands.remove_signer(actor, told["task"], "不用了", at=at).id


def reshape(told: Told, at: datetime) -> str:
    day = datetime.fromisoformat(told["at"]).date()
    asked = Reshape(told["kind"], tuple(told["sources"]), tuple(told["targets"]), day)
    return commands.change_divisions(queries.actor_for(told["who"], at), asked, "批复", at=at).id


def work(_told: Told, at: datetime) -> str:
    """A worker, until nothing is due."""
    done = 0
    while tried := jobs.run_due(at, most=2):
        done += tried
    return str(done)


VERBS: dict[str, Callable[[Told, datetime], str]] = {
    "claim": claim, "take_next": take_next, "transfer": transfer, "go_away": go_away,
    "decide": decide, "file": file, "submit": submit, "withdraw": withdraw,
    "work": work, "about": about, "hold": hold, "stop": stop,
    "visit": visit, "fill_in": fill_in, "over": over,
    "paper": paper, "void": void, "word": word, "serve": serve, "reshape": reshape,
    "add_signer": add_signer, "remove_signer": remove_signer,
}  # fmt: skip


def run(app: Flask, told: Told) -> Told:
    """Everybody starts at the same moment of the clock."""
    with app.app_context():
        db.session.connection()
        db.session.rollback()
        while time.time() < told["gun"]:
            time.sleep(0.0005)
        try:
            return {"done": VERBS[told["verb"]](told, datetime.fromisoformat(told["at"]))}
        except Conflict as lost:
            return {"lost": lost.message, "who": lost.who}
        except Refusal as no:
            return {"refused": no.message}
        finally:
            db.session.remove()
            db.engine.dispose()


def attend(line: Connection, url: str, folder: str) -> None:
    """What such a process does, until nobody speaks to it any more."""
    app = create_app(config_for(url, Path(folder)))
    kinds.register(works.ONE_AT_A_TIME)
    line.send("ready")
    while True:
        try:
            told = line.recv()
        except EOFError:
            return
        line.send(run(app, told))
