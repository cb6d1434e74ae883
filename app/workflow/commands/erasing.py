"""Erasing a person (注销): what is personal goes, what was done stays provable."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app import vault
from app.clock import local
from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit, codes, passwords, sessions, throttle, upkeep
from app.identity.actor import Actor
from app.identity.models import Grant, Person
from app.identity.sessions import Visit
from app.workflow import (
    channels,
    definitions,
    events,
    habits,
    kinds,
    places,
    remarks,
    search,
    task_drafts,
)
from app.workflow.definitions import Definition
from app.workflow.events import Act
from app.workflow.models import Attachment, Case, Draft, Submission, Task
from app.workflow.notice_models import Notice
from app.workflow.queries import personal
from app.workflow.studio import typed

CODE = "erase"
_WRONG = "密码或验证码不正确；连续输错5次须等待15分钟以上再试"
NOBODY = "已注销用户"
NAMELESS = "（个人信息已删除）"


def erase_person(known_as: str, *, at: datetime) -> Person:
    """Erase somebody's name, numbers, account and words; their cases stay, their records hold.

    They are named by id, by account, or, of the public, by telephone number; for the server's
    command line. Papers issued and files handed in stay, as the law on archives wants. Raises
    NotFound, Conflict while a case of theirs is open.
    """
    with transaction() as work:
        public = Person.phone_index.in_(vault.blinds(known_as)) & ~Person.staff
        named = or_(Person.id == known_as, Person.account == known_as, public)
        person = work.scalars(select(Person).where(named).with_for_update()).one_or_none()
        if person is None or person.name == NOBODY:
            raise NotFound("没有这个人，或者已经注销")
        _erase(work, person, audit.Deed("person_erased", None, f"person:{person.id}"), at)
    return person


def erase_own(actor: Actor, password: str, code: str, visit: Visit, *, at: datetime) -> None:
    """The same, at the wish of a member of the public who proves once more who they are.

    By password, or by a code texted for this. Raises Invalid, Conflict; a wrong try is counted.
    """
    known = session().get(Person, actor.id)
    if known is None or known.staff:
        raise Forbidden("工作人员的账号由本单位系统后台管理员停用")
    before = known.password_hash
    fits = bool(password) and passwords.matches(before, password)
    account = throttle.subject_of("account", actor.id)
    with transaction() as work:
        person = work.get_one(Person, actor.id, with_for_update=True)
        rests = throttle.paused(work, account, at=at)
        subject = vault.blind(vault.unseal(person.phone))
        sent = bool(code) and codes.spend(work, CODE, subject, code, at=at)
        if not rests and (sent or (fits and person.password_hash == before)):
            told = "by code" if sent else "by password"
            subject = f"person:{person.id}"
            deed = audit.Deed("person_erased", person.id, subject, told, visit.address)
            _erase(work, person, deed, at)
            return
        throttle.note(work, (account,), at=at)
        deed = audit.Deed("erasure_refused", actor.id, address=visit.address)
        audit.record(work, deed, at=at)
    raise Invalid(passwords.CORRECT, {"password": _WRONG})


def _erase(work: Session, person: Person, deed: audit.Deed, at: datetime) -> None:
    mine = or_(Case.applicant_id == person.id, Case.filed_by_id == person.id)
    own = work.scalars(select(Case).where(mine).order_by(Case.id).with_for_update()).all()
    if not person.staff and personal.standing_in_the_way(work, person.id):
        raise Conflict("该用户还有未办结的事项，请办结或撤回后再注销")
    for case in own:
        if case.applicant_id == person.id:
            _erase_case(work, case, at)
    _erase_words(work, person)
    _erase_account(work, person, at)
    audit.record(work, deed, at=at)


def _erase_case(work: Session, case: Case, at: datetime) -> None:
    for sent in work.scalars(select(Submission).where(Submission.case_id == case.id)):
        remark = sent.form == remarks.FORM
        sent.values = (
            {} if remark else _definition(work, case, sent).form(sent.form).erase(sent.values)
        )
    kinds.of(case.process_key).on_erased(work, case)
    case.title = NAMELESS
    case.place = " ".join(places.unit_names(work, case.division_code))
    search.index(work, case.id, (case.number, case.place))
    work.execute(update(Notice).where(Notice.case_id == case.id).values(text=NAMELESS))
    channels.forget(work, "case", case.id)
    task_drafts.forget_case(work, case.id)
    typed.forget_case(work, case.id)
    events.record(work, case, events.ERASED, None, Act(), at=at)


def _definition(work: Session, case: Case, sent: Submission) -> Definition:
    """The version by whose forms it was sent."""
    task = work.get(Task, sent.task_id) if sent.task_id else None
    return definitions.of_task(work, task) if task else definitions.get(work, case.version_id)


def _erase_words(work: Session, person: Person) -> None:
    """Drafts never sent, with their files, what they were told, and what they kept for work."""
    drafts = select(Draft.id).where(Draft.person_id == person.id, Draft.case_id.is_(None))
    loose = Attachment.draft_id.in_(drafts) & Attachment.case_id.is_(None)
    work.execute(delete(Attachment).where(loose))
    work.execute(delete(Draft).where(Draft.id.in_(drafts)))
    work.execute(update(Draft).where(Draft.person_id == person.id).values(values={}))
    for kept in habits.OWN:
        work.execute(delete(kept).where(kept.person_id == person.id))
    work.execute(delete(Notice).where(Notice.person_id == person.id))
    channels.forget(work, "person", person.id)


def _erase_account(work: Session, person: Person, at: datetime) -> None:
    person.name, person.account, person.phone, person.phone_index = NOBODY, None, "", None
    person.email = person.password_hash = person.reading = ""
    person.status = "closed"
    upkeep.forget_person(work, person.id)
    sessions.end_all(work, person.id)
    yesterday = local(at).date() - timedelta(days=1)
    current = or_(Grant.valid_to.is_(None), Grant.valid_to > yesterday)
    held = update(Grant).where(Grant.person_id == person.id, current)
    work.execute(held.values(valid_to=yesterday))
