"""A case put into the words of its page: head, chain, facts, files, diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import request, url_for

from app.clock import local, minute
from app.db import session
from app.errors import NotFound
from app.identity.actor import Actor
from app.identity.trades import CATEGORIES
from app.web import history, uploads
from app.web.display import due_text, holder, of_public
from app.workflow import calendar, kinds, lights, remarks
from app.workflow.attachments import REPLACED
from app.workflow.forms import File
from app.workflow.models import Case, Event
from app.workflow.queries import looks
from app.workflow.queries.casefile import CURRENT, CaseFile, Handling, Stage

FIRST = frozenset({"filed", "opened"})


def parts(file: CaseFile, me: Actor, at: datetime) -> dict[str, Any]:
    """What the case page and the decision page share."""
    work, case = session(), file.case
    extras = kinds.of(case.process_key).extras(work, case, me.staff)
    return {
        "side": "staff" if me.staff else "public",
        "case": _head(file, me),
        "limit": _limit(file, at),
        "chain": [_step(stage, at, me, file) for stage in file.stages],
        "facts": facts(file),
        "attachments": attachments(file),
        **_news(file, me),
        "warnings": [
            *((extra.title, extra.text, extra.href) for extra in extras if extra.kind == "warning"),
            *_unknown_holidays(file, me),
        ],
        "changes": [
            (extra.title, extra.text, extra.after) for extra in extras if extra.kind == "change"
        ],
        "pages": [extra for extra in extras if extra.kind == "page"],
        "papers": [
            {"name": extra.title, "number": extra.text, "url": extra.href}
            for extra in extras
            if extra.kind == "paper"
        ],
    }


def _news(file: CaseFile, me: Actor) -> dict[str, Any]:
    """The record, what of it is new to this person, and what tells that they have read it."""
    seen, look = file.events[-1].seq, looks.last(session(), me, file.case.id)
    record = history.lines(file, me, look.seq if look else seen)
    fresh = sum(bool(line["fresh"]) for line in record)
    since = f"上次查看（{minute(look.at)}）以后有 {fresh} 条新的" if look and fresh else ""
    url = url_for("habits.look", case_id=file.case.id)
    return {
        "record": record,
        "news": since,
        "look": {"url": url, "seen": seen, "back": request.path},
    }


def _unknown_holidays(file: CaseFile, me: Actor) -> list[tuple[str, str, str]]:
    """Said to officials beside a limit that reaches into a year whose holidays nobody entered."""
    limits = [task.due_at for task in file.open if task.due_at and task.due_at != calendar.NO_LIMIT]
    if not me.staff or not limits or not file.case.l1:
        return []
    years = range(local(min(limits)).year, local(max(limits)).year + 1)
    missing = calendar.years_without_data(session(), file.case.l1, years)
    text = "期限暂按周一至周五推算，录入后新的期限才准确"
    return [(f"{year} 年放假安排尚未录入", text, "") for year in missing]


def _head(file: CaseFile, me: Actor) -> dict[str, Any]:
    case = file.case
    return {
        "id": case.id, "number": case.number, "title": case.title, "place": case.place,
        "risk": kinds.risks_of(session(), [case]).get(case.id, ""),
        "standing": kinds.standing(case),
        "trade": CATEGORIES.get(case.category, case.category),
        "told": "申报内容" if of_public(case) else "办件内容",
        "filed_text": _filed_text(file, me),
        "url": url_for("cases.show", case_id=case.id),
    }  # fmt: skip


def _filed_text(file: CaseFile, me: Actor) -> str:
    """Who filed the case when; of one that officials or the system opened, when."""
    case, at = file.case, minute(file.case.opened_at)
    if file.events[0].verb != "filed" or not of_public(case):
        by = f"{case.filed_by.name} 于 " if me.staff else ""
        return f"{by}{at} 发起"
    filer = case.applicant.name if case.applicant else ""
    behalf = case.applicant_id != case.filed_by_id
    by = f"{case.filed_by.name} 代{filer}" if behalf else filer
    return f"{by} 于 {at} 申报"


def _limit(file: CaseFile, at: datetime) -> dict[str, str]:
    """Until when the whole case is to be done, beside its steps; nothing without such a limit."""
    due = lights.of_case(file.case, at, file.is_workday)
    if due.at is None:
        return {}
    text = due_text(due, at)
    return {"text": text if due.paused else f"{minute(due.at)}，{text}", "light": due.light}


def held(case: Case) -> dict[str, str]:
    """That the case waits, since when and why."""
    if case.held_at is None:
        return {}
    over = case.ended_at is not None
    text = "该工程的其他办件中止办理，恢复后继续" if over else "恢复后继续办理，办理期限相应顺延"
    return {"title": f"{case.held_why}，{minute(case.held_at)} 起中止", "text": text}


def facts(file: CaseFile) -> Any:
    """The start form in words, secrets masked."""
    form = file.definition.form(file.definition.process.start_form)
    return form.facts(file.values, files=files_by_field(file))


def submissions(file: CaseFile) -> list[dict[str, str]]:
    """Each time that the start form was sent, newest first."""
    start = file.definition.process.start_form
    sent = [e for e in reversed(file.events) if e.submission and e.submission.form == start]
    return [
        {
            "name": "首次申报" if event.verb in FIRST else "补正后重新提交",
            "who": event.actor.name if event.actor else "",
            "when": minute(event.at),
            "url": url_for("cases.submission", case_id=file.case.id, seq=event.seq),
        }
        for event in sent
    ]


def sent_at(file: CaseFile, seq: int) -> tuple[Event, list[tuple[str, list[tuple[str, str]]]]]:
    """One submission of the start form, by its event, in words. Raises NotFound."""
    start = file.definition.process.start_form
    for event in file.events:
        if event.seq == seq and event.submission and event.submission.form == start:
            form = file.definition.form(start)
            values = form.unseal(event.submission.values, show_secrets=False)
            return event, [
                (group.title, [(fact.label, fact.text) for fact in group.facts])
                for group in form.facts(values)
            ]
    raise NotFound("没有这次提交")


def files_by_field(file: CaseFile) -> Mapping[str, Sequence[File]]:
    """The case's files under the field that each answers."""
    return uploads.by_field(file.attachments)


