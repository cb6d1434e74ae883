"""The stores of the tests themselves: what one test does, the next does not see."""

from __future__ import annotations

import shutil

from flask import Flask
from sqlalchemy import select, update

from app.db import db
from app.identity.models import Unit
from tests.stores import Store


def test_a_picture_brings_its_rows_and_its_files_back(database: Store, app: Flask) -> None:
    photo = app.extensions["config"].data / "attachments" / "ab" / "photo"

    def build() -> None:
        photo.parent.mkdir(parents=True)
        photo.write_bytes(b"a photo")

    def active() -> set[bool]:
        with app.app_context():
            return set(db.session.scalars(select(Unit.active)))

    database.begin("with_a_photo", build, upon="first_start")
    assert active() == {True}
    with app.app_context():
        db.session.execute(update(Unit).values(active=False))
        db.session.commit()
    shutil.rmtree(photo.parent)
    (photo.parents[1] / "left behind").write_bytes(b"of another test")
    assert active() == {False}
    database.begin("with_a_photo", build, upon="first_start")
    assert active() == {True}
    assert photo.read_bytes() == b"a photo"
    assert not (photo.parents[1] / "left behind").exists()
