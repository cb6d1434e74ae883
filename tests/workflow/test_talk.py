"""抄送、征求意见、催办、批注: said beside the flow, which none of it moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from app.identity.actor import Actor
from app.identity.commands import granting
from app.identity.models import Grant
from app.web import history
from app.workflow import attachments, commands, events, jobs, kinds, offers, remarks
from app.workflow.commands import erasing, talk
from app.workflow.commands.talk import Words
from app.workflow.models import Attachment, Case, Submission
from app.workflow.queries import access, casefile
from app.workflow.queries import talk as boxes
from app.workflow.reach import reads
from app.workflow.talk_models import Copy, Opinion
from tests.workflow import make
from tests.workflow.people import NOON, who

HOUR = timedelta(hours=1)


def to(*keys: str, text: str = "", days: int = 3, key: str = "") -> Words:
    return Words(text, tuple(who(one).id for one in keys), days, key)


def read_by(key: str, case: Case) -> bool:
    session().rollback()
    return reads(session(), who(key), case)


def told(key: str, kind: str) -> list[str]:
    return [one.text for one in make.notices(key) if one.kind == kind]


def copies(case: Case) -> list[Copy]:
    session().rollback()
    return list(session().scalars(select(Copy).where(Copy.case_id == case.id).order_by(Copy.id)))


def opinions(case: Case) -> list[Opinion]:
    session().rollback()
    found = select(Opinion).where(Opinion.case_id == case.id).order_by(Opinion.id)
    return list(session().scalars(found))


def whole(case: Case) -> bool:
    return events.broken_link(make.events(case)) is None


def test_a_copy_lets_its_reader_read_all_but_the_secrets(town: Session) -> None:
    case = make.case()
    assert not read_by("chen", case)
    talk.copy(who("li"), case.id, to("chen", "yi", text="请留意"), at=NOON)
    assert read_by("chen", case)
    assert read_by("yi", case)
    shown = casefile.read(session(), who("chen"), case.id)
    assert make.OWNER_ID not in str(shown.values)
    file = session().scalars(select(Attachment.id).where(Attachment.case_id == case.id)).first()
    assert attachments.open_file(session(), who("chen"), str(file)).content
    assert told("chen", "copied") == [f"李禾把“{case.title}”抄送给您：请留意"]
    assert [one.case_id for one in boxes.copies(session(), who("chen")).rows] == [case.id]
    assert boxes.counts(session(), who("chen")) == {"copied": 1, "asked": 0}
    assert make.verbs(case)[-1] == "copied"
    assert whole(case)


def test_nobody_gets_a_copy_twice(town: Session) -> None:
    case = make.case()
    talk.copy(who("li"), case.id, to("chen"), at=NOON)
    with pytest.raises(Conflict, match="都已收到过"):
        talk.copy(who("wang"), case.id, to("chen"), at=NOON)
    talk.copy(who("wang"), case.id, to("chen", "yi"), at=NOON)
    assert sorted(one.person_id for one in copies(case)) == sorted([who("chen").id, who("yi").id])
    assert len(told("chen", "copied")) == 1


def test_the_same_form_sent_again_copies_once(town: Session) -> None:
    case = make.case()
    for _again in range(2):
        talk.copy(who("li"), case.id, to("chen", key="k-1"), at=NOON)
    assert make.verbs(case).count("copied") == 1


def test_a_return_and_the_end_of_a_case_leave_the_copy(town: Session) -> None:
    case = make.case()
    talk.copy(who("li"), case.id, to("chen"), at=NOON)
    make.decide(case, "li", "return")
    assert read_by("chen", case)
    make.decide(case, "ann", "submit")
    make.decide(case, "li", "reject")
    assert make.fresh(case).ended_at is not None
    assert read_by("chen", case)
    assert boxes.counts(session(), who("chen"))["copied"] == 1


def test_who_read_a_copy_and_when_is_kept_once(town: Session) -> None:
    case = make.case()
    talk.copy(who("li"), case.id, to("chen"), at=NOON)
    for later in (HOUR, 2 * HOUR):
        talk.see(who("chen"), case.id, at=NOON + later)
    assert [one.read_at for one in copies(case)] == [NOON + HOUR]
    assert make.verbs(case).count("seen") == 1
    assert boxes.counts(session(), who("chen"))["copied"] == 0
    with pytest.raises(NotFound):
        talk.see(who("wang"), case.id, at=NOON)


def test_who_leaves_reads_it_no_more(town: Session) -> None:
    case = make.case()
    talk.copy(who("li"), case.id, to("chen"), at=NOON)
    grant = session().scalars(select(Grant.id).where(Grant.person_id == who("chen").id)).one()
    granting.end_post(who("jin"), grant, date(2026, 11, 22), "调离", at=NOON)
    assert not read_by("chen", case)
    assert boxes.counts(session(), who("chen")) == {}
    assert boxes.copies(session(), who("chen")).rows == []


def test_whom_a_copy_goes_to(town: Session) -> None:
    case = make.case()
    with transaction() as work:
        work.get_one(Case, case.id).parties = [who("yi").id]
    assert boxes.found(session(), who("li"), case, who("yi").name) == []
    for wrong in (("ann",), ("li",), ("yi",), ()):
        with pytest.raises(Invalid) as refused:
            talk.copy(who("li"), case.id, to(*wrong), at=NOON)
        assert set(refused.value.fields) == {"to"}
    by_account = Words("", ("chen",))
    talk.copy(who("li"), case.id, by_account, at=NOON)
    assert [one.person_id for one in copies(case)] == [who("chen").id]


def test_who_only_reads_talks_to_nobody(town: Session) -> None:
    case = make.case()
    talk.copy(who("li"), case.id, to("chen"), at=NOON)
    for verb in (talk.copy, talk.ask_opinion, talk.comment, talk.urge):
        with pytest.raises(Forbidden):
            verb(who("chen"), case.id, to("yi", text="看看"), at=NOON)
        with pytest.raises(NotFound):
            verb(who("ben"), case.id, to("yi", text="看看"), at=NOON)
    assert make.verbs(case) == ["filed", "copied"]


def test_an_opinion_is_asked_and_answered_while_the_case_stays(town: Session) -> None:
    case = make.case()
    before = make.fresh(case).snapshot
    talk.ask_opinion(who("li"), case.id, to("yi", text="消防通道够吗", days=2), at=NOON)
    assert read_by("yi", case)
    (asked,) = opinions(case)
    assert asked.due_at == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    assert told("yi", "asked") == [f"李禾就“{case.title}”征求您的意见，请在2026年11月25日前回复"]
    assert [one.id for one in boxes.opinions(session(), who("yi")).rows] == [asked.id]
    with pytest.raises(Conflict, match="易安还有未回复"):
        talk.ask_opinion(who("wang"), case.id, to("yi", text="再问"), at=NOON)
    talk.answer(who("yi"), case.id, Words("够，两米"), at=NOON + HOUR)
    (done,) = opinions(case)
    assert (done.answered_at, remarks.said(done.answer)) == (NOON + HOUR, "够，两米")
    assert told("li", "answered") == [f"易安回复了您就“{case.title}”征求的意见"]
    assert make.fresh(case).snapshot == before
    assert make.waiting(case) == ["community_check"]
    with pytest.raises(Forbidden, match="可能已经回复过"):
        talk.answer(who("yi"), case.id, Words("又一次"), at=NOON + HOUR)
    assert whole(case)


def test_who_has_not_answered_is_reminded_once(town: Session) -> None:
    case = make.case()
    talk.ask_opinion(who("li"), case.id, to("yi", "chen", text="如何", days=3), at=NOON)
    talk.answer(who("chen"), case.id, Words("可以"), at=NOON)
    for days in (1, 2, 3, 4):
        jobs.run_due(NOON + timedelta(days=days, minutes=1))
    assert told("yi", "opinion_due") == [
        f"“{case.title}”征求您的意见，2026年11月26日到期，还没有回复"
    ]
    assert told("chen", "opinion_due") == []


def test_an_ended_case_asks_nobody(town: Session) -> None:
    case = make.case()
    talk.ask_opinion(who("li"), case.id, to("yi", text="如何"), at=NOON)
    make.decide(case, "li", "reject")
    with pytest.raises(Conflict, match="已办结"):
        talk.answer(who("yi"), case.id, Words("可以"), at=NOON)
    with pytest.raises(Conflict, match="已办结"):
        talk.ask_opinion(who("li"), case.id, to("chen", text="如何"), at=NOON)
    assert boxes.opinions(session(), who("yi")).rows == []


@pytest.mark.parametrize(("text", "days", "field"), [("", 3, "text"), ("如何", 0, "days")])
def test_a_question_says_what_and_by_when(town: Session, text: str, days: int, field: str) -> None:
    case = make.case()
    with pytest.raises(Invalid) as refused:
        talk.ask_opinion(who("li"), case.id, to("yi", text=text, days=days), at=NOON)
    assert set(refused.value.fields) == {field}
    assert make.verbs(case) == ["filed"]


def test_urging_reaches_who_may_take_it_then_who_took_it(town: Session) -> None:
    case = make.case()
    talk.urge(who("ann"), case.id, Words("急着开工"), at=NOON)
    said = f"安宁催办“{case.title}”的“{make.task(case, 'li').name}”：急着开工"
    assert (told("li", "urged"), told("wang", "urged")) == ([said], [said])
    commands.claim(who("wang"), make.task(case, "wang").id, at=NOON)
    talk.urge(who("he"), case.id, Words(), at=NOON)
    assert (len(told("li", "urged")), len(told("wang", "urged"))) == (1, 2)
    assert make.verbs(case).count("urged") == 2


def test_urging_rests_for_four_hours_for_each_person(town: Session) -> None:
    case = make.case()
    talk.urge(who("ann"), case.id, Words(), at=NOON)
    with pytest.raises(Conflict, match="2026-11-23 16:00 后可以再次催办"):
        talk.urge(who("ann"), case.id, Words(), at=NOON + timedelta(hours=3, minutes=59))
    talk.urge(who("he"), case.id, Words(), at=NOON + HOUR)
    talk.urge(who("ann"), case.id, Words(), at=NOON + timedelta(hours=4))
    other = make.file()
    talk.urge(who("ann"), other.id, Words(), at=NOON + timedelta(hours=4))
    assert make.verbs(case).count("urged") == 3


def test_who_has_the_case_urges_nobody(town: Session) -> None:
    case = make.case("correction")
    with pytest.raises(Conflict, match="不用催办"):
        talk.urge(who("ann"), case.id, Words(), at=NOON)
    talk.urge(who("he"), case.id, Words(), at=NOON)
    (said,) = told("ann", "urged")
    assert said.startswith("学院街道")
    assert who("he").name not in said


def test_a_remark_is_for_officials_and_tells_who_is_named(town: Session) -> None:
    case = make.case()
    talk.comment(who("li"), case.id, Words("@王渡 请现场核对，@易安 不用管"), at=NOON)
    assert told("wang", "mentioned") == [f"李禾在“{case.title}”的批注中提到了您"]
    assert told("yi", "mentioned") == []  # who does not read the case hears nothing of it
    file = casefile.read(session(), who("zhao"), case.id)
    assert history.lines(file, who("zhao"))[0]["opinion"].startswith("@王渡")
    shown = history.lines(casefile.read(session(), who("ann"), case.id), who("ann"))
    assert [line["act"] for line in shown] == ["提交申报"]


def test_the_words_go_with_the_applicant_and_the_record_holds(town: Session) -> None:
    case = make.case()
    talk.comment(who("li"), case.id, Words("业主安宁电话打不通"), at=NOON)
    talk.copy(who("li"), case.id, to("chen", text="安宁家"), at=NOON)
    commands.withdraw(who("ann"), case.id, at=NOON)
    erasing.erase_person(who("ann").id, at=NOON)
    kept = session().scalars(select(Submission.values).where(Submission.case_id == case.id))
    assert "安宁" not in str(list(kept))
    assert "安宁" not in str([one.text for one in make.notices("chen")])
    assert whole(case)


@pytest.mark.parametrize("key", ["ann", "ben", "li", "he", "chen", "yi", "qin", "jin"])
def test_what_is_offered_is_allowed_and_what_is_not_is_refused(town: Session, key: str) -> None:
    case, actor = make.case(), who(key)
    talk.ask_opinion(who("zhao"), case.id, to("chen", text="如何"), at=NOON)
    verbs: dict[str, Callable[..., object]] = {
        "copy": talk.copy, "ask": talk.ask_opinion, "answer": talk.answer, "urge": talk.urge,
        "comment": talk.comment,
    }  # fmt: skip
    shown = {one.key for one in offers.of_case(session(), actor, case, at=NOON)}
    offered = shown & verbs.keys() if reads(session(), actor, case) else set()
    done = {word for word, verb in verbs.items() if _does(verb, actor, case)}
    assert offered == done


def _does(verb: Callable[..., object], actor: Actor, case: Case) -> bool:
    whom = "wu" if verb is talk.ask_opinion else "feng"
    try:
        verb(actor, case.id, to(whom, text="说一句"), at=NOON)
    except (Refusal, Invalid):
        return False
    return True


def test_who_was_sent_a_case_is_named_among_its_readers(town: Session) -> None:
    case = make.case()
    talk.copy(who("li"), case.id, to("chen"), at=NOON)
    talk.ask_opinion(who("li"), case.id, to("yi", text="如何"), at=NOON)
    lent = {
        one.member.person.name for one in access.readers(session(), case, date(2026, 11, 23))
        if one.lent
    }  # fmt: skip
    assert lent == {"陈末", "易安"}
    told_of = access.answer(session(), case, who("chen").id, date(2026, 11, 23))
    assert (told_of.may_read, told_of.lent) == (True, True)
    assert kinds.of(case.process_key).reader == ""
