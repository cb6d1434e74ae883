"""Text messages of reports: to an owner who should file, and to whoever reported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app import vault
from app.db import session
from app.identity import sms
from app.smallworks.papers.layout import press
from app.smallworks.reports.models import SiteReport
from app.workflow import jobs, places

URGE_JOB, ANSWER_JOB = "report_urge", "report_answer"


def urge(work: Session, report: SiteReport, at: datetime) -> None:
    """Have the owner told to file, where their number is known."""
    if report.owner_phone:
        jobs.enqueue(work, URGE_JOB, f"{URGE_JOB}:{report.id}", {"report": report.id}, at)


def answer(work: Session, report: SiteReport, at: datetime) -> None:
    """Have the reporter told what came of it, where they proved a number."""
    if report.reporter_phone:
        jobs.enqueue(work, ANSWER_JOB, f"{ANSWER_JOB}:{report.id}", {"report": report.id}, at)


def _send_urge(payload: jobs.Payload, _dedupe: str, _at: datetime) -> None:
    """In our words alone: what an unnamed reporter typed must not go out under our name."""
    report = session().get(SiteReport, payload["report"])
    if report is not None and report.owner_phone:
        case, where = report.case, press.public_url + "/apply/filing"
        place = "".join(places.unit_names(session(), case.division_code)[-1:])
        what = f"{place}核查发现您的施工还没有备案（{case.number}）"
        words = f"【安管】{what}，请在 1 个工作日内提交：{where}"
        sms.send(vault.unseal(report.owner_phone), words)


def _send_answer(payload: jobs.Payload, _dedupe: str, _at: datetime) -> None:
    report = session().get(SiteReport, payload["report"])
    if report is not None and report.reporter_phone:
        sms.send(vault.unseal(report.reporter_phone), f"【安管】您举报的事项：{report.answer}")


HANDLERS = {
    URGE_JOB: jobs.Handler(outside=_send_urge),
    ANSWER_JOB: jobs.Handler(outside=_send_answer),
}
"""The background work of this room; the domain's `install` takes it on."""
