"""What people do with reports beside deciding them: report, leave a number, see who reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import vault
from app.clock import local
from app.db import session, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import audit, codes, public, sms, system, throttle
from app.identity.actor import Actor
from app.identity.models import Division
from app.identity.sessions import Visit
from app.smallworks import photos
from app.smallworks.models import Paper, Work
from app.smallworks.reports.kind import KEY
from app.smallworks.reports.models import SiteReport
from app.smallworks.reports.queries import by_code, handles
from app.workflow import attachments, events, keys, opening
from app.workflow.attachments import Upload
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.models import Case
from app.workflow.opening import Opening
from app.workflow.reach import readable_case

PURPOSE = "report"
MOST_PHOTOS = 6
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
PER_HOUR, PER_DAY = 5, 20
_OFTEN = "提交得太频繁，请一小时后再试；紧急情况请直接拨打当地应急值班电话"


@dataclass(frozen=True, slots=True)
class Told:
    """A report as a citizen types it; `paper` is the code of a paper at a filed work's site."""

    what: str
    address: str = ""
    division_code: str = ""
    paper: str = ""
    key: str = ""


def report(told: Told, sent: Sequence[Upload], visit: Visit, *, at: datetime) -> SiteReport:
    """Take a report in from anybody, without a name.

    Raises Invalid for what was typed, Conflict where one network reports too often, NotFound for a
    code that no paper bears.
    """
    _check(told)
    source = throttle.subject_of("report-address", visit.address)
    _refuse_often(session(), source, (PER_HOUR, PER_DAY), at)  # before any work on the photos
    taken = photos.take_in(_unnamed(sent), MOST_PHOTOS)
    with transaction() as work:
        earlier = keys.first_answer(work, system.person(work, at), told.key, at)
        if earlier is not None:
            return _of(work, earlier["report"])
        throttle.note(work, [source], at=at)
        case = opening.open_case(work, _opening(work, told, at), None, at=at)
        # again, this one counted: of two at once the second has waited for its number until here
        _refuse_often(work, source, (PER_HOUR + 1, PER_DAY + 1), at)
        for one in taken:
            attachments.lay_in(work, _nobody(visit, at), case.id, "photos", one, at=at)
        keys.keep_answer(work, system.ID, told.key, {"report": case.id})
        return _of(work, case.id)


def _check(told: Told) -> None:
    faults: dict[str, str] = {}
    if not 4 <= len(told.what.strip()) <= 1000:
        faults["what"] = "写明在做什么、哪里危险，4 到 1000 个字"
    if not told.paper and not 2 <= len(told.address.strip()) <= 200:
        faults["address"] = "写明地点，2 到 200 个字"
    if faults:
        raise Invalid(f"有 {len(faults)} 处需要修改", faults)


def _unnamed(sent: Sequence[Upload]) -> list[Upload]:
    """Photos under names of ours: what a file is called, and its author, may say who told."""
    return [replace(one, filename=f"现场照片{no}.jpg") for no, one in enumerate(sent, start=1)]


def _refuse_often(work: Session, source: str, most: tuple[int, int], at: datetime) -> None:
    an_hour, a_day = most
    hourly = throttle.often(work, source, an_hour, AN_HOUR, at=at)
    if hourly or throttle.often(work, source, a_day, A_DAY, at=at):
        raise Conflict(_OFTEN)


def _opening(work: Session, told: Told, at: datetime) -> Opening:
    """About the work of the paper that was scanned; or at a place, filed or not."""
    typed = {"what": told.what.strip(), "source": "citizen"}
    if told.paper:
        row = _work_of(work, told.paper)
        values = {**typed, "kind": "complaint", "address": row.address}
        subject = work.get_one(Case, row.case_id)
        return Opening(KEY, values, subject=subject, filed_by_id=system.person(work, at))
    place = work.get(Division, told.division_code)
    if place is None or place.level not in ("community", "township"):
        raise Invalid("请选择地点", {"place": "请选择所在的社区（村）或者乡镇（街道）"})
    values = {**typed, "kind": "unfiled", "address": told.address.strip()}
    filed_by = system.person(work, at)
    return Opening(KEY, values, division_code=place.code, filed_by_id=filed_by)


