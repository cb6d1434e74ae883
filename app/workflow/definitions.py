"""Published versions as engine and pages read them: parsed once a process, then shared."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, undefer

from app import engine
from app.clock import local
from app.engine import Data, Decision, Process, Scalar
from app.errors import BrokenProcess, NotFound
from app.workflow import forms
from app.workflow.fallback_models import FlowFallback
from app.workflow.forms import Form
from app.workflow.models import ProcessVersion, Task

ROOT = Path(__file__).resolve().parents[2]
_KEPT = 200


class Definition:
    """One version, ready to run: its parsed process and its forms. Never changes."""

    __slots__ = ("bpmn", "decisions", "forms", "process", "steps", "version_id")

    def __init__(self, version_id: str, key: str, files: Mapping[str, str]) -> None:
        self.version_id = version_id
        self.process: Process = engine.parse(files, key)
        self.steps = engine.outline(self.process)
        self.bpmn: str = files[f"{key}.bpmn"]
        self.forms: dict[str, Form] = {
            name: forms.read(text, name)
            for name, text in files.items()
            if name.startswith("forms/") and name.endswith(".json")
        }
        self.decisions: dict[str, Decision] = {}
        for name, text in files.items():
            if name.endswith(".dmn"):
                self.decisions |= engine.read_decisions(text.encode(), name)

    def decide(self, key: str, data: Data) -> dict[str, Scalar]:
        """What a decision table of this version says of these values, outside any case."""
        found = self.decisions.get(key)
        if found is None:
            raise BrokenProcess(f"流程缺少决策表 {key}，请联系系统后台管理员")
        return found.decide(data)

    def form(self, key: str) -> Form:
        """The form of this version by its key, `smallworks/review`."""
        found = self.forms.get(f"forms/{key}.json")
        if found is None:
            raise BrokenProcess(f"流程缺少表单 {key}，请联系系统后台管理员")
        return found


_shelf: OrderedDict[str, Definition] = OrderedDict()
_lock = Lock()


def get(work: Session, version_id: str) -> Definition:
    """The version, parsed; kept for the next case of it. Raises NotFound."""
    with _lock:
        if version_id in _shelf:
            _shelf.move_to_end(version_id)
            return _shelf[version_id]
    version = work.get(ProcessVersion, version_id, options=[undefer(ProcessVersion.files)])
    if version is None:
        raise NotFound("没有这个流程版本")
    made = Definition(version.id, version.key, version.files)
    with _lock:
        _shelf[version_id] = made
        while len(_shelf) > _KEPT:
            _shelf.popitem(last=False)
    return made


def of_task(work: Session, task: Task) -> Definition:
    """The version by which a task is handled, or was before its case went on in a newer one."""
    return get(work, task.version_id or task.case.version_id)


def form_of(work: Session, task: Task) -> str:
    """The key of the form that a task asks for, as the version of its case has it; or empty."""
    return of_task(work, task).process.tasks[task.element].form


def begun(day: date) -> ColumnElement[bool]:
    """Versions that new cases may take that day: not withdrawn, their first day has come, and
    their unit did not go back since to the flow of the unit above.
    """
    starts = ProcessVersion.starts_on
    left = exists().where(
        FlowFallback.key == ProcessVersion.key,
        FlowFallback.unit_id == ProcessVersion.unit_id,
        FlowFallback.up_to >= ProcessVersion.number,
        FlowFallback.starts_on <= day,
        FlowFallback.withdrawn_at.is_(None),
    )
    waits_not = starts.is_(None) | (starts <= day)
    return ProcessVersion.withdrawn_at.is_(None) & waits_not & ~left.correlate(ProcessVersion)


def current(
    work: Session, key: str, units: Iterable[str | None], *, at: datetime
) -> ProcessVersion:
    """The newest version in force of the nearest unit, `units` running outwards.

    Asked anew for every case: what waits for its day takes over at midnight in Shanghai, without
    anybody doing anything. Raises NotFound.
    """
    found = newest(work, key, units, local(at).date())
    if found is None:
        raise NotFound("本地尚未发布该事项的流程，请联系区县系统后台管理员")
    return found


def newest(
    work: Session, key: str, units: Iterable[str | None], day: date
) -> ProcessVersion | None:
    """What `current` finds on a day; or none."""
    nearest = [unit for unit in units if unit]
    found = select(ProcessVersion).where(
        ProcessVersion.key == key, ProcessVersion.unit_id.in_(nearest), begun(day)
    )
    return in_force(work.scalars(found.order_by(ProcessVersion.number.desc())).all(), nearest)


def in_force(
    newest_first: Sequence[ProcessVersion], units: Iterable[str | None]
) -> ProcessVersion | None:
    """Of the versions of one process that have begun, the newest of the nearest unit."""
    for unit in units:
        for version in newest_first:
            if version.unit_id == unit:
                return version
    return None


def shipped_keys() -> tuple[str, ...]:
    """The processes that come with the product: one BPMN file each."""
    return tuple(sorted(path.stem for path in (ROOT / "bpmn").glob("*.bpmn")))


def shipped_files(key: str) -> dict[str, str]:
    """A process as shipped: its diagram, if it is one of ours, every decision table, every form."""
    drawn = {key} & set(shipped_keys())
    files = {f"{one}.bpmn": (ROOT / "bpmn" / f"{one}.bpmn").read_text("utf-8") for one in drawn}
    for table in sorted((ROOT / "bpmn").glob("*.dmn")):
        files[table.name] = table.read_text("utf-8")
    for form in sorted((ROOT / "forms").glob("*/*.json")):
        files[form.relative_to(ROOT).as_posix()] = form.read_text("utf-8")
    return files
