"""The register (办件查询) and the page of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import local, minute
from app.db import session
from app.identity import provenance
from app.identity.actor import Actor
from app.identity.trades import CATEGORIES
from app.web import beside, dossier, sheets, talk, verbs
from app.web.access import actor, requires, signed_in
from app.web.decision import category_filter
from app.web.display import case_line
from app.workflow import commands, kinds, offers, past, unmasking
from app.workflow.models import Case
from app.workflow.queries import casefile, choices, register
from app.workflow.queries.access import may_explain
from app.workflow.queries.pages import MOST_COUNTED
from app.workflow.reach import may_retry, may_withdraw

bp = Blueprint("cases", __name__)

ASKED = ("q", "unit", "category", "state", "light", "step")
LIGHTS = (("red", "超期"), ("yellow", "临期"), ("green", "正常"))


@bp.get("/cases")
@requires("case:read")
def index() -> ResponseReturnValue:
    """One page of the register."""
    me, at, work, wanted = actor(), clock.now(), session(), _wanted()
    page = register.cases(work, me, wanted, request.args.get("after", ""), at=at)
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name != "after"
    }
    found = register.count(work, me, wanted, at=at)
    return render_template(
        "cases/index.html",
        rows=[case_line(line, at, me) for line in page.rows],
        q=wanted.q, filters=_filters(wanted), kept=kept, own=wanted.own,
        next_url=url_for(".index", **{**kept, "after": page.after}) if page.after else "",
        export_url=url_for(".export", **kept),
        total_text=f"{found} 件" if found < MOST_COUNTED else "999+ 件",
    )  # fmt: skip


@bp.get("/cases.xlsx")
@requires("register:export")
def export() -> Response:
    """The register as it is narrowed now, as a workbook."""
    me, at = actor(), clock.now()
    lines = commands.export_cases(me, _wanted(), at=at)
    book = sheets.workbook("办件", sheets.case_sheet(lines, me, at), provenance.of(me, at))
    return sheets.download(f"办件 {local(at):%Y-%m-%d}", book)


@bp.get("/cases/<case_id>")
@signed_in
def show(case_id: str) -> ResponseReturnValue:
    """A case: where it is, who has it, what was done."""
    me, at = actor(), clock.now()
    file = casefile.read(session(), me, case_id)
    return render_template(
        "cases/show.html",
        **dossier.parts(file, me, at),
        **beside.parts(session(), file.case, me, at),
        **talk.parts(file.case, me, at),
        waiting=dossier.waiting(file, me, at), acts=_acts(file), held=dossier.held(file.case),
        diagram=dossier.diagram(file), incident=_incident(file.case, me),
        ended_text=_ended(file.case.ended_at),
        submissions=dossier.submissions(file), explains=may_explain(me, file.case),
        why_unmask=_why_unmask(file),
        more=_more(file.case, me, at),
    )  # fmt: skip


def _more(case: Case, me: Actor, at: datetime) -> list[dict[str, Any]]:
    """What may be done with the case, and with what an applicant sent last."""
    work, own = session(), past.last_own(session(), case, me.id)
    sent = verbs.menu(offers.of_task(work, me, own, at=at), case, own) if own else []
    return sent + verbs.menu(offers.of_case(work, me, case, at=at), case)


def _why_unmask(file: casefile.CaseFile) -> Mapping[str, str]:
    """The reasons for which this person may read the masked numbers; none where they may not."""
    form = file.definition.form(file.definition.process.start_form)
    masked = any(file.submission.values.get(key) for key in unmasking.secrets_of(form))
    return unmasking.WHY if masked and unmasking.hold_of(session(), actor(), file.case) else {}


def _incident(case: Case, me: Actor) -> str:
    """What stopped the case: the fault for officials, for the public that somebody is on it."""
    if case.incident is None:
        return ""
    return case.incident if me.staff else "系统出错，已通知管理员处理，您不需要操作"


def _ended(at: datetime | None) -> str:
    return f"已于 {minute(at)} 办结。" if at else ""


def _acts(file: casefile.CaseFile) -> list[dict[str, str]]:
    """What this person may do with the case as a whole."""
    me, case, acts = actor(), file.case, []
    mine = [task for task in file.open if task.person_id == me.id]
    if mine and case.held_at is None:
        policy = file.definition.process.tasks[mine[0].element]
        again = policy.form == file.definition.process.start_form
        url = url_for("tasks.show", task_id=mine[0].id)
        label = "去补正" if again else "去办理"
        acts.append({"label": label, "url": url, "tone": "primary", "key": "A"})
    if may_withdraw(me, case):
        url = url_for(".withdraw", case_id=case.id)
        text = "撤回后该办件结束，需要时请重新申报；已填内容仍可查看。"
        acts.append({"label": "撤回", "url": url, "confirm": "确定撤回这件申报？", "text": text})
    if case.incident is not None and may_retry(me, case):
        url = url_for(".retry", case_id=case.id)
        acts.append(
            {"label": "重试", "url": url, "confirm": "重新办理出错的环节？", "text": case.incident}
        )
    return acts


@bp.get("/cases/<case_id>/submissions/<int:seq>")
@signed_in
def submission(case_id: str, seq: int) -> ResponseReturnValue:
    """The start form as it was sent at one event of the record."""
    file = casefile.read(session(), actor(), case_id)
    sent, groups = dossier.sent_at(file, seq)
    return render_template("cases/submission.html", case=file.case, sent=sent, facts=groups)


@bp.post("/cases/<case_id>/withdraw")
@signed_in
def withdraw(case_id: str) -> ResponseReturnValue:
    """The applicant takes the case back."""
    case = commands.withdraw(actor(), case_id, request.form.get("key", ""), at=clock.now())
    flash(f"{case.number} 已撤回")
    return redirect(url_for(".show", case_id=case.id), 303)


@bp.post("/cases/<case_id>/retry")
@requires("case:retry")
def retry(case_id: str) -> ResponseReturnValue:
    """Try a step again that broke."""
    commands.retry(actor(), case_id, at=clock.now())
    flash("已重新排队办理，请稍后刷新查看")
    return redirect(url_for(".show", case_id=case_id), 303)


def _wanted() -> register.Wanted:
    own = request.args.get("own") == "1" or not actor().staff
    return register.Wanted(own=own, **{name: request.args.get(name, "").strip() for name in ASKED})


def _filters(wanted: register.Wanted) -> list[dict[str, Any]]:
    units = choices.units_below(session(), actor())
    areas = [(unit.id, unit.name) for unit in units]
    steps = choices.open_steps(session(), actor())
    states = list(kinds.standings().items())
    return [
        {"name": "unit", "label": "地区", "value": wanted.unit, "options": areas},
        category_filter(wanted.category, list(CATEGORIES)),
        {"name": "state", "label": "状态", "value": wanted.state, "options": states},
        {"name": "light", "label": "时限", "value": wanted.light, "options": LIGHTS},
        {"name": "step", "label": "环节", "value": wanted.step, "options": [(s, s) for s in steps]},
    ]