def _work_of(work: Session, code: str) -> Work:
    found = work.scalars(
        select(Work)
        .join(Case, Case.subject_id == Work.case_id)
        .join(Paper, Paper.case_id == Case.id)
        .where(Paper.code == code)
    ).first()
    if found is None:
        raise NotFound("没有查到这份文书，请核对扫码的纸件")
    return found


def _nobody(visit: Visit, at: datetime) -> Actor:
    """Who lays in the photos of somebody without a name."""
    return Actor(system.ID, "系统", False, (), False, visit.address, local(at).date())


def _of(work: Session, case_id: str) -> SiteReport:
    return work.scalars(select(SiteReport).where(SiteReport.case_id == case_id)).one()


def send_code(code: str, phone: str, visit: Visit, *, at: datetime) -> None:
    """Send a code to whoever wants to hear what comes of a report."""
    number, digits = public.checked_phone(phone), codes.digits()
    with transaction() as work:
        report = by_code(work, code)
        public.count_code(work, number, visit.address, at=at)
        subject = vault.blind(report.id + number)
        codes.issue(work, PURPOSE, subject, digits, ends_at=at + codes.LASTS, at=at)
    try:
        sms.send(number, f"【安管】验证码{digits}，用于接收举报办理结果，10分钟内有效。")
    except OSError as down:
        raise Conflict(public.NO_SMS) from down


def keep_phone(code: str, phone: str, digits: str, *, at: datetime) -> None:
    """Keep the number that was proved, sealed: the result goes there."""
    number = public.checked_phone(phone)
    with transaction() as work:
        report = by_code(work, code)
        right = codes.spend(work, PURPOSE, vault.blind(report.id + number), digits, at=at)
        if right and report.closed_at is None:
            case = locked_case(work, report.case_id)
            report.reporter_phone = vault.seal(number)
            events.record(work, case, "reporter_kept", None, Act(), at=at)
            return
    raise Invalid("验证没有通过", {"code": public.WRONG_CODE})


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported, for the unit that handles it."""

    name: str
    phone: str


def keep_reporter(actor: Actor, case_id: str, reporter: Reporter, *, at: datetime) -> None:
    """Write down who reported, sealed. Raises Forbidden for units that do not handle it."""
    with transaction() as work:
        report = _handled(work, actor, case_id)
        case = locked_case(work, case_id)
        phone = public.checked_phone(reporter.phone) if reporter.phone.strip() else ""
        if not reporter.name.strip() and not phone:
            raise Invalid("请填写举报人", {"name": "姓名和电话至少填一项"})
        report.reporter_name = vault.seal(reporter.name.strip()[:60]) or report.reporter_name
        report.reporter_phone = report.reporter_phone or vault.seal(phone)  # a proved one stays
        events.record(work, case, "reporter_kept", actor, Act(), at=at)


def reveal_reporter(actor: Actor, case_id: str, *, at: datetime) -> Reporter:
    """Who reported; that it was looked at is in the audit record. Raises Forbidden."""
    with transaction() as work:
        report = _handled(work, actor, case_id)
        deed = audit.Deed(
            "reporter_read", actor.id, subject=f"case:{case_id}", address=actor.address
        )
        audit.record(work, deed, at=at)
        return Reporter(vault.unseal(report.reporter_name), vault.unseal(report.reporter_phone))


def _handled(work: Session, actor: Actor, case_id: str) -> SiteReport:
    case = readable_case(work, actor, case_id)
    if not handles(work, actor, case):
        raise Forbidden("举报人信息只有承办单位能看到")
    return _of(work, case.id)
