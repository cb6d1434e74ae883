"""Separation of duties (职责分离): two levels are two people, and no official judges their own."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.db import session
from app.errors import Forbidden
from app.identity.commands import Post, granting
from app.identity.commands.granting import NewGrant
from app.identity.models import Person
from app.workflow import commands, handling
from app.workflow.queries import access
from tests.workflow import drawn, make
from tests.workflow.people import NOON, unit, who
from tests.workflow.random_world import DAY

TOWNSHIP = "420502002"
AGAIN = "不能由一人连审两级"


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
