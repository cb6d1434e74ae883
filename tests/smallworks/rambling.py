"""Everything that anybody may try at a work, and the hands that try it, right or wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import select

from app.clock import local
from app.db import session
from app.identity import queries
from app.identity.actor import Actor
from app.identity.sessions import Visit
from app.smallworks import papers
from app.smallworks.models import Paper
from app.smallworks.papers import serving
from app.smallworks.papers.serving import Sending
from app.smallworks.patrols import commands as patrols
from app.smallworks.patrols import photographs
from app.smallworks.patrols.changes import Sent
from app.smallworks.patrols.commands import Begin
from app.smallworks.patrols.models import Hazard, Patrol
from app.smallworks.patrols.photographs import Shot
from app.smallworks.rectifications import commands as rectifications
from app.smallworks.rectifications import reopening, steps
from app.smallworks.rectifications.commands import Judged, Said
from app.smallworks.reports import commands as reports
from app.smallworks.reports.commands import Told
from app.smallworks.stops import commands as stops
from app.smallworks.stops.commands import Seen, Typed
from app.smallworks.stops.models import StopOrder
from app.workflow import attachments, definitions
from app.workflow import commands as workflow
from app.workflow.attachments import Home
from app.workflow.commands.filing import Filing
from app.workflow.commands.tasks import Decision
from app.workflow.models import Case, Task
from tests.smallworks.attempts import CHANGES, GROUNDS, Nothing, Try, words
from tests.smallworks.patrols import visits
from tests.smallworks.stops.site import picture
from tests.smallworks.town import OWNER_ID, credit_code, staff


def decide(attempt: Try) -> None:
    """A task of the work is decided by whoever it falls to."""
    task = attempt.pick(attempt.tasks())
    _decided(attempt, task, attempt.rightful(task))


def decide_as_stranger(attempt: Try) -> None:
    _decided(attempt, attempt.pick(attempt.tasks()), attempt.stranger)


def _decided(attempt: Try, task: Task, who: Actor) -> None:
    definition = definitions.get(session(), session().get_one(Case, task.case_id).version_id)
    policy = definition.process.tasks[task.element]
    outcome = attempt.dice.choice([one.key for one in policy.outcomes])
    sent = words(attempt.at, attempt.dice)
    if policy.form == definition.process.start_form:
        sent = {}  # a correction sends what it changed
    if policy.form and outcome != "return":
        for one in definition.form(policy.form).fields:
            if one.kind == "files" and one.key.endswith(("photos", "record")):
                upload = replace(picture(), field=one.key)
                attachments.attach(who, Home(case_id=task.case_id), upload, at=attempt.at)
    workflow.decide(who, task.id, Decision(outcome, sent), at=attempt.at)


def claim(attempt: Try) -> None:
    task = attempt.pick(attempt.tasks())
    workflow.claim(attempt.rightful(task), task.id, at=attempt.at)


def release(attempt: Try) -> None:
    tasks = attempt.tasks()
    task = attempt.pick([task for task in tasks if task.claimed_by_id] or tasks)
    workflow.release(attempt.rightful(task), task.id, at=attempt.at)


def withdraw(attempt: Try) -> None:
    own = [case for case in attempt.cases() if case.process_key in ("filing", "change")]
    case = attempt.pick(own or attempt.cases())
    workflow.withdraw(attempt.owner, case.id, at=attempt.at)


def stop(attempt: Try) -> None:
    typed = Typed("all", own="工人在屋面边缘作业，没有系安全带", photos=[picture()])
    stops.order_stop(attempt.inspector, attempt.work_id, typed, "", at=attempt.at)


def breach(attempt: Try) -> None:
    rows = select(StopOrder).where(StopOrder.work_id == attempt.work_id).order_by(StopOrder.id)
    order = attempt.pick(list(session().scalars(rows)))
    seen = Seen("晚上仍有 2 人在屋面作业", (picture(),))
    stops.report_breach(attempt.inspector, order.id, seen, "", at=attempt.at)


def visit(attempt: Try) -> None:
    patrols.begin(attempt.inspector, Begin(work_id=attempt.work_id), at=attempt.at)


def _visit(attempt: Try) -> Patrol:
    """The visit that goes on; else one of an old page."""
    rows = select(Patrol).where(Patrol.work_id == attempt.work_id).order_by(Patrol.id)
    found = list(session().scalars(rows))
    return attempt.pick([one for one in found if not one.concluded_at] or found)


def fill_in(attempt: Try) -> None:
    """The sheet of a visit: all is well, something is not, or something dangerous is."""
    patrol = _visit(attempt)
    failed = attempt.dice.choice([(), ("person_helmet",), ("person_helmet", "order_exit")])
    answers = {**dict.fromkeys(visits.codes(patrol), "ok"), **dict.fromkeys(failed, "bad")}
    two = [{"name": "佘存栋", "number": "鄂执 0231"}, {"name": "陆远秋", "number": ""}]
    typed = {"answers": answers, "inspectors": two, "signed_name": "冼南橘"}
    who, now = _visitor(attempt, patrol), session().get_one(Patrol, patrol.id).revision
    patrols.save(who, patrol.id, Sent(now, typed), at=attempt.at)


def photograph(attempt: Try) -> None:
    patrol = _visit(attempt)
    found = visits.hazards_of(patrol)
    hazard = attempt.pick([one for one in found if one.state == "open"] or found)
    shade = attempt.dice.randrange(256)
    shot = Shot(f"hazard:{hazard.client_id}", "现场.jpg", visits.picture(f"#{shade:02x}4455"))
    photographs.take(_visitor(attempt, patrol), patrol.id, shot, at=attempt.at)


def _visitor(attempt: Try, patrol: Patrol) -> Actor:
    rows = select(Task).where(Task.case_id == patrol.case_id).order_by(Task.id.desc())
    return attempt.rightful(session().scalars(rows).first() or attempt.pick([]))


def answer(attempt: Try) -> None:
    """The contractor answers for a hazard with a photo."""
    case, hazard = _ordered(attempt)
    who = queries.actor_for(case.applicant_id, attempt.at) if case.applicant_id else attempt.owner
    told = Said("已按要求整改到位", (picture("green"),))
    rectifications.answer(who, case.id, hazard.id, told, at=attempt.at)


def verify(attempt: Try) -> None:
    case, hazard = _ordered(attempt)
    verdict = attempt.dice.choice(["pass", "pass", "fail"])
    judged = Judged(verdict, "" if verdict == "pass" else "栏杆仍然松动，没有固定")
    near = staff(attempt.dice.choice(("luyuanqiu", "wenruoqing", "shecundong")), attempt.at)
    rectifications.verify(near, case.id, hazard.id, judged, at=attempt.at)


def _ordered(attempt: Try) -> tuple[Case, Hazard]:
    case = attempt.pick(attempt.cases("rectification"))
    row = steps.of_case(session(), case.id)
    if row is None:
        raise Nothing
    rows = [hazard for _one, hazard in steps.ordered(session(), row)]
    return case, attempt.pick([one for one in rows if one.state == "answered"] or rows)


def reopen(attempt: Try) -> None:
    hazard = attempt.pick(attempt.hazards())
    reopening.reopen(attempt.inspector, hazard.id, "护栏又被拆掉了", at=attempt.at)


def change(attempt: Try) -> None:
    who, kind = attempt.owner, attempt.dice.choice(CHANGES)
    values = {
        "change_kind": kind, "reason": "材料到货晚了", "planned_start": "2026-12-20",
        "planned_end": "2027-03-20", "content": "客厅、卧室、厨房翻新", "site_state": "stopped",
        "contractor_type": "enterprise", "contractor_name": "宜昌清江装饰有限公司",
        "contractor_credit_code": credit_code("91420502MA4KQJANG"), "site_manager": "毕清江",
        "contractor_legal_rep": "毕清江", "contractor_legal_rep_id": OWNER_ID,
        "contractor_phone": "13900004444",
    }  # fmt: skip
    files = attempt.files(who, "contract", "contractor_papers") if kind == "contractor" else []
    filing = Filing("change", values=values, attachments=files)
    workflow.file_about(who, attempt.work.case_id, filing, at=attempt.at)


def complete(attempt: Try) -> None:
    who = attempt.owner
    filing = Filing(
        "completion", values=words(attempt.at, attempt.dice),
        attachments=attempt.files(who, "end_photos"),
    )  # fmt: skip
    workflow.file_about(who, attempt.work.case_id, filing, at=attempt.at)


def propose(attempt: Try) -> None:
    values = {
        "grounds": [attempt.dice.choice(GROUNDS)], "fact": "责令三日内加装护栏，复查仍未加装。",
        "happened_on": local(attempt.at).date().isoformat(),
    }  # fmt: skip
    filing = Filing("bad_record", values=values)
    workflow.file_about(attempt.inspector, attempt.work.case_id, filing, at=attempt.at)


def complain(attempt: Try) -> None:
    """Somebody scans a paper at the site."""
    rows = select(Paper).join(Case, Case.id == Paper.case_id)
    mine = rows.where(Case.subject_id == attempt.work.case_id).order_by(Paper.id)
    paper = attempt.pick(list(session().scalars(mine)))
    address = f"10.0.{attempt.dice.randrange(256)}.{attempt.dice.randrange(256)}"
    told = Told("屋面有人没系安全带干活", paper=paper.code)
    reports.report(told, (), Visit(address, "phone"), at=attempt.at)


def serve(attempt: Try) -> None:
    paper = attempt.pick(_papers(attempt))
    serving.serve(attempt.inspector, paper.id, Sending("print", "武青瓦"), at=attempt.at)


def void(attempt: Try) -> None:
    paper = attempt.pick(_papers(attempt))
    who = staff(attempt.dice.choice(("muyulan", "shecundong", "jinhezhu", "kuangda")), attempt.at)
    papers.void(who, paper.id, "当事人名称写错，另行出具", at=attempt.at)


def _papers(attempt: Try) -> list[Paper]:
    rows = select(Paper).join(Case, Case.id == Paper.case_id)
    mine = rows.where(Case.subject_id == attempt.work.case_id).order_by(Paper.id)
    return list(session().scalars(mine))


VERBS: Mapping[str, Callable[[Try], None]] = {
    one.__name__: one
    for one in (
        decide, decide_as_stranger, claim, release, withdraw, stop, breach, visit, fill_in,
        photograph, answer, verify, reopen, change, complete, propose, complain, serve, void,
    )
}  # fmt: skip
