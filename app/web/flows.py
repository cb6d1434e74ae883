"""流程: the processes, their versions, and publishing a new one or an older one again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.db import session
from app.engine import OutlineStep, outline
from app.engine.telling import limit_words
from app.errors import BrokenProcess, Conflict, Finding, Forbidden, Invalid, NotFound, Refusal
from app.identity.models import Unit
from app.identity.reach import governments_within
from app.web.access import actor, requires
from app.web.attached import attached, packed
from app.web.studio.asked import asked, files_sent, onward, tell_notes
from app.workflow import commands, definitions, fallbacks, publishing, versions
from app.workflow.models import ProcessVersion
from app.workflow.publishing import Publication
from app.workflow.queries import flows
from app.workflow.studio import approvals, deciders, drafts, moves, moving, wording

bp = Blueprint("flows", __name__)
OTHERS = "其他"
PUBLISH = "flow:publish"


@bp.get("/flows")
@requires("flow:read")
def index() -> ResponseReturnValue:
    """Every process, with how many units have one of their own and how many cases run."""
    waiting = approvals.waiting(session(), actor())
    return render_template(
        "flows/index.html",
        flows=flows.every_flow(session(), at=clock.now()),
        mine=sum(approvals.may_settle(actor(), row) for row in waiting),
    )


@bp.get("/flows/<key>")
@requires("flow:read")
def show(key: str) -> ResponseReturnValue:
    """One process: every version, by unit."""
    rows = flows.versions(session(), key, at=clock.now())
    title = next((row.version.title for row in rows if row.in_force), key)
    units = [list(each) for _unit, each in groupby(rows, lambda row: row.version.unit_id)]
    mine = governments_within(session(), actor(), PUBLISH)
    onto = moving.open_to(session(), actor(), key, clock.now()) if mine else frozenset()
    now = [row.version for row in rows if row.in_force]
    kept = [one for one in now if one.unit in mine or one.id in onto]
    begun = drafts.open_drafts(session(), actor(), key) if mine else []
    return render_template(
        "flows/show.html", key=key, title=title, units=units, mine=mine, drafts=begun,
        above=fallbacks.levels(session(), key, mine, at=clock.now()),
        handed=approvals.waiting(session(), actor(), key) if mine else (),
        theirs=_theirs(rows),
        staying_by={one.id: moving.staying(session(), actor(), one, clock.now()) for one in kept},
        moves=moves.of_flow(session(), actor(), key, mine) if mine else (),
    )  # fmt: skip


def _theirs(rows: Sequence[flows.Published]) -> dict[str, Unit]:
    """By id, what waits for its day and only the keepers of a unit above take back; and which."""
    plans: list[versions.Plan] = []
    plans += [row.version for row in rows if row.standing == flows.WAITING]
    plans += [row.fallback for row in rows if row.standing == flows.IN_FORCE and row.fallback]
    found = {one.id: deciders.theirs(session(), actor(), one) for one in plans}
    return {plan: unit for plan, unit in found.items() if unit}


@bp.get("/flows/versions/<version_id>")
@requires("flow:read")
def version(version_id: str) -> ResponseReturnValue:
    """One version: who does what in it, its drawing, its files."""
    found = flows.content(session(), version_id)
    process = definitions.get(session(), version_id).process
    return render_template(
        "flows/version.html",
        version=found,
        steps=[_step(step) for step in outline(process)],
        told=wording.told(found.files, found.key),
        files=sorted(found.files),
        staying_by=_staying(found),
    )


def _staying(version: ProcessVersion) -> int:
    """How many cases could be moved onto it, where it is in force and theirs to move."""
    try:
        moving.target(session(), actor(), version.id, clock.now())
    except Refusal:
        return 0
    return moving.staying(session(), actor(), version, clock.now())


def _step(step: OutlineStep) -> dict[str, object]:
    """One step as the table shows it: the step, by whom, and with what ways out."""
    policy = step.policy
    return {
        "element": step.element,
        "name": step.name,
        "who": "；".join(wording.party_words(party) for party in policy.parties),
        "outcomes": "、".join(outcome.label for outcome in policy.outcomes),
        "limit": limit_words(policy.limit),
        "sign": _SIGNING[policy.sign.mode] + ("，每人都签" if policy.each else ""),
        "repeats": step.repeats,
    }


_SIGNING = {"one": "", "any": "一方即可", "all": "全部签署", "vote": "按票数", "order": "依次签署"}


@bp.get("/flows/compare")
@requires("flow:read")
def compare() -> ResponseReturnValue:
    """Two versions of a process, and what differs between them as sentences."""
    after = flows.content(session(), request.args.get("after", ""))
    rows = [one.version for one in flows.versions(session(), after.key, at=clock.now())]
    before, said = None, None
    if chosen := request.args.get("before", ""):
        before = flows.content(session(), chosen)
        if before.key != after.key:
            raise NotFound("这两个版本不是同一个流程")
        said = wording.differing(before.files, after.files, after.key)
    return render_template(
        "flows/compare.html", after=after, before=before, versions=rows, differences=said
    )


@bp.get("/flows/versions/<version_id>/files.zip")
@requires("flow:read")
def download(version_id: str) -> ResponseReturnValue:
    """All files of a version, as an administrator would edit and upload them again."""
    found = flows.content(session(), version_id)
    return packed(found.files, _stem(found), at=found.published_at)


@bp.get("/flows/versions/<version_id>/drawing.bpmn")
@requires("flow:read")
def drawing(version_id: str) -> ResponseReturnValue:
    """The drawing of a version alone."""
    found = flows.content(session(), version_id)
    text = found.files[f"{found.key}.bpmn"]
    return attached(text.encode(), "application/xml", f"{found.key}.bpmn")


def _stem(version: ProcessVersion) -> str:
    return f"{version.key}-{version.unit.division_code or version.unit_id}-v{version.number}"


@bp.get("/flows/publish")
@requires(PUBLISH)
def ask_publish() -> ResponseReturnValue:
    """The form in which files are handed in."""
    return _form(request.args, {}, ())


@bp.post("/flows/publish")
@requires(PUBLISH)
def publish() -> ResponseReturnValue:
    """Check what was handed in and publish it, or show everything that must be changed."""
    try:
        wanted = _publication()
        made = commands.hand_in(actor(), wanted, at=clock.now())
    except BrokenProcess as broken:
        return _form(request.form, {"files": broken.message}, broken.findings), 422
    except Invalid as fault:
        return _form(request.form, fault.fields or {"files": fault.message}, ()), 422
    except Forbidden as refused:
        return _form(request.form, {"files": refused.message}, ()), 403
    except Conflict as same:
        known = ("unit", "process", "reason", "starts_on")  # what stands there is shown anew
        kept = {name: request.form.get(name, "") for name in known}
        return _form(kept, {"files": same.message}, ()), 409
    answer = onward(made)
    tell_notes(wanted.files, wanted.process)
    return answer


def _publication() -> Publication:
    """What the form says. The process is the one whose page it came from, else the drawing's."""
    files = files_sent(request.files.getlist("files"))
    drawn = [name for name in files if name.endswith(".bpmn")]
    key = request.form.get("process", "").strip()
    if not key and len(drawn) == 1:
        key = drawn[0].replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".bpmn")
    if not files or not key:
        raise Invalid("缺少文件", {"files": "请选择恰好一个 .bpmn 流程图，可以附带决策表和表单"})
    how, unit = asked(request.form), request.form.get("unit", "")
    return Publication(
        unit, key, files, how.reason, despite=how.despite, starts_on=how.starts_on,
        seen=request.form.get(f"seen-{unit}"),
    )  # fmt: skip


