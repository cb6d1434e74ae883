"""What was changed on a sheet (巡查表), merged field by field; nothing is merged silently.

A field that was changed on the server since the revision on which the sender worked, to something
else than what was sent, is a conflict; then nothing is taken, and both versions are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.db import new_id
from app.errors import Conflict, Invalid
from app.smallworks.patrols import checklist, grading, typed, words
from app.smallworks.patrols.grading import GENERAL, OPEN, VOID, Grading
from app.smallworks.patrols.models import ChecklistItem, Hazard, Patrol

MOST_HAZARDS = 60
_FIELDS = ("remark", "inspectors", "signed_name", "refused", "witness", "place_seen")
_OF_HAZARD = ("text", "rule", "measure", "grade", "downgrade_reason", "deadline")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a page or a device says of a sheet; what it leaves out stays as it is."""

    revision: int
    values: Mapping[str, Any] = field(default_factory=dict)  # answers, hazards, remark …
    whole: bool = False  # a hazard that is not in `hazards` was struck out


class Diverged(Conflict):
    """Two changed the same: `conflicts` holds each field with both versions."""

    def __init__(self, conflicts: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("这次巡查在别处改过同样的内容，请核对两边后再保存")
        self.conflicts = conflicts


class Unseen(Conflict):
    """The sheet is another than whoever concludes had before them."""


def refuse_unseen(patrol: Patrol, seen: int | None) -> None:
    """Raises Unseen for whoever concludes by another sheet than the one that stands now."""
    if seen is not None and seen != patrol.revision:
        raise Unseen("这次巡查在别处改过，请核对后再下结论")


@dataclass(slots=True)
class _Merge:
    """One merge at work."""

    session: Session
    patrol: Patrol
    sent: Sent
    person_id: str
    at: datetime
    items: Mapping[str, ChecklistItem]
    grading: Grading
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def moved(self, name: str) -> bool:
        """Whether the server's version is newer than what the sender had before them."""
        return self.patrol.changed.get(name, 0) > self.sent.revision

    def takes(self, name: str, now: Any, sent: Any, shown: str = "") -> bool:
        """Whether the sent value goes in; takes down a conflict where it does not."""
        if now == sent:
            return False
        if self.moved(name):
            self.conflicts.append({"field": shown or name, "server": now, "sent": sent})
            return False
        self.changed.add(name)
        return True


def merge(session: Session, patrol: Patrol, sent: Sent, person_id: str, at: datetime) -> bool:
    """Take what was sent; whether anything changed. Raises Invalid, Diverged."""
    items = {item.code: item for item in checklist.of_patrol(session, patrol)}
    graded = grading.of(session, patrol)
    work = _Merge(session, patrol, sent, person_id, at, items, graded)
    _answers(work)
    if "hazards" in sent.values:
        _hazards(work)
    for name in _FIELDS:
        if name in sent.values:
            _plain(work, name)
    if work.conflicts:
        raise Diverged(work.conflicts)
    if work.changed:
        patrol.revision += 1
        patrol.changed = {**patrol.changed, **dict.fromkeys(work.changed, patrol.revision)}
    return bool(work.changed)


def _answers(work: _Merge) -> None:
    patrol, answers = work.patrol, dict(work.patrol.answers)
    sent = typed.mapping(work.sent.values.get("answers"), "answers")
    for code, result in sent.items():
        if code not in work.items or result not in (*words.RESULTS, ""):
            raise Invalid("巡查表已经更新，请刷新后再保存", {f"answers.{code}": "没有这一项"})
        if work.takes(f"answers.{code}", answers.get(code, ""), result):
            answers[code] = result
            _follow(work, code, result)
    patrol.answers = {code: result for code, result in answers.items() if result}


def _follow(work: _Merge, code: str, result: str) -> None:
    """A failed item is a hazard, with what the list says of it; any other answer strikes it out."""
    found = next((one for one in work.patrol.hazards if one.item_code == code), None)
    if result != "bad":
        if found is not None and found.state == OPEN:
            found.state = VOID
            work.changed.add(f"hazards.{found.id}")
    elif found is None:
        item = work.items[code]
        _add(work, f"item-{code}", {
            "item_code": code, "text": _failing(item), "rule": item.rule,
            "measure": item.measure, "grade": item.grade,
        })  # fmt: skip
    elif found.state == VOID:
        found.state = OPEN
        work.changed.add(f"hazards.{found.id}")


def _failing(item: ChecklistItem) -> str:
    return f"不符合“{item.text}”"


def _hazards(work: _Merge) -> None:
    named: set[str] = set()
    known = {key: one for one in work.patrol.hazards for key in (one.id, one.client_id) if key}
    for told in typed.rows(work.sent.values["hazards"], MOST_HAZARDS):
        key = typed.text(told.get("client_id") or told.get("id"), 64)
        if not key:
            raise Invalid("隐患缺少编号，请刷新后再保存")
        hazard = known.get(key) or _add(work, key, told)
        named.add(hazard.id)
        _hazard(work, hazard, told)
    if work.sent.whole:
        for hazard in grading.standing(work.patrol.hazards):
            if hazard.id not in named and not _asked_for(work, hazard):
                _strike(work, hazard)


def _asked_for(work: _Merge, hazard: Hazard) -> bool:
    """Whether it stands for a failed item: only another answer takes that away."""
    return work.patrol.answers.get(hazard.item_code) == "bad"


def _add(work: _Merge, client_id: str, told: Mapping[str, Any]) -> Hazard:
    patrol, at = work.patrol, work.at
    item = work.items.get(str(told.get("item_code") or ""))
    default = item.grade if item else typed.grade(told.get("grade") or GENERAL)
    grade = typed.grade(told.get("grade") or default)
    hazard = Hazard(
        id=new_id(), work_id=patrol.work_id, position=len(patrol.hazards) + 1,
        item_code=item.code if item else "", text=typed.text(told.get("text"), 400),
        rule=typed.text(told.get("rule"), 300), measure=typed.text(told.get("measure"), 400),
        grade=grade, default_grade=default, downgrade_reason="", state=OPEN,
        deadline=grading.end_of(work.grading.latest(grade, at)),
        found_at=at, found_by_id=work.person_id, client_id=client_id, reopened=0,
    )  # fmt: skip
    patrol.hazards.append(hazard)
    work.changed.add(f"hazards.{hazard.id}")
    return hazard


def _hazard(work: _Merge, hazard: Hazard, told: Mapping[str, Any]) -> None:
    if told.get("void") is True:
        _strike(work, hazard)
        return
    shown = f"hazards.{hazard.client_id or hazard.id}"
    for name in _OF_HAZARD:
        if name in told:
            value = typed.of_hazard(name, told[name])
            now = getattr(hazard, name)
            if work.takes(f"hazards.{hazard.id}.{name}", now, value, f"{shown}.{name}"):
                setattr(hazard, name, value)
    _fits(work, hazard, told, shown)


def _fits(work: _Merge, hazard: Hazard, told: Mapping[str, Any], shown: str) -> None:
    latest = work.grading.latest(hazard.grade, hazard.found_at)
    late = hazard.deadline is not None and hazard.deadline > grading.end_of(latest)
    if late and "deadline" not in told:
        hazard.deadline = grading.end_of(latest)  # it is the grade that was changed
    elif late:
        most = work.grading.days(hazard.grade)
        name = words.GRADES[hazard.grade]
        fault = f"{name}的整改期限最长 {most} 天，最晚 {latest}"
        raise Invalid(fault, {f"{shown}.deadline": fault})
    if hazard.state == VOID:
        hazard.state = OPEN
        work.changed.add(f"hazards.{hazard.id}")


def _strike(work: _Merge, hazard: Hazard) -> None:
    """Strike a hazard out, unless somebody changed it since the sender looked."""
    names = [name for name in work.patrol.changed if name.startswith(f"hazards.{hazard.id}")]
    if hazard.state == VOID:
        return
    if any(work.moved(name) for name in names):
        shown = f"hazards.{hazard.client_id or hazard.id}"
        work.conflicts.append({"field": shown, "server": hazard.text, "sent": None})
        return
    hazard.state = VOID
    work.changed.add(f"hazards.{hazard.id}")


def _plain(work: _Merge, name: str) -> None:
    patrol, value = work.patrol, typed.of_sheet(name, work.sent.values[name])
    now = typed.place_of(patrol) if name == "place_seen" else getattr(patrol, name)
    if not work.takes(name, now, value):
        return
    if name == "place_seen":
        typed.put_place(patrol, value)
    else:
        setattr(patrol, name, value)
