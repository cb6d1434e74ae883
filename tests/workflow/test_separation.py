"""Separation of duties (职责分离): two levels are two people, and no official judges their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import vault
from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.commands import Post, granting
from app.identity.commands.granting import NewGrant
from app.identity.models import Person
from app.identity.sessions import Visit
from app.workflow import commands, handling, links
from app.workflow.backstage import AccessLink
from app.workflow.commands.handing import Handing
from app.workflow.models import Case
from app.workflow.queries import access
from tests.identity.people import Phone
from tests.stores import Store
from tests.workflow import drawn, make, shapes
from tests.workflow.people import HERE, NOON, unit, who
from tests.workflow.pictures import opened
from tests.workflow.random_world import DAY
from tests.workflow.test_sending_back import back, walked

HOUR = timedelta(hours=1)
TOWNSHIP = "420502002"
AGAIN = "不能由一人连审两级"


@pytest.fixture
def shaped(database: Store, app: Flask) -> Iterator[Session]:
    """The town with a process of every shape."""
    with opened(database, app, "shapes", shapes.publish) as work:
        yield work


def also(key: str, code: str, role: str = "", position: str = "") -> None:
    """They get a second post."""
    given = NewGrant(Post(unit(code).id, role, position), DAY)
    granting.give_post(who("jin"), who(key).id, given, "兼任", at=NOON)


def test_who_decided_a_level_does_not_decide_the_next(town: Session) -> None:
    also("li", TOWNSHIP, position="head")
    made = make.case("township_review")
    task = make.open_tasks(made)[0]
    with pytest.raises(Forbidden, match=AGAIN):
        commands.claim(who("li"), task.id, at=NOON)
    with pytest.raises(Forbidden, match=AGAIN):
        make.decide(made, "li", "approve")
    assert make.decide(made, "zhao", "approve").result == "approved"


def test_the_page_of_who_may_handle_says_so(town: Session) -> None:
    also("li", TOWNSHIP, position="head")
    made = make.case("township_review")
    ((_, told),) = access.handlers(town, make.fresh(made), DAY)
    barred = {
        one.member.person.name: [each.key for each in one.conditions if each.refusal]
        for one in told
    }
    assert barred == {"李禾": [handling.LEVELS], "赵屿": []}


def test_a_level_between_lets_the_first_hand_decide_again(town: Session) -> None:
    also("li", "420502", "district_gov_user")
    made = make.case("district_countersign")
    assert make.decide(made, "li", "approve").state == "in_review"


def test_steps_of_one_level_may_lie_in_one_hand(town: Session) -> None:
    also("sun", TOWNSHIP, position="head")
    made = make.case("site_check")
    make.decide(made, "sun", "submit")
    assert make.decide(made, "sun", "approve").result == "approved"


def test_a_return_to_the_applicant_begins_a_new_run(town: Session) -> None:
    also("li", TOWNSHIP, position="head")
    made = make.case()
    make.decide(made, "wang", "approve")
    make.decide(made, "li", "return")
    make.decide(made, "ann", "submit")
    make.decide(made, "li", "approve")
    with pytest.raises(Forbidden, match=AGAIN):
        make.decide(made, "li", "approve")


def test_of_one_step_that_two_levels_sign_nobody_signs_for_both(town: Session) -> None:
    drawn.publish("joint", drawn.joint("joint", "all"))
    also("zhao", "420502", "district_gov_user")
    made = drawn.decide(drawn.file("joint"), "li", "approve")
    mine, theirs, _housing = make.open_tasks(made)
    commands.decide(who("zhao"), mine.id, drawn.Decision("approve", {"opinion": "同意"}), at=NOON)
    with pytest.raises(Forbidden, match=AGAIN):
        commands.claim(who("zhao"), theirs.id, at=NOON)
    assert commands.claim(who("qian"), theirs.id, at=NOON).claimed_by_id == who("qian").id


def as_phone(key: str, of: str) -> None:
    """An official whose telephone is that of a citizen's account."""
    work = session()
    person, citizen = (work.get_one(Person, who(name).id) for name in (key, of))
    person.phone_index = citizen.phone_index
    work.commit()


def test_an_official_who_applied_as_a_citizen_does_not_review(town: Session) -> None:
    as_phone("li", "ann")
    made = make.case(phone="13900007777")
    with pytest.raises(Forbidden, match="应当回避"):
        make.decide(made, "li", "approve")
    assert make.decide(made, "wang", "approve").state == "in_review"


def test_what_one_took_back_does_not_undo_what_one_decided_at_that_level_before(
    town: Session,
) -> None:
    also("sun", TOWNSHIP, position="head")
    also("zhao", "420502", "district_gov_user")
    made = make.case("site_check", **make.RISKY)
    make.decide(made, "sun", "submit", when=NOON + HOUR)
    task = make.task(made, "zhao")
    make.decide(made, "zhao", "approve", when=NOON + 2 * HOUR)
    commands.recall(who("zhao"), task.id, at=NOON + 3 * HOUR)
    commands.release(who("zhao"), task.id, at=NOON + 3 * HOUR)
    make.decide(made, "sun", "approve", when=NOON + 4 * HOUR)
    ours = next(one for one in make.open_tasks(made) if one.unit_id == unit("420502").id)
    with pytest.raises(Forbidden, match=AGAIN):
        commands.claim(who("zhao"), ours.id, at=NOON + 5 * HOUR)


