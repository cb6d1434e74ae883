"""What reviewers complain of elsewhere (domain §5.6), 10 to 20: fields, files, lists and sites."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.db import session
from app.identity import naming
from app.identity.commands import Post
from app.identity.models import Grant, Person
from app.workflow import commands
from app.workflow.commands.drafts import start_draft
from app.workflow.commands.tasks import Decision
from app.workflow.models import Attachment, Case
from app.workflow.queries import register
from tests.identity import people as identity
from tests.identity import test_naming, test_units
from tests.identity.annexes.books import DONGYUAN, annex
from tests.identity.annexes.sending import carry, send, verdicts
from tests.smallworks import test_papers
from tests.smallworks.records import market, test_entrances
from tests.smallworks.rectifications import test_reopening, test_time
from tests.smallworks.stops import test_stopping
from tests.smallworks.town import Town, begin_town, inside
from tests.stores import Store
from tests.web.test_beside import public, staff
from tests.workflow import filers, make, test_attachments
from tests.workflow.conftest import town
from tests.workflow.people import HERE, HIRED, NOON, unit, who

__all__ = ["town"]
DISTRICT_3 = ("住建局", "罗望舒 13900000047", "沈听澜 13900000049")
QUARTER_2 = ("汕头路社区", "顾盼之", "13900000044", None, None, "许知秋", "13900000045")


@pytest.fixture
def sites(database: Store, app: Flask, noon: datetime) -> Iterator[Town]:
    """西陵区 with its people, at noon."""
    begin_town(database, app, "smallworks_town")
    yield from inside(app, noon)


@pytest.fixture
def market_sites(sites: Town) -> Town:
    """And with those who inspect, and who decide about contractors."""
    market.hire(HIRED)
    return sites


def test_10_a_step_writes_the_fields_of_its_own_form_and_no_other(town: Session) -> None:
    """10 per-field rights by node."""
    made = make.case()
    task, everything = make.task(made, "li"), {**make.values(), "investment_wan": "1"}
    commands.decide(who("li"), task.id, Decision("return", {**everything, **make.MISSING}), at=NOON)
    filed, said = _submissions(made)
    assert filed["investment_wan"] == make.FORM["investment_wan"]
    assert not set(said) & set(make.FORM)
    make.decide(made, "ann", "submit", investment_wan="13")
    assert _submissions(made)[2]["investment_wan"] == "13"


def _submissions(made: Case) -> list[Mapping[str, object]]:
    return [event.submission.values for event in make.events(made) if event.submission]


def test_11_a_township_does_not_open_the_files_of_another_by_their_address(
    app: Flask, town: Session
) -> None:
    """11 township user of A cannot open B's attachment by URL."""
    post = Post(unit("420502003").id, "", "head")
    identity.add(who("ning"), "池映荷", "chiyinghe", post, HIRED)
    made = make.case("township_review")
    file = town.scalars(select(Attachment.id).where(Attachment.case_id == made.id)).first()
    assert staff(app, "zhao").get(f"/attachments/{file}").status_code == 200
    assert public(app, "ann").get(f"/attachments/{file}").status_code == 200
    for stranger in (staff(app, "chiyinghe"), public(app, "ben")):
        assert stranger.get(f"/attachments/{file}").status_code == 404


def test_12_a_department_sees_the_types_it_answers_for(town: Session) -> None:
    """12 department user sees own types only."""
    ours = make.case()
    theirs = make.case(project_type="municipal")
    seen = {key: _register(key) for key in ("zhou", "wu", "qian")}
    assert seen == {"zhou": {ours.id}, "wu": {theirs.id}, "qian": {ours.id, theirs.id}}


def _register(key: str) -> set[str]:
    page = register.cases(session(), who(key), register.Wanted(), at=NOON)
    return {line.case.id for line in page.rows}


