"""表单设计: the fields of a form of a draft beside the form as it will look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import clock
from app.db import session
from app.errors import BrokenProcess, Conflict, Invalid
from app.web.access import actor, requires
from app.web.studio import form_sent
from app.web.studio.form_sent import Sent
from app.web.studio.pages import PUBLISH, draft_of, revision_of
from app.workflow import commands, publishing
from app.workflow.studio import contents, steps
from app.workflow.studio.designing import KINDS, Sketch
from app.workflow.studio.designing.askable import Askable, askable
from app.workflow.studio.designing.kinds import IN_A_ROW
from app.workflow.studio.designing.settings import ACCEPTS, NEEDS, WIDGETS, bounds, halves
from app.workflow.studio.designing.tests import COMPARISONS
from app.workflow.studio.designing.users import Usage, refuse_used
from app.workflow.studio.models import FlowDraft

bp = Blueprint("studio_forms", __name__)
Faults = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    """A form of a draft on the desk: the draft, all files as they would be published, the form."""

    draft: FlowDraft
    files: Mapping[str, str]
    sketch: Sketch
    usage: Usage

    def step(self) -> str:
        """The first step that asks for the form; the filling of a case where none does."""
        return next(iter(self.users()), "start")

    def users(self) -> dict[str, dict[str, str]]:
        """The steps that ask for the form, with the outcomes of each."""
        return steps.asking(self.files, self.draft.key, self.sketch.form.key)

    def outcomes(self) -> dict[str, str]:
        """Every outcome that may have been pressed beneath this form."""
        return {key: label for each in self.users().values() for key, label in each.items()}


def _desk(key: str, unit_id: str, form: str) -> Desk:
    """Raises NotFound, and Invalid where the file is no form."""
    draft = draft_of(key, unit_id)
    name = f"forms/{form}.json"
    at = clock.now()
    text = contents.text_of(session(), draft, name, at=at)
    try:
        sketch = Sketch(text, name)
    except BrokenProcess as broken:
        words = "；".join(one.message for one in broken.findings[:3])
        raise Invalid(
            f"这个文件不是能用的表单（{words}），请在文件页去掉它，或者改好后上传"
        ) from broken
    files = publishing.completed(session(), draft.unit, key, draft.files, at=at)
    needed = publishing.needed(files, key).get(form, ())
    return Desk(draft, files, sketch, Usage(files, sketch.form, frozenset(draft.files), needed))


@bp.get("/flows/<key>/draft/<unit_id>/form/<path:form>")
@requires(PUBLISH)
def show(key: str, unit_id: str, form: str) -> ResponseReturnValue:
    """All fields of a form by group, and beside them the form as it will look."""
    return _page(_desk(key, unit_id, form), MultiDict(), {})


def _page(desk: Desk, sent: Sent, faults: Faults) -> str:
    form = desk.sketch.form
    return render_template(
        "studio/form.html",
        draft=desk.draft, form=form, sent=sent, faults=faults, kinds=KINDS, needs=NEEDS,
        groups=form.groups, grouped=bool(desk.sketch.groups),
        settings={one.key: desk.sketch.settings(one.key) for one in form.fields},
        preview=form.view({}, step=desk.step()),
    )  # fmt: skip


@bp.get("/flows/<key>/draft/<unit_id>/form/<path:form>/field/<field>")
@requires(PUBLISH)
def ask(key: str, unit_id: str, form: str, field: str) -> ResponseReturnValue:
    """One field: everything that can be set of it."""
    desk = _desk(key, unit_id, form)
    return _field(desk, field, form_sent.typed(desk.sketch.settings(field)), {})


def _field(
    desk: Desk, field: str, sent: Sent, faults: Faults, preview: Sketch | None = None
) -> str:
    now, form = desk.sketch.settings(field), desk.sketch.form
    one = form.by_key[field.partition(".")[0]]
    if "." in field:
        one = next(each for each in one.columns if each.key == now.key)
    schema, _, _ = halves(desk.sketch.said, field)
    show, need = _askable(desk, field)
    looks = (preview or desk.sketch).form
    return render_template(
        "studio/form_field.html",
        draft=desk.draft, form=form, field=field, one=one, now=now, sent=sent, faults=faults,
        bounds=bounds(schema), widgets=WIDGETS.get(one.kind, {}), accepts=ACCEPTS, needs=NEEDS,
        comparisons=COMPARISONS, asked={"show": show, "need": need}, groups=desk.sketch.groups,
        columns=[(each, desk.sketch.settings(f"{field}.{each.key}")) for each in one.columns],
        kinds={name: KINDS[name] for name in IN_A_ROW},
        preview=looks.view({}, step=desk.step()),
    )  # fmt: skip


def _askable(desk: Desk, field: str) -> tuple[list[Askable], list[Askable]]:
    if "." in field:
        return [], []
    form, outcomes = desk.sketch.form, desk.outcomes()
    return (
        askable(form, field, outcomes, earlier=True),
        askable(form, field, outcomes, earlier=False),
    )


@bp.post("/flows/<key>/draft/<unit_id>/form/<path:form>")
@requires(PUBLISH)
def arrange(key: str, unit_id: str, form: str) -> ResponseReturnValue:
    """Put, move, group or drop fields, or copy the form: each press is one save of the draft."""
    desk, sent = _desk(key, unit_id, form), form_sent.plain(request.form)
    try:
        if form_sent.deed(sent)[0] == "copy":
            return redirect(_copied(desk, sent), 303)
        field = form_sent.arrange(desk.sketch, desk.usage, sent)
        _save(desk, sent)
    except (Invalid, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        return _page(_desk(key, unit_id, form), sent, _faults(refused)), status
    if field:
        on = url_for(".ask", key=key, unit_id=unit_id, form=form, field=field)
        return redirect(on, 303)
    return redirect(url_for(".show", key=key, unit_id=unit_id, form=form), 303)


def _copied(desk: Desk, sent: Sent) -> str:
    """Put the same form into the draft under another name; returns the page of that one."""
    name, text = desk.sketch.copied(sent.get("copy", ""), desk.files)
    _keep(desk, sent, {name: text.encode()})
    flash("已另存为新表单，可以在步骤表或画布里选用")
    made = name.removeprefix("forms/").removesuffix(".json")
    return url_for(".show", key=desk.draft.key, unit_id=desk.draft.unit_id, form=made)


@bp.post("/flows/<key>/draft/<unit_id>/form/<path:form>/field/<field>")
@requires(PUBLISH)
def change(key: str, unit_id: str, form: str, field: str) -> ResponseReturnValue:
    """Keep what was set of a field, or show it without keeping it."""
    desk, sent = _desk(key, unit_id, form), form_sent.plain(request.form)
    word, about = form_sent.deed(sent)
    if word == "higher" and about.isdecimal():
        sent = form_sent.moved(sent, int(about[:3]))
    try:
        made = _changed(desk, field, sent)
        if word != "save":
            looks = Sketch(desk.sketch.text(), desk.sketch.name)
            return _field(_desk(key, unit_id, form), field, sent, {}, looks)
        _save(desk, sent)
    except (Invalid, Conflict) as refused:
        fresh = _desk(key, unit_id, form)
        if word != "save":
            return _field(fresh, field, sent, _faults(refused))
        if isinstance(refused, Conflict):
            sent["revision"] = str(fresh.draft.revision)
        status = 409 if isinstance(refused, Conflict) else 422
        return _field(fresh, field, sent, _faults(refused)), status
    flash(f"“{desk.sketch.settings(made).title}”已存入草稿")
    return redirect(url_for(".show", key=key, unit_id=unit_id, form=form), 303)


def _changed(desk: Desk, field: str, sent: Sent) -> str:
    before = desk.sketch.settings(field)
    wanted = form_sent.settings(sent, before, *_askable(desk, field))
    refuse_used(desk.usage, field, before, wanted)
    made = desk.sketch.change(field, wanted)
    desk.usage.refuse_lost(Sketch(desk.sketch.text(), desk.sketch.name).form)
    return made


def _save(desk: Desk, sent: Sent) -> None:
    _keep(desk, sent, {desk.sketch.name: desk.sketch.text().encode()})


def _keep(desk: Desk, sent: Sent, files: Mapping[str, bytes]) -> None:
    commands.save_flow_draft(actor(), desk.draft.id, revision_of(sent), files, at=clock.now())


def _faults(refused: Invalid | Conflict) -> dict[str, str]:
    fields = refused.fields if isinstance(refused, Invalid) else {}
    return {**fields, "all": refused.message}
