"""Two whole stories: a roof without harness that ends well, and a craftsman who is banned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import session
from app.errors import Conflict, Invalid
from app.identity import sms
from app.smallworks import papers
from app.smallworks.stops import commands as stops
from app.smallworks.stops.commands import Seen
from app.workflow.models import Case
from tests.identity import people
from tests.smallworks.papers.scene import text_of
from tests.smallworks.patrols import visits
from tests.smallworks.records import market
from tests.smallworks.rectifications import orders
from tests.smallworks.roof import FIRM, LATER, ROOF, Story, begin, stopped_for_a_harness
from tests.smallworks.stops import site
from tests.smallworks.town import LEGAL_REP_ID, Town, begin_town, credit_code, inside, staff
from tests.stores import Store


@pytest.fixture
def town(database: Store, app: Flask, noon: datetime) -> Iterator[Town]:
    """The town with an inspector more, and those who decide about contractors."""
    begin_town(database, app, "stories_town", market.hire, visits.hire_inspector)
    yield from inside(app, noon)


def verbs(case: Case) -> list[str]:
    return site.verbs(case)


def test_a_roof_without_harness_is_stopped_put_right_and_closed(town: Town) -> None:
    phone = people.Phone()
    sms.use(phone)
    story = Story(town)
    begin(story)
    stopped_for_a_harness(story)
    stop, ordered = site.order_of(story.work), orders.case_of(story.work)
    assert story.work.state_before_stop == "rectifying"
    assert site.open_tasks(stop.case)[0].name == "确认停工"
    _confirmed(story)
    _failed_and_passed(story, ordered)
    _resumed(story)
    _closed(story)
    assert story.states == [
        "in_review", "filed", "in_progress", "stopped", "stopped", "stopped", "stopped",
        "in_progress", "completed", "closed",
    ]  # fmt: skip
    _every_paper(story)
    sent = [text for number, text in phone.messages if number == "13900003333"]
    assert sum("/l/" in text for text in sent) >= 3  # the stop, the notice, the second notice


def _confirmed(story: Story) -> None:
    town = story.on(2, 14)
    stop = site.order_of(story.work)
    town.decide(stop.case, "muyulan", "confirm")
    story.done("stopped")
    assert site.order_of(story.work).confirmed_at == town.at
    assert verbs(stop.case) == ["opened", "decided"]
    with pytest.raises(Conflict):
        site.about(town, story.work, "completion", **{**site.DONE, "actual_end": "2026-12-02"})
    called = site.case_of(story.work, "department_call")
    town.decide(called, "shuangshu", "noted")
    story.check()


def _failed_and_passed(story: Story, ordered: Case) -> None:
    """Answered, re-inspected by another than who found it, ordered again, and passed."""
    town = story.on(3)
    orders.report(town, ordered)
    found = [hazard.item_code for hazard in orders.hazards_of(ordered)]
    orders.conclude(town, ordered, found.index("person_harness") + 1)
    story.done("stopped")
    row = orders.row_of(ordered)
    assert (row.round, sorted(orders.states(ordered))) == (2, ["closed", "open"])
    town = story.on(4)
    orders.report(town, ordered)
    ended = orders.conclude(town, ordered)
    assert (ended.state, ended.result) == ("ended", "done")
    story.done("stopped")
    assert orders.states(ordered) == ["closed", "closed"]
    assert story.work.state_before_stop == "in_progress"


def _resumed(story: Story) -> None:
    """The craftsman asks, the community looks, township and department let it go on."""
    town = story.on(7)
    stop = site.order_of(story.work)
    who = site.addressee(stop, town.at)
    assert who.id == orders.foreman(town.at).id
    site.attach(who, stop.case, town.at, "resume_photos")
    site.decide(
        who, stop.case, "submit", town.at, wish="resume", measures="生命线和安全带已全部配齐"
    )
    checker = staff("luyuanqiu", town.at)
    site.attach(checker, stop.case, town.at, "recheck_photos")
    site.decide(
        checker, stop.case, "pass", town.at, checked_on="2026-12-07",
        checkers="陆远秋、佘存栋", findings="安全带已系挂，生命线牢固",
    )  # fmt: skip
    story.check()
    town.decide(stop.case, "muyulan", "approve")
    assert story.work.state == "stopped"  # the department has not signed yet
    town.decide(stop.case, "shuangshu", "approve")
    story.done("in_progress")
    assert verbs(story.case) == ["filed", *["decided"] * 4, "held", "unheld"]
    assert site.order_of(story.work).outcome == "resumed"


def _closed(story: Story) -> None:
    town = story.on(11)
    done = {**site.DONE, "actual_end": "2026-12-11"}
    ended = site.about(town, story.work, "completion", **done)
    story.done("completed")
    checker = staff("shecundong", town.at)
    site.attach(checker, ended, town.at, "completion_photos")
    site.decide(
        checker, ended, "pass", town.at, checked_on="2026-12-11", checkers="佘存栋",
        findings="屋面已完工，场地已清理",
    )  # fmt: skip
    story.done("closed")
    assert story.work.actual_end == date(2026, 12, 11)
    town.decide(site.case_of(story.work, "rating"), "", "submit", stars="4")
    story.check()


def _every_paper(story: Story) -> None:
    """What people were handed, in this order, each a PDF that says what it must."""
    issued = story.papers()
    days: dict[datetime, set[str]] = {}
    for paper in issued:
        days.setdefault(paper.issued_at, set()).add(paper.kind)
    assert list(days.values()) == [
        {"receipt", "risk_notice"}, {"patrol_record", "site_stop", "rectification_notice"},
        {"stop_notice"}, {"reinspection", "second_notice"}, {"reinspection"},
        {"resume_notice"}, {"completion_receipt"},
    ]  # fmt: skip
    assert len(issued) == 11
    for paper in issued:
        assert paper.stored  # made by the background, before anybody asked
        text = text_of(papers.render(paper.id))
        for words in (paper.number, papers.KINDS[paper.kind].title, f"/check/{paper.code}"):
            assert words in text, (paper.kind, words)
        assert LEGAL_REP_ID not in text
        assert "13900003333" not in text
    said = {paper.kind: text_of(papers.render(paper.id)) for paper in issued}
    for kind in ("patrol_record", "rectification_notice", "second_notice", "reinspection"):
        assert "高处作业" in said[kind] or "安全带" in said[kind], kind
    assert "武青瓦" in said["rectification_notice"]
    assert "安全带" in said["site_stop"]
    assert "安全生产法" in said["stop_notice"]


def test_who_goes_on_under_a_stop_is_banned_and_files_nothing(town: Town) -> None:
    story = Story(town)
    begin(story)
    running = town.file(**{**ROOF, "address": "绣球巷 9 号", "name": "绣球巷 9 号屋面检修"})
    stopped_for_a_harness(story)
    record = _breached(story)
    _heard_and_banned(story, record)
    _shut_out(story, running)


def _breached(story: Story) -> Case:
    """At night people are on the roof again: that is a bad record at once."""
    town = story.on(2, 14)
    stop = site.order_of(story.work)
    town.decide(stop.case, "muyulan", "confirm")
    town = story.on(3)
    seen = Seen("晚上 8 点屋面仍有 2 人铺卷材", (site.picture(),))
    stops.report_breach(staff("luyuanqiu", town.at), stop.id, seen, "", at=town.at)
    story.done("stopped")
    record = site.case_of(story.work, "bad_record")
    assert (market.record(record).by_rule, market.record(record).points) == (True, 12)
    assert verbs(stop.case)[-1] == "breached"
    assert verbs(record) == ["opened"]
    return record


def _heard_and_banned(story: Story, record: Case) -> None:
    town = story.on(4)
    town.decide(record, "cuizhishan", "approve")
    assert market.open_step(record) == ["statement"]
    market.answer(town, record, "state", statement="当晚只是回去取工具，请核实。")
    story.check()
    town = story.on(7)
    town.decide(
        record, "chuhuaijin", "ban", opinion="照片显示正在铺卷材，申辩不成立",
        bound=["contractor"],
        public_fact="2026年12月，在西陵区一处屋面防水作业中，停工期间继续施工。",
    )  # fmt: skip
    story.done("stopped")
    found = market.record(record)
    assert (found.state, found.banned) == ("recorded", True)
    assert found.published_at == town.at
    assert market.ban(record).ends_on == date(2027, 12, 6)
    assert verbs(record) == ["opened", "decided", "decided", "decided"]
    assert [paper.kind for paper in town.papers(record)] == [
        "bad_record_notice", "bad_record_decision",
    ]  # fmt: skip
    for paper in town.papers(record):
        assert paper.number in text_of(papers.render(paper.id))


def _shut_out(story: Story, running: Case) -> None:
    """Neither he nor the firm that he registered files anything; what runs gets no further."""
    town = story.on(8)
    before = set(session().scalars(select(Case.id)))
    for changed, named in ((ROOF, "contractor_id_no"), (FIRM, "contractor_legal_rep_id")):
        with pytest.raises(Invalid) as refused:
            town.file(**{**changed, **LATER, "address": "绣球巷 11 号"})
        assert "2027年12月6日前不得承接" in refused.value.fields[named]
    session().rollback()
    assert set(session().scalars(select(Case.id))) == before
    town.approve(running)
    town.decide(running, "quyuanhang", "approve", opinion="同意")
    with pytest.raises(Conflict, match="被清除出"):
        town.decide(running, "shuangshu", "approve", opinion="同意")
    other = {"contractor_credit_code": credit_code("91420502MA4KFA1R1")}
    town.file(**other, **LATER, contractor_legal_rep_id="420502198001010038")
    story.check()
