"""消息推送: to public addresses alone, signed, at least once under one key, and never for long."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import runpy
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.db import session, transaction
from app.errors import Conflict, Forbidden
from app.identity.models import AuditEntry, Unit
from app.workflow import hooks, jobs, outward
from app.workflow.backstage import Job
from app.workflow.commands import notices as commands
from app.workflow.commands import talk
from app.workflow.commands.notices import NewHook
from app.workflow.commands.talk import Words
from app.workflow.commands.upkeep import forget_old
from app.workflow.models import Case
from app.workflow.notice_models import Webhook
from tests.house.tree import ROOT
from tests.workflow import make
from tests.workflow.listening import System, certificate, listening
from tests.workflow.people import NOON, unit, who

SOON = timedelta(minutes=1)


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    """A system within the town hall's network, which the deployment lets us reach."""
    own = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    outward.allow(["127.0.0.0/8"])
    with listening(own) as made:
        yield made
    outward.allow(())


def hook(system: System, *kinds: str) -> tuple[Webhook, str]:
    """金洲 keeps 西陵区, and 钱叙 works there."""
    given = NewHook(unit("420502").id, system.url, kinds)
    return commands.set_hook(who("jin"), given, at=NOON)


def copied() -> Case:
    case = make.case()
    talk.copy(who("li"), case.id, Words("业主电话有误", (who("qian").id,)), at=NOON)
    return case


def the_job() -> Job:
    session().rollback()
    return session().scalars(select(Job).where(Job.kind == "hook")).one()


def test_what_a_units_people_are_told_arrives_signed_without_its_words(
    town: Session, system: System
) -> None:
    made, secret = hook(system)
    case = copied()
    jobs.run_due(NOON + SOON)
    ((headers, body),) = system.heard
    said = json.loads(body)
    assert (said["kind"], said["title"], said["account"]) == ("copied", "抄送", "qian")
    assert said["case_id"] == case.id
    assert case.title not in body.decode()
    stamp = headers["X-Anguan-Timestamp"]
    assert int(stamp) == int((NOON + SOON).timestamp())
    mark = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Anguan-Signature"] == f"sha256={mark}"
    kept = town.get_one(Webhook, made.id)
    assert secret not in kept.secret
    assert vault.unseal(kept.secret) == secret


def test_the_example_of_the_guide_tells_ours_from_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    guide = (ROOT / "docs" / "guide" / "notices.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", guide, re.S)
    (tmp_path / "example.py").write_text(code, "utf-8")
    is_ours = runpy.run_path(str(tmp_path / "example.py"))["is_ours"]
    headers = hooks.signed("word", b"{}", "k", NOON)
    for late, taken in ((200, True), (400, False)):
        monkeypatch.setattr(time, "time", lambda late=late: NOON.timestamp() + late)
        assert is_ours("word", headers, b"{}") is taken
        assert not is_ours("other", headers, b"{}")
        assert not is_ours("word", headers, b"[]")


def test_only_the_kinds_that_were_chosen_and_only_the_units_people(
    town: Session, system: System
) -> None:
    hook(system, "urged")
    copied()
    case = make.file()
    talk.copy(who("li"), case.id, Words("", (who("yi").id,)), at=NOON)  # of another district
    while jobs.run_due(NOON + SOON):
        pass
    assert system.heard == []


def test_a_system_that_is_away_hears_later_under_the_same_key(
    town: Session, system: System
) -> None:
    made, _secret = hook(system)
    copied()
    system.status = 503
    jobs.run_due(NOON + SOON)
    job = the_job()
    assert (job.status, job.tries, job.error) == ("due", 1, "对方答复 503")
    assert job.run_at > NOON + SOON
    assert town.get_one(Webhook, made.id, populate_existing=True).fault == "对方答复 503"
    system.status = 204
    jobs.run_due(NOON + 3 * SOON)
    assert the_job().status == "done"
    keys = [headers["X-Anguan-Key"] for headers, _body in system.heard]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert town.get_one(Webhook, made.id, populate_existing=True).fault == ""


def test_others_do_not_wait_for_a_system_that_is_away(town: Session, system: System) -> None:
    hook(system)
    system.status = 500
    for _each in range(3):
        copied()
    jobs.run_due(NOON + SOON)
    assert len(system.heard) == 1
    system.status = 200
    while jobs.run_due(NOON + 3 * SOON):
        pass
    assert len(system.heard) == 4


def test_nothing_goes_where_it_was_ended(town: Session, system: System) -> None:
    made, _secret = hook(system)
    copied()
    commands.end_hook(who("jin"), made.id, at=NOON)
    jobs.run_due(NOON + SOON)
    assert system.heard == []
    assert the_job().status == "done"


def test_nothing_goes_out_for_a_unit_that_is_no_more(town: Session, system: System) -> None:
    hook(system)
    copied()
    with transaction() as work:
        work.get_one(Unit, unit("420502").id).active = False
    jobs.run_due(NOON + SOON)
    assert system.heard == []
    assert the_job().status == "done"


