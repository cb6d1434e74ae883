"""Talking beside the flow (抄送、征求意见、催办、批注), and what one was sent or asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.clock import long_day, minute
from app.db import session
from app.errors import Invalid, NotFound
from app.identity.actor import Actor
from app.identity.queries import Member
from app.identity.words import post_name
from app.web import verbs
from app.web.access import actor, signed_in
from app.web.verbs import Verb
from app.workflow import remarks, talking
from app.workflow.commands import talk as commands
from app.workflow.commands.talk import DAYS, Words
from app.workflow.models import Case, Submission
from app.workflow.offers import Ask
from app.workflow.queries import talk
from app.workflow.reach import readable_case

bp = Blueprint("talk", __name__)
_KEPT = "办件仍在原来的环节，不受影响"


@bp.get("/copies")
@signed_in
def copies() -> ResponseReturnValue:
    """What was copied to me."""
    _officials()
    page = talk.copies(session(), actor(), request.args.get("after", ""))
    rows = [
        {
            "case": row.case, "url": _case(row.case_id), "waits": row.read_at is None,
            "said": _said(f"{row.by.name} {minute(row.at)} 抄送", row.words),
            "badge": ("已阅", "grey") if row.read_at else ("未阅", "blue"),
            "seen_url": "" if row.read_at else url_for(".see", case_id=row.case_id),
        }
        for row in page.rows
    ]  # fmt: skip
    following = url_for(".copies", after=page.after) if page.after else ""
    return render_template("talk/sent.html", rows=rows, next_url=following, here_is="copies")


@bp.get("/opinions")
@signed_in
def opinions() -> ResponseReturnValue:
    """What I am asked."""
    _officials()
    at = clock.now()
    page = talk.opinions(session(), actor(), request.args.get("after", ""))
    rows = [
        {
            "case": row.case, "url": url_for(".answer", case_id=row.case_id), "waits": True,
            "said": _said(row.by.name, row.question),
            "badge": (f"{long_day(row.due_at)}前回复", "red" if row.due_at < at else "amber"),
        }
        for row in page.rows
    ]  # fmt: skip
    following = url_for(".opinions", after=page.after) if page.after else ""
    return render_template("talk/sent.html", rows=rows, next_url=following, here_is="opinions")


@bp.route("/cases/<case_id>/copy", methods=("GET", "POST"))
@signed_in
def copy(case_id: str) -> ResponseReturnValue:
    """Choose whom to copy a case to."""
    case = _open(case_id, talking.may_copy)
    said = Verb("抄送", url_for(".copy", case_id=case_id), _case(case_id), "抄送", lines=(
        "所选人员可以查看这个办件的全部内容，证件号和电话仍然遮盖", _KEPT,
    ))  # fmt: skip
    if request.method == "GET" or "find" in request.form:
        return _page("talk/copy.html", said, case)
    try:
        commands.copy(actor(), case_id, _words(), at=clock.now())
    except Invalid as fault:
        return _page("talk/copy.html", said, case, fault.fields), 422
    flash("已抄送，对方阅后会在这里显示")
    return redirect(_case(case_id), 303)


@bp.route("/cases/<case_id>/ask", methods=("GET", "POST"))
@signed_in
def ask(case_id: str) -> ResponseReturnValue:
    """Choose whom to ask, and what."""
    case = _open(case_id, talking.may_ask)
    said = Verb("征求意见", url_for(".ask", case_id=case_id), _case(case_id), "发出", lines=(
        "所选人员可以查看这个办件，证件号和电话仍然遮盖", _KEPT, "对方回复后通知您",
    ))  # fmt: skip
    if request.method == "GET" or "find" in request.form:
        return _page("talk/ask.html", said, case)
    try:
        commands.ask_opinion(actor(), case_id, _words(), at=clock.now())
    except Invalid as fault:
        return _page("talk/ask.html", said, case, fault.fields), 422
    flash("已发出，对方回复后会通知您")
    return redirect(_case(case_id), 303)


@bp.route("/cases/<case_id>/answer", methods=("GET", "POST"))
@signed_in
def answer(case_id: str) -> ResponseReturnValue:
    """Read what I am asked, and answer."""
    case = _open(case_id, talking.may_answer)
    asked = talking.asked_of(session(), actor().id, case)
    said = Verb("回复意见", url_for(".answer", case_id=case_id), _case(case_id), "回复")
    if request.method == "GET":
        return verbs.page("talk/answer.html", said, case, asked=asked)
    try:
        commands.answer(actor(), case_id, _words(), at=clock.now())
    except Invalid as fault:
        return verbs.page("talk/answer.html", said, case, fault.fields, asked=asked), 422
    flash("已回复")
    return redirect(url_for(".opinions"), 303)


@bp.route("/cases/<case_id>/urge", methods=("GET", "POST"))
@signed_in
def urge(case_id: str) -> ResponseReturnValue:
    """See who is urged, and urge them."""
    me, at = actor(), clock.now()
    case = _open(case_id, talking.may_urge)
    told = talking.urgeable(Ask(session(), me, case, None, at))
    lines = [*(_urged(task.name, len(people)) for task, people in told), "4 小时内不能再次催办"]
    said = Verb("催办", url_for(".urge", case_id=case_id), _case(case_id), "催办", lines=lines)
    side: dict[str, Any] = {
        "side": "staff" if me.staff else "public",
        "here": "cases" if me.staff else "service",
    }
    if request.method == "GET":
        return verbs.page("talk/words.html", said, case, label="附言", **side)
    try:
        commands.urge(me, case_id, _words(), at=at)
    except Invalid as fault:
        return verbs.page("talk/words.html", said, case, fault.fields, label="附言", **side), 422
    flash("已催办")
    return redirect(_case(case_id), 303)


@bp.route("/cases/<case_id>/comment", methods=("GET", "POST"))
@signed_in
def comment(case_id: str) -> ResponseReturnValue:
    """Write a remark into the record."""
    case = _open(case_id, talking.may_comment)
    action = url_for(".comment", case_id=case_id)
    said = Verb("批注", action, _case(case_id), "写入办理记录", lines=(
        "批注只有工作人员能看到，写入后不能修改", "写“@姓名”可以提醒能看这个办件的同事", _KEPT,
    ))  # fmt: skip
    more: dict[str, Any] = {"label": "批注", "must": True}
    if request.method == "GET":
        return verbs.page("talk/words.html", said, case, **more)
    try:
        commands.comment(actor(), case_id, _words(), at=clock.now())
    except Invalid as fault:
        return verbs.page("talk/words.html", said, case, fault.fields, **more), 422
    flash("批注已写入办理记录")
    return redirect(_case(case_id), 303)


@bp.post("/cases/<case_id>/seen")
@signed_in
def see(case_id: str) -> ResponseReturnValue:
    """Mark what I was sent as read."""
    commands.see(actor(), case_id, at=clock.now())
    return redirect(_case(case_id), 303)


def parts(case: Case, me: Actor, at: datetime) -> dict[str, Any]:
    """What the case page shows of it, to officials: who was sent and asked what, and what waits."""
    if not me.staff:
        return {"talk": None}
    said = talk.of_case(session(), case)
    mine = next((one for one in said.copies if one.person_id == me.id), None)
    waits = next((o for o in said.opinions if o.person_id == me.id and not o.answered_at), None)
    return {
        "talk": {
            "copies": [
                (one.person.name, one.by.name, minute(one.at), one.read_at and minute(one.read_at))
                for one in said.copies
            ],
            "opinions": [
                {
                    "by": one.by.name, "person": one.person.name, "when": minute(one.at),
                    "question": remarks.said(one.question), "answer": remarks.said(one.answer),
                    "answered": one.answered_at and minute(one.answered_at),
                    "due": long_day(one.due_at), "late": not one.answered_at and one.due_at < at,
                }
                for one in said.opinions
            ],
            "unread": mine if mine is not None and mine.read_at is None else None,
            "asked": waits if case.ended_at is None else None,
        }
    }  # fmt: skip


def _said(who: str, words: Submission | None) -> str:
    said = remarks.said(words)
    return f"{who}：{said}" if said else who


def _officials() -> None:
    if not actor().staff:
        raise NotFound


def _urged(step: str, people: int) -> str:
    return f"通知“{step}”的办理人" + (f"（{people} 人）" if people > 1 else "")


def _open(case_id: str, rule: Any) -> Case:
    """The case, if this person may do that there now. Raises its refusal."""
    work, me = session(), actor()
    case = readable_case(work, me, case_id)
    rule(Ask(work, me, case, None, clock.now()))
    return case


def _case(case_id: str) -> str:
    return url_for("cases.show", case_id=case_id)


def _words() -> Words:
    sent = request.form
    days = sent.get("days", "3")
    return Words(
        sent.get("text", ""), tuple(sent.getlist("to")),
        int(days) if days.isascii() and days.isdigit() else 0, sent.get("key", ""),
    )  # fmt: skip


def _page(template: str, said: Verb, case: Case, faults: Mapping[str, str] | None = None) -> str:
    """A page on which people are ticked: those ticked already, those found, those near."""
    work, me, sent = session(), actor(), request.form
    ticked, words = sent.getlist("to"), sent.get("who", "").strip()
    some = [talk.chosen(work, me, case, ticked)]
    some.append(talk.found(work, me, case, words) if words else talk.near(work, me, case))
    people = {one.actor.id: one for group in some for one in group}
    return verbs.page(
        template, said, case, faults, who=words, days=DAYS,
        people=[(one.actor.id, one.actor.name, _post(one), one.actor.id in ticked)
                for one in people.values()],
    )  # fmt: skip


def _post(one: Member) -> str:
    hold = one.actor.holds[0]
    return f"{hold.unit_name} {post_name(hold.role, hold.position)}".strip()