def _form(sent: Mapping[str, str], faults: Mapping[str, str], findings: Sequence[Finding]) -> str:
    units = governments_within(session(), actor(), PUBLISH)
    beneath = {unit.parent_id: unit for unit in units}.values()  # those of one parent ask alike
    above = [approvals.approver(session(), actor(), unit) for unit in beneath]
    return render_template(
        "flows/publish.html",
        units=units,
        above=next((unit for unit in above if unit), None),
        sent=sent,
        faults=faults,
        groups=_by_element(findings),
        seen=_seen(units, sent),
        barred=_barred(units, sent.get("process", "")),
    )


def _barred(units: Sequence[Unit], key: str) -> list[tuple[Unit, Unit]]:
    """The units in which another one must first take back what it planned, and that one."""
    at = clock.now()
    found = ((one, deciders.barring(session(), actor(), one, key, at=at)) for one in units if key)
    return [(one, theirs) for one, theirs in found if theirs]


def _seen(units: Sequence[Unit], sent: Mapping[str, str]) -> dict[str, str]:
    """What stood in each unit when the page was first shown, where it is about one process."""
    work, at, key = session(), clock.now(), sent.get("process", "")
    return {
        one.id: sent.get(f"seen-{one.id}") or versions.standing(work, one, key, at=at)
        for one in units if key
    }  # fmt: skip


def _by_element(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """What was found, beneath the element that it sits on, in the order in which it came."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.element or OTHERS, []).append(finding)
    return list(groups.items())


@bp.get("/flows/versions/<version_id>/republish")
@requires(PUBLISH)
def ask_republish(version_id: str) -> ResponseReturnValue:
    """What changes if an older version comes into force again, and why it is to."""
    return _ask_again(version_id, {})


def _ask_again(version_id: str, faults: Mapping[str, str], findings: Sequence[Finding] = ()) -> str:
    old, at = flows.content(session(), version_id), clock.now()
    drafts.keeping_unit(session(), actor(), old.unit_id)
    now = versions.in_force(session(), old.unit, old.key, at=at)
    said = wording.differing(now.files, old.files, old.key) if now else ()
    return render_template(
        "flows/republish.html", version=old, now=now, differences=said, faults=faults,
        findings=findings,
        sent=request.form, seen=versions.standing(session(), old.unit, old.key, at=at),
        waiting=versions.waiting(session(), old.unit_id, old.key, at=at),
        falling=fallbacks.planned(session(), old.unit_id, old.key, at=at),
        decider=deciders.barring(session(), actor(), old.unit, old.key, at=at),
        **approvals.before_publishing(session(), actor(), old.unit, old.key),
    )  # fmt: skip


@bp.post("/flows/versions/<version_id>/republish")
@requires(PUBLISH)
def republish(version_id: str) -> ResponseReturnValue:
    """Put an older version in force again, as a new one."""
    try:
        how = asked(request.form)
        wanted = publishing.again(version_id, how)
        made = commands.hand_in(actor(), wanted, at=clock.now())
    except BrokenProcess as broken:
        return _ask_again(version_id, {"reason": broken.message}, broken.findings), 422
    except Invalid as fault:
        return _ask_again(version_id, fault.fields), 422
    except Conflict as same:
        return _ask_again(version_id, {"reason": same.message}), 409
    return onward(made, again=version_id)


@bp.post("/flows/versions/<version_id>/withdraw")
@requires(PUBLISH)
def withdraw(version_id: str) -> ResponseReturnValue:
    """Take back a version before its day."""
    gone = commands.withdraw_version(actor(), version_id, at=clock.now())
    flash(f"已取消：第 {gone.number} 版不再施行，现行版本没有改变")
    return redirect(url_for(".show", key=gone.key), 303)
