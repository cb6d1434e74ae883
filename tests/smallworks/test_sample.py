"""The sample: every state there is, nothing in the future, and sign-ins that work."""

from __future__ import annotations

import csv
import stat
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import local
from app.db import db, session
from app.identity import commands
from app.identity.commands import Credentials
from app.identity.sessions import Visit
from app.smallworks import sample
from app.smallworks.models import Work
from app.smallworks.patrols.models import Hazard
from app.smallworks.records.models import BadRecord
from app.smallworks.rectifications.models import HazardAnswer
from app.smallworks.sample import answers
from app.smallworks.sample.days import Days
from app.smallworks.stops.models import StopOrder
from app.workflow.backstage import Job
from app.workflow.forms.checks import credit_digit_fits, id_digit_fits
from app.workflow.models import Case, Draft, Event, Task
from app.workflow.queries.audit import check_cases
from tests.smallworks import truths
from tests.stores import Store


@pytest.fixture
def filled(
    database: Store, app: Flask, noon: datetime, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The store with its sample, and the folder that holds the sign-ins."""
    folder = tmp_path_factory.getbasetemp() / f"sample-{database.kind}"
    folder.mkdir(exist_ok=True)

    def fill() -> None:
        with app.app_context():
            sample.fill(folder, at=noon)
            db.session.remove()

    database.begin("sample", fill, upon="first_start")
    return folder


def members(folder: Path) -> list[dict[str, str]]:
    with (folder / "sample-accounts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_state_occurs(filled: Path, work: Session) -> None:
    filings = select(Case.state, Case.result, func.count()).where(Case.process_key == "filing")
    rows = work.execute(filings.group_by(Case.state, Case.result))
    found = Counter({(state, result): count for state, result, count in rows})
    assert found.total() >= 30
    assert set(found) == {
        ("in_review", None), ("correcting", None), ("referred", None), ("ended", "approved"),
        ("ended", "rejected"), ("ended", "withdrawn"), ("ended", "lapsed"), ("ended", "referred"),
    }  # fmt: skip
    assert work.scalar(select(func.count()).where(Draft.case_id.is_(None))) == 2


def test_every_step_has_somebody_waiting(filled: Path, work: Session) -> None:
    filing = Task.case.has(Case.process_key == "filing")
    names = set(work.scalars(select(Task.name).where(Task.status == "open", filing)))
    assert names == {
        "社区初审",
        "补正材料",
        "乡镇审核",
        "现场核查",
        "区县会签",
        "市级审核",
        "督办施工许可",
    }
    claimed = Task.claimed_by_id.is_not(None)
    assert (work.scalar(select(func.count()).where(Task.status == "open", claimed)) or 0) >= 4


def test_some_works_are_of_each_risk_and_filed_at_each_level(filled: Path, work: Session) -> None:
    assert set(work.scalars(select(Work.risk))) >= {"low", "medium", "high"}
    ends = {event.passed[-1] for event in work.scalars(select(Event)) if event.passed}
    assert {"approved_by_township", "approved_by_district", "approved_by_city"} <= ends
    permits = set(work.scalars(select(Work.permit_no).where(Work.state == "referred")))
    assert len(permits - {"", None}) == 1


def test_works_are_in_every_state_of_their_life(filled: Path, work: Session) -> None:
    states = Counter(work.scalars(select(Work.state)))
    assert set(states) >= {
        "filed", "in_progress", "rectifying", "stopped", "completed", "closed", "in_review",
        "rejected", "withdrawn", "referred", "lapsed",
    }  # fmt: skip
    confirmed = [order.confirmed_at is not None for order in work.scalars(select(StopOrder))]
    assert sorted(confirmed) == [False, True]
    assert {"proposed", "recorded"} == set(work.scalars(select(BadRecord.state)))
    assert work.scalars(select(BadRecord).where(BadRecord.published_at.is_not(None))).all()


def test_something_of_each_flow_waits_for_somebody(
    filled: Path, work: Session, noon: datetime
) -> None:
    going = Counter(work.scalars(select(Case.process_key).where(Case.ended_at.is_(None))))
    assert set(going) >= {
        "patrol", "rectification", "stop_work", "bad_record", "completion", "change", "report",
        "accident",
    }  # fmt: skip
    hazards = list(work.scalars(select(Hazard)))
    answered = set(work.scalars(select(HazardAnswer.hazard_id)))
    assert answered & {one.id for one in hazards}
    late = [one for one in hazards if one.state == "open" and one.deadline and one.deadline < noon]
    assert late
    assert truths.broken() == []


def test_nothing_lies_in_the_future(filled: Path, work: Session, noon: datetime) -> None:
    assert work.scalar(select(func.max(Event.at))) < noon
    assert work.scalar(select(func.max(Draft.updated_at))) < noon


def test_some_tasks_are_late_and_some_due_today(
    filled: Path, work: Session, noon: datetime
) -> None:
    due = [task.due_at for task in work.scalars(select(Task).where(Task.status == "open"))]
    assert any(moment and moment < noon for moment in due)
    assert any(moment and local(moment).date() == local(noon).date() for moment in due)


def test_officials_only_work_on_working_days_in_office_hours(filled: Path, work: Session) -> None:
    done = work.scalars(select(Event.at).where(Event.unit_id.is_not(None))).all()
    assert len(done) > 20
    for moment in map(local, done):
        assert moment.weekday() < 5
        assert 8 <= moment.hour < 18


def test_the_records_hold_and_the_background_is_idle(filled: Path, work: Session) -> None:
    assert check_cases(work) == []
    assert work.scalars(select(Case.number).where(Case.incident.is_not(None))).all() == []
    assert work.scalars(select(Job.kind).where(Job.error != "")).all() == []


def test_the_sign_ins_work_and_only_the_owner_may_read_them(
    filled: Path, work: Session, noon: datetime
) -> None:
    path = filled / "sample-accounts.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = members(filled)
    assert list(rows[0]) == ["account", "password", "name", "role", "unit", "position"]
    for row in (rows[0], rows[-1]):
        door = "staff" if row["unit"] else "public"
        given = Credentials(row["account"], row["password"], door)
        assert not commands.sign_in(given, Visit("10.0.0.9", "test"), at=noon).must_change


def test_filling_again_changes_nothing(filled: Path, work: Session, noon: datetime) -> None:
    before = (filled / "sample-accounts.csv").read_bytes()
    cases = select(func.count(Case.id))
    there = session().scalar(cases)
    sample.fill(filled, at=noon + timedelta(days=1))
    assert (filled / "sample-accounts.csv").read_bytes() == before
    assert session().scalar(cases) == there


@pytest.mark.parametrize(
    ("now", "today"),
    [
        ("2026-11-23T12:00+08:00", "2026-11-23"),  # a Monday at noon
        ("2026-11-23T18:00+08:00", "2026-11-24"),  # after hours
        ("2026-11-22T12:00+08:00", "2026-11-23"),  # a Sunday
        ("2026-10-03T12:00+08:00", "2026-10-08"),  # within the National Day holiday
        ("2026-10-10T09:00+08:00", "2026-10-10"),  # a Saturday that is worked
    ],
)
def test_day_zero_is_the_one_whose_office_hours_end_next(
    work: Session, now: str, today: str
) -> None:
    at = datetime.fromisoformat(now)
    days = Days.until(at)
    assert days.back[0].isoformat() == today
    assert days.closing(1) < at <= days.closing(0)


@pytest.mark.parametrize("name", ["周砚农", "郑晚舟", "邱老栓"])
def test_invented_numbers_are_right_and_nobodys(name: str) -> None:
    number, code = answers.id_number("19690811", name), answers.credit_code(name)
    assert id_digit_fits(number)
    assert credit_digit_fits(code)
    assert number[:6] == code[2:8] == "420599"
