"""The page of one task: the case on the left, the decision on the right."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import render_template, url_for

from app import clock
from app.clock import long_day
from app.db import session
from app.identity.actor import Actor
from app.identity.trades import CATEGORIES
from app.web import dossier, verbs
from app.web.acting import posts_at
from app.web.display import due_text, holder
from app.workflow import calendar, lights, offers, phrases, steering, task_drafts
from app.workflow.handling import is_free
from app.workflow.models import Task
from app.workflow.queries import inbox
from app.workflow.queries.casefile import Handling
from app.workflow.reach import typed_it

TONES = {
    "return": "danger",
    "reject": "danger",
    "refer": "plain",
    "escalate": "plain",
    "inspect": "plain",
}
KEYS = {
    "approve": "A",
    "submit": "A",
    "return": "R",
    "reject": "N",
    "escalate": "U",
    "refer": "F",
    "inspect": "I",
}


def page(handling: Handling, me: Actor, sent: Mapping[str, Any], faults: Mapping[str, str]) -> str:
    """The page as it stands, or once more with what was typed and what is wrong with it."""
    at, file = clock.now(), handling.file
    before, after = inbox.neighbours(session(), me, handling.task) if me.staff else (None, None)
    form = file.definition.form(handling.policy.form)
    secrets_too = typed_it(me, file.case)  # whoever else gets the start form types them anew
    own = form.unseal(file.submission.values, show_secrets=secrets_too) if _again(handling) else {}
    draft = task_drafts.typed(session(), me.id, handling.task.id, form)
    kept = draft.values if draft else {}
    return render_template(
        "tasks/decide.html" if me.staff else "tasks/correct.html",
        **dossier.parts(file, me, at),
        task=_task(handling, me, at),
        posts=posts_at(handling.task),
        acting=sent.get("acting", draft.acting if draft else ""),
        form=form.view(
            sent or kept or own, faults, handling.task.element, files=dossier.files_by_field(file)
        ),
        draft_at=draft.at if draft and not sent else None,
        straight=me.staff and steering.straight_offered(session(), handling.task, at),
        straight_chosen=sent.get("straight"),
        more=verbs.menu(
            offers.of_task(session(), me, handling.task, at=at), file.case, handling.task
        ) + verbs.menu(offers.of_case(session(), me, file.case, at=at), file.case),
        faults=faults, key=secrets.token_urlsafe(16), outcomes=_outcomes(handling),
        says=any(field.key == "opinion" for field in form.fields),
        sayings=[one.text for one in phrases.of(session(), me)] or phrases.SHIPPED,
        held=dossier.held(file.case), returned=dossier.returned(handling),
        next_task=_neighbour(after, at), next_url=_address(after), prev_url=_address(before),
    )  # fmt: skip


def _task(handling: Handling, me: Actor, at: datetime) -> dict[str, Any]:
    free = is_free(session(), me, handling.task)
    task, due = handling.task, lights.due(handling.task, at, handling.file.is_workday)
    return {
        "id": task.id, "name": task.name, "open": task.status == "open",
        "due_text": due_text(due, at), "light": due.light,
        "due_day": long_day(due.at) if due.at else "", "help": handling.policy.documentation,
        "claimed_by_me": handling.mine, "holder": holder(task, me),
        "claim_url": url_for("tasks.claim", task_id=task.id) if free else "",
        "release_url": url_for("tasks.release", task_id=task.id),
        "url": url_for("tasks.decide", task_id=task.id),
        "keep_url": url_for("task_drafts.save", task_id=task.id),
    }  # fmt: skip


def _again(handling: Handling) -> bool:
    return handling.policy.form == handling.file.definition.process.start_form


def _outcomes(handling: Handling) -> list[tuple[str, str, str, str]]:
    """(key, label, tone, shortcut); the first outcome agrees, and is the one solid button."""
    made = []
    for place, outcome in enumerate(handling.policy.outcomes):
        tone = "primary" if place == 0 else TONES.get(outcome.key, "plain")
        made.append((outcome.key, outcome.label, tone, KEYS.get(outcome.key, "")))
    return made


def _neighbour(task: Task | None, at: datetime) -> dict[str, str] | None:
    if task is None:
        return None
    is_workday = calendar.workday_test(session(), task.case.l2, task.case.l1)
    due = lights.due(task, at, is_workday)
    words = due_text(due, at)
    return {"id": task.id, "title": task.case.title, "light": due.light, "due_text": words}


def _address(task: Task | None) -> str:
    return url_for("tasks.show", task_id=task.id) if task else ""


def category_filter(value: str, keys: Sequence[str]) -> dict[str, Any]:
    """A filter by project type."""
    options = [(key, CATEGORIES.get(key, key)) for key in keys]
    return {"name": "category", "label": "项目类型", "value": value, "options": options}
