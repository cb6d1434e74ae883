"""The house under attack: the whole product on one store, its people, and files ready to be filed.

A program of these tests opens the house once and forks from it, so that a process that was killed
is back at work within milliseconds, warm and with a connection of its own.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update

from app import crashing, create_app, vault
from app.db import db, new_id, session, transaction
from app.identity import queries, sms
from app.identity.actor import Actor
from app.identity.commands import Post
from app.identity.models import Person
from app.workflow import channels, definitions, kinds
from app.workflow.kinds import CaseKind
from app.workflow.models import Attachment, ProcessVersion
from config import Config
from tests.conftest import begin
from tests.identity import people
from tests.smallworks.town import FILES, owner, settle
from tests.stores import Store
from tests.workflow import drawn
from tests.workflow.people import attach
from tests.workflow.works import visit

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HIRED = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
RIVALS: Mapping[str, tuple[str, str, str, str, str]] = {
    # account: name, unit, level, role, position; each stands at the desk of somebody in the town
    "luoshuyu": ("骆疏雨", "铁路坝社区", "community", "", "inspector"),
    "meijiangping": ("梅江平", "西陵街道", "township", "", "head"),
    "aiyunshan": ("艾云杉", "西陵街道", "township", "", "inspector"),
    "guyuheng": ("古雨衡", "西陵区", "district", "district_gov_user", ""),
}
TABLE = (
    "shecundong", "luoshuyu", "muyulan", "meijiangping", "tangjichuan", "aiyunshan", "quyuanhang",
    "guyuheng", "shuangshu", "kuangda",
)  # fmt: skip
"""Everybody who decides; the owner is the empty account."""
ABOUT = CaseKind("asking_more", about=True)
"""A case that people begin about the work of another."""


@dataclass(frozen=True)
class House:
    """The product on one store, opened in this process, and a folder for what happens outside."""

    app: Flask
    folder: Path
    actors: dict[str, Actor]


def let_go() -> None:
    """Close every connection: before a fork, and before somebody replaces the store."""
    db.session.remove()
    db.engine.dispose()


def open_house(store: Store, folder: Path) -> House:
    """Open it, in this process and for good; its store as people moved in is kept as a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(_config(store.url, folder))
    kinds.register(ABOUT)
    app.app_context().push()
    channels.post_by(outbox(folder))

    def fill() -> None:
        begin(app)
        _move_in()

    store.release = let_go
    store.begin("moved_in", fill)
    actors = {name: _actor(name) for name in (*TABLE, "jinhezhu", "")}
    for version in session().scalars(select(ProcessVersion.id)):
        definitions.get(session(), version)
    let_go()
    gc.freeze()  # who is forked from here need not look through it, nor copy it for that
    return House(app, folder, actors)


def _config(url: str, folder: Path) -> Config:
    return Config(
        secret_key="a secret key that only the tests know, long enough",
        data_key="a data key that only the tests know, long enough",
        data=folder / "data",
        database_url=url,
    )


def _move_in() -> None:
    settle(HIRED)
    drawn.publish(ABOUT.key, visit(ABOUT.key), at=HIRED)
    chief = _actor("ningyuanshan")
    for account, (name, unit, level, role, position) in RIVALS.items():
        post = Post(people.unit(unit, level).id, role, position)
        people.add(chief, name, account, post, HIRED)
    with transaction() as work:
        mail = vault.seal("xiaoman@mail.example")
        work.execute(update(Person).where(Person.name == "鄢小满").values(email=mail))
    sms.use(people.Phone())
    me = owner(NOON)
    for field in FILES:
        attach(me, field, at=NOON)


def _actor(account: str) -> Actor:
    if not account:
        return owner(NOON)
    person = session().scalars(select(Person.id).where(Person.account == account)).one()
    return queries.actor_for(person, NOON)


def loose_files(actor: Actor) -> list[str]:
    """One file for each field of a filing, as if uploaded just before: rows that share contents.

    The stage's work, not the product's: nobody dies here.
    """
    watchers, crashing.watchers[:] = list(crashing.watchers), []
    with transaction() as work:
        rows = work.scalars(select(Attachment).where(Attachment.field.in_(FILES)).limit(60)).all()
        samples = {row.field: row for row in rows}
        made = [
            Attachment(
                id=new_id(), field=row.field, name=row.name, mime=row.mime, size=row.size,
                stored=row.stored, original=row.original, by_id=actor.id, at=row.at,
            )
            for row in samples.values()
        ]  # fmt: skip
        work.add_all(made)
    crashing.watchers[:] = watchers
    return [row.id for row in made]


def outbox(folder: Path) -> channels.Post:
    """Mail that leaves: one line in a file outside the store, there to stay once it is written."""

    def post(message: EmailMessage) -> None:
        append(folder / "outbox.txt", str(message["Message-ID"]))

    return post


def append(path: Path, line: str) -> None:
    """One line in one write, so that a process killed at any moment leaves it whole or not."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line.encode() + b"\n")
    finally:
        os.close(handle)


LATER = timedelta(days=40)
"""Past every limit of a filing and every lease: when the background is drained."""
