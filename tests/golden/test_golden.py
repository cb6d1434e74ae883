"""Cases as earlier versions stored them: each is opened, shown and finished by this one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app import engine
from app.db import new_id, session, transaction
from app.engine import Process
from app.smallworks.models import Paper
from app.workflow import calendar, definitions, forms
from app.workflow.commands.locked import locked_case
from app.workflow.commands.tasks import Decision, decide
from app.workflow.follow import follow
from app.workflow.kinds import Moment
from app.workflow.models import Attachment, Case, ProcessVersion, Task
from app.workflow.queries.audit import check_cases
from tests.golden.places import PLACES
from tests.smallworks.conftest import town
from tests.smallworks.town import FILES, Town, owner, staff

__all__ = ["town"]
HERE = Path(__file__).parent
KEPT = sorted(path for path in HERE.glob("*/*.json"))
FORMATS = sorted({path.parent for path in KEPT})


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def version_files(folder: Path) -> dict[str, str]:
    root = folder / "version"
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes().decode() for path in paths}


def kept(path: Path) -> tuple[datetime, bytes]:
    told = json.loads(path.read_text("utf-8"))
    return datetime.fromisoformat(told["at"]), told["snapshot"].encode()


def process_of(path: Path) -> Process:
    return engine.parse(version_files(path.parent), "filing")


def test_every_place_of_every_format_is_kept() -> None:
    assert FORMATS
    for folder in FORMATS:
        assert {path.stem for path in folder.glob("*.json")} >= set(PLACES)


@pytest.mark.parametrize("folder", FORMATS, ids=lambda folder: folder.name)
def test_a_golden_version_can_still_be_read(folder: Path) -> None:
    files = version_files(folder)
    for name, text in files.items():
        if name.endswith(".json"):
            assert forms.read(text, name).key == name.removeprefix("forms/").removesuffix(".json")
    assert engine.parse(files, "filing").tasks


@pytest.mark.parametrize("path", KEPT, ids=name_of)
def test_a_golden_snapshot_opens_unchanged(path: Path) -> None:
    at, snapshot = kept(path)
    process = process_of(path)
    waits = {task.element for task in engine.waiting(process, snapshot)}
    place = {"corrected_twice": "community_check"}.get(path.stem, path.stem)
    assert waits == (set() if place == "ended" else {place})
    step = engine.wake(process, snapshot, at=at, workdays=lambda moment, _days: moment)
    assert step.snapshot == snapshot


@pytest.mark.parametrize("path", KEPT, ids=name_of)
def test_a_golden_case_is_finished_by_its_people(path: Path, town: Town) -> None:
    case = put_back(path, town)
    place = PLACES[path.stem]
    for account, outcome, answers in place.after:
        who = staff(account, town.at) if account else owner(town.at)
        if outcome == "submit" and account:
            photographed(case)
        task = town.task(case, who)
        case = decide(who, task.id, Decision(outcome, answers), at=town.at)
    session().rollback()
    assert (case.result, case.ended_at is None) == (place.result, False)
    assert check_cases(session()) == []
    issued = {paper.kind for paper in session().scalars(select(Paper))}
    assert ("receipt" in issued) == (place.result == "approved" and bool(place.after))


@pytest.mark.parametrize("folder", FORMATS, ids=lambda folder: folder.name)
def test_a_golden_timer_still_runs_out(folder: Path, town: Town) -> None:
    path = folder / "correction.json"
    process, (_at, snapshot) = process_of(path), kept(path)
    due = engine.wake(process, snapshot, at=town.at, workdays=lambda moment, _days: moment).wake_at
    assert due is not None
    step = engine.wake(process, snapshot, at=due, workdays=lambda moment, _days: moment)
    assert (step.ended, step.result) == (True, "lapsed")


def put_back(path: Path, town: Town) -> Case:
    """A case of this town as the golden one rests, its version and its rows with it."""
    place, (at, snapshot) = PLACES[path.stem], kept(path)
    made = town.file(**place.filed)
    with transaction() as work:
        case = locked_case(work, made.id)
        old = work.get_one(ProcessVersion, case.version_id)
        version = ProcessVersion(
            id=new_id(), key="filing", unit_id=old.unit_id, number=old.number + 1, title=old.title,
            files=version_files(path.parent), checksum="", published_at=at,
        )  # fmt: skip
        work.add(version)
        work.flush()
        case.version_id = version.id
        definition = definitions.get(work, version.id)
        is_workday = calendar.workday_test(work, case.l2, case.l1)
        step = engine.wake(
            definition.process, snapshot, at=at, workdays=calendar.workdays(is_workday)
        )
        refs = tuple(work.scalars(select(Task.ref).where(Task.case_id == case.id)))
        moved = replace(step, opened=step.open, closed=refs)
        follow(Moment(work, case, {}, at, None), definition, moved, is_workday)
    return case


def photographed(case: Case) -> None:
    """A photograph of the site, as if uploaded with the form."""
    with transaction() as work:
        some = select(Attachment).where(Attachment.case_id == case.id, Attachment.field == FILES[0])
        row = work.scalars(some.limit(1)).one()
        work.add(Attachment(
            id=new_id(), case_id=case.id, field="check_photos", name=row.name, mime=row.mime,
            size=row.size, stored=row.stored, original=row.original, by_id=row.by_id, at=row.at,
        ))  # fmt: skip
