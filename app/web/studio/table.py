"""用表格修改: the steps of a draft as sentences and a table; each form is one save of the draft."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import clock
from app.db import session
from app.engine.policy import APPLICANT
from app.engine.policy_words import LABELS
from app.engine.types import Limit, Party
from app.errors import BrokenProcess, Conflict, Invalid, NotFound
from app.web.access import actor, requires
from app.web.studio.pages import PUBLISH, revision_of
from app.web.studio.sent import MOST_PARTIES, NEW, Sent, edits_of
from app.workflow import commands, publishing, versions
from app.workflow.studio import choices, drafts, steps, wording
from app.workflow.studio.models import FlowDraft
from app.workflow.studio.steps import StepTable

bp = Blueprint("studio_table", __name__)
FORMS: Mapping[str, str] = {
    "change": "修改", "before": "前面加一级", "after": "后面加一级", "remove": "删除",
}  # fmt: skip
"""What a step can be asked for, and how the page is called."""


def _draft(key: str, unit_id: str) -> FlowDraft:
    return drafts.of_unit(session(), actor(), key, unit_id)


def _table(draft: FlowDraft) -> StepTable:
    """Raises Invalid where the drawing cannot be read as steps."""
    try:
        return StepTable(
            publishing.completed(session(), draft.unit, draft.key, draft.files, at=clock.now()),
            draft.key,
        )
    except BrokenProcess as broken:
        raise Invalid(broken.message) from broken


@bp.get("/flows/<key>/draft/<unit_id>/table")
@requires(PUBLISH)
def show(key: str, unit_id: str) -> ResponseReturnValue:
    """Every step of the draft, with what can be done to it, and the whole flow as sentences."""
    draft = _draft(key, unit_id)
    table = _table(draft)
    return render_template("studio/table.html", draft=draft, rows=table.rows(), told=table.told)


@bp.get("/flows/<key>/draft/<unit_id>/table/<step>/<do>")
@requires(PUBLISH)
def ask(key: str, unit_id: str, step: str, do: str) -> ResponseReturnValue:
    """The form of one edit of one step."""
    draft = _draft(key, unit_id)
    return _form(draft, step, do)


@bp.post("/flows/<key>/draft/<unit_id>/table/<step>/<do>")
@requires(PUBLISH)
def change(key: str, unit_id: str, step: str, do: str) -> ResponseReturnValue:
    """Make the edit and keep the draft, or show on its page what was typed and what is wrong."""
    draft, sent = _draft(key, unit_id), request.form
    table = _table(draft)
    try:
        files = steps.edited(draft, *edits_of(sent, table, step))
        kept = commands.save_flow_draft(actor(), draft.id, revision_of(sent), files, at=clock.now())
    except (Invalid, Conflict, BrokenProcess) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        return _refused(_draft(key, unit_id), step, do, refused), status
    flash(f"已改好，草稿存为第 {kept.revision} 次修改")
    return redirect(url_for(".show", key=key, unit_id=unit_id), 303)


def _refused(
    draft: FlowDraft, step: str, do: str, refused: Invalid | Conflict | BrokenProcess
) -> str:
    """The form again, with what was typed; whoever has heard who saved may press once more."""
    fields = refused.fields if isinstance(refused, Invalid) else {}
    faults = fields or {"step": refused.message}
    asked = request.form.get("do", "")
    sent: Sent | None = MultiDict(request.form) if asked == do else None
    if sent is not None and isinstance(refused, Conflict):
        sent["revision"] = str(draft.revision)
    return _form(draft, step, do, sent, {**faults, "all": refused.message})


def _form(
    draft: FlowDraft,
    step: str,
    do: str,
    sent: Sent | None = None,
    faults: Mapping[str, str] | None = None,
) -> str:
    if do not in FORMS:
        raise NotFound
    table = _table(draft)
    row = table.row(step)
    ways = [] if row.locked else table.ways(step)
    like = (
        () if row.locked or do not in {"before", "after"} else table.like(step, after=do == "after")
    )
    offered = choices.offered(session(), draft, at=clock.now())
    typed = sent if sent is not None else _typed(row, do, like)
    return render_template(
        "studio/step.html",
        draft=draft, step=row, do=do, title=FORMS[do], sent=typed, faults=faults or {},
        ways=ways, like=like, name=table.name, targets=table.targets(),
        offered=offered, forms=table.forms(offered.forms),
        outcomes=[*LABELS.items(), (NEW, "其他")], parties=_shown_parties(typed, do),
    )  # fmt: skip


def _shown_parties(typed: Sent, do: str) -> list[int]:
    """As many as are filled in; for a change one more, so that another can sign beside them."""
    filled = [at for at in range(MOST_PARTIES) if typed.getlist(f"role_{at}")]
    most = max(filled, default=-1) + (2 if do == "change" else 1)
    return list(range(min(max(most, 1), MOST_PARTIES)))


def _typed(row: steps.StepRow, do: str, like: tuple[object, ...]) -> Sent:
    """What a form shows at first: the step as it is, or a level like it."""
    policy = row.policy
    typed: MultiDict[str, str] = MultiDict(
        {"form": policy.form, "sign": policy.sign.mode, "share": str(policy.sign.share or 60)}
    )
    typed["name"] = policy.name if do == "change" else ""
    if policy.each:
        typed["each"] = "1"
    _type_limit(typed, policy.limit)
    if do != "change" and any(APPLICANT in party.roles for party in policy.parties):
        typed["form"] = ""  # the first that fits a review is shown instead
    official = [party for party in policy.parties if APPLICANT not in party.roles]
    for at, party in enumerate(policy.parties if do == "change" else official[:1]):
        _type_party(typed, at, party)
    for outcome in policy.outcomes if do == "change" else ():
        typed[f"label_{outcome.key}"] = outcome.label
    for way in like:
        typed.add("way", getattr(way, "key", ""))
        typed[f"label_{getattr(way, 'key', '')}"] = getattr(way, "label", "")
    return typed


def _type_limit(typed: Sent, limit: Limit | None) -> None:
    if limit is not None:
        typed["amount"], typed["unit"] = str(limit.amount), limit.unit


def _type_party(typed: Sent, at: int, party: Party) -> None:
    level, _, industry = party.scope.partition(":")
    typed.setlist(f"role_{at}", list(party.roles))
    typed[f"level_{at}"], typed[f"industry_{at}"] = level, industry


@bp.get("/flows/<key>/draft/<unit_id>/differences")
@requires(PUBLISH)
def differences(key: str, unit_id: str) -> ResponseReturnValue:
    """What the draft changes against the version that is in force, as sentences."""
    draft = _draft(key, unit_id)
    at = clock.now()
    force = versions.in_force(session(), draft.unit, key, at=at) or draft.begun_from
    now = publishing.completed(session(), draft.unit, key, draft.files, at=at)
    kept = {name: text for name, text in now.items() if name in {**force.files, **draft.files}}
    try:
        said = wording.differing(force.files, kept, key)
    except BrokenProcess as broken:
        raise Invalid(broken.message) from broken
    return render_template("studio/differences.html", draft=draft, force=force, differences=said)
