"""Races between real processes: of all who press at once, exactly one wins, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import session
from app.smallworks.models import Paper
from app.workflow import backstage
from app.workflow.attachments import Home
from app.workflow.commands.drafts import Screen, save_draft, start_draft
from app.workflow.models import Case
from app.workflow.notice_models import Notice
from app.workflow.queries.audit import check_cases
from tests.stores import Store
from tests.workflow import drawn, make
from tests.workflow.people import HERE, NOON, attach, who
from tests.workflow.racer import attend

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.workflow.racer"])  # what it imports is imported once
RACERS, ROUNDS = 4, 3
HEADSTART = 0.15
LAPSES = datetime.fromisoformat("2026-11-30T17:30+08:00")
Answer = dict[str, str]


class Track:
    """Processes of our own, kept for all races on one store."""

    def __init__(self, url: str, folder: Path) -> None:
        self.lines, self.racers = [], []
        for _ in range(RACERS):
            mine, theirs = FORKS.Pipe()
            racer = FORKS.Process(target=attend, args=(theirs, url, str(folder)), daemon=True)
            racer.start()
            theirs.close()
            self.lines.append(mine)
            self.racers.append(racer)
        for line in self.lines:
            assert line.recv() == "ready"

    def race(self, *told: dict[str, Any]) -> list[Answer]:
        """Let each racer do its part at one moment; what came of it, in the same order."""
        session().rollback()
        gun = time.time() + HEADSTART
        running = self.lines[: len(told)]
        for line, part in zip(running, told, strict=True):
            line.send({"at": NOON.isoformat(), **part, "gun": gun})
        return [line.recv() for line in running]

    def stop(self) -> None:
        for line in self.lines:
            line.close()
        for racer in self.racers:
            racer.join(timeout=20)


@pytest.fixture(scope="module")
def tracks() -> Iterator[dict[str, Track]]:
    made: dict[str, Track] = {}
    yield made
    for track in made.values():
        track.stop()


@pytest.fixture
def track(
    town: Session,
    database: Store,
    tracks: dict[str, Track],
    tmp_path_factory: pytest.TempPathFactory,
) -> Track:
    if database.kind not in tracks:
        tracks[database.kind] = Track(database.url, tmp_path_factory.mktemp("racers"))
    return tracks[database.kind]


def won(answers: list[Answer]) -> list[str]:
    return [answer["done"] for answer in answers if "done" in answer]


def lost(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if "lost" in answer]


def verbs(made: Case) -> Counter[str]:
    return Counter(make.verbs(made))


def test_of_officials_who_claim_at_once_one_wins(track: Track) -> None:
    for _ in range(ROUNDS):
        made = make.case()
        task = make.open_tasks(made)[0].id
        pair = [{"verb": "claim", "task": task, "who": who(key).id} for key in ("li", "wang")]
        answers = track.race(*pair, *pair)
        holder = make.open_tasks(made)[0].claimed_by
        names = {"李禾": who("li").id, "王渡": who("wang").id}
        assert len(won(answers)) == 2  # one person, at both of their windows
        assert {answer["who"] for answer in lost(answers)} == {holder.name}
        assert holder.id == names[holder.name]
        assert verbs(made) == {"filed": 1, "claimed": 1}


def test_of_decisions_at_once_one_counts(track: Track) -> None:
    for _ in range(ROUNDS):
        made = make.case()
        task = make.open_tasks(made)[0].id
        parts = [
            {"verb": "decide", "task": task, "who": who(key).id, "key": "", "outcome": outcome,
             "sent": {"opinion": "说明理由"}}
            for key, outcome in (
                ("li", "approve"), ("wang", "reject"), ("wang", "approve"), ("li", "reject"),
            )
        ]  # fmt: skip
        answers = track.race(*parts)
        assert len(won(answers)) == 1
        assert len(lost(answers)) == 3
        assert verbs(made) == {"filed": 1, "decided": 1}
        assert len(make.waiting(made)) == (0 if make.fresh(made).result else 1)


def test_one_form_posted_many_times_at_once_decides_once(track: Track) -> None:
    made = make.case()
    part = {
        "verb": "decide", "task": make.open_tasks(made)[0].id, "who": who("li").id,
        "key": "one page", "outcome": "approve", "sent": {},
    }  # fmt: skip
    answers = track.race(*[part] * RACERS)
    assert won(answers) == [made.id] * RACERS
    assert verbs(made) == {"filed": 1, "decided": 1}
    assert make.waiting(made) == ["township_review"]


def test_a_draft_submitted_from_many_windows_is_filed_once(track: Track, town: Session) -> None:
    ann = who("ann")
    draft = start_draft(ann, "filing", HERE, at=NOON)
    save_draft(ann, draft.id, Screen(make.values()), at=NOON)
    for field in make.PLAIN:
        attach(ann, field, Home(draft_id=draft.id))
    parts = [
        {"verb": "submit", "who": ann.id, "draft": draft.id, "key": f"window {n}"}
        for n in range(RACERS)
    ]
    assert won(track.race(*parts)) == ["2026-000001"] * RACERS
    assert town.scalar(select(func.count(Case.id))) == 1


def filing(key: str, attachments: list[str] | None = None) -> dict[str, Any]:
    return {
        "verb": "file", "who": who("ann").id, "process": "demo", "place": HERE, "key": key,
        "values": {"title": "同时申请"}, "attachments": attachments or [],
    }  # fmt: skip


def test_the_same_key_at_once_files_once(track: Track, town: Session) -> None:
    drawn.publish("demo", drawn.two_levels("demo"))
    answers = track.race(*[filing("the same")] * RACERS)
    assert set(won(answers)) == {"2026-000001"}
    town.rollback()
    assert town.scalar(select(func.count(Case.id))) == 1


def test_filings_at_once_get_numbers_without_gap_or_twin(track: Track) -> None:
    drawn.publish("demo", drawn.two_levels("demo"))
    numbers: list[str] = []
    for round_ in range(ROUNDS):
        numbers += won(track.race(*(filing(f"{round_} {n}") for n in range(RACERS))))
    assert sorted(numbers) == [f"2026-{n:06}" for n in range(1, RACERS * ROUNDS + 1)]


def test_one_set_of_files_belongs_to_one_case(track: Track, town: Session) -> None:
    wanted = make.filing()
    part = {
        "verb": "file", "who": who("ann").id, "process": "filing", "place": HERE,
        "values": dict(wanted.values), "attachments": list(wanted.attachments),
    }  # fmt: skip
    answers = track.race(*({**part, "key": f"{n}"} for n in range(RACERS)))
    assert len(won(answers)) == 1
    assert all("refused" in answer for answer in answers if "done" not in answer)
    town.rollback()
    assert town.scalar(select(func.count(Case.id))) == 1


@pytest.mark.parametrize("sign", ["all", "any", "vote:60"])
def test_signers_at_once_settle_the_step_once(track: Track, sign: str) -> None:
    key = f"joint_{sign.partition(':')[0]}"
    drawn.publish(key, drawn.joint(key, sign))
    for _ in range(ROUNDS):
        made = drawn.file(key)
        drawn.decide(made, "li", "approve")
        parts = [
            {"verb": "decide", "task": make.task(made, name).id, "who": who(name).id, "key": "",
             "outcome": "approve", "sent": {}}
            for name in ("zhao", "qian", "zhou")
        ]  # fmt: skip
        answers = track.race(*parts)
        needed = {"all": 3, "any": 1, "vote": 2}[sign.partition(":")[0]]
        assert len(won(answers)) == needed
        assert len(lost(answers)) == 3 - needed
        assert make.fresh(made).result == "approved"
        assert make.waiting(made) == []
        assert verbs(made) == {"filed": 1, "decided": 1 + needed}


def test_two_signers_of_a_filing_issue_one_receipt(track: Track, town: Session) -> None:
    made = make.case("district_countersign")
    parts = [
        {"verb": "decide", "task": make.task(made, name).id, "who": who(name).id, "key": "",
         "outcome": "approve", "sent": {"opinion": "同意"}}
        for name in ("qian", "zhou")
    ]  # fmt: skip
    assert len(won(track.race(*parts))) == 2
    assert make.fresh(made).result == "approved"
    papers = town.scalars(select(Paper.kind).where(Paper.case_id == made.id)).all()
    assert sorted(papers) == ["receipt", "risk_notice"]


def test_withdrawn_while_it_is_decided_it_is_one_or_the_other(track: Track) -> None:
    for _ in range(ROUNDS):
        made = make.case("township_review")
        decision = {
            "verb": "decide", "task": make.task(made, "zhao").id, "who": who("zhao").id,
            "key": "", "outcome": "approve", "sent": {},
        }  # fmt: skip
        answers = track.race(decision, {"verb": "withdraw", "case": made.id, "who": who("ann").id})
        assert len(won(answers)) == len(lost(answers)) == 1
        ended = make.fresh(made)
        assert (ended.state, make.waiting(made)) == ("ended", [])
        last = {"approved": "decided", "withdrawn": "withdrew"}[ended.result]
        assert make.verbs(made)[-1] == last


def test_workers_at_once_do_each_job_once(track: Track, town: Session) -> None:
    cases = [make.case("correction") for _ in range(5)]
    answers = track.race(*[{"verb": "work", "at": LAPSES.isoformat()}] * RACERS)
    assert len(won(answers)) == RACERS
    town.rollback()
    assert set(town.scalars(select(backstage.Job.status))) == {"done"}
    for made in cases:
        assert verbs(made) == {"filed": 1, "decided": 1, "lapsed": 1}
        told = town.scalars(select(Notice.kind).where(Notice.case_id == made.id)).all()
        # the reminder was due before the lapse, but nothing says which worker is quicker
        assert sorted(told) in (["lapsing", "result", "returned"], ["result", "returned"])


def test_of_sweeps_at_once_each_rung_is_told_once(track: Track, town: Session) -> None:
    cases = [make.case() for _ in range(5)]
    for hours, rungs in ((6, 1), (30, 2), (54, 3)):
        at = (NOON + timedelta(hours=hours)).isoformat()
        assert len(won(track.race(*[{"verb": "work", "at": at}] * RACERS))) == RACERS
        for made in cases:
            assert verbs(made) == {"filed": 1, "chased": rungs}


def test_a_correction_handed_in_as_its_time_runs_out(track: Track) -> None:
    for _ in range(ROUNDS):
        made = make.case("correction")
        late = LAPSES - timedelta(days=3)
        part = {
            "verb": "decide", "task": make.task(made, "ann").id, "who": who("ann").id, "key": "",
            "outcome": "submit", "sent": make.values(late), "at": late.isoformat(),
        }  # fmt: skip
        worker = {"verb": "work", "at": LAPSES.isoformat()}
        handed_in, *_workers = track.race(part, worker, worker)
        ended = make.fresh(made)
        assert ended.incident is None
        if "done" in handed_in:
            assert make.waiting(made) == ["community_check"]
        else:
            assert ended.result == "lapsed"
            assert make.waiting(made) == []


def test_every_record_holds_after_a_race(track: Track, town: Session) -> None:
    test_of_decisions_at_once_one_counts(track)
    test_of_officials_who_claim_at_once_one_wins(track)
    town.rollback()
    assert check_cases(town) == []
