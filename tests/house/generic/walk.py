"""The product without any domain: somebody asks to close a road, the township agrees.

Run as a program in a copy of the tree from which the domain was taken away.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from flask import Flask

from app import clock, create_app
from app.identity import sms
from app.identity.commands import Post
from app.workflow import commands
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from tests.conftest import config_for, migrate
from tests.identity import people
from tests.web.visitors import Browser

COMMUNITY = "420502001004"


def walk() -> str:
    """File it and decide it, by commands. Returns the case's id."""
    at, phone = clock.now(), people.Phone()
    chief = people.first(at)
    head = Post(people.unit("西陵街道", "township").id, "", "head")
    reviewer = people.add(chief, "穆玉兰", "muyulan", head, at)
    sms.use(phone)
    who = people.register(phone, "13900002222", "鄢小满", at).person_id
    owner = people.queries.actor_for(who, at)
    case = commands.file_values(owner, Filing("closure", COMMUNITY, {"title": "搬运"}), at=at)
    decision = Decision("approve", {"opinion": "同意"})
    commands.decide(reviewer, case.tasks[0].id, decision, at=at)
    if (case.state, case.result, len(case.events)) != ("ended", "approved", 2):
        raise RuntimeError(f"{case.state}, {case.result}, {[e.verb for e in case.events]}")
    return case.id


def pages(app: Flask, case: str) -> dict[str, int]:
    """How every room answers: to nobody, then to the township's head."""
    stranger, head = Browser(app), Browser(app)
    head.sign_in("muyulan")
    asked = {path: stranger.get(path).status_code for path in ("/", "/service", "/healthz")}
    rooms = ("/inbox", "/inbox?box=done", "/cases", f"/cases/{case}", "/cases.xlsx", "/overview")
    return asked | {path: head.get(path).status_code for path in rooms}


def main(folder: Path) -> None:
    if find_spec("app.smallworks"):
        raise RuntimeError("the domain is still here")
    app = create_app(config_for(f"sqlite:///{folder / 'anguan.db'}", folder))
    migrate(app)
    with app.app_context():
        case = walk()
    answers = pages(app, case)
    if set(answers.values()) != {200}:
        raise RuntimeError(str(answers))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
