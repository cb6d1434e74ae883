"""Serving a paper (送达): how it was handed or sent, and what came back; every time is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import new_id, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity import system
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.scope import hold_in, in_scope
from app.smallworks.models import Paper
from app.smallworks.papers.kinds import KINDS
from app.smallworks.papers.models import Service
from app.workflow import attachments, events, keys, links, notices
from app.workflow.attachments import Taken
from app.workflow.commands.locked import locked_case
from app.workflow.events import Act
from app.workflow.intake import Upload
from app.workflow.models import Case
from app.workflow.reach import own_case, readable_case

SERVE = "papers:serve"
WAYS: Mapping[str, str] = MappingProxyType(
    {"print": "当面送达纸件", "link": "系统内送达", "sms": "短信送达", "post": "邮寄送达"}
)
RECEIPTS: Mapping[str, str] = MappingProxyType(
    {
        "signed": "已签收",
        "refused": "拒绝签收",
        "left": "留置送达",
        "posted": "邮寄签收",
        "read": "已阅",
    }
)
BY_HAND = ("signed", "refused", "left", "posted")
"""What an official may note; `read` only the receiver says."""
VERBS: Mapping[str, str] = MappingProxyType(
    {
        "served": "送达文书",
        "received": "登记送达结果",
        "acknowledged": "确认收到文书",
        "voided": "作废文书",
    }
)
"""What these events are called in the record of a case."""
_BY_WIRE = ("link", "sms")
WITNESSED = ("refused", "left")
"""Where nobody signed, somebody must have seen it."""
_NOTICE = "paper"
_GONE = "没有这份文书"


@dataclass(frozen=True, slots=True)
class Sending:
    """How a paper goes to whom."""

    way: str
    to_name: str
    remark: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came back, as an official notes it, with a photo of it."""

    receipt: str
    name: str
    witness: str = ""
    remark: str = ""
    key: str = ""
    photo: Upload | None = None


def serve(actor: Actor, paper_id: str, sending: Sending, *, at: datetime) -> Service:
    """Hand out or send a paper. By wire it goes to whom the case is about, who may then read it.

    Raises Invalid for the way or the name, Forbidden out of scope, Conflict for a voided paper.
    """
    with transaction() as work:
        paper, case = _held(work, actor, paper_id)
        earlier = keys.first_answer(work, actor.id, sending.key, at)
        if earlier is not None:
            return work.get_one(Service, earlier["served"])
        if paper.void_at is not None:
            raise Conflict("这份文书已作废，不能再送达")
        _check_sending(sending)
        row = Service(
            id=new_id(), paper_id=paper.id, way=sending.way, to_name=sending.to_name.strip(),
            remark=sending.remark.strip(), at=at, by_id=actor.id,
        )  # fmt: skip
        if sending.way in _BY_WIRE:
            _wire(work, paper, case, sending.way, at)
        work.add(row)
        _tell(work, case, "served", actor, paper, at=at)
        keys.keep_answer(work, actor.id, sending.key, {"served": row.id})
    return row


def note(actor: Actor, service_id: str, receipt: Receipt, *, at: datetime) -> Service:
    """Note what became of a service: signed, refused, left, delivered by post. Once for each.

    Raises Invalid for what is missing: a witness where nobody signed, a photo of what was left;
    Conflict for a voided paper, and where it is known already, most of all by the receiver.
    """
    _check_receipt(receipt)
    taken = attachments.take_in(receipt.photo) if receipt.photo else None
    with transaction() as work:
        row = work.get(Service, service_id)
        if row is None:
            raise NotFound("没有这次送达")
        paper, case = _held(work, actor, row.paper_id)
        work.refresh(row)
        if keys.first_answer(work, actor.id, receipt.key, at, {"received": row.id}) is not None:
            return row
        if paper.void_at is not None:
            raise Conflict("这份文书已作废，不能再登记送达结果")
        if row.receipt in BY_HAND:
            raise Conflict("这次送达的结果已经登记过，可以另行登记一次送达")
        if row.receipt is not None:
            said = (
                f"{row.received_name}已在系统内确认收到，不能改为登记的结果，可以另行登记一次送达"
            )
            raise Conflict(said, who=row.received_name, at=row.received_at)
        row.receipt, row.received_at = receipt.receipt, at
        row.received_name, row.witness = receipt.name.strip(), receipt.witness.strip()
        row.remark = receipt.remark.strip() or row.remark
        if taken is not None:
            row.attachment_id = _photo(work, actor, case, row, taken, at=at)
        _tell(work, case, "received", actor, paper, at=at)
    return row


