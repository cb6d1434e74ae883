"""A visit comes unannounced: nothing of it reaches the site before it is over, nor why ever."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app import clock
from app.db import session, transaction
from app.errors import NotFound
from app.identity import sessions
from app.identity.actor import Actor
from app.identity.sessions import Visit
from app.smallworks.models import Work
from app.smallworks.papers import rendering
from app.smallworks.patrols import commands
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.models import Patrol
from app.smallworks.rectifications.models import Rectification
from app.workflow.models import Case
from app.workflow.notice_models import Notice
from app.workflow.reach import readable_case
from tests.smallworks.patrols import visits
from tests.smallworks.patrols.visits import answer_all, begin, conclude, failing, filed, work_off
from tests.smallworks.rectifications.orders import foreman
from tests.smallworks.town import Town, owner, staff
from tests.web.visitors import Browser

WHY = ("核实举报", "report", "举报")


class Screen(Browser):
    """Somebody's browser and their program, signed in by sessions of their own."""

    def __init__(self, app: Flask, who: Actor) -> None:
        super().__init__(app)
        with transaction() as work:
            token, key = (
                sessions.open_one(work, who.id, kind, Visit(), at=clock.now())
                for kind in ("web", "api")
            )
        with self.client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        self.program, self.key = app.test_client(), {"Authorization": f"Bearer {key}"}

    def text(self, path: str) -> tuple[int, str]:
        if path.startswith("/api/"):
            answer = self.program.get(path, headers=self.key)
        else:
            answer = self.client.get(path)
        return answer.status_code, answer.text


@pytest.fixture
def now(town: Town) -> Town:
    """The town by the real clock, as pages go by it."""
    return Town(clock.now())


def reported(town: Town) -> tuple[Work, Patrol]:
    """Somebody complained about a filed work, and the community goes there."""
    work = filed(town, planned_start="2039-01-01", planned_end="2039-02-01")
    patrol = begin(town, work)
    with transaction() as rows:
        rows.get_one(Patrol, patrol.id).reason = "report"
    return work, patrol


def notices_of(who: Actor, case_id: str) -> list[str]:
    session().rollback()
    told = select(Notice.text).where(Notice.person_id == who.id, Notice.case_id == case_id)
    return list(session().scalars(told))


def test_the_owner_meets_a_visit_nowhere_before_it_is_over(now: Town, app: Flask):
    work, patrol = reported(now)
    screen = Screen(app, owner(now.at))
    paths = ("/cases", f"/cases/{work.case_id}", "/api/v1/cases", f"/api/v1/cases/{work.case_id}")
    for path in paths:
        status, text = screen.text(path)
        assert status == 200, path
        assert patrol.case_id not in text, path
        assert patrol.case.number not in text, path
    for path in (f"/cases/{patrol.case_id}", f"/api/v1/cases/{patrol.case_id}"):
        assert screen.text(path)[0] == 404, path
    assert notices_of(owner(now.at), patrol.case_id) == []


def test_a_planned_visit_is_kept_from_the_owner_too(town: Town):
    work = filed(town)
    work_off(visits.morning_of("2026-12-01"))
    patrol = visits.patrol_of(work)
    with pytest.raises(NotFound):
        readable_case(session(), owner(town.at), patrol.case_id)
    assert notices_of(owner(town.at), patrol.case_id) == []


def test_once_it_is_over_the_owner_reads_of_it_but_not_why(now: Town, app: Flask):
    _work, patrol = reported(now)
    answer_all(now, patrol)
    case = conclude(now, patrol, "normal")
    screen = Screen(app, owner(now.at))
    for path in (f"/cases/{case.id}", f"/api/v1/cases/{case.id}"):
        status, text = screen.text(path)
        assert status == 200, path
        assert not [word for word in WHY if f'"{word}"' in text or f">{word}<" in text], path
        assert "举报" not in text, path
    assert case.number in screen.text("/cases")[1]
    assert notices_of(owner(now.at), case.id) == [f"“{case.title}”已办结"]


def test_no_paper_of_it_says_why(now: Town, app: Flask):
    _work, patrol = reported(now)
    answer_all(now, patrol)
    case = conclude(now, patrol, "normal")
    (record,) = now.papers(case)
    screen = Screen(app, owner(now.at))
    for content in (
        rendering.render(record.id),
        screen.client.get(f"/cases/{case.id}/sign-off.pdf").data,
    ):
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        assert "江畔花园" in text
        assert "举报" not in text


def test_while_the_head_has_not_confirmed_nobody_outside_reads_it(town: Town):
    work = filed(town)
    case = visits.soften(town, work, "shecundong")
    with pytest.raises(NotFound):
        readable_case(session(), owner(town.at), case.id)
    town.decide(case, "muyulan", "confirm")
    session().rollback()
    assert readable_case(session(), owner(town.at), case.id).id == case.id


def test_the_contractor_reads_the_order_and_never_the_visit(town: Town):
    work = filed(town)
    patrol = failing(town, work, "person_helmet")
    case = conclude(town, patrol, "rectify")
    work_off(town.at)
    session().rollback()
    found = select(Rectification.case_id).where(Rectification.work_id == work.id)
    order = session().scalars(found).one()
    assert readable_case(session(), foreman(town.at), order).id == order
    with pytest.raises(NotFound):
        readable_case(session(), foreman(town.at), case.id)


def test_an_order_without_a_contractor_to_reach_is_the_owners(town: Town):
    """The visit is nobody's matter while it lasts; what comes of it is the owner's all the same."""
    work = filed(town)
    case = conclude(town, failing(town, work, "person_helmet"), "rectify")
    assert session().get_one(Case, case.id).applicant_id == owner(town.at).id


def test_a_site_that_nobody_filed_belongs_to_nobody(town: Town):
    wanted = Begin(report_case_id=visits.report(town).id)
    patrol = commands.begin(staff("shecundong", town.at), wanted, at=town.at)
    answer_all(town, patrol)
    assert conclude(town, patrol, "normal").applicant_id is None
