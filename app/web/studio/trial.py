"""试运行: a draft walked through without keeping anything; all that was done is in the address.

Each button asks by GET, and is led on to the address that says the whole trial: reload, the way
back of the browser and a bookmark all work, with or without script.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import clock
from app.db import session
from app.engine.rehearsing import DECIDE, DUE, HEAR
from app.errors import BrokenProcess, Invalid, NotFound
from app.web.access import actor, requires
from app.web.studio.pages import PUBLISH
from app.workflow.studio import drafts, trial
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.trial import Question, Said

bp = Blueprint("studio_trial", __name__)
LONGEST = 6000
"""Of an address: servers and browsers take so much, and a trial that says more has lost its way."""
GIVEN = "f."


def _draft(key: str, unit_id: str) -> FlowDraft:
    return drafts.of_unit(session(), actor(), key, unit_id)


@bp.get("/flows/<key>/draft/<unit_id>/trial")
@requires(PUBLISH)
def ask(key: str, unit_id: str) -> ResponseReturnValue:
    """Where it is tried out, and with which values."""
    return _asked(_draft(key, unit_id), {})


def _asked(draft: FlowDraft, faults: Mapping[str, str]) -> str:
    key, at = draft.key, clock.now()
    try:
        given = trial.beginning(session(), actor(), draft, at)
    except BrokenProcess as broken:
        return render_template("studio/trial_broken.html", draft=draft, fault=broken.message)
    sites = trial.sites_of(session(), draft, clock.local(at).date())
    return render_template(
        "studio/trial_begin.html",
        draft=_draft(key, draft.unit_id), facts=given, sites=sites, faults=faults,
        sent=request.args, given=GIVEN,
    )  # fmt: skip


@bp.get("/flows/<key>/draft/<unit_id>/trial/run")
@requires(PUBLISH)
def run(key: str, unit_id: str) -> ResponseReturnValue:
    """The trial as far as the address says, or one move on, at the address of that."""
    draft = _draft(key, unit_id)
    if "go" in request.args:
        return redirect(_address(draft, _with_move(request.args)), 303)
    if any(name.startswith(GIVEN) for name in request.args):
        return redirect(_address(draft, _begun(request.args)), 303)
    try:
        asked = question(request.args)
        found = trial.run(session(), actor(), draft, asked, clock.now())
    except (Invalid, NotFound) as refused:
        fields = refused.fields if isinstance(refused, Invalid) else {}
        return _asked(_draft(key, unit_id), fields or {"number": refused.message}), 422
    except BrokenProcess as broken:
        draft = _draft(key, unit_id)
        page = render_template("studio/trial_broken.html", draft=draft, fault=broken.message)
        return page, 422
    return _shown(_draft(key, unit_id), asked, found)


def _shown(draft: FlowDraft, asked: Question, found: trial.Trial) -> str:
    args = kept_of(request.args)
    back = MultiDict(args)
    back.setlist("m", args.getlist("m")[:-1])
    return render_template(
        "studio/trial.html",
        draft=draft, trial=found, asked=asked, kept=list(args.items(multi=True)), given=GIVEN,
        back=_address(draft, back) if asked.moves else "",
        pin=url_for("studio_examples.show", key=draft.key, unit_id=draft.unit_id)
        + f"?{urlencode(list(args.items(multi=True)))}",
        marks={
            "passed": [one for stage in found.found.stages for one in stage.passed],
            "current": list(found.found.open), "counts": {},
        },
    )  # fmt: skip


Sent = MultiDict[str, str]


def question(args: Sent) -> Question:
    """The trial that an address says. Raises Invalid."""
    if sum(len(text) for text in args.values()) > LONGEST or len(request.query_string) > LONGEST:
        raise Invalid("试运行走得太长，地址放不下了，请重新开始")
    values = dict(_named(args.getlist("v")))
    moves = [_move(text) for text in args.getlist("m")]
    return Question(args.get("place", ""), args.get("number", "").strip(), values, moves)


def _move(text: str) -> Said:
    """`decide~township_review~0~approve~area_sqm:30`."""
    kind, *rest = text.split("~")
    if kind == DUE and not rest:
        return Said(DUE)
    if kind == HEAR and len(rest) == 1:
        return Said(HEAR, rest[0])
    if kind != DECIDE or len(rest) < 3 or not rest[1].isdecimal() or len(rest[1]) > 4:
        raise Invalid("试运行的地址不完整，请重新开始")
    return Said(DECIDE, rest[0], int(rest[1]), rest[2], dict(_named(rest[3:])))


def _named(pairs: list[str]) -> Iterator[tuple[str, str]]:
    for pair in pairs:
        name, _colon, value = pair.partition(":")
        yield name, value


def _begun(args: Sent) -> Sent:
    """What the first form sends, as an address says it; of a copied case only what it is."""
    said: Sent = MultiDict({"place": args.get("place", ""), "number": args.get("number", "")})
    if not said["number"].strip():
        said.setlist("v", _given(args))
    return said


def _given(args: Sent) -> list[str]:
    named = ((name.removeprefix(GIVEN), text) for name, text in args.items() if _is_given(name))
    return [f"{name}:{text.strip().replace('~', '')}" for name, text in named]


def _is_given(name: str) -> bool:
    return name.startswith(GIVEN)


def _with_move(args: Sent) -> Sent:
    """The address so far, and the move that a button asks for with what was typed beside it."""
    said = kept_of(args)
    go = args.get("go", "")
    given = _given(args) if go.startswith(DECIDE) else []
    said.add("m", "~".join([go, *given]))
    return said


def kept_of(args: Sent) -> Sent:
    """What of an address says the trial."""
    names = {"place", "number", "v", "m"}
    return MultiDict((name, text) for name, text in args.items(multi=True) if name in names)


def _address(draft: FlowDraft, said: Sent) -> str:
    page = url_for(".run", key=draft.key, unit_id=draft.unit_id)
    return f"{page}?{urlencode(list(said.items(multi=True)))}"
