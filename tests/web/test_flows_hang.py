"""A drawing whose check would take minutes costs its sender one answer, and others nothing."""

from __future__ import annotations

import threading
import time

import psutil
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.db import db
from app.identity import commands, queries
from app.identity.commands import NewPerson
from tests.engine.burning import burning
from tests.web.test_flows import newest, upload
from tests.web.visitors import SECRET, Browser, first, post


def checking() -> list[psutil.Process]:
    """The forks, of the child that waits for drawings, in which one is read."""
    waits = [each for each in psutil.Process().children() if "reader_child" in line(each)]
    return [fork for each in waits for fork in each.children()]


def line(process: psutil.Process) -> str:
    """How it was called; nothing of one that has just ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def test_a_hang_costs_one_answer_and_no_worker(app: Flask, work: Session) -> None:
    chief = queries.actor_for(first(clock.now()), clock.now())
    given = NewPerson("苗青禾", "miaoqinghe", (post("西陵区", "unit_admin", ""),), password=SECRET)
    commands.create_person(chief, given, at=clock.now())
    miao = Browser(app)
    miao.sign_in("miaoqinghe")
    before = newest(work).id
    answers: list[TestResponse] = []
    drawn = burning().replace('id="demo"', 'id="filing"', 1)

    def send() -> None:
        with app.app_context():
            answers.append(upload(miao, drawn))
            db.session.remove()

    sender = threading.Thread(target=send)
    sender.start()
    while sender.is_alive() and not checking():
        time.sleep(0.02)
    assert checking()
    begun = time.monotonic()
    assert Browser(app).client.get("/").status_code == 200
    assert time.monotonic() - begun < 5
    assert checking()
    sender.join(60)
    assert [answer.status_code for answer in answers] == [422]
    assert "超过上限，已停止" in answers[0].text  # time or memory, as fast as the machine is
    assert checking() == []
    assert newest(work).id == before
    assert miao.get("/flows/filing").status_code == 200
