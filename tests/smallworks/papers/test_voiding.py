"""Voided papers: who voids them, what stays, and what anybody is told."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.db import session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.smallworks import papers
from app.smallworks.models import Paper
from app.smallworks.papers import checking
from app.workflow import jobs
from app.workflow.models import Event
from tests.smallworks.papers.scene import Site, filed, text_of
from tests.smallworks.town import Town, owner, staff


@pytest.fixture
def site(town: Town) -> Site:
    return filed(town)


def test_a_voided_paper_keeps_its_number_and_says_so(site: Site) -> None:
    first = site.order()
    before = papers.render(first.id)
    papers.void(staff("muyulan", site.at), first.id, "工程名称有误", at=site.at)
    second = site.order()

    assert (first.number, second.number) == (
        "宜西西陵小散改〔2026〕0001号", "宜西西陵小散改〔2026〕0002号",
    )  # fmt: skip
    text = text_of(papers.render(first.id))
    assert "作废" not in text_of(before)
    assert "本文书已于2026-11-2312:00作废" in text
    assert text.count("作废") >= 2  # and across the page
    assert first.number in text
    row = session().get_one(Paper, first.id, populate_existing=True)
    assert (row.void_reason, row.void_by_id) == ("工程名称有误", staff("muyulan", site.at).id)
    assert checking.check(session(), first.code).void
    assert not checking.check(session(), second.code).void


def test_the_file_is_made_anew_in_the_background(site: Site) -> None:
    paper = site.order()
    while jobs.run_due(site.at):
        pass
    papers.void(staff("muyulan", site.at), paper.id, "工程名称有误", at=site.at)
    while jobs.run_due(site.at):
        pass
    row = session().get_one(Paper, paper.id, populate_existing=True)
    assert len(row.stored) == 64
    assert "作废" in text_of(papers.render(paper.id))


def test_voiding_is_one_event_of_the_case(site: Site) -> None:
    paper, who = site.order(), staff("muyulan", site.at)
    papers.void(who, paper.id, "工程名称有误", "k1", at=site.at)
    papers.void(who, paper.id, "工程名称有误", "k1", at=site.at)  # the same form again
    events = session().scalars(select(Event).where(Event.case_id == paper.case_id)).all()
    assert [(event.verb, event.actor_id, event.element, event.position) for event in events] == [
        ("voided", who.id, paper.id, "head")
    ]
    with pytest.raises(Conflict):
        papers.void(who, paper.id, "再作废一次", at=site.at)


@pytest.mark.parametrize("reason", ["", "  ", "误", "长" * 201])
def test_a_reason_is_asked_for(site: Site, reason: str) -> None:
    paper = site.order()
    with pytest.raises(Invalid) as refused:
        papers.void(staff("muyulan", site.at), paper.id, reason, at=site.at)
    assert list(refused.value.fields) == ["reason"]


def test_who_may_void(site: Site) -> None:
    paper = site.order()
    for account in ("tangjichuan", "shecundong", "quyuanhang"):  # no head of the issuing unit
        with pytest.raises(Forbidden):
            papers.void(staff(account, site.at), paper.id, "工程名称有误", at=site.at)
    with pytest.raises(Forbidden):
        papers.void(owner(site.at), paper.id, "工程名称有误", at=site.at)
    with pytest.raises(NotFound):
        papers.void(staff("chaiyiling", site.at), paper.id, "工程名称有误", at=site.at)
    receipt = site.town.papers(site.case)[0]  # the district's, so not the township's to void
    with pytest.raises(Forbidden):
        papers.void(staff("muyulan", site.at), receipt.id, "工程名称有误", at=site.at)
    assert session().scalar(select(func.count()).where(Paper.void_at.is_not(None))) == 0