def attachments(file: CaseFile) -> list[dict[str, Any]]:
    """Tiles of the case's files, named for what they prove, replaced ones last."""
    start = file.definition.form(file.definition.process.start_form)
    forms = (*file.definition.forms.values(), start)
    named = {key: field.title for form in forms for key, field in form.by_key.items()}
    named |= {REPLACED: "已撤换的材料", **kinds.of(file.case.process_key).files}
    tiles = []
    for kept in sorted(file.attachments, key=lambda kept: kept.field == REPLACED):
        url = url_for("apply.download", attachment_id=kept.id)
        image = url if kept.mime.startswith("image/") else ""
        name = named.get(kept.field.partition(":")[0], "附件")
        tiles.append({"name": name, "url": url, "image_url": image, "note": kept.name})
    return tiles


def returned(handling: Handling) -> dict[str, Any]:
    """What the reviewer asked for, above a correction."""
    if not handling.returned:
        return {}
    file = handling.file
    event = next(e for e in reversed(file.events) if e.outcome == "return")
    if words := remarks.said(event.submission):
        by = event.unit.name if event.unit else ""
        return {"by": by, "at": event.at, "said": {history.VERBS["sent_back"]: words}}
    then = file.then(event)
    form = then.form(then.process.tasks[event.element].form)
    facts = (fact for group in form.facts(handling.returned) for fact in group.facts)
    said = {fact.label: fact.text for fact in facts}
    return {"by": event.unit.name if event.unit else "", "at": event.at, "said": said}


def _step(stage: Stage, at: datetime, me: Actor, file: CaseFile) -> dict[str, str]:
    if stage.status == CURRENT:
        task = stage.open[0]
        when = due_text(lights.due(task, at, file.is_workday), at)
        who = "、".join(dict.fromkeys(holder(task, me) for task in stage.open))
        return {"name": stage.name, "who": who, "when": when, "status": stage.status}
    done = stage.done
    who = done.done_by.name if done and done.done_by and me.staff else ""
    when = f"{local(done.closed_at):%m-%d %H:%M}" if done and done.closed_at else ""
    limit = file.definition.process.tasks[stage.element].limit
    if not when and limit:
        when = f"限 {limit.amount} {'小时' if limit.unit == 'h' else '个工作日'}"
    return {"name": stage.name, "who": who, "when": when, "status": stage.status}


def diagram(file: CaseFile) -> dict[str, Any]:
    """What the viewer marks, and the same in words."""
    names = file.definition.process.names
    current = sorted(file.current)
    again = {element: times for element, times in file.passed.items() if times > 1}
    steps = [
        (names.get(element, element), "passed") for element in file.passed if names.get(element)
    ]
    steps += [(names.get(element, element), "current") for element in current]
    return {
        "url": url_for("diagrams.show", version_id=file.case.version_id),
        "version_text": f"{file.definition.process.title} 第 {file.case.version.number} 版",
        "marks": {"passed": list(file.passed), "current": current, "counts": again},
        "steps": steps,
    }


def waiting(file: CaseFile, me: Actor, at: datetime) -> list[Mapping[str, str]]:
    """Who acts next, where and until when."""
    dues = ((task, lights.due(task, at, file.is_workday)) for task in file.open)
    return [
        {
            "step": task.name, "who": holder(task, me), "due_text": due_text(due, at),
            "light": due.light, "url": url_for("tasks.show", task_id=task.id),
        }
        for task, due in dues
    ]  # fmt: skip
