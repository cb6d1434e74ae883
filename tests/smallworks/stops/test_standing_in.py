"""Who stands in for the head: a right that a step asks beside deciding is lent to nobody."""

from __future__ import annotations

import pytest

from app.clock import local
from app.db import session
from app.errors import Forbidden
from app.identity.commands import Post
from app.workflow import commands as workflow
from app.workflow.commands.substitutes import Absence
from app.workflow.commands.tasks import Decision
from app.workflow.queries import casefile, inbox
from tests.identity import people
from tests.smallworks.stops import site
from tests.smallworks.town import Town, staff

HEAD, ABOVE = "muyulan", "quyuanhang"
COLLEAGUE = ("biancenxi", "卞岑溪")


def away(town: Town, substitute: str) -> str:
    """The township's head is away today."""
    day = local(town.at).date()
    named = Absence(staff(substitute, town.at).id, day, day)
    return workflow.set_substitute(staff(HEAD, town.at), named, at=town.at).id


def standing(town: Town, account: str) -> set[str]:
    """The cases that wait for somebody in the head's name, as counted and as listed."""
    me = staff(account, town.at)
    page = inbox.tasks(session(), me, inbox.STANDING, inbox.Asked(), at=town.at)
    assert inbox.counts(session(), me)[inbox.STANDING] == len(page.rows)
    return {row.case.id for row in page.rows}


def test_who_may_not_confirm_a_stop_is_not_offered_it(town: Town) -> None:
    township = people.unit("西陵街道", "township")
    post = Post(township.id, "", "inspector")
    people.add(staff("jinhezhu", town.at), COLLEAGUE[1], COLLEAGUE[0], post, town.at)
    order, usual = site.stop(town, site.begun(town)), town.file()
    town.decide(usual, "shecundong", "approve")
    task = town.task(order.case, staff(HEAD, town.at))
    row = away(town, COLLEAGUE[0])
    assert standing(town, COLLEAGUE[0]) == {usual.id}
    for look in (
        lambda me: workflow.claim(me, task.id, at=town.at),
        lambda me: casefile.handling(session(), me, task.id),
    ):
        with pytest.raises(Forbidden, match="不属于您的岗位"):
            look(staff(COLLEAGUE[0], town.at))
    workflow.end_substitute(staff(HEAD, town.at), row, at=town.at)
    away(town, ABOVE)
    assert standing(town, ABOVE) == {usual.id, order.case_id}
    sent = Decision("confirm", {"opinion": "同意停工"})
    workflow.decide(staff(ABOVE, town.at), task.id, sent, at=town.at)
    assert site.order_of(town.work(order.work.case)).confirmed_by_id == staff(ABOVE, town.at).id