def test_13_a_township_of_the_zone_leads_to_the_zone(town: Session) -> None:
    """13 高新区 township routes to 高新区, not to its district."""
    zone = identity.unit("宜昌高新区")
    test_units.claim(town, zone, HERE[:9])
    town.commit()
    made = make.case("district_countersign")
    assert made.l2 == zone.id
    assert {task.l2 for task in make.open_tasks(made, "open", "waiting")} == {zone.id}
    with pytest.raises(StopIteration):
        make.task(made, "qian")


def test_14_the_annexes_taken_in_again_change_nothing(town: Session) -> None:
    """14 import 附件1-3 twice = no change."""
    admin = who("han")
    sent = (annex("1", DONGYUAN), annex("2", QUARTER_2), annex("3", DISTRICT_3))
    for content in sent:
        carry(admin, content, NOON)
    before = _books()
    for content in sent:
        again = send(admin, content, NOON)
        assert {verdict for _name, verdict in verdicts(again)} == {"same"}
        commands.abandon_annex(admin, again.id, at=NOON)
    assert _books() == before


def _books() -> list[tuple[object, ...]]:
    """Everybody's account, and the posts they hold."""
    session().rollback()
    held = select(Person.account, Person.status, func.count(Grant.id)).join(Grant)
    return [tuple(row) for row in session().execute(held.group_by(Person.id).order_by(Person.id))]


def test_15_homonyms_are_told_apart(town: Session) -> None:
    """15 homonyms …"""
    test_naming.test_homonyms_take_figures_of_the_phone_and_then_a_counter(town, who("ning"), NOON)


def test_15_surnames_are_read_as_their_owners_say_them() -> None:
    """15 … and 覃/曾/单."""
    assert naming.propose("曾庆云").account == "zengqingyun"
    assert naming.propose("单雄飞").account == "shanxiongfei"
    doubtful = naming.propose("覃小雨")
    assert (doubtful.doubtful, set(doubtful.readings)) == (True, {"qinxiaoyu", "tanxiaoyu"})


def test_16_a_hazard_opened_again_keeps_its_photos(sites: Town) -> None:
    """16 hazards: reopen keeps photos; …"""
    test_reopening.test_within_an_open_case_it_goes_on_there_with_all_that_was(sites)


def test_16_a_deadline_is_extended_before_it_only(sites: Town) -> None:
    """16 hazards: …; deadline extension only before due."""
    test_time.test_it_is_asked_for_before_the_deadline_only(sites)


def test_17_a_stop_that_nobody_confirms_alarms_and_stands(market_sites: Town) -> None:
    """17 stop order unconfirmed 24 h → alarm, stays in force."""
    test_stopping.test_unconfirmed_after_a_day_it_alarms_and_stays_in_force(market_sites)


ENTRANCES = (
    test_entrances.test_a_new_filing, test_entrances.test_a_filing_on_behalf,
    test_entrances.test_a_change_of_contractor,
)  # fmt: skip
THE_FIRM = test_entrances.BANNED[0].values


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_18_who_is_banned_is_refused_at_every_entrance(
    market_sites: Town, entrance: Callable[..., None]
) -> None:
    """18 banned contractor refused on every entrance (incl. demand: there are none yet)."""
    entrance(market_sites, *THE_FIRM)


def test_18_who_is_banned_is_refused_by_the_api(app: Flask, market_sites: Town) -> None:
    """18 banned contractor refused on every entrance: that of programs."""
    test_entrances.test_a_filing_through_the_api(app, Town(clock.now()), *THE_FIRM)


def test_19_who_checks_a_paper_learns_nothing_private(sites: Town) -> None:
    """19 QR page leaks nothing private."""
    test_papers.test_anybody_may_check_a_paper_and_learns_nothing_private(sites)


def test_20_a_photo_is_kept_before_anything_is_filed(
    database: Store, app: Flask, noon: datetime
) -> None:
    """20 photo upload before the record is saved."""
    with filers.filers(database, app):
        yan, huo = (filers.known(name, noon) for name in ("鄢小满", "霍知秋"))
        draft = start_draft(yan, "filing", filers.HERE, at=noon).id
        test_attachments.test_a_photo_goes_to_a_draft_and_can_be_read_by_its_owner_only(
            yan, huo, draft, noon
        )
