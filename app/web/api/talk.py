"""Talking beside the flow: copies, opinions, urging and remarks."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app import clock
from app.web.access import actor, signed_in
from app.web.api.operation import key, operation, sent
from app.web.api.parts import ref
from app.workflow.commands import talk
from app.workflow.commands.talk import Words

bp = Blueprint("talk", __name__)


@bp.post("/cases/<case_id>/copy")
@signed_in
@operation("抄送", {200: ref("Said")}, body="Sharing", keyed=True)
def copy(case_id: str) -> ResponseReturnValue:
    """Let colleagues know of a case."""
    body = sent("Sharing")
    words = Words(body.get("text", ""), tuple(body["to"]), key=key())
    talk.copy(actor(), case_id, words, at=clock.now())
    return _said(case_id, len(words.to))


@bp.post("/cases/<case_id>/seen")
@signed_in
@operation("已阅抄送给自己的办件", {200: ref("Said")})
def see(case_id: str) -> ResponseReturnValue:
    """Mark a copy as read."""
    talk.see(actor(), case_id, at=clock.now())
    return _said(case_id, 0)


@bp.post("/cases/<case_id>/ask")
@signed_in
@operation("征求意见，办件不流转", {200: ref("Said")}, body="Question", keyed=True)
def ask(case_id: str) -> ResponseReturnValue:
    """Ask colleagues what they think."""
    body = sent("Question")
    words = Words(body["text"], tuple(body["to"]), body.get("days", 3), key())
    talk.ask_opinion(actor(), case_id, words, at=clock.now())
    return _said(case_id, len(words.to))


@bp.post("/cases/<case_id>/answer")
@signed_in
@operation("回复向自己征求的意见", {200: ref("Said")}, body="Remark", keyed=True)
def answer(case_id: str) -> ResponseReturnValue:
    """Say what one was asked."""
    talk.answer(actor(), case_id, Words(sent("Remark").get("text", ""), key=key()), at=clock.now())
    return _said(case_id, 1)


@bp.post("/cases/<case_id>/urge")
@signed_in
@operation("催办；4 小时内不能再次催办", {200: ref("Said")}, body="Remark", keyed=True)
def urge(case_id: str) -> ResponseReturnValue:
    """Ask the handlers to hurry; 409 says when the next time is."""
    words = Words(sent("Remark").get("text", ""), key=key())
    return _said(case_id, len(talk.urge(actor(), case_id, words, at=clock.now())))


@bp.post("/cases/<case_id>/comment")
@signed_in
@operation("批注", {200: ref("Said")}, body="Remark", keyed=True)
def comment(case_id: str) -> ResponseReturnValue:
    """Put a remark into the record."""
    words = Words(sent("Remark").get("text", ""), key=key())
    talk.comment(actor(), case_id, words, at=clock.now())
    return _said(case_id, 0)


def _said(case_id: str, told: int) -> ResponseReturnValue:
    return jsonify(case_id=case_id, told=told)