def acknowledge(actor: Actor, paper_id: str, *, at: datetime) -> None:
    """The receiver says that they have read it; again, or with nothing to say it of, does nothing.

    Raises NotFound for anybody whose case it is not, Conflict for a voided paper.
    """
    with transaction() as work:
        paper = work.get(Paper, paper_id)
        if paper is None:
            raise NotFound(_GONE)
        readable_case(work, actor, paper.case_id)
        case = locked_case(work, paper.case_id)
        if actor.staff or not own_case(actor, case):
            raise Forbidden("只有受送达人可以确认收到")
        work.refresh(paper)
        if paper.void_at is not None:
            raise Conflict("这份文书已作废，不用确认，请以重新出具的文书为准")
        rows = work.scalars(
            select(Service).where(
                Service.paper_id == paper.id,
                Service.way.in_(_BY_WIRE),
                Service.receipt.is_(None),
            )
        ).all()
        if not rows:
            return
        for row in rows:
            row.receipt, row.received_at, row.received_name = "read", at, actor.name
        _tell(work, case, "acknowledged", actor, paper, at=at)


def enclose(
    work: Session, case: Case, paper: Paper, by: Actor | None, *, at: datetime
) -> Service | None:
    """The paper goes with the link that a command of another room sends to whom its case is about.

    That command tells of it. Where nobody is known who has a telephone, somebody hands it over.
    """
    to = work.get(Person, case.applicant_id) if case.applicant_id else None
    if to is None or to.staff or not to.phone:
        return None
    row = Service(
        id=new_id(), paper_id=paper.id, way="sms", to_name=to.name, at=at,
        by_id=by.id if by else system.person(work, at),
    )  # fmt: skip
    work.add(row)
    work.flush()
    return row


def seen(work: Session, case: Case, reader: Person, *, at: datetime) -> None:
    """The reader has come to the case by that link and acts in it: its papers are read."""
    rows = work.scalars(
        select(Service)
        .join(Paper, Paper.id == Service.paper_id)
        .where(Paper.case_id == case.id, Paper.void_at.is_(None))
        .where(Service.way.in_(_BY_WIRE), Service.receipt.is_(None))
    )
    for row in rows:
        row.receipt, row.received_at, row.received_name = "read", at, reader.name


def _held(work: Session, actor: Actor, paper_id: str) -> tuple[Paper, Case]:
    """The paper and its case, locked, for whoever serves papers there."""
    paper = work.get(Paper, paper_id)
    if paper is None:
        raise NotFound(_GONE)
    readable_case(work, actor, paper.case_id)
    case = locked_case(work, paper.case_id)
    if not in_scope(actor, SERVE, case):
        raise Forbidden("您没有送达该地文书的权限，请由出具单位的工作人员办理")
    work.refresh(paper)
    return paper, case


def _check_sending(sending: Sending) -> None:
    faults = {}
    if sending.way not in WAYS:
        faults["way"] = "请选择送达方式"
    if not 0 < len(sending.to_name.strip()) <= 60:
        faults["to_name"] = "请填写受送达人，不超过 60 个字"
    if len(sending.remark) > 200:
        faults["remark"] = "备注不超过 200 个字"
    if faults:
        raise Invalid("送达信息填写有误，请改正后再提交", faults)


def _check_receipt(receipt: Receipt) -> None:
    faults = {}
    if receipt.receipt not in BY_HAND:
        faults["receipt"] = "请选择送达结果"
    if not 0 < len(receipt.name.strip()) <= 60:
        faults["name"] = "请填写签收人或者在场人，不超过 60 个字"
    if receipt.receipt in WITNESSED and not receipt.witness.strip():
        faults["witness"] = "拒绝签收、留置送达的，须写明见证人"
    if len(receipt.witness) > 60:
        faults["witness"] = "见证人不超过 60 个字"
    if receipt.receipt == "left" and receipt.photo is None:
        faults["photo"] = "留置送达的，须上传现场照片"
    if len(receipt.remark) > 200:
        faults["remark"] = "备注不超过 200 个字"
    if faults:
        raise Invalid("送达结果填写有误，请改正后再提交", faults)


def _wire(work: Session, paper: Paper, case: Case, way: str, at: datetime) -> None:
    person = work.get(Person, case.applicant_id) if case.applicant_id else None
    if person is None or person.staff:
        raise Invalid(
            "本办件没有登记受送达人的手机号，请当面或者邮寄送达", {"way": "请改用其他方式"}
        )
    text = f"《{KINDS[paper.kind].title}》{paper.number}已送达，请查阅并确认收到"
    notices.tell(work, person, case, (_NOTICE, text), at)
    if way == "sms":
        links.send(work, person, case, at=at)


def _photo(
    work: Session, actor: Actor, case: Case, row: Service, taken: Taken, *, at: datetime
) -> str:
    kept = attachments.lay_in(work, actor, case.id, f"service:{row.id}", taken, at=at)
    work.flush()
    return kept.id


def _tell(
    work: Session, case: Case, verb: str, actor: Actor, paper: Paper, *, at: datetime
) -> None:
    act = Act(element=paper.id, hold=hold_in(actor, SERVE, case))
    events.record(work, case, verb, actor, act, at=at)
    case.touched_at = at
