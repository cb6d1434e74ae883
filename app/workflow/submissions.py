"""Submissions (填报): a form cleaned by its own version, kept as it was sent, secrets sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.crashing import point
from app.db import new_id
from app.workflow import kinds, places, search, separation
from app.workflow.definitions import Definition
from app.workflow.forms import Cleaned, Form
from app.workflow.forms.form import single
from app.workflow.kinds import Moment
from app.workflow.models import Attachment, Case, ProcessVersion, Submission, Task

__all__ = [
    "Answers",
    "Cleaned",
    "StartValues",
    "clean",
    "describe",
    "keep",
    "start_values",
]

START = "start"


@dataclass(frozen=True, slots=True)
class Answers:
    """A form as it was sent with a task, and the circumstances that the server stamps on it."""

    outcome: str
    typed: Mapping[str, Any]
    at: datetime
    address: str


def clean(work: Session, task: Task, definition: Definition, sent: Answers) -> Cleaned:
    """What was sent with a task, cleaned by its form. Raises Invalid, with a message per field."""
    form = definition.form(definition.process.tasks[task.element].form)
    asks = any(field.kind == "files" for field in form.fields)
    have = attachments_of(work, Attachment.case_id == task.case_id) if asks else {}
    typed: Mapping[str, Any] = single(sent.typed)
    base: Mapping[str, Any] | None = None
    if _again(form, definition):
        behalf = task.case.applicant_id != task.case.filed_by_id
        stamps = form.stamps(at=sent.at, address=sent.address, behalf=behalf)
        base = {**start_values(work, task.case, definition), **stamps}
    return form.clean(
        typed, step=task.element, outcome=sent.outcome, attachments=have, base=base, at=sent.at
    )


def _again(form: Form, definition: Definition) -> bool:
    """Whether this task's form is the start form once more: a correction."""
    return form.key == definition.process.start_form


def attachments_of(work: Session, owner: Any) -> dict[str, int]:
    """How many files answer each field of one case or draft."""
    rows = work.execute(
        select(Attachment.field, func.count()).where(owner).group_by(Attachment.field)
    ).all()
    return dict(rows)


def keep(moment: Moment, form: Form, cleaned: Cleaned, by_id: str) -> Submission:
    """Store a cleaned form with its case, and its task if it answered one; secrets sealed."""
    submission = Submission(
        id=new_id(),
        case_id=moment.case.id,
        task_id=moment.task.id if moment.task else None,
        form=form.key,
        values=form.seal(cleaned.values),
        by_id=by_id,
        at=moment.at,
    )
    moment.work.add(submission)
    point("submission")
    return submission


class StartValues(Mapping[str, Any]):
    """The start form as last submitted, secrets readable; read only if a hook asks."""

    def __init__(self, work: Session, case: Case, definition: Definition) -> None:
        self._of = (work, case, definition)

    @cached_property
    def _read(self) -> Mapping[str, Any]:
        return start_values(*self._of)

    def __getitem__(self, name: str) -> Any:
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def start_values(work: Session, case: Case, definition: Definition) -> Mapping[str, Any]:
    """The start form as last submitted, secrets readable: for hooks, never for pages."""
    form = definition.form(definition.process.start_form)
    latest = (
        select(Submission.values)
        .where(Submission.case_id == case.id, Submission.form == form.key)
        .order_by(Submission.at.desc(), Submission.id.desc())
        .limit(1)
    )
    return form.unseal(work.scalar(latest) or {}, show_secrets=True)


def describe(work: Session, case: Case, values: Mapping[str, Any]) -> None:
    """Let lists and searches say of a case what its start form says now.

    One about a work is called after it, and lies where it lies, unless its kind says more.
    """
    described, first = kinds.of(case.process_key).describe(values), _first_of(work, case)
    title, case.category = described.title, described.category
    case.place = " ".join((*places.unit_names(work, case.division_code), described.address))[:200]
    if first is not None:
        title = title or f"{first.title} {work.get_one(ProcessVersion, case.version_id).title}"
        case.category = described.category or first.category
        case.place = case.place if described.address else first.place
    case.title = (title or "未命名事项")[:200]
    case.parties = separation.parties(work, case, kinds.of(case.process_key).phones(values), first)
    search.index(work, case.id, (case.number, case.title, case.place, *described.words))


def _first_of(work: Session, case: Case) -> Case | None:
    """The first case of its work, if it is about one that began earlier."""
    return work.get(Case, case.subject_id) if case.subject_id != case.id else None


def last_given(work: Session, task_id: str, form: str) -> Mapping[str, Any]:
    """What a task's form said last; empty where it was not sent. Secrets are sealed."""
    sent = select(Submission.values).where(Submission.task_id == task_id, Submission.form == form)
    return work.scalars(sent.order_by(Submission.at.desc(), Submission.id.desc())).first() or {}
