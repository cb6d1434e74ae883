"""更新在办件: what it would come to, doing it in the background, what came of it, and back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import clock
from app.db import session
from app.errors import Conflict, Invalid
from app.web.access import actor, requires
from app.workflow import commands
from app.workflow.commands.moving import Moving
from app.workflow.studio import drafts, moves, moving, outlook, typed
from app.workflow.studio.carrying import version_words

bp = Blueprint("studio_moving", __name__)
PUBLISH = drafts.PUBLISH
PAGE = 50
EVERY = "3"
"""Seconds after which a page that shows how far a move is asks again, by itself."""
_TO = "to:"
"""What the name of a field begins with that says where a step's cases go: to:version:element."""


@bp.get("/flows/versions/<version_id>/move")
@requires(PUBLISH)
def ask(version_id: str) -> ResponseReturnValue:
    """What moving the running cases onto a version would come to."""
    return _asked(version_id, request.args, {})


def _asked(version_id: str, sent: MultiDict[str, str], faults: Mapping[str, str]) -> str:
    work, at = session(), clock.now()
    version = moving.target(work, actor(), version_id, at)
    targets = _targets(sent)
    found = outlook.outlook(work, actor(), version, targets, at)
    teller = outlook.Teller(work, version, at)
    pages = max(1, -(-len(found.lines) // PAGE))
    page = min(max(1, _number(sent.get("page", ""))), pages)
    shown = found.lines[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "studio/move.html", version=version, found=found, faults=faults, targets=targets,
        lines=[(line, teller.told(line), _after(teller, line)) for line in shown],
        choices=outlook.choices(work, version), page=page, pages=pages,
        words=version_words,
        seen=" ".join(f"{line.case.id}:{line.seq}" for line in found.fit),
        which=sent.get("which", ""), ticked=sent.getlist("case"),
        reason=sent.get("reason", ""), key=secrets.token_urlsafe(16),
        moves=moves.of_version(work, actor(), version), asked={f"{_TO}{key}:{element}": to
            for key, one in targets.items() for element, to in one.items()},
    )  # fmt: skip


def _after(teller: outlook.Teller, line: outlook.Line) -> tuple[str, ...]:
    return outlook.after(teller.process, line.plan) if line.plan else ()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def _targets(sent: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, to in sent.items():
        version_id, _, element = name.removeprefix(_TO).partition(":")
        if name.startswith(_TO) and element and to:
            found.setdefault(version_id, {})[element] = to
    return found


@bp.post("/flows/versions/<version_id>/move")
@requires(PUBLISH)
def begin(version_id: str) -> ResponseReturnValue:
    """Have the chosen cases moved, or all that can be."""
    sent = request.form
    seen = _seen(sent.get("seen", ""))
    if unclear := _undecided(sent):
        return _asked(version_id, sent, {"cases": unclear}), 422
    if sent["which"] != "all":
        seen = {one: seen[one] for one in sent.getlist("case") if one in seen}
    wanted = Moving(version_id, seen, sent.get("reason", ""), _targets(sent), sent.get("key", ""))
    try:
        move = commands.begin_move(actor(), wanted, at=clock.now())
    except Invalid as fault:
        return _asked(version_id, sent, fault.fields), 422
    except Conflict as refused:
        return _asked(version_id, sent, {"cases": refused.message}), 409
    return redirect(url_for(".show", move_id=move.id), 303)


def _undecided(sent: MultiDict[str, str]) -> str:
    """What is wrong with saying which cases; nothing where that is clear."""
    which, ticked = sent.get("which"), sent.getlist("case")
    if which not in ("all", "chosen"):
        return "请选择更新全部，还是只更新勾选的"
    if which == "all" and ticked:
        return "勾选了办件，又选了全部，请改选“只更新本页勾选的”，或去掉勾选"
    return ""


def _seen(text: str) -> dict[str, int]:
    """Each case with the last event that the page had of it."""
    pairs = (one.partition(":") for one in text.split()[: moving.MOST])
    return {case_id: int(seq) for case_id, _, seq in pairs if seq.isdecimal() and len(seq) < 9}


@bp.get("/flows/moves/<move_id>")
@requires(PUBLISH)
def show(move_id: str) -> ResponseReturnValue:
    """How far it has come, and what became of each case."""
    move = moves.kept(session(), actor(), move_id)
    state = moves.state(session(), move)
    page = _number(request.args.get("page", ""))
    again = len(moves.free_again(session(), move)) if move.undone_at and state.of("kept") else 0
    told = render_template(
        "studio/moved.html", move=move, state=state, words=version_words, page=page, again=again,
        theirs=moves.theirs(session(), actor(), move),
        lost=typed.lost_by_undoing(session(), move, clock.now()) if not state.running else 0,
        items=moves.items(session(), move, page, PAGE), pages=max(1, -(-state.all // PAGE)),
    )  # fmt: skip
    return Response(told, headers={"Refresh": EVERY} if state.running else None)


@bp.post("/flows/moves/<move_id>/undo")
@requires(PUBLISH)
def undo(move_id: str) -> ResponseReturnValue:
    """Have put back what nobody has touched since."""
    commands.undo_move(actor(), move_id, at=clock.now())
    return redirect(url_for(".show", move_id=move_id), 303)