def test_what_was_put_off_is_news_for_a_day(town: Session, system: System) -> None:
    hook(system)
    system.status = 500
    for _each in range(3):
        copied()
    jobs.run_due(NOON + SOON)
    forget_old(at=NOON + timedelta(hours=23))
    assert jobs_left() == 3
    forget_old(at=NOON + timedelta(hours=25))
    assert jobs_left() == 0


def jobs_left() -> int:
    session().rollback()
    return len(session().scalars(select(Job).where(Job.kind == "hook")).all())


def test_where_notices_went_stands_in_the_audit(town: Session) -> None:
    given = NewHook(unit("420502").id, "https://oa.example.cn:443/in?token=s3cret", ("urged",))
    made, _secret = commands.set_hook(who("jin"), given, at=NOON)
    commands.end_hook(who("jin"), made.id, at=NOON)
    of_hooks = select(AuditEntry).where(AuditEntry.verb.startswith("webhook_"))
    said = [(one.verb, one.detail) for one in session().scalars(of_hooks.order_by(AuditEntry.id))]
    assert said == [
        ("webhook_set", "oa.example.cn:443 urged"), ("webhook_ended", "oa.example.cn:443 urged"),
    ]  # fmt: skip


def test_nothing_is_followed_elsewhere(town: Session, system: System) -> None:
    made, _secret = hook(system)
    system.status, system.headers = 302, {"Location": system.url + "/again"}
    assert commands.try_hook(who("jin"), made.id, at=NOON) == "对方答复 302"
    assert len(system.heard) == 1


def test_a_system_that_dribbles_is_cut_off(
    town: Session, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _secret = hook(system)
    system.dribbles = True
    monkeypatch.setattr(outward, "PATIENCE", 1.0)
    began = monotonic()
    assert commands.try_hook(who("jin"), made.id, at=NOON)
    assert monotonic() - began < 5


def test_a_certificate_of_nobody_we_know_is_refused(
    town: Session, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _secret = hook(system)
    monkeypatch.delenv("SSL_CERT_FILE")
    assert commands.try_hook(who("jin"), made.id, at=NOON) == "没有连上"
    assert system.heard == []


def test_of_an_address_inside_nobody_learns_which_ports_are_open(
    town: Session, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server without our certificate, a port at which nobody is, and one that never answers."""
    said = set[str]()
    monkeypatch.setattr(outward, "PATIENCE", 1.0)
    silent = socket.create_server(("127.0.0.1", 0))
    nobody = socket.create_server(("127.0.0.1", 0))
    shut = nobody.getsockname()[1]
    nobody.close()
    monkeypatch.delenv("SSL_CERT_FILE")
    for port in (system.port, silent.getsockname()[1], shut):
        with pytest.raises(outward.Unsent) as unsent:
            outward.deliver(f"https://127.0.0.1:{port}/", b"{}", {})
        said.add(str(unsent.value))
    silent.close()
    assert said == {"没有连上"}


def test_a_trial_is_sent_once_a_minute_and_each_stands_in_the_audit(
    town: Session, system: System
) -> None:
    made, _secret = hook(system)
    for late in (0, 1, 59, 60):
        at = NOON + timedelta(seconds=late)
        if late in (1, 59):
            with pytest.raises(Conflict, match="稍后"):
                commands.try_hook(who("jin"), made.id, at=at)
        else:
            assert commands.try_hook(who("jin"), made.id, at=at) == ""
    assert len(system.heard) == 2
    tested = select(AuditEntry.detail).where(AuditEntry.verb == "webhook_tested")
    assert session().scalars(tested).all() == [f"127.0.0.1:{system.port} *"] * 2


def test_one_trial_at_a_time_keeps_the_other_threads_free(town: Session, system: System) -> None:
    made, _secret = hook(system)
    with hooks.trying, pytest.raises(Conflict, match="另一个"):
        commands.try_hook(who("jin"), made.id, at=NOON)
    assert commands.try_hook(who("jin"), made.id, at=NOON) == ""


def test_a_trial_says_that_it_arrived(town: Session, system: System) -> None:
    made, _secret = hook(system)
    assert commands.try_hook(who("jin"), made.id, at=NOON) == ""
    assert json.loads(system.heard[0][1])["kind"] == "test"


def test_the_name_is_asked_once_and_the_answer_is_where_we_go(
    town: Session, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def here_first(host: str, port: int, *_args: object, **_more: object) -> list[object]:
        asked.append(host)
        first = asked.count("localhost") == 1
        there = ("127.0.0.1" if first else "127.0.0.9") if host == "localhost" else host
        return [(2, 1, 6, "", (there, port))]

    monkeypatch.setattr(socket, "getaddrinfo", here_first)
    assert outward.deliver(f"https://localhost:{system.port}/", b"{}", {}) == 200
    assert asked.count("localhost") == 1


def test_a_unit_is_set_by_its_own_keeper_alone(town: Session) -> None:
    given = NewHook(unit("420506").id, "https://example.com/")
    for key in ("jin", "qian", "zheng"):
        with pytest.raises(Forbidden):
            commands.set_hook(who(key), given, at=NOON)
