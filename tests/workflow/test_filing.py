"""Opening a case: by the applicant, by staff on behalf, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import local
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.workflow import commands
from app.workflow.attachments import Home
from app.workflow.commands.drafts import Screen, save_draft, start_draft
from app.workflow.models import Attachment, Case, Submission
from tests.workflow import make
from tests.workflow.people import FAR, HERE, NOON, attach, unit, who


def count(work: Session) -> int:
    work.rollback()
    return work.scalar(select(func.count(Case.id))) or 0


def test_a_filing_waits_at_its_community(town: Session) -> None:
    made = make.case()
    (task,) = make.open_tasks(made)
    assert (task.element, task.unit_id, task.claimed_by_id) == (
        "community_check", unit(HERE).id, None,
    )  # fmt: skip
    assert local(task.due_at).strftime("%m-%d %H:%M") == "11-24 17:30"
    assert (made.state, made.result, made.applicant_id) == ("in_review", None, who("ann").id)


def test_a_case_knows_the_units_above_its_place(town: Session) -> None:
    made = make.case()
    chain = [unit(code).id for code in ("4205", "420502", "420502002", HERE)]
    assert [made.l1, made.l2, made.l3, made.l4] == chain
    assert made.place.startswith("学院街道 解放路社区")


def test_a_filing_leaves_one_event_with_its_submission(town: Session) -> None:
    made = make.case()
    (event,) = make.events(made)
    assert (event.seq, event.verb, event.actor_id) == (1, "filed", who("ann").id)
    assert event.passed[-1] == "grade_risk"
    submission = town.scalars(select(Submission)).one()
    assert event.submission_id == submission.id


def test_secrets_are_sealed_in_the_submission(town: Session) -> None:
    make.case()
    kept = town.scalars(select(Submission.values)).one()
    assert kept["name"] == make.FORM["name"]
    assert make.OWNER_ID not in str(kept)
    assert make.FORM["phone"] not in str(kept)


def test_files_go_with_the_case(town: Session) -> None:
    wanted = make.filing()
    made = commands.file_values(who("ann"), wanted, at=NOON)
    rows = town.scalars(select(Attachment.id).where(Attachment.case_id == made.id)).all()
    assert sorted(rows) == sorted(wanted.attachments)


def test_files_of_somebody_else_do_not_count(town: Session) -> None:
    wanted = make.filing(by="ann")
    with pytest.raises(Invalid) as refused:
        commands.file_values(who("ben"), wanted, at=NOON)
    assert "site_photos" in refused.value.fields
    assert count(town) == 0


def test_a_faulty_form_opens_nothing_and_loses_no_number(town: Session) -> None:
    with pytest.raises(Invalid) as refused:
        make.case(id_no="420502198001010039", measures="")
    assert {"id_no", "measures"} <= set(refused.value.fields)
    assert count(town) == 0
    assert make.case().number == "2026-000001"


def test_numbers_follow_one_another_by_year(town: Session) -> None:
    numbers = [make.case().number for _ in range(3)]
    assert numbers == ["2026-000001", "2026-000002", "2026-000003"]
    assert make.case(when=NOON + timedelta(days=60)).number == "2027-000001"


@pytest.mark.parametrize("place", ["", "420502002", "420502002999", "4205"])
def test_only_a_community_is_a_place(town: Session, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        make.case(place=place)
    assert "division_code" in refused.value.fields


def test_a_process_that_nobody_published_is_not_found(town: Session) -> None:
    wanted = make.Filing("nothing", HERE, {}, ())
    with pytest.raises(NotFound, match="尚未发布"):
        commands.file_values(who("ann"), wanted, at=NOON)


def test_the_same_key_files_once(town: Session) -> None:
    first = commands.file_values(who("ann"), make.filing(key="k1"), at=NOON)
    again = commands.file_values(who("ann"), make.filing(key="k1"), at=NOON)
    assert again.id == first.id
    assert count(town) == 1


def test_a_key_is_its_persons_own(town: Session) -> None:
    commands.file_values(who("ann"), make.filing(key="k1"), at=NOON)
    commands.file_values(who("ben"), make.filing(by="ben", key="k1"), at=NOON)
    assert count(town) == 2


def test_a_key_refused_may_be_used_again(town: Session) -> None:
    with pytest.raises(Invalid):
        commands.file_values(who("ann"), make.filing(key="k1", measures=""), at=NOON)
    commands.file_values(who("ann"), make.filing(key="k1"), at=NOON)
    assert count(town) == 1


def test_a_draft_becomes_a_case_once(town: Session) -> None:
    ann = who("ann")
    draft = start_draft(ann, "filing", HERE, at=NOON)
    save_draft(ann, draft.id, Screen(make.values()), at=NOON)
    for field in make.PLAIN:
        attach(ann, field, Home(draft_id=draft.id))
    first = commands.file_case(ann, draft.id, "k1", at=NOON)
    assert commands.file_case(ann, draft.id, "k1", at=NOON).id == first.id
    assert commands.file_case(ann, draft.id, "another", at=NOON).id == first.id
    assert count(town) == 1


def test_somebody_elses_draft_is_not_there(town: Session) -> None:
    draft = start_draft(who("ann"), "filing", HERE, at=NOON)
    with pytest.raises(NotFound):
        commands.file_case(who("ben"), draft.id, "", at=NOON)


BEHALF = {"applicant_name": "邱老栓", "behalf_reason": "no_phone", "signer": "邱老栓"}


def test_a_community_files_for_somebody_without_a_phone(town: Session) -> None:
    made = make.case(by="wang", **BEHALF)
    (event,) = make.events(made)
    assert (made.filed_by_id, made.applicant_id) == (who("wang").id, None)
    assert (event.unit_id, event.position) == (unit(HERE).id, "inspector")
    kept = town.scalars(select(Submission.values)).one()
    assert kept["filed_on_behalf"] is True


def test_filed_on_behalf_it_is_the_owners_if_they_have_an_account(town: Session) -> None:
    made = make.case(by="wang", **BEHALF, applicant_phone="13900001001")
    assert made.applicant_id == who("ann").id


def test_staff_file_only_in_their_own_place(town: Session) -> None:
    for key, place in (("wang", FAR), ("qian", HERE)):
        with pytest.raises(Forbidden):
            make.file(by=key, place=place, **BEHALF)


def test_who_filed_does_not_review(town: Session) -> None:
    made = make.case(by="li", **BEHALF)
    (task,) = make.open_tasks(made)
    with pytest.raises(Forbidden, match="回避"):
        commands.claim(who("li"), task.id, at=NOON)
    assert make.decide(made, "wang", "approve").state == "in_review"


def test_too_many_drafts_are_refused(town: Session) -> None:
    for _ in range(20):
        start_draft(who("ann"), "filing", HERE, at=NOON)
    with pytest.raises(Conflict, match="20"):
        start_draft(who("ann"), "filing", HERE, at=NOON)
