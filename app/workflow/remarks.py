"""Remarks: the words that a person gives with a verb: a reason, a question, an answer, a comment.

They are personal text. An event never holds them; it vouches for them as for any submission, and
erasing whose case it is takes them away.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.db import new_id
from app.errors import Invalid
from app.workflow.models import Case, Submission, Task

FORM = "remark"
LONGEST = 500


def required(text: str, field: str = "reason", ask: str = "请写明理由") -> str:
    """The words, trimmed. Raises Invalid for none, or for too many."""
    said = optional(text, field)
    if not said:
        raise Invalid(ask, {field: ask})
    return said


def optional(text: str, field: str = "reason") -> str:
    """The same where nothing need be said."""
    said = text.strip()
    if len(said) > LONGEST:
        fault = f"最多 {LONGEST} 字，请写得短一些"
        raise Invalid(fault, {field: fault})
    return said


def keep(
    work: Session, case: Case, text: str, by_id: str, *, at: datetime, task: Task | None = None
) -> Submission | None:
    """Store the words beside their case, for the event that is told with them; none for none."""
    if not text:
        return None
    remark = Submission(
        id=new_id(), case_id=case.id, task_id=task.id if task else None, form=FORM,
        values={"text": text}, by_id=by_id, at=at,
    )  # fmt: skip
    work.add(remark)
    return remark


def said(remark: Submission | None) -> str:
    """The words; none of a form, and none once they are erased."""
    if remark is None or remark.form != FORM:
        return ""
    return str(remark.values.get("text", ""))