def test_what_went_straight_back_is_not_for_who_decided_the_level_before(shaped: Session) -> None:
    also("zhao", "420502", "district_gov_user")
    made = walked("plain", "li", "zhao")
    back(made, "qian", "first", straight=True)
    drawn.decide(made, "li", "approve", NOON + 11 * HOUR)
    (ours,) = make.open_tasks(made)
    commands.release(who("qian"), ours.id, at=NOON + 12 * HOUR)
    with pytest.raises(Forbidden, match=AGAIN):
        commands.claim(who("zhao"), ours.id, at=NOON + 12 * HOUR)


def test_what_was_sent_back_from_further_on_is_not_for_who_led_there(shaped: Session) -> None:
    """The city's step came last; behind the district's lies that of the township all the same."""
    also("zhao", "420502", "district_gov_user")
    made = walked("plain", "li", "zhao", "qian")
    back(made, "zheng", "third")
    with pytest.raises(Forbidden, match=AGAIN):
        commands.claim(who("zhao"), make.open_tasks(made)[0].id, at=NOON + 11 * HOUR)
    assert commands.claim(who("qian"), make.open_tasks(made)[0].id, at=NOON + 11 * HOUR)


def test_in_whose_name_it_was_sent_back_does_not_decide_the_next_level(shaped: Session) -> None:
    also("sun", TOWNSHIP, position="head")
    also("sun", HERE, position="head")
    made = walked("plain", "li")
    task = make.task(made, "zhao")
    commands.claim(who("sun"), task.id, at=NOON + 2 * HOUR)
    commands.act_for(who("zhao"), task.id, Handing(who("sun").id, "出差"), at=NOON + 3 * HOUR)
    back(made, "zhao", "first")
    with pytest.raises(Forbidden, match=AGAIN):
        commands.claim(who("sun"), make.open_tasks(made)[0].id, at=NOON + 11 * HOUR)


def barred_by_a_number() -> Case:
    """Ann says that the contractor's telephone is the one of 李禾."""
    li = session().get_one(Person, who("li").id)
    li.phone_index = vault.blind("13900003333")
    session().commit()
    return make.case()


def test_a_number_that_somebody_typed_bars_until_it_is_overruled(town: Session) -> None:
    made = barred_by_a_number()
    task = make.open_tasks(made)[0].id
    with pytest.raises(Forbidden, match="回避"):
        commands.claim(who("li"), task, at=NOON)
    for key in ("li", "zhao", "yi"):  # the barred, no administrator, one of another district
        with pytest.raises((Forbidden, NotFound)):
            commands.lift_bar(who(key), made.id, who("li").id, "号码不是本人的", at=NOON)
    with pytest.raises(Invalid, match="理由"):
        commands.lift_bar(who("han"), made.id, who("li").id, "", at=NOON)
    commands.lift_bar(who("han"), made.id, who("li").id, "号码不是本人的", at=NOON)
    told = make.events(made)[-1]
    assert (told.verb, told.actor_id, told.routing) == (
        "unbarred", who("han").id, {"whom": who("li").id},
    )  # fmt: skip
    make.decide(made, "li", "return")
    make.decide(made, "ann", "submit")
    assert commands.claim(who("li"), make.open_tasks(made)[0].id, at=NOON)


def test_whoever_proved_the_number_stays_barred(town: Session) -> None:
    made = barred_by_a_number()
    came_in(made)
    with pytest.raises(Conflict, match="仅因填报"):
        commands.lift_bar(who("han"), made.id, who("li").id, "号码不是本人的", at=NOON)


def test_what_was_overruled_yields_to_proof(town: Session) -> None:
    made = barred_by_a_number()
    commands.lift_bar(who("han"), made.id, who("li").id, "号码不是本人的", at=NOON)
    came_in(made)
    make.decide(made, "wang", "return")
    make.decide(made, "ann", "submit")
    with pytest.raises(Forbidden, match="回避"):
        commands.claim(who("li"), make.open_tasks(made)[0].id, at=NOON)


def test_proof_bars_at_once_and_takes_what_is_in_hand(phone: Phone, town: Session) -> None:
    made = barred_by_a_number()
    commands.lift_bar(who("han"), made.id, who("li").id, "号码不是本人的", at=NOON)
    task = make.open_tasks(made)[0].id
    commands.claim(who("li"), task, at=NOON)
    with transaction() as work:
        ben = work.get_one(Person, who("ben").id)
        ben.phone, ben.phone_index = vault.seal("13900003333"), vault.blind("13900003333")
        token = links.offer(work, ben, work.get_one(Case, made.id), at=NOON).rpartition("/")[2]
    visit = Visit("10.0.0.9", "a phone")
    for when in (NOON, NOON + HOUR):
        commands.send_link_code(token, visit, at=when)
        commands.enter_by_link(token, phone.code(), visit, at=when)
    with pytest.raises(Forbidden, match="回避"):
        commands.claim(who("li"), task, at=NOON)
    assert make.verbs(made)[-3:] == ["claimed", "barred_again", "freed"]
    assert make.events(made)[-2].routing == {"whom": who("li").id}
    assert make.open_tasks(made)[0].claimed_by_id is None
    assert commands.claim(who("wang"), task, at=NOON)


def came_in(made: Case) -> None:
    """Ben came in by a link, with the code that was sent to that number."""
    ben = session().get_one(Person, who("ben").id)
    ben.phone_index = vault.blind("13900003333")
    session().add(AccessLink(
        token_hash="x", person_id=ben.id, case_id=made.id, created_at=NOON, ends_at=NOON,
        used_at=NOON,
    ))  # fmt: skip
    session().commit()
