"""Who opens which case: by hand, about a work, by the system; whom it addresses, who reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import system
from app.identity.models import Person
from app.workflow import commands, kinds, links, starting
from app.workflow.commands.drafts import Screen, move_draft, save_draft, start_draft_about
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from app.workflow.kinds import CaseKind, Intent
from app.workflow.models import Case
from app.workflow.queries import casefile, flows, register, related
from app.workflow.queries.register import Wanted
from tests.workflow import drawn, make, works
from tests.workflow.people import FAR, HERE, NOON, who

ASKED = Filing("changing", values={"title": "换施工方"})


@pytest.fixture
def changing(town: Session) -> str:
    """A kind of case that the owner of a work, or an official on behalf, begins about it."""
    return works.kind("changing", about=True).key


def about(made: Case, key: str, filing: Filing = ASKED) -> Case:
    return commands.file_about(who(key), made.id, filing, at=NOON)


def test_the_owner_begins_a_case_about_their_work(changing: str, town: Session) -> None:
    made = make.case()
    change = about(made, "ann")
    assert (change.subject_id, change.parent_id) == (made.id, None)
    assert (change.applicant_id, change.filed_by_id) == (who("ann").id, who("ann").id)
    assert (change.l4, change.category, change.place) == (made.l4, made.category, made.place)
    assert make.verbs(change) == ["filed"]


def test_a_case_about_a_case_about_a_work_is_about_the_work(changing: str, town: Session) -> None:
    made = make.case()
    first = about(made, "ann")
    assert about(first, "ann", ASKED).subject_id == made.id


def test_a_stranger_does_not_know_that_the_work_is_there(changing: str, town: Session) -> None:
    with pytest.raises(NotFound):
        about(make.case(), "ben")


def test_officials_of_the_place_begin_it_on_behalf(changing: str, town: Session) -> None:
    made = make.case()
    change = about(made, "wang")
    assert (change.filed_by_id, change.applicant_id) == (who("wang").id, who("ann").id)
    for key, refused in (("chen", NotFound), ("qian", Forbidden)):
        with pytest.raises(refused):
            about(made, key)


def test_whoever_a_case_of_the_work_addresses_may_begin_one(changing: str, town: Session) -> None:
    ben = who("ben").id
    works.kind("answering", works.errand, addressee=lambda _work, _case: ben)
    made = make.case()
    answer = works.opened(made, "answering")
    assert about(answer, "ben").subject_id == made.id


def test_a_link_gives_a_part_in_the_work_while_it_lasts(changing: str, town: Session) -> None:
    made = make.case()
    visit = works.opened(made, works.kind("calling").key)
    with transaction() as work:
        links.offer(work, work.get_one(Person, who("ben").id), visit, at=NOON)
    ended = NOON + timedelta(days=30)
    assert begins(town, made, NOON) == begins(town, made, ended - timedelta(hours=1)) == [changing]
    assert begins(town, made, ended) == []
    with pytest.raises(Forbidden):
        starting.about(town, who("ben"), changing, made, ended)
    make.decide(visit, "li", "approve")
    assert begins(town, made, NOON) == []


def begins(work: Session, made: Case, at: datetime) -> list[str]:
    """What Ben may begin about a work at some moment."""
    return [kind.key for kind, _version in starting.openable(work, who("ben"), made, at)]


def test_a_permission_opens_within_its_scope_only(town: Session) -> None:
    works.kind("proposing", about=True, starter="bad_record:propose")
    made = make.case()
    wanted = Filing("proposing", values={"title": "不听劝阻"})
    opened = about(made, "wang", wanted)
    assert make.events(opened)[0].position == "inspector"
    assert (opened.filed_by_id, opened.applicant_id) == (who("wang").id, who("ann").id)
    for key, refused in (("ann", Forbidden), ("chen", NotFound), ("yi", NotFound)):
        with pytest.raises(refused):
            about(made, key, wanted)
    with pytest.raises(Forbidden):
        about(made, "qin", wanted)  # reads it, and that is all


def test_nobody_opens_by_hand_what_the_system_opens(town: Session) -> None:
    works.kind("automatic", about=True, starter="system")
    works.kind("automatic_too", starter="system")
    made, wanted = make.case(), Filing("automatic_too", HERE, {"title": "x"})
    for key in ("ann", "li", "qian"):
        with pytest.raises(Forbidden):
            about(made, key, Filing("automatic"))
        with pytest.raises(Forbidden):
            commands.file_values(who(key), wanted, at=NOON)


def test_a_kind_begins_where_it_belongs(changing: str, town: Session) -> None:
    with pytest.raises(Invalid, match="工程"):
        commands.file_values(who("ann"), Filing("changing", HERE, {"title": "x"}), at=NOON)
    with pytest.raises(Invalid):
        about(make.case(), "ann", Filing("filing", values={}))


def test_an_unknown_permission_is_refused_at_start(town: Session) -> None:
    with pytest.raises(KeyError):
        kinds.register(CaseKind("dreaming", starter="dream:on"))


def test_the_kind_has_the_last_word(town: Session) -> None:
    seen: list[tuple[str, object]] = []

    def may_open(intent: Intent, subject: Case | None) -> None:
        seen.append((subject.id if subject else "", intent.values.get("title")))
        raise Conflict("已有一件在办")

    works.kind("changing", about=True, may_open=may_open)
    made = make.case()
    with pytest.raises(Conflict, match="在办"):
        about(made, "ann")
    assert seen == [(made.id, "换施工方")]
    assert list(starting.openable(town, who("ann"), made, NOON)) == []


def test_what_is_sent_is_judged_by_the_form(changing: str, town: Session) -> None:
    with pytest.raises(Invalid) as refused:
        about(make.case(), "ann", Filing("changing", values={"amount": "viel"}))
    assert set(refused.value.fields) == {"title", "amount"}


def test_the_same_key_opens_it_once(changing: str, town: Session) -> None:
    made, wanted = make.case(), Filing("changing", values={"title": "x"}, key="k")
    assert about(made, "ann", wanted).id == about(made, "ann", wanted).id


def test_lists_offer_what_a_person_may_start(changing: str, town: Session) -> None:
    works.kind("proposing", about=True, starter="bad_record:propose")
    works.kind("spotting", starter="patrol:report")
    works.kind("automatic", starter="system")
    drawn.publish("unknown", works.visit("unknown"))
    offered = {
        key: {version.key for version in flows.startable(town, who(key), HERE, at=NOON)}
        & {"filing", "changing", "proposing", "spotting", "automatic", "unknown"}
        for key in ("ann", "wang", "he", "qin")
    }
    assert offered == {
        "ann": {"filing", "unknown"},
        "wang": {"filing", "unknown", "spotting"},
        "he": set(),
        "qin": set(),
    }
    made = make.case()
    shown = {
        key: {kind.key for kind, _ in starting.openable(town, who(key), made, NOON)}
        & {"changing", "proposing"}
        for key in ("ann", "wang", "chen", "qian")
    }
    assert shown == {
        "ann": {"changing"}, "wang": {"changing", "proposing"}, "chen": set(),
        "qian": {"proposing"},
    }  # fmt: skip


def test_officials_open_at_a_place_of_theirs(town: Session) -> None:
    works.kind("spotting", starter="patrol:report")
    spotted = commands.file_values(who("wang"), Filing("spotting", HERE, {"title": "x"}), at=NOON)
    assert spotted.subject_id == spotted.id
    for key, place in (("wang", FAR), ("ann", HERE)):
        wanted = Filing("spotting", place, {"title": "x"})
        with pytest.raises(Forbidden):
            commands.file_values(who(key), wanted, at=NOON)


def test_the_system_opens_with_what_it_knows(town: Session) -> None:
    works.kind("checking_on")
    made = make.case()
    values = {"amount": Decimal("12.50"), "day": date(2026, 1, 1), "gone": "x"}
    opened = works.opened(made, "checking_on", values=values, routing={"nobody_reads": 1})
    (event,) = make.events(opened)
    assert (event.verb, event.actor_id) == ("opened", None)
    assert (opened.filed_by_id, opened.applicant_id) == (system.ID, who("ann").id)
    assert opened.title == f"{made.title} 示例"
    assert casefile.read(town, who("li"), opened.id).values == {"amount": "12.50"}
    assert event.routing == {"amount": {"$d": "12.5"}}


def test_a_case_that_another_opens_is_bound_to_both(town: Session) -> None:
    works.kind("following")
    made = make.case()
    first = works.opened(made, "following")
    second = works.opened(first, "following", by="li", parent=first)
    (event,) = make.events(second)
    assert (second.parent_id, second.subject_id) == (first.id, made.id)
    assert (event.verb, event.actor_id) == ("opened", who("li").id)


def test_an_addressee_gets_the_tasks_and_becomes_the_applicant(town: Session) -> None:
    ben = who("ben").id
    works.kind("answering", works.errand, addressee=lambda _work, _case: ben)
    made = make.case()
    answer = works.opened(made, "answering")
    (task,) = make.open_tasks(answer)
    assert (answer.applicant_id, task.person_id, answer.state) == (ben, ben, "correcting")
    commands.decide(who("ben"), task.id, Decision("submit", {"opinion": "改好了"}), at=NOON)
    assert make.waiting(answer) == ["read"]


def test_who_opened_a_case_leaves_it_to_others_unless_its_kind_says_so(town: Session) -> None:
    for key, handles in (("proposing", False), ("patrolling", True)):
        works.kind(key, about=True, starter="patrol:report", opener_handles=handles)
    made = make.case()
    mine = about(made, "wang", Filing("patrolling", values={"title": "x"}))
    drawn.decide(mine, "wang", "approve")
    assert make.fresh(mine).result == "done"
    other = about(made, "wang", Filing("proposing", values={"title": "x"}))
    with pytest.raises(Forbidden, match="回避"):
        drawn.decide(other, "wang", "approve")


def test_only_what_was_filed_can_be_withdrawn(changing: str, town: Session) -> None:
    works.kind("stopping", about=True, starter="stop:order_on_site")
    made = make.case()
    stop = about(made, "wang", Filing("stopping", values={"title": "x"}))
    for key in ("ann", "wang"):
        with pytest.raises(Forbidden):
            commands.withdraw(who(key), stop.id, at=NOON)
    change = about(made, "ann")
    assert commands.withdraw(who("ann"), change.id, at=NOON).result == "withdrawn"


def test_the_owner_reads_what_became_of_their_work(town: Session) -> None:
    ben = who("ben").id
    works.kind("answering", works.errand, addressee=lambda _work, _case: ben)
    works.kind("complaining", open_to_owner=False)
    made = make.case()
    answer, complaint = works.opened(made, "answering"), works.opened(made, "complaining")
    assert complaint.applicant_id is None
    assert casefile.read(town, who("ann"), answer.id).case.id == answer.id
    for key, case in (("ann", complaint), ("ben", made), ("ben", complaint)):
        with pytest.raises(NotFound):
            casefile.read(town, who(key), case.id)
    beside = {
        key: {case.id for case in related.of_work(town, who(key), make.fresh(made))}
        for key in ("ann", "ben", "li", "chen")
    }
    assert beside == {
        "ann": {answer.id}, "ben": {answer.id}, "li": {answer.id, complaint.id}, "chen": set(),
    }  # fmt: skip
    listed = {line.case.id for line in register.cases(town, who("ann"), Wanted(), at=NOON).rows}
    assert listed == {made.id, answer.id}


def test_the_applicant_of_a_later_case_does_not_read_the_work(changing: str, town: Session) -> None:
    """Only whose the first case is reads all: not whoever an order was addressed to."""
    ben = who("ben").id
    works.kind("answering", works.errand, addressee=lambda _work, _case: ben)
    made = make.case()
    works.opened(made, "answering")
    change = about(made, "ann")
    with pytest.raises(NotFound):
        casefile.read(town, who("ben"), change.id)


def test_a_draft_about_a_work_is_filled_in_and_sent(changing: str, town: Session) -> None:
    made = make.case()
    draft = start_draft_about(who("ann"), "changing", made.id, at=NOON)
    assert start_draft_about(who("ann"), "changing", made.id, at=NOON).id == draft.id
    with pytest.raises(Conflict):
        move_draft(who("ann"), draft.id, FAR, at=NOON)
    save_draft(who("ann"), draft.id, Screen({"title": "换人"}), at=NOON)
    change = commands.file_case(who("ann"), draft.id, "", at=NOON)
    assert (change.subject_id, change.title) == (made.id, "换人")
    with pytest.raises(NotFound):
        start_draft_about(who("ben"), "changing", made.id, at=NOON)
